// The engine of a hosted room, in the page of whoever is host: made ready before it may be needed, begun from where the
// host before was, stopped when somebody else is host. What it says and to whom that goes is hosted.js's business.

import { packBody } from "../codec.js";
import { RoomError } from "../errors.js";
import { Engine, fetchProgram } from "./engine.js";

/**
 * @typedef {import("../room.js").Room} Room
 * @typedef {import("../shell.js").Shell} Shell
 * @typedef {{ engine: Engine, program: any }} Ready
 * @typedef {{
 *   onBegun: () => void,
 *   onScene: (number: number, payload: Uint8Array) => void,
 *   onMessage: (payload: Uint8Array) => void,
 *   onFailed: (error: RoomError) => void,
 * }} Ears `onScene`: for one member; `onMessage`: for everybody
 */

const RETRY_MS = 3000;
const SEEDS = 2 ** 32;
const NOTHING = new Uint8Array();

export class HostedEngine {
  /** @param {Room} room @param {Shell} shell @param {Ears} ears */
  constructor(room, shell, ears) {
    this.#room = room;
    this.#shell = shell;
    this.#ears = ears;
  }

  /** @type {Room} */ #room;
  /** @type {Shell} */ #shell;
  /** @type {Ears} */ #ears;
  /** @type {Engine | null} */ #engine = null;
  /** Python, for when oneself is host. @type {Promise<Ready> | null} */ #ready = null;
  /** Acts that came before the engine ran. @type {any[][]} */ #early = [];
  /** Who waits for the state. @type {Map<number, (saved: Uint8Array) => void>} */ #saves = new Map();
  #tickets = 0;
  #starts = 0;
  /** @type {any} */ #timer = null;

  get isRunning() {
    return this.#engine !== null;
  }

  /** Has Python at hand. What failed, or died while it waited, is loaded again when it is asked again. @returns {Promise<Ready>} */
  async prepare() {
    const kept = this.#ready;
    const isDead = await kept?.then(({ engine }) => engine.isOver, () => true);
    if (isDead && this.#ready === kept) this.#ready = null;
    this.#ready ??= this.#load();
    return this.#ready;
  }

  /** From the start (null), or from where the host before was, and what was done since. @param {Uint8Array | null} saved @param {any[][]} acts */
  async start(saved, acts) {
    this.stop();
    const start = this.#starts;
    try {
      const { engine, program } = await this.prepare();
      if (start !== this.#starts) return;
      this.#ready = null;
      if (engine.isOver) throw new RoomError("line-lost", "The game's engine failed while it waited. It is loaded again.");
      this.#engine = engine;
      this.#open(engine, { program, saved: saved ?? NOTHING, acts });
    } catch (error) {
      if (start !== this.#starts) return;
      this.#room.complain(/** @type {RoomError} */ (error));
      this.#timer = this.#shell.setTimeout(() => void this.start(saved, [...acts, ...this.#early.map(([, ...act]) => act)]), RETRY_MS);
    }
  }

  /** As browser_worker/hosted.py lists it. Before the engine runs acts wait; who is there is seen when it begins. @param {string} verb @param {any[]} fields */
  tell(verb, ...fields) {
    if (this.#engine) this.#engine.tell(packBody([verb, ...fields]));
    else if (this.#room.isHost && verb === "act") this.#early.push([verb, ...fields]);
  }

  /** The state; undefined while there is none. @returns {Promise<Uint8Array> | undefined} */
  save() {
    if (!this.#engine) return undefined;
    const ticket = this.#tickets += 1;
    this.tell("save", ticket);
    return new Promise((resolve) => this.#saves.set(ticket, resolve));
  }

  stop() {
    this.#starts += 1;
    this.#engine?.close();
    this.#engine = null;
    this.#early = [];
    this.#saves.clear();
    this.#shell.clearTimeout(this.#timer);
  }

  /** Nobody needs Python here any more. */
  end() {
    this.stop();
    this.#ready?.then(({ engine }) => engine.close(), () => {});
  }

  /** @returns {Promise<Ready>} */
  async #load() {
    const { home, game } = this.#room;
    return { program: await fetchProgram(this.#shell, home, game), engine: await Engine.boot(this.#shell, home) };
  }

  /** @param {Engine} engine @param {Record<string, any>} begun */
  #open(engine, begun) {
    const { me, options, players } = this.#room;
    const seed = Math.floor(this.#shell.random() * SEEDS);
    engine.open("hosted", { ...begun, options, seed, me: me.number, players: players.map(rowOf) }, {
      onMessage: this.#ears.onMessage,
      onNews: ([name, ...rest]) => this.#learn[name]?.(...rest),
      onOver: (error) => {
        this.stop();
        this.#ears.onFailed(error);
      },
    });
    for (const [verb, ...fields] of this.#early.splice(0)) this.tell(verb, ...fields);
    this.#ears.onBegun();
  }

  /** @type {Record<string, (...news: any[]) => void>} */
  #learn = {
    saved: (ticket, saved) => {
      this.#saves.get(ticket)?.(saved);
      this.#saves.delete(ticket);
    },
    scene: (number, payload) => this.#ears.onScene(number, payload),
  };
}

/** A player as the engine knows it. @param {import("../players.js").Player} player */
export function rowOf({ id, member, name, isAway }) {
  return [id, member.number, name, member.clientId, isAway];
}
