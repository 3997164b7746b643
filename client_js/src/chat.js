// A room's chat: the last lines, oldest first, and new ones as they come. One's own lines come back from the room like
// everybody else's, so that all members see the same order.

import { Emitter } from "./emitter.js";
import { CHAT_HISTORY } from "./protocol.js";

/** @typedef {import("./protocol.js").ChatRow} ChatRow */

export class Chat {
  /** @param {(text: string) => void} send */
  constructor(send) {
    /** @type {ChatRow[]} */
    this.lines = [];
    /** @param {string} text */
    this.send = (text) => send(text);
    /** @type {Emitter<{ line: [line: ChatRow], reset: [] }>} */
    this.events = new Emitter();
  }

  /**
   * `line`: one more. `reset`: the lines are others than before, since some were missed while the line was lost.
   * @param {"line" | "reset"} event @param {(line: ChatRow) => void} listener
   */
  on(event, listener) {
    return this.events.on(event, /** @type {(line?: ChatRow) => void} */ (listener));
  }

  /** @param {ChatRow[]} lines */
  reset(lines) {
    this.lines = lines;
    this.events.emit("reset");
  }

  /** @param {ChatRow} line */
  add(line) {
    this.lines = [...this.lines, line].slice(-CHAT_HISTORY);
    this.events.emit("line", line);
  }
}
