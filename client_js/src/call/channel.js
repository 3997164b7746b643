// What two members say to each other: one ordered, reliable channel whatever path it takes, and beside it what may be
// dropped. A path is used or changed at any time; what was under way then goes out again, and the other drops its doubles.
//
// A frame is `[count of what I have got, number of the first message, messages]`, each message the bytes of `[type, body]`.

import { packBody, unpackBody } from "../codec.js";
import { RoomError } from "../errors.js";
import { BODY_BYTES } from "../protocol.js";
import { Stream } from "./stream.js";

/** With room for what is around it on either path. */
export const MESSAGE_BYTES = BODY_BYTES - 1024;
const ACK_AFTER_MS = 200;
/** Nothing acknowledged for so long, while there is a path: it goes out again. */
const REPEAT_AFTER_MS = 4000;

/**
 * @typedef {[acknowledged: number, first: number, items: Uint8Array[]]} Frame
 * @typedef {{ write: (frame: Frame) => void, ready: (channel: Channel) => boolean }} Path `ready`: whether a frame may go
 *   at once; if not, the path calls `flush` when it may
 */

export class Channel {
  /**
   * @param {import("../shell.js").Shell} shell
   * @param {(type: string, body: unknown) => void} deliver
   */
  constructor(shell, deliver) {
    this.shell = shell;
    this.deliver = deliver;
    this.stream = new Stream();
    /** @type {Path | null} */
    this.path = null;
    this.owesAck = false;
    this.repeatMs = REPEAT_AFTER_MS;
    /** @type {any} */
    this.ackTimer = null;
    /** @type {any} */
    this.repeatTimer = null;
  }

  /** Raises message-too-large, too-many-requests. @param {string} type @param {unknown} body */
  send(type, body) {
    const item = packBody([type, body]);
    if (item.length > MESSAGE_BYTES) throw new RoomError("message-too-large");
    this.stream.add(item);
    this.flush();
  }

  /** From now on by this path, or by none. @param {Path | null} path */
  use(path) {
    if (path === this.path) return;
    this.path = path;
    this.repeatMs = REPEAT_AFTER_MS;
    this.stream.rewind();
    this.flush();
  }

  /** No message of whatever size fits in for sure. */
  get isFull() {
    return this.stream.isNearlyFull(MESSAGE_BYTES);
  }

  get isWaiting() {
    return this.stream.isWaiting || this.owesAck;
  }

  /** Writes as much as the path takes. */
  flush() {
    while (this.stream.isWaiting && this.path?.ready(this)) this.#write();
    if (this.stream.isOwed) this.#watch();
  }

  /** One frame, if there is anything to say. */
  writeOne() {
    if (this.path && this.isWaiting) this.#write();
  }

  /** @param {unknown} frame as it came, from whom one need not trust */
  hear(frame) {
    if (!isFrame(frame)) return;
    const [acknowledged, first, items] = frame;
    const before = this.stream.acknowledged;
    this.stream.confirm(acknowledged);
    if (this.stream.acknowledged > before) this.#progress();
    if (!items.length) return;
    this.#acknowledgeSoon();
    for (const item of this.stream.accept({ first, items })) this.#deliver(item);
  }

  close() {
    this.path = null;
    this.shell.clearTimeout(this.ackTimer);
    this.shell.clearTimeout(this.repeatTimer);
  }

  #write() {
    const run = this.stream.take(MESSAGE_BYTES) ?? { first: 0, items: [] };
    this.shell.clearTimeout(this.ackTimer);
    this.ackTimer = null;
    this.owesAck = false;
    this.path?.write([this.stream.received, run.first, run.items]);
  }

  /** @param {Uint8Array} item */
  #deliver(item) {
    const message = read(item);
    if (Array.isArray(message) && typeof message[0] === "string") this.deliver(message[0], message[1]);
  }

  #acknowledgeSoon() {
    this.ackTimer ??= this.shell.setTimeout(() => {
      this.ackTimer = null;
      this.owesAck = true;
      if (this.path?.ready(this)) this.#write();
    }, ACK_AFTER_MS);
  }

  #progress() {
    this.repeatMs = REPEAT_AFTER_MS;
    this.shell.clearTimeout(this.repeatTimer);
    this.repeatTimer = null;
    if (this.stream.isOwed) this.#watch();
  }

  /** A path may swallow what it took (the worker refuses what is above its pace). */
  #watch() {
    this.repeatTimer ??= this.shell.setTimeout(() => {
      this.repeatTimer = null;
      this.repeatMs = Math.min(2 * this.repeatMs, 60_000);
      if (this.path) this.stream.rewind();
      this.flush();
    }, this.repeatMs);
  }
}

/** @param {Uint8Array} item @returns {unknown} */
function read(item) {
  try {
    return unpackBody(item);
  } catch {
    return null; // Anybody may have sent anything; it counts as received.
  }
}

/** @param {unknown} frame @returns {frame is Frame} */
function isFrame(frame) {
  if (!Array.isArray(frame)) return false;
  const [acknowledged, first, items] = frame;
  return Number.isSafeInteger(acknowledged) && Number.isSafeInteger(first) && Array.isArray(items)
    && items.every((item) => item instanceof Uint8Array);
}
