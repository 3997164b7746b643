// The game's side of a room: the scene as it comes and as it is shown, what its players hold and do. The same for a room
// on a worker, for one in this browser, and for one that a player hosts: only where words go differs (`route`).

import { guarded } from "./emitter.js";
import { Inputs } from "./inputs.js";
import { Prediction } from "./predict.js";
import { Scene } from "./scene.js";
import { Smooth } from "./smooth.js";

/**
 * @typedef {import("./room.js").Room} Room
 * @typedef {import("./players.js").Player} Player
 * @typedef {import("./protocol.js").SceneMessage} SceneMessage
 * @typedef {import("./protocol.js").UpdateMessage} UpdateMessage
 * @typedef {(name: "input" | "act", fields: any) => void} Say
 */

/** A prediction has to begin before so much has come since the last scene. */
const PAST_BYTES = 1 << 20;

export class Playing {
  /** @param {Room} room @param {import("./shell.js").Shell} shell @param {Say} say */
  constructor(room, shell, say) {
    this.room = room;
    this.shell = shell;
    this.say = say;
    /** The newest picture. */
    this.scene = new Scene();
    /** Whether `scene` is a picture at all, and without a gap. */
    this.isWhole = false;
    /** The bytes that `scene` came from, for a prediction that begins later; null: too many. @type {Uint8Array[] | null} */
    this.past = [];
    this.pastBytes = 0;
    /** Scenes and updates so far. */
    this.updates = 0;
    /** Called when an update is missing: the next scene mends it. @type {() => void} */
    this.onGap = () => {};
    this.smooth = new Smooth(room.tickHz, this.scene, (events) => this.#tell(events));
    this.inputs = new Inputs(shell, room, (input) => this.#sayInput(input));
    /** @type {Prediction | null} */
    this.prediction = null;
  }

  /** From now on inputs and acts go there. @param {Say} say @param {() => void} [onGap] */
  route(say, onGap = () => {}) {
    this.say = say;
    this.onGap = onGap;
  }

  /** @param {Player} player @param {import("./inputs.js").Held} held */
  hold(player, held) {
    this.inputs.hold(player.id, held);
  }

  /** @param {Player} player @param {string} name @param {Record<string, any>} fields */
  act(player, name, fields) {
    this.say("act", { player: player.id, name, fields });
  }

  /** The picture to draw: one's own player as predicted, the others a moment ago. @param {number} [nowMs] @returns {Scene} */
  view(nowMs = this.shell.now()) {
    const shown = this.smooth.view(nowMs);
    this.prediction?.lay(shown, nowMs);
    return shown;
  }

  /** Resolves once one's own players are predicted. @param {import("./predict.js").OpenPort} [openPort] @returns {Promise<void>} */
  async predict(openPort) {
    this.prediction ??= new Prediction(this, openPort);
    await this.prediction.open();
  }

  // --- what the server says

  /** @param {SceneMessage} message @param {Uint8Array | null} payload as it came */
  show(message, payload) {
    this.scene.show(message);
    this.isWhole = true;
    this.updates += 1;
    this.past = [];
    this.pastBytes = 0;
    this.#remember(payload);
    this.smooth.replace(message, this.shell.now());
    this.prediction?.heard(payload, []);
    this.room.notices.emit("scene");
  }

  /** @param {UpdateMessage} update @param {Uint8Array | null} payload as it came */
  change(update, payload) {
    if (!this.isWhole) return;
    this.isWhole = this.scene.apply(update);
    if (!this.isWhole) return void guarded(this.onGap);
    this.updates += 1;
    this.#remember(payload);
    this.smooth.add(update, this.shell.now());
    this.prediction?.heard(payload, update.inputs);
    this.room.notices.emit("update");
    return undefined;
  }

  end() {
    this.inputs.close();
    this.prediction?.close();
  }

  /** @param {Uint8Array | null} payload */
  #remember(payload) {
    this.pastBytes += payload?.length ?? Infinity;
    if (this.prediction?.isReady || this.pastBytes > PAST_BYTES) this.past = null;
    else if (payload) this.past?.push(payload);
  }

  /** @param {import("./protocol.js").SendInputMessage} input */
  #sayInput(input) {
    this.prediction?.said(input);
    this.say("input", input);
  }

  /** @param {any[]} events */
  #tell(events) {
    for (const [name, fields] of events) this.room.notices.emit("event", name, fields);
  }
}
