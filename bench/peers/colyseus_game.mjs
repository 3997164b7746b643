// The game of bench/drift/main.py on Colyseus: its schema, its map of players, its interval, its patches at the same rate.
// Prints {"port": …} once it listens.
//
// node colyseus_game.mjs OBJECTS HZ

import { createServer } from "node:http";
import { Room, Server } from "@colyseus/core";
import { ArraySchema, MapSchema, schema } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";

const [objects, hz] = process.argv.slice(2).map(Number);
const WIDTH = 1600, HEIGHT = 900, SPEED = 240, DRIFT = 60;

const Ship = schema({ x: "float32", y: "float32", score: "uint16" });
const Rock = schema({ x: "float32", y: "float32" });
const State = schema({ ships: { map: Ship }, rocks: [Rock] });

class Drift extends Room {
  maxClients = 64;
  patchRate = 1000 / hz;

  onCreate() {
    const state = new State();
    state.ships = new MapSchema();
    state.rocks = new ArraySchema();
    this.headings = [];
    this.held = new Map();
    this.setState(state);
    this.onMessage("m", (client, [x, y]) => this.held.set(client.sessionId, [x, y]));
    this.setSimulationInterval((ms) => this.update(ms / 1000), 1000 / hz);
  }

  onJoin(client) {
    const ship = new Ship();
    [ship.x, ship.y, ship.score] = [Math.random() * WIDTH, Math.random() * HEIGHT, 0];
    this.state.ships.set(client.sessionId, ship);
    while (this.state.rocks.length + this.state.ships.size < objects) this.addRock();
    while (this.state.rocks.length + this.state.ships.size > objects) {
      this.state.rocks.pop();
      this.headings.pop();
    }
  }

  onLeave(client) {
    this.state.ships.delete(client.sessionId);
    this.held.delete(client.sessionId);
  }

  addRock() {
    const rock = new Rock();
    [rock.x, rock.y] = [Math.random() * WIDTH, Math.random() * HEIGHT];
    this.state.rocks.push(rock);
    this.headings.push([(Math.random() * 2 - 1) * DRIFT, (Math.random() * 2 - 1) * DRIFT]);
  }

  update(dt) {
    for (const [id, ship] of this.state.ships) {
      const [x, y] = this.held.get(id) ?? [0, 0];
      ship.x = Math.min(WIDTH, Math.max(0, ship.x + x * SPEED * dt));
      ship.y = Math.min(HEIGHT, Math.max(0, ship.y + y * SPEED * dt));
    }
    this.state.rocks.forEach((rock, index) => {
      const heading = this.headings[index];
      rock.x += heading[0] * dt;
      rock.y += heading[1] * dt;
      if (rock.x < 0 || rock.x > WIDTH) heading[0] = -heading[0];
      if (rock.y < 0 || rock.y > HEIGHT) heading[1] = -heading[1];
    });
  }
}

const http = createServer();
const server = new Server({ greet: false, gracefullyShutdown: false, transport: new WebSocketTransport({ server: http }) });
server.define("drift", Drift).filterBy(["r"]);
await server.listen(0, "127.0.0.1");
console.log(JSON.stringify({ port: http.address().port }));
process.on("SIGTERM", () => process.exit(0));
