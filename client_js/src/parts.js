// Joins the parts of a message that is too long for one frame. The parts of one kind come in order and fill `total`
// bytes exactly; parts of different kinds may be interleaved. Only servers send parts, so there is no splitting here.

import { RoomError } from "./errors.js";

/** @typedef {{ body: Uint8Array, filled: number }} Growing */

export class Joiner {
  /** @param {(kind: number) => number} longest the bound of a kind in bytes; 0 for one that may not travel in parts */
  constructor(longest) {
    this.longest = longest;
    /** @type {Map<number, Growing>} */
    this.growing = new Map();
  }

  /**
   * @param {import("./protocol.js").PartMessage} part
   * @returns {Uint8Array | null} the whole message's bytes with its last part
   */
  add({ kind, total, chunk }) {
    const longest = this.longest(kind);
    if (!longest) throw new RoomError("message-unknown");
    if (total > longest) throw new RoomError("message-too-large");
    const message = this.growing.get(kind) ?? { body: new Uint8Array(total), filled: 0 };
    if (message.body.length !== total || !chunk.length || message.filled + chunk.length > total) {
      throw new RoomError("message-malformed", "A part does not fit the parts before it.");
    }
    message.body.set(chunk, message.filled);
    message.filled += chunk.length;
    this.growing.set(kind, message);
    if (message.filled < total) return null;
    this.growing.delete(kind);
    return message.body;
  }
}
