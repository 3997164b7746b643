// The live list of rooms: a full list once, then changes. It stays as it was while the lobby cannot be reached, and is
// asked for anew after each welcome. Nothing is asked before the first `watch`.

import { Emitter } from "./emitter.js";
import { LIST_ROWS } from "./protocol.js";

/**
 * @typedef {import("./protocol.js").RoomRow} RoomRow
 * @typedef {import("./protocol.js").SubscribeRoomsMessage} Subscription
 * @typedef {(one: RoomRow, other: RoomRow) => number} Order
 */

/** @type {Subscription} */
const EVERYTHING = { game: "", options: {}, sort: "newest", openOnly: false, most: LIST_ROWS };

const FAR_MS = 2 ** 31;
const fullness = (/** @type {RoomRow} */ row) => row.players / Math.max(row.seats, 1);
// Upper and lower case in turn come close to Python's `casefold`, which JavaScript lacks.
const folded = (/** @type {string} */ text) => text.normalize("NFKC").toUpperCase().toLowerCase();
const byText = (/** @type {string} */ one, /** @type {string} */ other) => (one < other ? -1 : Number(one > other));
const newerFirst = (/** @type {RoomRow} */ one, /** @type {RoomRow} */ other) => other.createdMs - one.createdMs;

/** The lobby's own orders (shared/rules/listing.py). @type {Record<Subscription["sort"], Order>} */
const ORDERS = {
  newest: newerFirst,
  name: (one, other) => byText(folded(one.name), folded(other.name)),
  fullest: (one, other) => fullness(other) - fullness(one),
  emptiest: (one, other) => fullness(one) - fullness(other),
  ping: (one, other) => (one.hostPingMs ?? FAR_MS) - (other.hostPingMs ?? FAR_MS),
};

/** Of equal rows the newer stands first, then the id decides. @param {Subscription["sort"]} sort @returns {Order} */
export function orderBy(sort) {
  return (one, other) => ORDERS[sort](one, other) || newerFirst(one, other) || byText(one.roomId, other.roomId);
}

export class RoomList {
  /** @param {(name: "all-rooms" | "update-rooms", fields: any) => void} send */
  constructor(send) {
    this.send = send;
    /** In the asked order. @type {RoomRow[]} */
    this.rows = [];
    /** Matching rooms beyond these rows. */
    this.more = 0;
    /** @type {Subscription | null} */
    this.subscription = null;
    /** @type {Emitter<{ change: [rows: RoomRow[], more: number] }>} */
    this.events = new Emitter();
  }

  /** Begins, or changes, what is watched. @param {Partial<Subscription>} [wishes] */
  watch(wishes = {}) {
    this.subscription = { ...EVERYTHING, ...wishes };
    this.resume();
  }

  /** Asks for the list over a line that is new. */
  resume() {
    if (this.subscription) this.send("all-rooms", this.subscription);
  }

  /** Asks the lobby to look at the directory now. */
  refresh() {
    this.send("update-rooms", {});
  }

  /** @param {"change"} event @param {(rows: RoomRow[], more: number) => void} listener */
  on(event, listener) {
    return this.events.on(event, listener);
  }

  /** @param {string} roomId */
  get(roomId) {
    return this.rows.find((row) => row.roomId === roomId);
  }

  /** @param {import("./protocol.js").AllRoomsMessage} list */
  replace({ rooms, more }) {
    this.#show(rooms, more);
  }

  /** @param {import("./protocol.js").UpdateRoomsMessage} update */
  apply({ changed, removed, more }) {
    const rows = new Map(this.rows.map((row) => [row.roomId, row]));
    for (const roomId of removed) rows.delete(roomId);
    for (const row of changed) rows.set(row.roomId, row);
    this.#show([...rows.values()], more);
  }

  /** @param {RoomRow[]} rows @param {number} more */
  #show(rows, more) {
    this.rows = rows.sort(orderBy(this.subscription?.sort ?? EVERYTHING.sort));
    this.more = more;
    this.events.emit("change", this.rows, more);
  }
}
