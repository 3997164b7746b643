// A room, from the inside: its picture, messages by type, and what one may do there. The same object goes on while its
// line is lost and found again, until the room is over for this client; after a reload there is a new one.

import { endsWith, isDone } from "./answers.js";
import { packBody, unpackBody } from "./codec.js";
import { Emitter } from "./emitter.js";
import { RoomError } from "./errors.js";
import { Hosting } from "./hosting.js";
import { Picture } from "./picture.js";
import { CLOSE_S, TO_HOST, TO_OTHERS } from "./protocol.js";
import { Requests } from "./requests.js";

/**
 * @typedef {import("./picture.js").Member} Member
 * @typedef {import("./picture.js").Doors} Doors
 * @typedef {import("./protocol.js").WorkerToClient} WorkerToClient
 * @typedef {import("./protocol.js").RoomJoinedMessage} RoomJoinedMessage
 * @typedef {number | Member | "host" | "others"} Recipient
 * @typedef {"present" | "away" | "over"} RoomState
 * @typedef {"offer" | "answer" | "candidate" | "bye"} SignalName
 * @typedef {{
 *   send: (name: any, fields: any) => void,
 *   end: (error: RoomError) => void,
 *   roundTripMs: () => number | null,
 *   counts: () => { received: number, sent: number },
 *   sentAfter: (received: number) => { name: string, fields: any }[],
 *   afterwards: (call: () => void) => void,
 * }} Link what a stay gives its room
 */

