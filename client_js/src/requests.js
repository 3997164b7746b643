// Questions that carry a request id and wait for their answer. The other side remembers answers by that id, so a
// question may be asked again over a new line and still be done only once.

import { RoomError } from "./errors.js";
import { ALPHABET, REQUEST_ID_CHARS } from "./protocol.js";
import { drawId } from "./shell.js";

const PATIENCE_MS = 20_000;

/**
 * @typedef {{
 *   name: any, fields: any, timer: any,
 *   resolve: (value: any) => void, reject: (error: RoomError) => void,
 * }} Waiting
 */

export class Requests {
  /** @param {import("./shell.js").Shell} shell @param {(name: any, fields: any) => void} send */
  constructor(shell, send) {
    this.shell = shell;
    this.send = send;
    /** @type {Map<string, Waiting>} */
    this.waiting = new Map();
  }

  /**
   * Sends the message with a request id of its own. Rejects with what the other side refuses, or after 20 s.
   * @param {string} name @param {Record<string, unknown>} fields @returns {Promise<any>}
   */
  ask(name, fields) {
    const request = drawId(this.shell.random, ALPHABET, REQUEST_ID_CHARS);
    return new Promise((resolve, reject) => {
      const timer = this.shell.setTimeout(() => this.reject(request, new RoomError("line-lost")), PATIENCE_MS);
      const message = { ...fields, request };
      this.waiting.set(request, { name, fields: message, timer, resolve, reject });
      this.send(name, message);
    });
  }

  /** Asks everything that still waits once more, over a new line. */
  repeat() {
    for (const { name, fields } of this.waiting.values()) this.send(name, fields);
  }

  /** @param {string} request @param {unknown} [value] @returns {boolean} whether it was asked here */
  resolve(request, value) {
    const waiting = this.#take(request);
    waiting?.resolve(value);
    return waiting !== undefined;
  }

  /** @param {string} request @param {RoomError} error @returns {boolean} whether it was asked here */
  reject(request, error) {
    const waiting = this.#take(request);
    waiting?.reject(error);
    return waiting !== undefined;
  }

  /** For answers that carry no request id. @param {(name: string, fields: any) => boolean} isAnswered */
  settle(isAnswered) {
    for (const [request, { name, fields }] of this.waiting) if (isAnswered(name, fields)) this.resolve(request);
  }

  /** @param {RoomError} error */
  rejectAll(error) {
    for (const request of this.waiting.keys()) this.reject(request, error);
  }

  /** @param {string} request */
  #take(request) {
    const waiting = this.waiting.get(request);
    this.waiting.delete(request);
    this.shell.clearTimeout(waiting?.timer);
    return waiting;
  }
}
