// What there is to see of a room, as the worker tells it: who is there, who leads, the doors, the chat. The whole picture
// comes first (and again when something was missed), then each change with its notice.

import { Chat } from "./chat.js";
import { Emitter } from "./emitter.js";

/**
 * `pingMs`: the member's round trip to the worker; null until measured.
 * @typedef {import("./protocol.js").MemberRow & { pingMs: number | null }} Member
 * @typedef {import("./protocol.js").RoomJoinedMessage} RoomJoinedMessage
 * @typedef {import("./protocol.js").WorkerToClient} WorkerToClient
 * @typedef {RoomJoinedMessage["doors"]} Doors
 * @typedef {{
 *   joined: [member: Member],
 *   left: [member: Member, reason: string],
 *   renamed: [member: Member, before: string],
 *   away: [member: Member],
 *   back: [member: Member],
 *   seat: [member: Member],
 *   host: [host: Member | null],
 *   doors: [],
 *   pings: [],
 *   resumed: [how: { recovered: boolean, lost: number }],
 *   error: [error: import("./errors.js").RoomError],
 *   over: [reason: import("./errors.js").RoomError],
 * }} Notices
 */

export class Picture {
  /** @param {RoomJoinedMessage} picture @param {(text: string) => void} say */
  constructor(picture, say) {
    this.id = picture.roomId;
    this.game = picture.game;
    this.name = picture.name;
    this.seats = picture.seats;
    this.spectatorSeats = picture.spectatorSeats;
    this.authority = picture.authority;
    this.options = picture.options;
    this.chat = new Chat([], say);
    /**
     * What happens to the room itself. `away` and `back` are about others and oneself; `seat`: a spectator is a player
     * now; `resumed`: oneself is back, *recovered* when not a message is missing, else everything here was renewed, and
     * `lost` of one's own messages may not have arrived.
     * @type {Emitter<Notices>}
     */
    this.notices = new Emitter();
    this.show(picture);
  }

  /** By number, in order of arrival. @type {Map<number, Member>} */
  members = new Map();
  hostEpoch = 0;
  /** Who gets in: who sees the list, who knows the id, who has the invite code. @type {Doors} */
  doors = "public";
  /** Nobody new gets in. */
  isLocked = false;
  /** The code that opens a private room, else empty. */
  invite = "";
  #you = 0;
  #host = 0;

  /** Oneself. @returns {Member} */
  get me() {
    return this.member(this.#you);
  }

  get players() {
    return [...this.members.values()].filter(({ role }) => role === "player");
  }

  get spectators() {
    return [...this.members.values()].filter(({ role }) => role === "spectator");
  }

  /** Who leads; null for a moment without anybody. @returns {Member | null} */
  get host() {
    return this.members.get(this.#host) ?? null;
  }

  get isHost() {
    return this.#host === this.#you;
  }

  /** Who just left may still be named. @param {number} number @returns {Member} */
  member(number) {
    return this.members.get(number) ?? { number, clientId: "", username: "", role: "player", isAway: false, pingMs: null };
  }

  /** @param {RoomJoinedMessage} picture */
  show(picture) {
    const before = this.members;
    this.#you = picture.you;
    this.#host = picture.host;
    this.hostEpoch = picture.hostEpoch;
    this.members = new Map(picture.members.map((row) => [row.number, { ...row, pingMs: before.get(row.number)?.pingMs ?? null }]));
    this.#openDoors(picture);
    this.chat.reset(picture.chat);
  }

  /** @template {keyof WorkerToClient} K @param {K} name @param {WorkerToClient[K]} fields */
  change(name, fields) {
    this.#changes[name]?.(fields);
  }

  /** @param {Pick<RoomJoinedMessage, "doors" | "isLocked" | "invite">} doors */
  #openDoors({ doors, isLocked, invite }) {
    this.doors = doors;
    this.isLocked = isLocked;
    this.invite = invite;
  }

  /** @param {number} number @param {boolean} isAway @param {"away" | "back"} notice */
  #move(number, isAway, notice) {
    const member = this.member(number);
    member.isAway = isAway;
    this.notices.emit(notice, member);
  }

  /** @type {{ [K in keyof WorkerToClient]?: (fields: WorkerToClient[K]) => void }} */
  #changes = {
    "chat": ({ number, text, sentMs }) => this.chat.add({ number, username: this.member(number).username, text, sentMs }),
    "member-joined": (row) => {
      const member = { ...row, isAway: false, pingMs: null };
      this.members.set(member.number, member);
      this.notices.emit("joined", member);
    },
    "member-left": ({ number, reason }) => {
      const member = this.member(number);
      this.members.delete(number);
      this.notices.emit("left", member, reason);
    },
    "member-away": ({ number }) => this.#move(number, true, "away"),
    "member-back": ({ number }) => this.#move(number, false, "back"),
    "member-pings": ({ pings }) => {
      for (const { number, pingMs } of pings) this.member(number).pingMs = pingMs;
      this.notices.emit("pings");
    },
    "take-seat": ({ number }) => {
      this.member(number).role = "player";
      this.notices.emit("seat", this.member(number));
    },
    "host-changed": ({ number, hostEpoch }) => {
      this.#host = number;
      this.hostEpoch = hostEpoch;
      this.notices.emit("host", this.host);
    },
    "set-doors": (doors) => {
      this.#openDoors(doors);
      this.notices.emit("doors");
    },
    "set-username": ({ number, username }) => {
      const member = this.member(number);
      const before = member.username;
      member.username = username;
      this.notices.emit("renamed", member, before);
    },
  };
}
