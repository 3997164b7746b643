// The page's side of a Web Worker that runs Python (worker.js): loads it with progress, opens a role in it, hands bytes
// over, and watches: what has not answered for HUNG_AFTER_S is stopped for good, whatever it is busy with.

import { decodeMulti } from "@msgpack/msgpack";
import { packBody } from "../codec.js";
import { RoomError } from "../errors.js";
import { HUNG_AFTER_S } from "../protocol.js";

/**
 * @typedef {import("../shell.js").Shell} Shell
 * @typedef {(loadedBytes: number, totalBytes: number) => void} OnProgress
 * @typedef {ReturnType<Shell["newWorker"]>} WorkerLike
 * @typedef {{
 *   onMessage?: (payload: Uint8Array) => void,
 *   onNews?: (news: any[]) => void,
 *   onOver: (error: RoomError) => void,
 * }} Ears `onMessage`: a message for a room, encoded; `onNews`: what else the role says; `onOver`: the last word
 */

const BEAT_MS = 1000;
const AWAY = "The files of this game cannot be reached.";

export class Engine {
  /**
   * Resolves when Python is there. Rejects with `line-lost` when it cannot be loaded.
   * @param {Shell} shell @param {string} home the lobby's address
   * @param {OnProgress} [onProgress] @returns {Promise<Engine>}
   */
  static async boot(shell, home, onProgress = () => {}) {
    const files = await fetchJson(shell, `${home}/offline/engine.json`);
    const engine = new Engine(shell, shell.newWorker());
    await engine.#boot(home, files, onProgress);
    return engine;
  }

  /** @param {Shell} shell @param {WorkerLike} worker */
  constructor(shell, worker) {
    this.#shell = shell;
    this.#worker = worker;
  }

  /** @type {Shell} */ #shell;
  /** @type {WorkerLike} */ #worker;
  /** @type {Ears | null} */ #ears = null;
  /** @type {any} */ #timer = null;
  #unanswered = 0;
  isOver = false;

  /** Opens a module of `browser_worker`. @param {string} role @param {Record<string, any>} setup @param {Ears} ears */
  open(role, setup, ears) {
    this.#ears = ears;
    this.#worker.postMessage({ say: "open", role, setup: packBody(setup) });
    this.#timer = this.#shell.setTimeout(this.#beat, BEAT_MS);
  }

  /** @param {Uint8Array} payload one msgpack value */
  tell(payload) {
    this.#worker.postMessage({ say: "tell", payload });
  }

  close() {
    this.isOver = true;
    this.#shell.clearTimeout(this.#timer);
    this.#worker.onmessage = this.#worker.onerror = null;
    this.#worker.terminate();
  }

  /** @param {string} home @param {{ python: string, engine: string, bytes: Record<string, number> }} files @param {OnProgress} onProgress */
  #boot(home, { python, engine, bytes }, onProgress) {
    return new Promise((resolve, reject) => {
      const fail = (/** @type {string} */ text) => {
        this.close();
        reject(new RoomError("line-lost", text));
      };
      this.#worker.onerror = ({ message }) => fail(message || "The game's engine could not be loaded.");
      this.#worker.onmessage = ({ data }) => {
        if (data.say === "progress") onProgress(data.loaded, data.total);
        if (data.say === "failed") fail(data.text);
        if (data.say !== "ready") return;
        this.#worker.onmessage = (message) => this.#hear(message.data);
        // Python that has failed for good answers beats all the same; the browser's console says how it failed.
        this.#worker.onerror = () => this.#end(new RoomError("game-broken"));
        resolve(undefined);
      };
      this.#worker.postMessage({ say: "boot", python: home + python, engine: home + engine, bytes });
    });
  }

  /** A worker that is busy for long, or a page that sleeps, misses beats; only the worker's own silence counts. */
  #beat = () => {
    if (this.#unanswered >= (HUNG_AFTER_S * 1000) / BEAT_MS) {
      this.#end(new RoomError("game-broken", "The game did not come to an end with a step, so it was stopped."));
      return;
    }
    this.#unanswered += 1;
    this.#worker.postMessage({ say: "beat" });
    this.#timer = this.#shell.setTimeout(this.#beat, BEAT_MS);
  };

  /** @param {any} data */
  #hear(data) {
    this.#unanswered = 0;
    if (data.say !== "told") return;
    for (const value of decodeMulti(data.packed)) {
      if (this.isOver) return;
      if (value instanceof Uint8Array) this.#ears?.onMessage?.(value);
      else this.#learn(/** @type {any[]} */ (value));
    }
  }

  /** @param {any[]} news */
  #learn(news) {
    const [name, ...rest] = news;
    if (name === "over") this.#end(new RoomError(rest[0], rest[1]));
    else if (name === "log") console.error(rest[0]);
    else this.#ears?.onNews?.(news);
  }

  /** @param {RoomError} error */
  #end(error) {
    this.close();
    this.#ears?.onOver(error);
  }
}

/**
 * What a game is and its `main.py`: of a game that browsers may run. Rejects with `game-unknown`, `line-lost`.
 * @param {Shell} shell @param {string} home @param {string} game @returns {Promise<any>}
 */
export function fetchProgram(shell, home, game) {
  return fetchJson(shell, `${home}/games/${encodeURIComponent(game)}/program.json`);
}

/** @param {Shell} shell @param {string} url @returns {Promise<any>} */
async function fetchJson(shell, url) {
  const response = await shell.fetch(url).catch(() => { throw new RoomError("line-lost", AWAY); });
  if (response.status === 404) throw new RoomError("game-unknown", "This game cannot be played here without a server.");
  if (!response.ok) throw new RoomError("line-lost", AWAY);
  return response.json();
}
