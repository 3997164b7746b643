// What there is to see of a room, as the worker tells it: who is there, who leads, the doors, the chat. The whole picture
// comes first (and again when something was missed), then each change with its notice.

import { Chat } from "./chat.js";
import { Emitter } from "./emitter.js";
import { Players } from "./players.js";

/**
 * `pingMs`: the member's round trip to the worker; null until measured.
 * @typedef {import("./protocol.js").MemberRow & { pingMs: number | null }} Member
 * @typedef {import("./protocol.js").RoomJoinedMessage} RoomJoinedMessage
 * @typedef {import("./protocol.js").WorkerToClient} WorkerToClient
 * @typedef {import("./players.js").Player} Player
 * @typedef {RoomJoinedMessage["doors"]} Doors
 * @typedef {{
 *   joined: [member: Member],
 *   left: [member: Member, reason: string],
 *   renamed: [member: Member, before: string],
 *   away: [member: Member],
 *   back: [member: Member],
 *   seat: [member: Member],
 *   "player-joined": [player: Player],
 *   "player-left": [player: Player],
 *   host: [host: Member | null],
 *   doors: [],
 *   pings: [],
 *   resumed: [how: { recovered: boolean, lost: number }],
 *   scene: [],
 *   update: [],
 *   event: [name: string, fields: Record<string, any>],
 *   result: [result: Record<string, any>],
 *   reloaded: [how: { isKept: boolean, text: string }],
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
    /** How often a second the game runs; 0: after each move, or there is none. */
    this.tickHz = picture.tickHz;
    /** What the game's players hold. */
    this.inputs = picture.inputs;
    /** Players that may share this screen. */
    this.localPlayersMost = picture.localPlayers;
    this.chat = new Chat(say);
    /**
     * What happens to the room itself. `away` and `back` are about others and oneself; `seat`: a spectator is a player
     * now; `resumed`: oneself is back, *recovered* when not a message is missing, else everything here was renewed, and
     * `lost` of one's own messages may not have arrived. `player-joined` and `player-left` are about every seat, also of
     * people who share a screen. A game's: `scene` (all anew), `update`, `event` (what it emits), `result`, `reloaded`.
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
  #players = new Players();

  /** Oneself. @returns {Member} */
  get me() {
    return this.member(this.#you);
  }

  /** Who sits on the seats: members, and people who share their screens. @returns {Player[]} */
  get players() {
    return [...this.#players.byId.values()];
  }

  /** The players at this screen, oneself first. @returns {Player[]} */
  get localPlayers() {
    return this.#players.of(this.#you);
  }

  /** The players at other screens. @returns {Player[]} */
  get onlinePlayers() {
    return this.players.filter(({ isLocal }) => !isLocal);
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

  /** By the id that stands in a scene. @param {number | null} id @returns {Player | null} */
  player(id) {
    return this.#players.byId.get(id ?? 0) ?? null;
  }

  /** @param {RoomJoinedMessage} picture */
  show(picture) {
    const before = this.members;
    this.#you = picture.you;
    this.#host = picture.host;
    this.hostEpoch = picture.hostEpoch;
    this.members = new Map(picture.members.map((row) => [row.number, { ...row, pingMs: before.get(row.number)?.pingMs ?? null }]));
    this.#players.show(picture.you, this.members.values(), picture.addedPlayers);
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

  /** @param {Member | undefined} member @param {number} id @param {string | null} username null: the member's */
  #seat(member, id, username) {
    const player = this.#players.add(member, id, username);
    if (player) this.notices.emit("player-joined", player);
  }

  /** @param {number} id */
  #unseat(id) {
    const player = this.#players.remove(id);
    if (player) this.notices.emit("player-left", player);
  }

  /** @type {{ [K in keyof WorkerToClient]?: (fields: WorkerToClient[K]) => void }} */
  #changes = {
    "chat": ({ number, text, sentMs }) => this.chat.add({ number, username: this.member(number).username, text, sentMs }),
    "member-joined": (row) => {
      const member = { ...row, isAway: false, pingMs: null };
      this.members.set(member.number, member);
      this.notices.emit("joined", member);
      if (member.role === "player") this.#seat(member, member.number, null);
    },
    "member-left": ({ number, reason }) => {
      const member = this.member(number);
      this.members.delete(number);
      for (const { id } of this.#players.of(number)) this.#unseat(id);
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
      this.#seat(this.members.get(number), number, null);
    },
    "add-player": ({ player, member, username }) => this.#seat(this.members.get(member), player, username),
    "remove-player": ({ player }) => this.#unseat(player),
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
