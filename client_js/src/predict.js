// Prediction of one's own players, the page's side: numbers what they hold, asks a Web Worker that runs the same `main.py`
// where their objects will be by the time the input arrives, and lays that over the view. What the server says later
// corrects it, smoothly. It knows what travels; `_fields` are its own, as its last replay left them, and chance is its own too.
//
// The worker (offline/predictor.js: `openPredictor(room) → Promise<Port>`; a Port is a Worker or looks like one, with
// `postMessage`, `onmessage`, `terminate`) speaks so; bytes are Uint8Array:
//
//   page → worker
//     { say: "players", players: [[id, name, isAway, isMine]…], options }   before the first picture, and when they change
//     { say: "picture", payload }        a `scene` or `update`, encoded, as it came, in order and without a gap
//     { say: "ahead", tick, inputs: [[player, tick, values]…] }
//                                        replay from the last picture up to `tick`; an input holds from its `tick` on, the
//                                        oldest comes first, each player's first one is what the picture's own tick used;
//                                        a tick at or before the picture's counts as the one after it
//   worker → page
//     { say: "ready" }                   pictures may come
//     { say: "ahead", tick, before, objects }   one's own objects, those whose `player` is, as they are at the tick before `tick`
//                                        and at `tick`: each msgpack of [[id, {field: value}]…], the fields that are numbers
//     { say: "over", text }              no prediction any more; the page goes on without

import { unpackBody } from "./codec.js";
import { RoomError } from "./errors.js";
import { turn } from "./smooth.js";

/**
 * @typedef {import("./playing.js").Playing} Playing
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {{ postMessage: (message: any) => void, onmessage: ((event: { data: any }) => void) | null, terminate: () => void }} Port
 * @typedef {(room: import("./room.js").Room) => Promise<Port>} OpenPort
 * @typedef {{ player: number, tick: number, number: number, values: number[], isUsed: boolean }} Said
 * @typedef {Record<string, number>} Numbers
 * @typedef {{ tick: number, before: Map<number, Numbers>, objects: Map<number, Numbers> }} Ahead
 */

/** What is replayed at most: beyond that the line is too slow to guess. */
const FURTHEST_S = 0.5;
/** The share of a surprise that is believed. */
const LEARNS = 0.2;
/** Inputs that wait for the server to have used them; one more, and the oldest is forgotten. */
const MOST_INPUTS = 256;
/** A correction has lost half its size after so long. */
const HALVES_AFTER_MS = 60;

const TOO_LATE = "Call room.predict() as soon as you are in the room: too much has happened since the scene came.";

export class Prediction {
  /** @param {Playing} playing @param {OpenPort} [openPort] */
  constructor(playing, openPort = openPredictor) {
    this.playing = playing;
    this.openPort = openPort;
    /** @type {Port | null} */
    this.port = null;
    /** @type {Promise<void> | null} */
    this.opening = null;
    /** What one's own players have said, each player's from the one on that the newest picture has used. @type {Said[]} */
    this.inputs = [];
    /** Ticks that inputs take longer than the round trip says: the rest of the way, and how the worker's ticks fall. */
    this.lead = 0;
    this.isReady = false;
    this.isOver = false;
    /** A reply is under way. */
    this.isAsked = false;
    this.askedTick = -1;
    /** Something happened that the last answer does not know. */
    this.isStale = false;
    /** The last answer. @type {Ahead | null} */
    this.ahead = null;
    /** What is shown is off by this, less and less. @type {Map<number, Numbers>} */
    this.errors = new Map();
    this.laidMs = 0;
  }

  /** Resolves when predictions come; rejects with `game-broken`, or with what ended the room meanwhile. @returns {Promise<void>} */
  open() {
    this.opening ??= this.#open();
    return this.opening;
  }

  /** Whether one's own objects are shown as predicted. */
  get isShown() {
    return this.isReady && !this.isOver && !this.playing.room.runsHere;
  }

  close() {
    this.isOver = true;
    this.port?.terminate();
    this.playing.inputs.isNumbered = false;
  }

