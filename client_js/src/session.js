// A member's presence in a room, which outlives its line: the secret to come back with, both counts, and the counted
// messages of its own that the room may not have got. Nothing is numbered on the wire; both ends count.
//
// It is told what came over a line and says what the next hello says. `saved` carries it over a reload: the new page has
// no picture of the room, so it asks for the whole one.

import { RoomError } from "./errors.js";

/** What may wait for the room's confirmation; one more is refused as `too-many-requests`, so that nothing is lost in silence. */
export const KEPT_MESSAGES = 2000;
const KEPT_BYTES = 4 * 1024 * 1024;

const NO_PICTURE = -1;

/**
 * `name` is the message's own, `payload` its encoded bytes.
 * @typedef {{ name: string, payload: Uint8Array }} Kept
 * @typedef {{
 *   roomId: string, game: string, roomName: string, code: string, ownerEpoch: number, you: number, confirmed: number, kept: Kept[],
 * }} SavedSession
 */

export class Session {
  /** @param {SavedSession | null} [saved] */
  constructor(saved = null) {
    this.roomId = saved?.roomId ?? "";
    this.game = saved?.game ?? "";
    this.roomName = saved?.roomName ?? "";
    this.code = saved?.code ?? "";
    this.ownerEpoch = saved?.ownerEpoch ?? 0;
    /** One's number among the members; 0 before the first picture. */
    this.you = saved?.you ?? 0;
    /** Counted messages of the room that have arrived since the last whole picture. */
    this.received = 0;
    /** Whether there is a picture that `received` goes on from. */
    this.isWhole = false;
    /** Counted messages of one's own that the room has got. */
    this.confirmed = saved?.confirmed ?? 0;
    /** Those beyond them, oldest first. @type {Kept[]} */
    this.kept = saved?.kept ?? [];
    this.keptBytes = this.kept.reduce((sum, { payload }) => sum + payload.length, 0);
  }

  /** All counted messages of one's own so far. */
  get sent() {
    return this.confirmed + this.kept.length;
  }

  /** What the hello to a worker says beside version and ticket. */
  get hello() {
    return { session: this.code, ownerEpoch: this.ownerEpoch, received: this.isWhole ? this.received : NO_PICTURE };
  }

  /** One more counted message is under way. @param {Kept} message */
  add(message) {
    const { length } = message.payload;
    if (this.kept.length >= KEPT_MESSAGES || this.keptBytes + length > KEPT_BYTES) {
      throw new RoomError("too-many-requests", "Too much waits to be sent. Wait until the connection is back.");
    }
    this.kept.push(message);
    this.keptBytes += length;
  }

  /** So many have arrived in the room. @param {number} received */
  confirm(received) {
    const arrived = this.kept.splice(0, Math.max(0, received - this.confirmed));
    this.confirmed += arrived.length;
    for (const { payload } of arrived) this.keptBytes -= payload.length;
  }

  /** What the room had not got when it had got so many. @param {number} received */
  keptAfter(received) {
    return this.kept.slice(Math.max(0, received - this.confirmed));
  }

  /**
   * The whole picture: what comes from the room is counted from here on. Whoever is somebody new there cannot know what
   * of the rest has arrived, and does not say it again.
   * @param {import("./protocol.js").RoomJoinedMessage} picture @returns {number} messages that may be lost
   */
  join({ roomId, game, name, ownerEpoch, received, authority, you, hasReturned }) {
    this.confirm(received);
    const lost = hasReturned && you === this.you ? [] : this.kept.splice(0);
    if (lost.length) this.keptBytes = 0;
    this.confirmed = received;
    this.you = you;
    this.roomId = roomId;
    this.game = game;
    this.roomName = name;
    this.ownerEpoch = ownerEpoch;
    this.received = 0;
    this.isWhole = authority !== "host";
    return lost.length;
  }

  /** The host's snapshot has come: with it the picture is whole. */
  brief() {
    this.isWhole = true;
  }

  /** Nothing is lost: what was missed follows, and both counts go on. @param {import("./protocol.js").RoomResumedMessage} answer */
  resume({ received }) {
    this.confirm(received);
  }

  /** @returns {SavedSession} */
  get saved() {
    const { roomId, game, roomName, code, ownerEpoch, you, confirmed, kept } = this;
    return { roomId, game, roomName, code, ownerEpoch, you, confirmed, kept };
  }
}
