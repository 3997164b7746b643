// A game that its host's page runs (authority "host", with a `main.py`). To the game's own pages the room is like any other:
// here the host's engine takes the place of the worker's, and messages of the room that of the wire.
//
//   ":input" volatile, to the host   [player, number, values]
//   ":act" to the host               [player, name, fields]; the host's own go to all others: so all are in the journal
//   ":scene?" to the host            an update was missed; spectators, who may not relay, see a scene in turn
//   ":scene" as host, to one         a `scene` as a worker encodes it, or a `part` of one
//   ":update" volatile, to all       an `update`; one too long for a message, or for the pace, is left out, and whoever
//                                    missed it asks
//   ":result" as host, to all        a `result`
//
// The state is deposited every DEPOSIT_MS. The next host's page goes on from there with the acts since; it has Python ready
// by then, as has every player's. Inputs are said again to whoever is host.

import { Bucket } from "../bucket.js";
import { Decoder, encode } from "../codec.js";
import { RoomError } from "../errors.js";
import { inParts, Joiner } from "../parts.js";
import { BODY_BYTES, CLIENT_TO_WORKER, WORKER_TO_CLIENT } from "../protocol.js";
import { HostedEngine, rowOf } from "./hosted-engine.js";

/**
 * @typedef {import("../room.js").Room} Room
 * @typedef {import("../shell.js").Shell} Shell
 * @typedef {import("../picture.js").Member} Member
 */

const DEPOSIT_MS = 2000;
const SHOW_EVERY_MS = 1000;
/** What fits beside the head that makes a payload a body. */
const PAYLOAD_BYTES = BODY_BYTES - 8;
/** As the room takes volatile messages (shared/rules/buckets.py). */
const UPDATES = { perS: 60, burst: 60, unitBytes: 8 * 1024 };
/** Within what the room takes as host, the heads of parts included; the rest is for the result and what the page says. */
const SCENES = { perS: 100, burst: 1160, unitBytes: 960 };
const SHOWN = ["scene", "update", "result"];

