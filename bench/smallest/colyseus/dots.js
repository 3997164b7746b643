import { Room } from "@colyseus/core";
import { schema } from "@colyseus/schema";

const Dot = schema({ x: { type: "number", default: 400 }, y: { type: "number", default: 300 } });
const State = schema({ dots: { map: Dot } });

export class Dots extends Room {
  state = new State();
  held = new Map();
  messages = {
    move: (client, { x, y }) => {
      if (!Number.isFinite(x) || !Number.isFinite(y)) return;
      const length = Math.max(1, Math.hypot(x, y));
      this.held.set(client.sessionId, { x: x / length, y: y / length });
    },
  };

  onCreate() {
    this.setSimulationInterval((ms) => this.update(ms / 1000), 50);
  }

  onJoin(client) {
    this.state.dots.set(client.sessionId, new Dot());
  }

  onLeave(client) {
    this.state.dots.delete(client.sessionId);
    this.held.delete(client.sessionId);
  }

  update(dt) {
    for (const [id, { x, y }] of this.held) {
      const dot = this.state.dots.get(id);
      dot.x += x * 200 * dt;
      dot.y += y * 200 * dt;
    }
  }
}
