// A room, from the inside: who is there, who leads, messages by type, chat. It lives from `room-joined` to its end and
// is never revived: whoever comes back gets a new one.

import { Chat } from "./chat.js";
import { packBody, unpackBody } from "./codec.js";
import { Emitter } from "./emitter.js";
import { RoomError } from "./errors.js";
import { CLOSE_S, TO_HOST, TO_OTHERS } from "./protocol.js";
import { Requests } from "./requests.js";

/**
 * @typedef {import("./protocol.js").MemberRow} Member
 * @typedef {import("./protocol.js").WorkerToClient} WorkerToClient
 * @typedef {number | Member | "host" | "others"} Recipient
 * @typedef {Pick<import("./connection.js").Connection, "send" | "over" | "roundTripMs">} Link
 * @typedef {{
 *   joined: [member: Member],
 *   left: [member: Member, reason: string],
 *   renamed: [member: Member, before: string],
 *   host: [host: Member | null],
 *   error: [error: RoomError],
 *   over: [reason: RoomError],
 * }} Notices
 */

export class Room {
  /** @param {import("./protocol.js").RoomJoinedMessage} joined @param {Link} link @param {import("./shell.js").Shell} shell */
  constructor(joined, link, shell) {
    this.id = joined.roomId;
    this.game = joined.game;
    this.name = joined.name;
    this.seats = joined.seats;
    this.authority = joined.authority;
    this.options = joined.options;
    this.hostEpoch = joined.hostEpoch;
    /** By number, in order of arrival. @type {Map<number, Member>} */
    this.members = new Map(joined.members.map((member) => [member.number, member]));
    this.chat = new Chat(joined.chat, (text) => link.send("chat", { text }));
    /** What happens to the room itself. @type {Emitter<Notices>} */
    this.notices = new Emitter();
    this.isOver = false;
    this.#you = joined.you;
    this.#host = joined.host;
    this.#link = link;
    this.#shell = shell;
    this.#requests = new Requests(shell, (name, fields) => link.send(name, fields));
  }

  /** @type {number} */ #you;
  /** @type {number} */ #host;
  /** @type {Link} */ #link;
  /** @type {import("./shell.js").Shell} */ #shell;
  /** @type {Requests} */ #requests;
  /** @type {Emitter<Record<string, [body: any, from: Member]>>} */ #messages = new Emitter();

  /** Oneself. @returns {Member} */
  get me() {
    return this.#member(this.#you);
  }

  /** Who leads; null for a moment without anybody. @returns {Member | null} */
  get host() {
    return this.members.get(this.#host) ?? null;
  }

  get isHost() {
    return this.#host === this.#you;
  }

  /** The smoothed round trip to the worker in milliseconds; null until measured. */
  get pingMs() {
    return this.isOver ? null : this.#link.roundTripMs;
  }

  /**
   * Sends to all others, to the host, or to one member. `volatile` is for what the next message replaces (cursors,
   * positions): it may be dropped.
   * @param {string} type @param {unknown} [body] anything msgpack can carry
   * @param {{ to?: Recipient, volatile?: boolean }} [how]
   */
  send(type, body = null, { to = "others", volatile: isVolatile = false } = {}) {
    this.#link.send(isVolatile ? "volatile" : "relay", { to: addressed(to), type, body: packBody(body) });
  }

  /** @param {string} type @param {(body: any, from: Member) => void} listener @returns {() => void} what undoes it */
  on(type, listener) {
    return this.#messages.on(type, listener);
  }

  /** Rejects with `username-taken`, `bad-name`, … @param {string} username @returns {Promise<void>} */
  async setUsername(username) {
    if (username !== this.me.username) await this.#requests.ask("set-username", { username });
  }

  /** Ends the room for everyone; the host's to do. @returns {Promise<void>} */
  async closeRoom() {
    await this.#requests.ask("close-room", {});
  }

  /** Goes back to the lobby. @returns {Promise<void>} */
  async leave() {
    if (this.isOver) return;
    const over = new Promise((resolve) => this.notices.on("over", resolve));
    // Whatever the worker says, whoever wants to go is gone soon.
    const timer = this.#shell.setTimeout(() => this.#link.over(new RoomError("left")), CLOSE_S * 1000);
    this.#requests.ask("leave-room", {}).catch(() => {});
    await over;
    this.#shell.clearTimeout(timer);
  }

  /** What the worker says. @template {keyof WorkerToClient} K @param {K} name @param {WorkerToClient[K]} fields */
  receive(name, fields) {
    this.#receivers[name]?.(fields);
  }

  /** The client left, or the line did. @param {RoomError} reason */
  end(reason) {
    this.isOver = true;
    if (reason.name === "room-closed") this.#requests.resolveAll("close-room");
    this.#requests.rejectAll(reason);
    this.notices.emit("over", reason);
  }

  /** @type {{ [K in keyof WorkerToClient]?: (fields: WorkerToClient[K]) => void }} */
  #receivers = {
    "relay": ({ sender, type, body }) => this.#messages.emit(type, unpackBody(body), this.#member(sender)),
    "volatile": ({ sender, type, body }) => this.#messages.emit(type, unpackBody(body), this.#member(sender)),
    "chat": ({ number, text, sentMs }) =>
      this.chat.add({ number, username: this.#member(number).username, text, sentMs }),
    "member-joined": (member) => {
      this.members.set(member.number, member);
      this.notices.emit("joined", member);
    },
    "member-left": ({ number, reason }) => {
      const member = this.#member(number);
      this.members.delete(number);
      this.notices.emit("left", member, reason);
    },
    "host-changed": ({ number, hostEpoch }) => {
      this.#host = number;
      this.hostEpoch = hostEpoch;
      this.notices.emit("host", this.host);
    },
    "set-username": ({ number, username }) => {
      const member = this.#member(number);
      const before = member.username;
      member.username = username;
      if (number === this.#you) this.#requests.resolveAll("set-username");
      this.notices.emit("renamed", member, before);
    },
    "error": ({ name, text, request, roomId }) => {
      const error = new RoomError(name, text, roomId);
      if (!this.#requests.reject(request, error)) this.notices.emit("error", error);
    },
  };

  /** Somebody who just left may still be named. @param {number} number @returns {Member} */
  #member(number) {
    return this.members.get(number) ?? { number, clientId: "", username: "", role: "player" };
  }
}

/** @param {Recipient} to @returns {number} */
function addressed(to) {
  if (to === "others") return TO_OTHERS;
  if (to === "host") return TO_HOST;
  return typeof to === "number" ? to : to.number;
}
