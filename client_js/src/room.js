// A room, from the inside: its picture, messages by type, its game, and what one may do there. The same object goes on while its
// line is lost and found again, until the room is over for this client; after a reload there is a new one.

import { endsWith, isDone } from "./answers.js";
import { Asking } from "./asking.js";
import { packBody, unpackBody } from "./codec.js";
import { Emitter } from "./emitter.js";
import { RoomError } from "./errors.js";
import { Hosting } from "./hosting.js";
import { Playing } from "./playing.js";
import { CLOSE_S, TO_HOST, TO_OTHERS } from "./protocol.js";

/**
 * @typedef {import("./picture.js").Member} Member
 * @typedef {import("./players.js").Player} Player
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
 *   isHere?: boolean,
 * }} Link what a stay gives its room; `isHere`: behind it is this very page
 */

export class Room extends Asking {
  /** @param {RoomJoinedMessage} picture @param {Link} link @param {import("./shell.js").Shell} shell @param {string} [home] the lobby's address */
  constructor(picture, link, shell, home = "") {
    super(picture, shell, (name, fields) => this.#tell(name, fields));
    /** @type {RoomState} */
    this.state = "present";
    /** Where the files of what runs games in a browser are. */
    this.home = home;
    this.#link = link;
    this.#shell = shell;
    this.#hosting = new Hosting(this, link);
    /** The game's side, for who draws it or runs it elsewhere. */
    this.playing = new Playing(this, shell, (name, fields) => this.#tell(name, fields));
  }

  /** @type {Link} */ #link;
  /** @type {import("./shell.js").Shell} */ #shell;
  /** @type {Hosting} */ #hosting;
  /** @type {Emitter<Record<string, [body: any, from: Member, how: { asHost: boolean }]>>} */ #messages = new Emitter();

  get isOver() {
    return this.state === "over";
  }

  /** The smoothed round trip to the worker in milliseconds; null until measured. */
  get pingMs() {
    return this.state === "present" ? this.#link.roundTripMs() : null;
  }

  /** Whether the room is in this browser alone. */
  get isOffline() {
    return this.#link.isHere === true;
  }

  /** Whether this page runs the game: offline, or as its host. */
  get runsHere() {
    return this.isOffline || (this.authority === "host" && this.isHost);
  }

  /** What has come and gone over the line. */
  get meter() {
    return this.#shell.meter;
  }

  /** Bad weather on purpose, for developers. */
  get weather() {
    return this.#shell.weather;
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

  // --- a game that the room runs: the same wherever it runs

  /** Its newest state. What is drawn is `view`. */
  get scene() {
    return this.playing.scene;
  }

  /** The scene to draw in this frame: motion made even, one's own player ahead. @param {number} [nowMs] as `performance.now` tells it */
  view(nowMs) {
    return this.playing.view(nowMs === undefined ? undefined : this.#shell.now() - performance.now() + nowMs);
  }

  /** What moves evenly, and what is a leap. */
  get smooth() {
    return this.playing.smooth;
  }

  /** What the game has ended with; null before. @type {Record<string, any> | null} */
  result = null;

  /**
   * What one of one's own players holds from now on; what is not named stays as it is.
   * @param {import("./inputs.js").Held} held such as `{ move: { x: 1, y: 0 }, fire: true }` @param {{ player?: Player }} [of]
   */
  input(held, { player = this.localPlayers[0] } = {}) {
    if (player && !this.isOver) this.playing.hold(player, held);
  }

  /**
   * A one-off move of one of one's own players. While the line is lost it waits, and arrives once, in order.
   * @param {string} name @param {Record<string, string | number | boolean>} [fields] @param {{ player?: Player }} [of]
   */
  act(name, fields = {}, { player = this.localPlayers[0] } = {}) {
    if (player) this.playing.act(player, name, fields);
  }

  /**
   * From now on one's own players are predicted by the game's own code, wherever that is worth it. Call it as soon as you
   * are in. Rejects with `game-broken`, `game-unknown`, `line-lost`: the room goes on without; and with `left` or what else
   * ended the room meanwhile. @returns {Promise<void>}
   */
  async predict() {
    if (!this.isOffline && this.tickHz) await this.playing.predict();
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

  /**
   * The host's state, or a promise of it, whenever the room asks for it; undefined: not yet. Everyone's program sets it,
   * the host's is called. @param {() => unknown} state
   */
  onDeposit(state) {
    this.#hosting.onDeposit(state);
  }

  /** Hands the host's state in now, as if the room had asked. */
  deposit() {
    this.#hosting.ask();
  }

  /**
   * Called with the last state that a host deposited (null: none) and what was said since, in order: for a newcomer, after
   * a reload, and for a new host. What one's own program has already done may be among it.
   * @param {import("./hosting.js").SnapshotListener} show
   */
  onSnapshot(show) {
    this.#hosting.show = show;
  }

  // --- going

  /** Goes back to the lobby. @returns {Promise<void>} */
  async leave() {
    if (this.isOver) return;
    if (this.state === "away") return this.#link.end(new RoomError("left"));
    const over = new Promise((resolve) => this.notices.on("over", resolve));
    // Whatever the worker says, whoever wants to go is gone soon.
    const timer = this.#shell.setTimeout(() => this.#link.end(new RoomError("left")), CLOSE_S * 1000);
    if (this.#hosting.isLeading) await Promise.race([over, this.#hosting.lastWord()]);
    if (!this.isOver) this.requests.ask("leave-room", {}).catch(() => {});
    await over;
    this.#shell.clearTimeout(timer);
  }

  // --- what happens, as the stay tells it

  /**
   * What the worker says.
   * @template {keyof WorkerToClient} K
   * @param {K} name @param {WorkerToClient[K]} fields @param {Uint8Array | null} [payload] the message as it came
   */
  receive(name, fields, payload = null) {
    this.#receivers[name]?.(fields, payload);
    this.change(name, fields);
    this.requests.settle(isDone(this));
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
    this.playing.inputs.again();
    this.requests.settle(isDone(this));
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
    this.requests.settle(endsWith(reason.name));
    this.requests.rejectAll(reason);
    this.playing.end();
    this.notices.emit("over", reason);
  }

  /** A question to a room that is over is refused here; what needs no answer is dropped. @param {string} name @param {any} fields */
  #tell(name, fields) {
    if (this.isOver) {
      this.requests.reject(fields.request, new RoomError("room-closed"));
      return;
    }
    try {
      this.#link.send(name, fields);
    } catch (error) {
      if (!(error instanceof RoomError) || error.isFinal) throw error;
      if (!this.requests.reject(fields.request, error)) this.complain(error);
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

  /** What is not only a change of the picture. @type {{ [K in keyof WorkerToClient]?: (fields: WorkerToClient[K], payload: Uint8Array | null) => void }} */
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
    "scene": (scene, payload) => this.playing.show(scene, payload),
    "update": (update, payload) => this.playing.change(update, payload),
    "remove-player": ({ player }) => this.playing.inputs.forget(player),
    "result": ({ fields }) => {
      this.result = fields;
      this.notices.emit("result", fields);
    },
    "reloaded": (how) => this.notices.emit("reloaded", how),
    "error": ({ name, text, request, roomId }) => {
      const error = new RoomError(name, text, roomId);
      if (!this.requests.reject(request, error)) this.complain(error);
    },
  };
}

/** @param {Recipient} to @returns {number} */
function addressed(to) {
  if (to === "others") return TO_OTHERS;
  if (to === "host") return TO_HOST;
  return typeof to === "number" ? to : to.number;
}