export class Room extends Picture {
  /** @param {RoomJoinedMessage} picture @param {Link} link @param {import("./shell.js").Shell} shell */
  constructor(picture, link, shell) {
    super(picture, (text) => this.#tell("chat", { text }));
    /** @type {RoomState} */
    this.state = "present";
    this.#link = link;
    this.#shell = shell;
    this.#requests = new Requests(shell, (name, fields) => this.#tell(name, fields));
    this.#hosting = new Hosting(this, link);
  }

  /** @type {Link} */ #link;
  /** @type {import("./shell.js").Shell} */ #shell;
  /** @type {Requests} */ #requests;
  /** @type {Hosting} */ #hosting;
  /** @type {Emitter<Record<string, [body: any, from: Member, how: { asHost: boolean }]>>} */ #messages = new Emitter();

  get isOver() {
    return this.state === "over";
  }

  /** The smoothed round trip to the worker in milliseconds; null until measured. */
  get pingMs() {
    return this.state === "present" ? this.#link.roundTripMs() : null;
  }

  // --- messages

  /**
   * Sends to all others, to the host, or to one member. While the line is lost it waits, and arrives once, in order.
   * `volatile` is for what the next message replaces (cursors, positions): it may be dropped.
   * @param {string} type @param {unknown} [body] anything msgpack can carry
   * @param {{ to?: Recipient, volatile?: boolean }} [how]
   */
  send(type, body = null, { to = "others", volatile: isVolatile = false } = {}) {
    this.#tell(isVolatile ? "volatile" : "relay", { to: addressed(to), type, body: packBody(body) });
  }

  /**
   * Says it as the host: refused with `host-epoch-old` if somebody else is host by the time it arrives.
   * @param {string} type @param {unknown} [body] @param {{ to?: Recipient }} [how]
   */
  sendAsHost(type, body = null, { to = "others" } = {}) {
    this.#tell("as-host", { hostEpoch: this.hostEpoch, to: addressed(to), type, body: packBody(body) });
  }

  /**
   * `asHost` in the third argument: it was said as host, not only by the member who is host.
   * @param {string} type @param {(body: any, from: Member, how: { asHost: boolean }) => void} listener
   * @returns {() => void} what undoes it
   */
  on(type, listener) {
    return this.#messages.on(type, listener);
  }

  // --- calls: mesh.js listens and answers

  /** What other members signal about a line of their own to this one. @type {Emitter<{ signal: [name: SignalName, fields: any] }>} */
  signals = new Emitter();

  /** @param {SignalName} name @param {any} fields */
  signal(name, fields) {
    this.#tell(name, fields);
  }

  /** The servers that help to find a way; set by whoever has a lobby. @type {import("./call/ice.js").AskIce} */
  askIce = async () => ({ iceServers: [], isRelayOnly: false, expiresS: 0 });

  // --- authority "host"

  /** The host's state, whenever the room asks for it; everyone's program sets it, the host's is called. @param {() => unknown} state */
  onDeposit(state) {
    this.#hosting.onDeposit(state);
  }

  /**
   * Called with the last state that a host deposited (null: none) and what was said since, in order: for a newcomer, after
   * a reload, and for a new host. What one's own program has already done may be among it.
   * @param {import("./hosting.js").SnapshotListener} show
   */
  onSnapshot(show) {
    this.#hosting.show = show;
  }

  // --- acts; each rejects with what the room refuses

  /** Rejects with `username-taken`, `bad-name`, … @param {string} username @returns {Promise<void>} */
  async setUsername(username) {
    if (username !== this.me.username) await this.#requests.ask("set-username", { username });
  }

  /** A spectator becomes a player. @returns {Promise<void>} */
  async takeSeat() {
    await this.#requests.ask("take-seat", {});
  }

  /** Makes another player the host. @param {number} number @returns {Promise<void>} */
  async handOver(number) {
    await this.#requests.ask("hand-over", { number });
  }

  /** @param {number} number @returns {Promise<void>} */
  async kick(number) {
    await this.#requests.ask("kick", { number });
  }

  /** Kick, for as long as this room lives. @param {number} number @returns {Promise<void>} */
  async ban(number) {
    await this.#requests.ask("ban", { number });
  }

  /** @param {{ doors?: Doors, isLocked?: boolean }} wish @returns {Promise<void>} */
  async setDoors({ doors = this.doors, isLocked = this.isLocked }) {
    await this.#requests.ask("set-doors", { doors, isLocked });
  }

  /**
   * The same people into another room in one step: of the same game and name, if no other is given. `quick`: into an open
   * room that has seats for all of them, if there is one. Everybody is rerouted there by the lobby.
   * @param {{ game?: string, name?: string, quick?: boolean }} [wish] @returns {Promise<void>}
   */
  async nextRoom({ game = "", name = "", quick = false } = {}) {
    await this.#requests.ask("next-room", { game, name, isQuick: quick });
  }

  /** Ends the room for everyone. @returns {Promise<void>} */
  async closeRoom() {
    await this.#requests.ask("close-room", {});
  }

  /** Goes back to the lobby. @returns {Promise<void>} */
  async leave() {
    if (this.isOver) return;
    if (this.state === "away") return this.#link.end(new RoomError("left"));
    const over = new Promise((resolve) => this.notices.on("over", resolve));
    // Whatever the worker says, whoever wants to go is gone soon.
    const timer = this.#shell.setTimeout(() => this.#link.end(new RoomError("left")), CLOSE_S * 1000);
    this.#requests.ask("leave-room", {}).catch(() => {});
    await over;
    this.#shell.clearTimeout(timer);
  }

  // --- what happens, as the stay tells it

  /** What the worker says. @template {keyof WorkerToClient} K @param {K} name @param {WorkerToClient[K]} fields */
  receive(name, fields) {
    this.#receivers[name]?.(fields);
    this.change(name, fields);
    this.#requests.settle(isDone(this));
  }

  /** The line is lost; the seat is kept for a while. */
  away() {
    if (this.state !== "present") return;
    this.state = "away";
    this.me.isAway = true;
    this.notices.emit("away", this.me);
  }

  /**
   * There is a line again.
   * @param {RoomJoinedMessage | null} picture null: nothing was missed @param {number} [lost] what may not have arrived
   */
  back(picture, lost = 0) {
    this.state = "present";
    if (picture) {
      this.#hosting.begin();
      this.show(picture);
    }
    this.me.isAway = false;
    this.#requests.settle(isDone(this));
    this.notices.emit("back", this.me);
    this.notices.emit("resumed", { recovered: picture === null, lost });
  }

  /** The page hides, or is there again. @param {boolean} isHidden */
  hide(isHidden) {
    // Before it says so: a hidden page may be frozen at any time.
    if (isHidden) this.#hosting.deposit();
    this.#link.send("hidden", { isHidden });
  }

  /** An error that answers no question. @param {RoomError} error */
  complain(error) {
    this.notices.emit("error", error);
  }

  /** It is over for this client. @param {RoomError} reason */
  end(reason) {
    this.state = "over";
    this.#requests.settle(endsWith(reason.name));
    this.#requests.rejectAll(reason);
    this.notices.emit("over", reason);
  }

  /** @param {string} name @param {any} fields */
  #tell(name, fields) {
    try {
      this.#link.send(name, fields);
    } catch (error) {
      if (!(error instanceof RoomError) || error.isFinal) throw error;
      if (!this.#requests.reject(fields.request, error)) this.complain(error);
    }
  }

  /** @param {string} type @param {Uint8Array} body @param {Member} from @param {boolean} asHost */
  #hear(type, body, from, asHost) {
    let read;
    try {
      read = unpackBody(body);
    } catch {
      return; // Anybody may have sent anything.
    }
    this.#messages.emit(type, read, from, { asHost });
  }

  /** What is not only a change of the picture. @type {{ [K in keyof WorkerToClient]?: (fields: WorkerToClient[K]) => void }} */
  #receivers = {
    "relay": ({ sender, type, body }) => this.#hear(type, body, this.member(sender), false),
    "volatile": ({ sender, type, body }) => this.#hear(type, body, this.member(sender), false),
    "as-host": ({ type, body }) => this.#hear(type, body, this.host ?? this.member(0), true),
    "offer": (fields) => this.signals.emit("signal", "offer", fields),
    "answer": (fields) => this.signals.emit("signal", "answer", fields),
    "candidate": (fields) => this.signals.emit("signal", "candidate", fields),
    "bye": (fields) => this.signals.emit("signal", "bye", fields),
    "host-changed": () => this.#hosting.begin(),
    "snapshot": (snapshot) => this.#hosting.receive(snapshot),
    "deposit": () => this.#hosting.ask(),
    "error": ({ name, text, request, roomId }) => {
      const error = new RoomError(name, text, roomId);
      if (!this.#requests.reject(request, error)) this.complain(error);
    },
  };
}

/** @param {Recipient} to @returns {number} */
function addressed(to) {
  if (to === "others") return TO_OTHERS;
  if (to === "host") return TO_HOST;
  return typeof to === "number" ? to : to.number;
}
