// The one connection of a client, by the state table (states.js): it leads to the lobby or to a room's worker, never to
// both. It dials, backs off and comes back to the lobby; what the messages mean is lobby.js's business.

import { backoffMs, LONGEST_TO_A_SEAT_MS } from "./backoff.js";
import { asRoomError } from "./errors.js";
import { Line } from "./line.js";
import { CLIENT_TO_LOBBY, CLIENT_TO_WORKER, LOBBY_TO_CLIENT, WORKER_TO_CLIENT } from "./protocol.js";
import { next } from "./states.js";

/**
 * @typedef {import("./states.js").State} State
 * @typedef {import("./errors.js").RoomError} RoomError
 * What a line to a worker begins with, and counts for: the session that it is to go on with, or a new one.
 * @typedef {Pick<import("./session.js").Session, "hello" | "received" | "confirm">} Way
 * @typedef {{
 *   onLobby: (name: any, fields: any) => void,
 *   onWorker: (name: any, fields: any, payload: Uint8Array) => void,
 *   onWorkerOver: (error: RoomError) => void,
 *   onChange: (state: State, before: State, error: RoomError | null) => void,
 *   wantedRoom: () => string,
 * }} Ears `wantedRoom` is the id of the room to which the lobby is to send the client back, or empty
 */

/** The lobby knows another key, or another time, than this client's token: the next call brings a new one. */
const IDENTITY_ERRORS = ["token-invalid", "token-expired"];

export class Connection {
  /**
   * @param {import("./shell.js").Shell} shell @param {string} url the lobby's, such as `http://localhost:8000`
   * @param {import("./identity.js").Identity} identity @param {Ears} ears
   */
  constructor(shell, url, identity, ears) {
    this.#shell = shell;
    this.#url = url;
    this.#identity = identity;
    this.#ears = ears;
  }

  /** @type {State} */
  state = "idle";

  /** @type {import("./shell.js").Shell} */ #shell;
  /** @type {string} */ #url;
  /** @type {import("./identity.js").Identity} */ #identity;
  /** @type {Ears} */ #ears;
  /** @type {Line<any> | null} */ #line = null;
  /** @type {(() => Line<any>) | null} */ #dialWorker = null;
  /** @type {any} */ #retryTimer = null;
  #tries = 0;

  /** @returns {number | null} */
  get roundTripMs() {
    return this.#line?.roundTripMs ?? null;
  }

  /** Begins. */
  call() {
    this.#step("call");
  }

  /** Leaves the lobby for a room's worker. @param {{ address: string, ticket: string }} where @param {Way} way */
  reroute({ address, ticket }, way) {
    this.#dialWorker = () => new Line(this.#shell, {
      url: address,
      token: ticket,
      back: way.hello,
      counts: way,
      outgoing: CLIENT_TO_WORKER,
      incoming: WORKER_TO_CLIENT,
      onMessage: this.#ears.onWorker,
      onOver: this.#ears.onWorkerOver,
      onAcknowledged: (received) => { if (this.state === "room") way.confirm(received); },
    });
    this.#step("reroute");
  }

  /** The worker let the client in. */
  joined() {
    this.#tries = 0;
    this.#step("joined");
  }

  /** The way to a worker, or the stay there, is over: back to the lobby. @param {RoomError} error */
  over(error) {
    this.#step(error.isFinal ? "over" : "lost", error);
  }

  /** This line is of no use: back to the lobby, after a while. @param {RoomError} error */
  lost(error) {
    this.#step("lost", error);
  }

  /** What the lobby was called for is done: the next call need not wait long. */
  settled() {
    this.#tries = 0;
  }

  close() {
    this.#step("close");
  }

  /** @param {string} name @param {any} fields */
  send(name, fields) {
    this.#line?.send(name, fields);
  }

  /** @param {Uint8Array} payload */
  sendPayload(payload) {
    this.#line?.sendPayload(payload);
  }

  /** @param {import("./states.js").Event} event @param {RoomError | null} [error] */
  #step(event, error = null) {
    const before = this.state;
    this.state = next(before, event);
    // Only a welcome and a join go on with the line that brought them.
    if (event !== "welcomed" && event !== "joined") this.#drop();
    this.#begin[this.state]?.();
    this.#ears.onChange(this.state, before, error);
  }

  #drop() {
    this.#line?.close();
    this.#line = null;
    this.#shell.clearTimeout(this.#retryTimer);
  }

  /** What a state begins with. @type {Partial<Record<State, () => void>>} */
  #begin = {
    calling: () => void this.#callLobby(),
    waiting: () => {
      const longestMs = this.#ears.wantedRoom() ? LONGEST_TO_A_SEAT_MS : undefined;
      this.#retryTimer = this.#shell.setTimeout(() => this.#step("retry"), backoffMs(this.#tries, this.#shell.random, longestMs));
      this.#tries += 1;
    },
    rerouting: () => { this.#line = this.#dialWorker?.() ?? null; },
  };

  async #callLobby() {
    try {
      const token = await this.#identity.token();
      if (this.state !== "calling" || this.#line) return;
      this.#line = new Line(this.#shell, {
        url: `${this.#url.replace(/^http/, "ws")}/ws`,
        token,
        back: { session: this.#ears.wantedRoom(), ownerEpoch: 0, received: -1 },
        outgoing: CLIENT_TO_LOBBY,
        incoming: LOBBY_TO_CLIENT,
        onMessage: (name, fields) => this.#fromLobby(name, fields),
        onOver: (error) => this.#lobbyOver(error),
      });
    } catch (error) {
      if (this.state === "calling") this.#lobbyOver(asRoomError(error));
    }
  }

  /** @param {string} name @param {any} fields */
  #fromLobby(name, fields) {
    if (name === "welcome") this.#step("welcomed");
    this.#ears.onLobby(name, fields);
  }

  /** @param {RoomError} error */
  #lobbyOver(error) {
    const isStranger = IDENTITY_ERRORS.includes(error.name);
    if (isStranger) this.#identity.forget();
    this.#step(error.isFinal && !isStranger ? "refused" : "lost", error);
  }
}