export class Hosted {
  /** @param {Room} room @param {Shell} shell */
  constructor(room, shell) {
    this.#room = room;
    this.#shell = shell;
    this.#updates = new Bucket(shell, UPDATES);
    this.#scenes = new Bucket(shell, SCENES);
    this.#engine = new HostedEngine(room, shell, {
      onBegun: () => this.#begun(),
      onScene: (number, payload) => this.#tellOne(number, payload),
      onMessage: (payload) => this.#tellAll(payload),
      onFailed: (error) => this.#fail(error),
    });
    room.playing.route((name, fields) => this.#say[name](fields), () => this.#askForScene());
    room.onDeposit(() => this.#engine.save());
    room.onSnapshot((saved, journal) => {
      const acts = journal.filter(({ type, body, from }) => type === ":act" && this.#isFrom(from, "act", body));
      this.#stop();
      if (room.isHost) void this.#engine.start(saved, acts.map(({ body }) => body));
    });
    this.#listen();
    this.#watch();
  }

  /** Whether the game of such a room is run by its host's page. @param {import("../protocol.js").RoomJoinedMessage} picture */
  static isFor({ authority, hasMain }) {
    return authority === "host" && hasMain;
  }

  /** @type {Room} */ #room;
  /** @type {Shell} */ #shell;
  /** @type {Bucket} */ #updates;
  /** @type {Bucket} */ #scenes;
  /** Runs while oneself is host. @type {HostedEngine} */ #engine;
  /** When each member who asked was shown a scene. @type {Map<number, number>} */ #shownMs = new Map();
  /** Who gets one later: it asked too soon, or too much was shown. @type {Set<number>} */ #owed = new Set();
  /** How many were shown to spectators. */ #turns = 0;
  /** @type {any} */ #timer = null;
  #decoder = new Decoder(WORKER_TO_CLIENT);
  #joiner = this.#newJoiner();

  // --- what this page's players do

  #say = {
    input: (/** @type {any} */ { player, number, values }) => {
      if (this.#room.isHost) this.#engine.tell("input", player, number, values);
      else this.#room.send(":input", [player, number, values], { to: "host", volatile: true });
    },
    act: (/** @type {any} */ { player, name, fields }) => {
      this.#room.send(":act", [player, name, fields], { to: this.#room.isHost ? "others" : "host" });
      if (this.#room.isHost) this.#engine.tell("act", player, name, fields);
    },
  };

  #askForScene() {
    if (this.#room.isHost) this.#engine.tell("scene", this.#room.me.number);
    else if (this.#room.me.role === "player") this.#room.send(":scene?", null, { to: "host" });
  }

  // --- what others say

  #listen() {
    const room = this.#room;
    for (const verb of /** @type {const} */ (["input", "act"])) {
      room.on(`:${verb}`, (body, from) => { if (room.isHost && this.#isFrom(from, verb, body)) this.#engine.tell(verb, ...body); });
    }
    room.on(":scene?", (_, from) => this.#showTo(from.number));
    room.on(":scene", (payload, _, { asHost }) => { if (asHost) this.#hear(payload); });
    room.on(":result", (payload, _, { asHost }) => { if (asHost) this.#hear(payload); });
    room.on(":update", (payload, from) => { if (from.number === room.host?.number) this.#hear(payload); });
  }

  /** Anybody may send anything. @param {Member | null} member @param {"input" | "act"} verb @param {any} body */
  #isFrom(member, verb, body) {
    if (!Array.isArray(body) || body.length !== 3 || this.#room.player(body[0])?.member.number !== member?.number) return false;
    const [player, second, third] = body;
    try {
      encode(CLIENT_TO_WORKER, verb, verb === "act" ? { player, name: second, fields: third } : { player, number: second, values: third });
      return true;
    } catch {
      return false;
    }
  }

  /** Who asks again and again gets it now and then. @param {number} number */
  #showTo(number) {
    const now = this.#shell.now();
    if (now - (this.#shownMs.get(number) ?? -Infinity) < SHOW_EVERY_MS) this.#owed.add(number);
    else if (this.#engine.isRunning) {
      this.#owed.delete(number);
      this.#shownMs.set(number, now);
      this.#engine.tell("scene", number);
    }
  }

  /** What the host's engine said. @param {Uint8Array} payload */
  #hear(payload) {
    if (this.#engine.isRunning || !(payload instanceof Uint8Array)) return;
    try {
      const { name, fields } = this.#decoder.decode(payload);
      const whole = name === "part" ? this.#joiner.add(fields) : payload;
      if (whole) this.#receive(whole);
    } catch (error) {
      if (!(error instanceof RoomError)) throw error;
      this.#joiner = this.#newJoiner(); // a host may say anything, and be replaced in the middle of it
    }
  }

  /** @param {Uint8Array} payload */
  #receive(payload) {
    const { name, fields } = this.#decoder.decode(payload, Infinity);
    if (SHOWN.includes(name)) this.#room.receive(/** @type {any} */ (name), fields, payload);
  }

  #newJoiner() {
    return new Joiner((kind) => this.#decoder.longest(kind));
  }

  // --- who is there

  #watch() {
    const { notices } = this.#room;
    notices.on("player-joined", (player) => this.#engine.tell("enter", ...rowOf(player)));
    notices.on("player-left", ({ id }) => this.#engine.tell("leave", id));
    notices.on("renamed", ({ number, username }) => this.#engine.tell("rename", number, username));
    for (const event of /** @type {const} */ (["joined", "seat"])) {
      notices.on(event, ({ number }) => this.#engine.tell("scene", number));
    }
    notices.on("away", (member) => { if (member !== this.#room.me) this.#engine.tell("away", member.clientId, true); });
    notices.on("back", (member) => { if (member !== this.#room.me) this.#engine.tell("away", member.clientId, false); });
    notices.on("host", () => this.#hostChanged());
    notices.on("scene", () => this.#getReady());
    notices.on("over", () => {
      this.#stop();
      this.#engine.end();
    });
  }

  #hostChanged() {
    if (!this.#room.isHost) {
      this.#stop();
      this.#getReady();
    }
    this.#room.playing.inputs.again();
  }

  /** Whoever plays may be host next. */
  #getReady() {
    if (this.#room.me.role === "player" && !this.#engine.isRunning) this.#engine.prepare().catch(() => {});
  }

  // --- being host

  #begun() {
    for (const number of this.#room.members.keys()) this.#engine.tell("scene", number);
    this.#room.playing.inputs.again();
    this.#deposit();
  }

  #deposit = () => {
    if (this.#room.state === "present") this.#room.deposit();
    for (const number of this.#owed) this.#showTo(number);
    this.#showNextSpectator();
    this.#timer = this.#shell.setTimeout(this.#deposit, DEPOSIT_MS);
  };

  /** One at a time: a scene may be long. */
  #showNextSpectator() {
    const watching = [...this.#room.members.values()].filter(({ role }) => role === "spectator");
    const next = watching[this.#turns % watching.length];
    if (!next) return;
    this.#turns += 1;
    this.#engine.tell("scene", next.number);
  }

  /** @param {number} number @param {Uint8Array} payload a scene */
  #tellOne(number, payload) {
    const { me, members, state } = this.#room;
    if (number === me.number) this.#receive(payload);
    else if (state === "present" && members.has(number)) {
      if (!this.#scenes.take(payload.length)) return void this.#owed.add(number);
      for (const part of inParts(WORKER_TO_CLIENT, "scene", payload)) this.#room.sendAsHost(":scene", part, { to: number });
    }
    return undefined;
  }

  /** @param {Uint8Array} payload an update, or the result */
  #tellAll(payload) {
    this.#receive(payload);
    const isResult = this.#room.result !== null;
    if (this.#room.state === "present" && this.#room.members.size > 1 && payload.length <= PAYLOAD_BYTES) {
      if (isResult) this.#room.sendAsHost(":result", payload);
      else if (this.#updates.take(payload.length)) this.#room.send(":update", payload, { volatile: true });
    }
    if (isResult) this.#close();
  }

  /** The game failed, and would on any other page. @param {RoomError} error */
  #fail(error) {
    this.#stop();
    this.#room.complain(error);
    this.#close();
  }

  #close() {
    this.#room.closeRoom().catch(() => {});
  }

  #stop() {
    this.#engine.stop();
    this.#owed.clear();
    this.#shell.clearTimeout(this.#timer);
  }
}