  /** One's own player has said this. @param {import("./protocol.js").SendInputMessage} input */
  said({ player, number, values }) {
    if (this.inputs.length >= MOST_INPUTS) this.inputs.shift();
    this.inputs.push({ player, number, values, tick: Math.ceil(this.#tick(this.playing.shell.now())), isUsed: false });
    this.isStale = true;
  }

  /** A picture came. @param {Uint8Array | null} payload @param {[player: number, number: number][]} used */
  heard(payload, used) {
    for (const [player, number] of used) {
      const last = this.inputs.findLastIndex((said) => said.player === player && said.number <= number);
      const said = this.inputs[last];
      if (said?.number === number) this.#learn(said);
      this.inputs = this.inputs.filter((said, index) => said.player !== player || index >= last);
    }
    if (this.isReady && payload) this.port?.postMessage({ say: "picture", payload });
    this.isStale = true;
  }

  /** Puts one's own objects where they are by now. @param {Scene} shown @param {number} nowMs */
  lay(shown, nowMs) {
    if (!this.isShown) return this.#clear();
    const tick = this.#tick(nowMs);
    this.#ask(Math.floor(tick));
    this.#fade(Math.max(0, nowMs - this.laidMs));
    this.laidMs = nowMs;
    for (const id of this.ahead?.objects.keys() ?? []) {
      const object = shown.find(id);
      if (object) this.#eachNumber(id, tick, (field, value) => { object[field] = value + (this.errors.get(id)?.[field] ?? 0); });
    }
    return undefined;
  }

  /** One's own objects go back to where the server has them. */
  #clear() {
    if (this.ahead) this.playing.smooth.begin();
    this.ahead = null;
    this.errors.clear();
  }

  async #open() {
    const { room } = this.playing;
    if (!this.playing.past) throw new RoomError("game-broken", TOO_LATE);
    this.port = await this.openPort(room);
    if (this.isOver) {
      this.port.terminate();
      throw new RoomError("left");
    }
    await new Promise((resolve, reject) => {
      room.notices.on("over", reject);
      const port = /** @type {Port} */ (this.port);
      port.onmessage = ({ data }) => {
        if (data.say === "ready") this.playing.past ? resolve(this.#begin()) : reject(this.#fail(TOO_LATE));
        else if (data.say === "ahead") this.#answered(data);
        else if (data.say === "over") reject(this.#fail(data.text));
      };
      this.#sayPlayers();
      for (const notice of /** @type {const} */ (["player-joined", "player-left", "renamed", "away", "back", "resumed"])) {
        room.notices.on(notice, () => this.#sayPlayers());
      }
    });
  }

  #begin() {
    this.isReady = true;
    for (const payload of this.playing.past ?? []) this.port?.postMessage({ say: "picture", payload });
    this.playing.past = null;
    this.playing.inputs.isNumbered = true;
    this.playing.inputs.again();
  }

  /** @param {string} text */
  #fail(text) {
    this.close();
    return new RoomError("game-broken", text);
  }

  #sayPlayers() {
    if (this.isOver) return;
    const players = this.playing.room.players.map(({ id, name, isAway, isLocal }) => [id, name, isAway, isLocal]);
    this.port?.postMessage({ say: "players", players, options: this.playing.room.options });
  }

  get #furthest() {
    return (FURTHEST_S * 1000) / this.playing.smooth.clock.tickMs;
  }

  /** An input was used in the picture's tick: later or earlier than was thought. @param {Said} said */
  #learn(said) {
    if (said.isUsed) return;
    said.isUsed = true;
    const late = this.playing.scene.tick - said.tick;
    this.lead = Math.max(-this.#furthest, Math.min(this.#furthest, this.lead + late * LEARNS));
  }

  /** The tick that what is said now gets to, with its fraction. @param {number} nowMs */
  #tick(nowMs) {
    const { smooth: { clock }, room, scene } = this.playing;
    const ahead = clock.tickAhead(nowMs, room.pingMs ?? 0) + this.lead;
    return Math.min(Math.max(ahead, scene.tick), scene.tick + this.#furthest);
  }

  /** One question at a time, and only when the answer is new. @param {number} tick */
  #ask(tick) {
    if (this.isAsked || !(tick > this.askedTick || this.isStale)) return;
    this.isAsked = true;
    this.isStale = false;
    this.askedTick = tick;
    this.port?.postMessage({ say: "ahead", tick, inputs: this.inputs.map((said) => [said.player, said.tick, said.values]) });
  }

  /** What is shown does not jump: it is off by the difference at first. @param {{ tick: number, before: Uint8Array, objects: Uint8Array }} answer */
  #answered({ tick, before, objects }) {
    this.isAsked = false;
    const shownTick = this.#tick(this.playing.shell.now());
    const shown = new Map([...this.ahead?.objects.keys() ?? []].map((id) => [id, this.#shown(id, shownTick)]));
    this.ahead = { tick, before: byId(before), objects: byId(objects) };
    this.errors.clear();
    for (const [id, numbers] of shown) this.errors.set(id, this.#error(id, shownTick, numbers));
  }

  /** @param {number} id @param {number} tick @returns {Numbers} */
  #shown(id, tick) {
    /** @type {Numbers} */
    const numbers = {};
    this.#eachNumber(id, tick, (field, value) => { numbers[field] = value + (this.errors.get(id)?.[field] ?? 0); });
    return numbers;
  }

  /** How far what was shown is from what is right; nothing, where that is a leap. @param {number} id @param {number} tick @param {Numbers} shown @returns {Numbers} */
  #error(id, tick, shown) {
    const { smooth } = this.playing;
    /** @type {Numbers} */
    const error = {};
    this.#eachNumber(id, tick, (field, value) => {
      const by = (shown[field] ?? value) - value;
      error[field] = smooth.angles.has(field) ? turn(by) : by;
    });
    const isLeap = smooth.leapLength > 0 && Math.hypot(error.x ?? 0, error.y ?? 0) > smooth.leapLength;
    return isLeap ? {} : error;
  }

  /** On the way to the answer's tick, so a tick behind it: nothing is guessed beyond. @param {number} id @param {number} tick @param {(field: string, value: number) => void} tell */
  #eachNumber(id, tick, tell) {
    const { fields, angles } = this.playing.smooth;
    const to = this.ahead?.objects.get(id);
    if (!this.ahead || !to) return;
    const from = this.ahead.before.get(id) ?? to;
    const share = Math.min(1, Math.max(0, tick - this.ahead.tick));
    for (const field of fields) {
      const end = to[field];
      const start = from[field] ?? end;
      if (typeof end !== "number" || typeof start !== "number") continue;
      tell(field, start + (angles.has(field) ? turn(end - start) : end - start) * share);
    }
  }

  /** @param {number} passedMs */
  #fade(passedMs) {
    const share = 0.5 ** (passedMs / HALVES_AFTER_MS);
    for (const error of this.errors.values()) for (const field of Object.keys(error)) error[field] = (error[field] ?? 0) * share;
  }
}

/** @param {Uint8Array} rows @returns {Map<number, Numbers>} */
const byId = (rows) => new Map(/** @type {[number, Numbers][]} */ (unpackBody(rows)));

/** @type {OpenPort} */
async function openPredictor(room) {
  const { openPredictor: open } = await import("./offline/predictor.js");
  return open(room);
}
