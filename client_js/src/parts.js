// Parts of messages that are too long for one frame. The parts of one kind come in order and fill `total` bytes exactly.
// A server may put parts of other kinds between them; a client sends one message whole before the next.

import { encode } from "./codec.js";
import { RoomError } from "./errors.js";
import { PART_BYTES } from "./protocol.js";

/** @typedef {{ body: Uint8Array, filled: number }} Growing */

/**
 * The payloads to send, one a frame: the encoded message, or its parts.
 * @param {import("./protocol.js").Table} table @param {string} name @param {Record<string, any>} fields @returns {Uint8Array[]}
 */
export function split(table, name, fields) {
  return inParts(table, name, encode(table, name, fields));
}

/** The same of a message that was encoded before. @param {import("./protocol.js").Table} table @param {string} name @param {Uint8Array} whole */
export function inParts(table, name, whole) {
  const kind = table[name]?.kind ?? 0;
  if (whole.length <= PART_BYTES || !table.part) return [whole];
  const payloads = [];
  for (let start = 0; start < whole.length; start += PART_BYTES) {
    payloads.push(encode(table, "part", { kind, total: whole.length, chunk: whole.subarray(start, start + PART_BYTES) }));
  }
  return payloads;
}

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
