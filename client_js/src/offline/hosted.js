// A game that its host's page runs (authority "host", with a `main.py`). To the game's own pages the room is like any other:
// here the host's engine takes the place of the worker's, and messages of the room that of the wire.
//
//   ":input" volatile, to the host   [player, number, values]
//   ":act" to the host               [player, name, fields]; the host's own go to all others: so all are in the journal
//   ":scene?" to the host            an update was missed
//   ":scene" as host, to one         a `scene` as a worker encodes it, or a `part` of one
//   ":update" volatile, to all       an `update`; one too long for a message is left out, and whoever missed it asks
//   ":result" as host, to all        a `result`
//
// The state is deposited every DEPOSIT_MS. The next host's page goes on from there with the acts since; it has Python ready
// by then, as has every player's. Inputs are said again to whoever is host.

import { Decoder, encode, packBody } from "../codec.js";
import { RoomError } from "../errors.js";
import { inParts, Joiner } from "../parts.js";
import { BODY_BYTES, CLIENT_TO_WORKER, WORKER_TO_CLIENT } from "../protocol.js";
import { Engine, fetchProgram } from "./engine.js";

/**
 * @typedef {import("../room.js").Room} Room
 * @typedef {import("../shell.js").Shell} Shell
 * @typedef {import("../picture.js").Member} Member
 * @typedef {import("../hosting.js").JournalEntry} JournalEntry
 * @typedef {{ engine: Engine, program: any }} Ready
 */

const DEPOSIT_MS = 2000;
const RETRY_MS = 3000;
const SHOW_EVERY_MS = 1000;
const SEEDS = 2 ** 32;
const NOTHING = new Uint8Array();
/** What fits beside the head that makes a payload a body. */
const PAYLOAD_BYTES = BODY_BYTES - 8;

