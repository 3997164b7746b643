// Who sits on the seats of a room. Every member who plays is a player; people who share its screen are added ones, with
// names and numbers of their own. A player stays the same object for as long as it is there.

import { PLAYER_COLOURS } from "./protocol.js";

/** @typedef {import("./picture.js").Member} Member */

export class Player {
  /** @param {number} id @param {Member} member @param {boolean} isLocal @param {string | null} username null: the member's */
  constructor(id, member, isLocal, username) {
    /** What a reference to this player in a scene is. */
    this.id = id;
    /** Whose screen it sits at. */
    this.member = member;
    /** Whether it sits at this one. */
    this.isLocal = isLocal;
    /** The same everywhere. */
    this.colour = PLAYER_COLOURS[(id - 1) % PLAYER_COLOURS.length] ?? "";
    /** @type {string | null} */
    this.ownName = username;
  }

  get name() {
    return this.ownName ?? this.member.username;
  }

  /** The member's. */
  get number() {
    return this.member.number;
  }

  get isAway() {
    return this.member.isAway;
  }

  get pingMs() {
    return this.member.pingMs;
  }

  /** Whether it shares the screen of a member who plays as well. */
  get isAdded() {
    return this.id !== this.member.number;
  }
}

/** The players of a room by id, kept beside its members. */
export class Players {
  /** @type {Map<number, Player>} */
  byId = new Map();
  #you = 0;

  /**
   * The whole picture.
   * @param {number} you @param {Iterable<Member>} members @param {import("./protocol.js").PlayerRow[]} added
   */
  show(you, members, added) {
    const before = this.byId;
    const known = new Map([...members].map((member) => [member.number, member]));
    this.#you = you;
    this.byId = new Map();
    for (const member of known.values()) if (member.role === "player") this.add(member, member.number, null, before);
    for (const { player, member, username } of added) this.add(known.get(member), player, username, before);
  }

  /**
   * @param {Member | undefined} member @param {number} id @param {string | null} username @param {Map<number, Player>} [before]
   * @returns {Player | null}
   */
  add(member, id, username, before) {
    if (!member) return null;
    const player = before?.get(id) ?? new Player(id, member, member.number === this.#you, username);
    player.member = member;
    player.ownName = username;
    this.byId.set(id, player);
    return player;
  }

  /** @param {number} id @returns {Player | null} */
  remove(id) {
    const player = this.byId.get(id) ?? null;
    this.byId.delete(id);
    return player;
  }

  /** All at that member's screen. @param {number} number @returns {Player[]} */
  of(number) {
    return [...this.byId.values()].filter((player) => player.member.number === number);
  }
}
