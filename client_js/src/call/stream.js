// One direction each way of numbered messages: kept until they are acknowledged, said again over another path, and
// delivered once and in order, however they arrive. Absent: paths, time, and what the messages mean.

import { RoomError } from "../errors.js";

/** What may be on its way to one member; one more is refused as `too-many-requests`, so that nothing is lost in silence. */
export const KEPT_MESSAGES = 2000;
const KEPT_BYTES = 4 * 1024 * 1024;
/** What msgpack puts before each message of a frame, at most. */
const HEAD_BYTES = 5;

/** @typedef {{ first: number, items: Uint8Array[] }} Run messages in a row, the first one's number */

export class Stream {
  /** Not acknowledged yet, oldest first. @type {Uint8Array[]} */
  #kept = [];
  #keptBytes = 0;
  #acknowledged = 0;
  /** The last one that was written to the present path. */
  #written = 0;
  /** All up to this one have been delivered. */
  received = 0;
  /** What came before its turn. @type {Map<number, Uint8Array>} */
  #early = new Map();

  get isWaiting() {
    return this.#written < this.#acknowledged + this.#kept.length;
  }

  /** Something was said that the other has not confirmed. */
  get isOwed() {
    return this.#kept.length > 0;
  }

  get acknowledged() {
    return this.#acknowledged;
  }

  /** So many bytes more would be too much. @param {number} bytes */
  isNearlyFull(bytes) {
    return this.#kept.length >= KEPT_MESSAGES || this.#keptBytes + bytes > KEPT_BYTES;
  }

  /** @param {Uint8Array} item */
  add(item) {
    if (this.isNearlyFull(item.length)) {
      throw new RoomError("too-many-requests", "Too much waits to be sent to this member.");
    }
    this.#kept.push(item);
    this.#keptBytes += item.length;
  }

  /** Nobody knows what of the unconfirmed has arrived: all of it goes out again. */
  rewind() {
    this.#written = this.#acknowledged;
  }

  /** The next ones that are not written, one at least, and marks them. @param {number} mostBytes @returns {Run | null} */
  take(mostBytes) {
    const begin = this.#written - this.#acknowledged;
    let end = begin;
    let bytes = 0;
    for (; end < this.#kept.length; end += 1) {
      bytes += (this.#kept[end]?.length ?? 0) + HEAD_BYTES;
      if (end > begin && bytes > mostBytes) break;
    }
    if (end === begin) return null;
    this.#written = this.#acknowledged + end;
    return { first: this.#acknowledged + begin + 1, items: this.#kept.slice(begin, end) };
  }

  /** The other has got so many. @param {number} count */
  confirm(count) {
    const news = Math.min(count - this.#acknowledged, this.#kept.length);
    if (news <= 0) return;
    for (const item of this.#kept.splice(0, news)) this.#keptBytes -= item.length;
    this.#acknowledged += news;
    this.#written = Math.max(this.#written, this.#acknowledged);
  }

  /** What arrived. @param {Run} run @returns {Uint8Array[]} what is now due, in order */
  accept({ first, items }) {
    items.forEach((item, index) => {
      const number = first + index;
      if (number > this.received && number <= this.received + KEPT_MESSAGES) this.#early.set(number, item);
    });
    const due = [];
    for (let item = this.#early.get(this.received + 1); item; item = this.#early.get(this.received + 1)) {
      this.received += 1;
      this.#early.delete(this.received);
      due.push(item);
    }
    return due;
  }
}