export class Hosted {
  /** @param {Room} room @param {Shell} shell */
  constructor(room, shell) {
    this.#room = room;
    this.#shell = shell;
    room.playing.route((name, fields) => this.#say[name](fields), () => this.#askForScene());
    room.onDeposit(() => this.#save());
    room.onSnapshot((saved, journal) => {
      if (room.isHost) void this.#start(saved, journal);
    });
    this.#listen();
  }

  /** Whether the game of such a room is run by its host's page. @param {import("../protocol.js").RoomJoinedMessage} picture */
  static isFor({ authority, hasMain }) {
    return authority === "host" && hasMain;
  }

  /** @type {Room} */ #room;
  /** @type {Shell} */ #shell;
  /** Runs the game, while oneself is host. @type {Engine | null} */ #engine = null;
  /** Python, for when oneself is host. @type {Promise<Ready> | null} */ #ready = null;
  /** What came before the engine ran. @type {any[][]} */ #early = [];
  /** Who waits for the state. @type {Map<number, (saved: Uint8Array) => void>} */ #saves = new Map();
  /** When each member who asked was shown a scene, and who is to be shown one. @type {Map<number, number>} */ #shownMs = new Map();
  /** @type {Set<number>} */ #owed = new Set();
  #tickets = 0;
  #starts = 0;
  /** @type {any} */ #timer = null;
  #decoder = new Decoder(WORKER_TO_CLIENT);
  #joiner = new Joiner((kind) => this.#decoder.longest(kind));

  // --- what this page's players do

  #say = {
    input: (/** @type {any} */ { player, number, values }) => {
      if (this.#room.isHost) this.#engine?.tell(packBody(["input", player, number, values]));
      else this.#room.send(":input", [player, number, values], { to: "host", volatile: true });
    },
    act: (/** @type {any} */ { player, name, fields }) => {
      this.#room.send(":act", [player, name, fields], { to: this.#room.isHost ? "others" : "host" });
      if (this.#room.isHost) this.#tell("act", player, name, fields);
    },
  };

  #askForScene() {
    if (this.#room.isHost) this.#tell("scene", this.#room.me.number);
    else this.#room.send(":scene?", null, { to: "host" });
  }

  // --- what others say

  #listen() {
    const { notices } = this.#room;
    this.#room.on(":input", (body, from) => { if (this.#isFrom(from, "input", body)) this.#engine?.tell(packBody(["input", ...body])); });
    this.#room.on(":act", (body, from) => { if (this.#isFrom(from, "act", body)) this.#tell("act", ...body); });
    this.#room.on(":scene?", (_, from) => this.#showTo(from.number));
    for (const type of [":scene", ":result"]) this.#room.on(type, (payload, _, { asHost }) => { if (asHost) this.#show(payload); });
    this.#room.on(":update", (payload, from) => { if (from.number === this.#room.host?.number) this.#show(payload); });

    notices.on("player-joined", (player) => this.#tell("enter", ...rowOf(player)));
    notices.on("player-left", ({ id }) => this.#tell("leave", id));
    notices.on("renamed", ({ number, username }) => this.#tell("rename", number, username));
    notices.on("joined", ({ number }) => this.#tell("scene", number));
    for (const notice of /** @type {const} */ (["away", "back"])) {
      notices.on(notice, (member) => { if (member !== this.#room.me) this.#tell("away", member.clientId, notice === "away"); });
    }
    notices.on("host", () => this.#hostChanged());
    notices.on("scene", () => this.#getReady());
    notices.on("over", () => this.#end());
  }

  /** Anybody may send anything. @param {Member | null} member @param {"input" | "act"} name @param {any} body */
  #isFrom(member, name, body) {
    if (!Array.isArray(body) || body.length !== 3 || this.#room.player(body[0])?.member.number !== member?.number) return false;
    const [player, second, third] = body;
    try {
      encode(CLIENT_TO_WORKER, name, name === "act" ? { player, name: second, fields: third } : { player, number: second, values: third });
      return true;
    } catch {
      return false;
    }
  }

  /** Who asks again and again gets it now and then. @param {number} number */
  #showTo(number) {
    const now = this.#shell.now();
    if (now - (this.#shownMs.get(number) ?? -Infinity) < SHOW_EVERY_MS) this.#owed.add(number);
    else if (this.#engine) {
      this.#owed.delete(number);
      this.#shownMs.set(number, now);
      this.#tell("scene", number);
    }
  }

  /** What the host's engine said. @param {Uint8Array} payload */
  #show(payload) {
    if (this.#engine || !(payload instanceof Uint8Array)) return;
    try {
      const { name, fields } = this.#decoder.decode(payload);
      const whole = name === "part" ? this.#joiner.add(fields) : payload;
      if (whole) this.#receive(whole);
    } catch (error) {
      if (!(error instanceof RoomError)) throw error;
      this.#joiner = new Joiner((kind) => this.#decoder.longest(kind)); // A host may say anything, and be replaced in the middle of it.
    }
  }

  /** @param {Uint8Array} payload */
  #receive(payload) {
    const { name, fields } = this.#decoder.decode(payload, Infinity);
    if (name === "scene" || name === "update" || name === "result") this.#room.receive(name, fields, payload);
  }

  // --- being host

  #hostChanged() {
    if (!this.#room.isHost) {
      this.#stop();
      this.#getReady();
    }
    this.#room.playing.inputs.again();
  }

  /** Whoever plays may be host next. */
  #getReady() {
    if (this.#room.me.role === "player" && !this.#engine) this.#prepare().catch(() => {});
  }

  /** @returns {Promise<Ready>} */
  #prepare() {
    if (!this.#ready) {
      const ready = this.#load();
      ready.catch(() => { this.#ready = null; });
      this.#ready = ready;
    }
    return this.#ready;
  }

  /** @returns {Promise<Ready>} */
  async #load() {
    const { home, game } = this.#room;
    return { program: await fetchProgram(this.#shell, home, game), engine: await Engine.boot(this.#shell, home) };
  }

  /** From the start, or from where the host before was. @param {Uint8Array | null} saved @param {JournalEntry[]} journal */
  async #start(saved, journal) {
    this.#stop();
    const start = this.#starts;
    try {
      const { engine, program } = await this.#prepare();
      if (start !== this.#starts) return;
      this.#ready = null;
      this.#engine = engine;
      this.#open(engine, program, saved, journal);
    } catch (error) {
      if (start !== this.#starts) return;
      this.#room.complain(/** @type {RoomError} */ (error));
      this.#timer = this.#shell.setTimeout(() => void this.#start(saved, journal), RETRY_MS);
    }
  }

  /** @param {Engine} engine @param {any} program @param {Uint8Array | null} saved @param {JournalEntry[]} journal */
  #open(engine, program, saved, journal) {
    const { me, members, options, players } = this.#room;
    const acts = journal.filter(({ type, body, from }) => type === ":act" && this.#isFrom(from, "act", body)).map(({ body }) => body);
    const seed = Math.floor(this.#shell.random() * SEEDS);
    engine.open("hosted", { program, options, seed, me: me.number, players: players.map(rowOf), saved: saved ?? NOTHING, acts }, {
      onMessage: (payload) => this.#tellAll(payload),
      onNews: ([name, ...rest]) => this.#learn[name]?.(...rest),
      onOver: (error) => this.#fail(error),
    });
    const early = this.#early;
    this.#early = [];
    for (const [name, ...fields] of early) this.#tell(name, ...fields);
    for (const number of members.keys()) this.#tell("scene", number);
    this.#room.playing.inputs.again();
    this.#deposit();
  }

  #deposit = () => {
    if (this.#room.state === "present") this.#room.deposit();
    for (const number of this.#owed) this.#showTo(number);
    this.#timer = this.#shell.setTimeout(this.#deposit, DEPOSIT_MS);
  };

  /** To the engine, if oneself is host; before it runs, it waits. Who is there is asked when it begins. @param {string} name @param {any[]} fields */
  #tell(name, ...fields) {
    if (this.#engine) this.#engine.tell(packBody([name, ...fields]));
    else if (this.#room.isHost && name === "act") this.#early.push([name, ...fields]);
  }

  /** @returns {Promise<Uint8Array> | undefined} */
  #save() {
    if (!this.#engine) return undefined;
    const ticket = this.#tickets += 1;
    this.#tell("save", ticket);
    return new Promise((resolve) => this.#saves.set(ticket, resolve));
  }

  /** @type {Record<string, (...news: any[]) => void>} */
  #learn = {
    saved: (ticket, saved) => {
      this.#saves.get(ticket)?.(saved);
      this.#saves.delete(ticket);
    },
    scene: (number, payload) => {
      if (number === this.#room.me.number) this.#receive(payload);
      else if (this.#isHeard(number)) for (const part of inParts(WORKER_TO_CLIENT, "scene", payload)) this.#room.sendAsHost(":scene", part, { to: number });
    },
  };

  /** An update, or the result. @param {Uint8Array} payload */
  #tellAll(payload) {
    this.#receive(payload);
    const isResult = this.#room.result !== null;
    if (this.#room.state === "present" && this.#room.members.size > 1 && payload.length <= PAYLOAD_BYTES) {
      if (isResult) this.#room.sendAsHost(":result", payload);
      else this.#room.send(":update", payload, { volatile: true });
    }
    if (isResult) this.#close();
  }

  /** @param {number} number */
  #isHeard(number) {
    return this.#room.state === "present" && this.#room.members.has(number);
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
    this.#starts += 1;
    this.#engine?.close();
    this.#engine = null;
    this.#early = [];
    this.#owed.clear();
    this.#saves.clear();
    this.#shell.clearTimeout(this.#timer);
  }

  #end() {
    this.#stop();
    this.#ready?.then(({ engine }) => engine.close(), () => {});
  }
}

/** @param {import("../players.js").Player} player */
function rowOf({ id, member, name, isAway }) {
  return [id, member.number, name, member.clientId, isAway];
}
