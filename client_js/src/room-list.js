// The live list of rooms: a full list once, then changes, each row with its ping. It stays as it was while the lobby
// cannot be reached, and is asked for anew after each welcome. Nothing is asked or measured before the first `watch`.

import { Emitter } from "./emitter.js";
import { LIST_ROWS } from "./protocol.js";

/**
 * @typedef {import("./protocol.js").RoomRow} RoomRow
 * @typedef {import("./protocol.js").SubscribeRoomsMessage} Subscription
 * @typedef {RoomRow & import("./pings.js").RoomPing} ListedRoom `pingMs` is the way to the host, by the worker; null while
 *   nothing is known of it. `isEstimate`: a leg of it is missing or guessed. `isPingOld`: a leg was not measured lately.
 * @typedef {(one: ListedRoom, other: ListedRoom) => number} Order
 */

/** @type {Subscription} */
const EVERYTHING = { game: "", options: {}, sort: "newest", openOnly: false, most: LIST_ROWS };

const FAR_MS = 2 ** 31;
const fullness = (/** @type {RoomRow} */ row) => row.players / Math.max(row.seats, 1);
// Upper and lower case in turn come close to Python's `casefold`, which JavaScript lacks.
const folded = (/** @type {string} */ text) => text.normalize("NFKC").toUpperCase().toLowerCase();
const byText = (/** @type {string} */ one, /** @type {string} */ other) => (one < other ? -1 : Number(one > other));
const newerFirst = (/** @type {RoomRow} */ one, /** @type {RoomRow} */ other) => other.createdMs - one.createdMs;

/** The lobby's own orders (shared/rules/listing.py), but for the ping, of which it knows one leg. @type {Record<Subscription["sort"], Order>} */
const ORDERS = {
  newest: newerFirst,
  name: (one, other) => byText(folded(one.name), folded(other.name)),
  fullest: (one, other) => fullness(other) - fullness(one),
  emptiest: (one, other) => fullness(one) - fullness(other),
  ping: (one, other) => (one.pingMs ?? FAR_MS) - (other.pingMs ?? FAR_MS),
};

/** Of equal rows the newer stands first, then the id decides. @param {Subscription["sort"]} sort @returns {Order} */
export function orderBy(sort) {
  return (one, other) => ORDERS[sort](one, other) || newerFirst(one, other) || byText(one.roomId, other.roomId);
}

export class RoomList {
  /** @param {(name: "all-rooms" | "update-rooms", fields: any) => void} send @param {import("./pings.js").Pings} pings */
  constructor(send, pings) {
    this.send = send;
    this.pings = pings;
    /** In the asked order. @type {ListedRoom[]} */
    this.rows = [];
    /** Matching rooms beyond these rows. */
    this.more = 0;
    /** @type {Subscription | null} */
    this.subscription = null;
    /** @type {Emitter<{ change: [rows: ListedRoom[], more: number] }>} */
    this.events = new Emitter();
  }

  /** As the lobby told them. @type {Map<string, RoomRow>} */ #told = new Map();

  /** Begins, or changes, what is watched. @param {Partial<Subscription>} [wishes] */
  watch(wishes = {}) {
    this.subscription = { ...EVERYTHING, ...wishes };
    this.resume();
  }

  /** Asks for the list over a line that is new. */
  resume() {
    if (!this.subscription) return;
    this.send("all-rooms", this.subscription);
    this.pings.watch(this.#addresses());
  }

  /** There is no line to the lobby any more. */
  pause() {
    this.pings.stop();
  }

  /** A ping was measured: rows may stand elsewhere now. */
  remeasure() {
    if (this.rows.length) this.#show();
  }

  /** Asks the lobby to look at the directory now. */
  refresh() {
    this.send("update-rooms", {});
  }

  /** @param {"change"} event @param {(rows: ListedRoom[], more: number) => void} listener */
  on(event, listener) {
    return this.events.on(event, listener);
  }

  /** @param {string} roomId */
  get(roomId) {
    return this.rows.find((row) => row.roomId === roomId);
  }

  /** @param {import("./protocol.js").AllRoomsMessage} list */
  replace({ rooms, more }) {
    this.#told = new Map(rooms.map((row) => [row.roomId, row]));
    this.#changed(more);
  }

  /** @param {import("./protocol.js").UpdateRoomsMessage} update */
  apply({ changed, removed, more }) {
    for (const roomId of removed) this.#told.delete(roomId);
    for (const row of changed) this.#told.set(row.roomId, row);
    this.#changed(more);
  }

  /** @param {number} more */
  #changed(more) {
    this.more = more;
    this.#show();
    this.pings.watch(this.#addresses());
  }

  #show() {
    const rows = [...this.#told.values()].map((row) => ({ ...row, ...this.pings.of(row) }));
    this.rows = rows.sort(orderBy(this.subscription?.sort ?? EVERYTHING.sort));
    this.events.emit("change", this.rows, this.more);
  }

  #addresses() {
    return this.rows.map(({ address }) => address);
  }
}
