// The host's side of a room, in authority "host": its program decides, and hands its state to the room now and then, so
// that newcomers and the next host go on from there. The room keeps what was said since (the journal) beside it.

import { packBody, unpackBody } from "./codec.js";
import { guarded, report } from "./emitter.js";
import { RoomError } from "./errors.js";
import { SNAPSHOT_BYTES, TO_OTHERS } from "./protocol.js";

/**
 * What was said after the snapshot. `from` is null for what the host of that time said as host.
 * @typedef {{ type: string, body: any, from: import("./picture.js").Member | null }} JournalEntry
 * @typedef {(state: any, journal: JournalEntry[], how: { isWhole: boolean }) => void} SnapshotListener
 * @typedef {import("./room.js").Room} Room
 * @typedef {import("./room.js").Link} Link
 */

export class Hosting {
  /** @param {Room} room @param {Link} link */
  constructor(room, link) {
    this.room = room;
    this.link = link;
    /** Of undefined it is known that there is no state yet. @type {(() => unknown) | null} */
    this.state = null;
    /** @type {SnapshotListener | null} */
    this.show = null;
    this.isAsked = false;
    /** How often everything began anew: a state that was asked for before says nothing now. */
    this.begun = 0;
    /** What the last deposit covered. */
    this.covered = "";
  }

  /** @param {() => unknown} state */
  onDeposit(state) {
    this.state = state;
    if (this.isAsked) this.deposit();
  }

  /** The room asks for the state, or its own program wants it to be kept. */
  ask() {
    this.isAsked = true;
    this.deposit();
  }

  /** Hands the state in, as soon as everything that led to it has been sent; unless the room has it and nobody asks. */
  deposit() {
    if (this.isLeading) this.link.afterwards(() => void this.#deposit());
  }

  /** Whether oneself decides here, by a state that can be handed on. */
  get isLeading() {
    return this.state !== null && this.room.isHost && this.room.authority === "host";
  }

  /** A host that goes leaves its state behind. @returns {Promise<void>} */
  lastWord() {
    this.isAsked = true;
    return new Promise((resolve) => this.link.afterwards(() => void this.#deposit().then(resolve)));
  }

  /** The host changed, or a whole picture came: what was covered is no longer known. */
  begin() {
    this.begun += 1;
    this.covered = "";
    this.isAsked = false;
  }

  /** @param {import("./protocol.js").SnapshotMessage} snapshot */
  receive({ isWhole, body, journal, received }) {
    const said = this.link.sentAfter(received).filter((message) => this.#isForAll(message)).map((message) => this.#own(message));
    const entries = [...journal.flatMap((row) => this.#entries(row)), ...said];
    guarded(() => this.show?.(body.length ? unpackBody(body) : null, entries, { isWhole }));
  }

  /** What keeps the application from giving its state is reported; the next deposit is the next chance. @returns {Promise<void>} */
  #deposit() {
    return this.#handIn().catch(report);
  }

  /** A state that comes later is that of now: what happens meanwhile is not covered. */
  async #handIn() {
    const { begun, room: { hostEpoch } } = this;
    const { received, sent } = this.link.counts();
    const covered = `${hostEpoch} ${received} ${sent}`;
    if (!this.state || (covered === this.covered && !this.isAsked)) return;
    const asked = this.state();
    if (asked === undefined) return;
    const state = asked instanceof Promise ? await asked : asked;
    const body = packBody(state);
    if (begun !== this.begun || this.room.state !== "present") return;
    if (body.length <= SNAPSHOT_BYTES) this.link.send("deposit", { hostEpoch, received, sent, tick: 0, body });
    else this.room.complain(new RoomError("message-too-large", "The host's state is too large to be kept."));
    this.isAsked = false;
    this.covered = covered;
  }

  /** @param {import("./protocol.js").JournalRow} row @returns {JournalEntry[]} none, if anybody sent what cannot be read */
  #entries({ sender, type, body }) {
    try {
      return [{ type, body: unpackBody(body), from: sender ? this.room.member(sender) : null }];
    } catch {
      return [];
    }
  }

  /** One's own that the room had not got yet. @param {{ name: string, fields: any }} message @returns {JournalEntry} */
  #own({ name, fields }) {
    return { type: fields.type, body: unpackBody(fields.body), from: name === "as-host" ? null : this.room.me };
  }

  /** What the room will note in its journal when it gets it. @param {{ name: string, fields: any }} message */
  #isForAll({ name, fields }) {
    return fields.to === TO_OTHERS && (name === "relay" || (name === "as-host" && fields.hostEpoch === this.room.hostEpoch));
  }
}
