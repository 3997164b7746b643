// A client's stay in a room, from the reroute to the end, over as many lines as it takes. While its line is lost the room
// is *away*: the connection goes back to the lobby, which sends the client to its seat again, and the same room object goes
// on. It is over with a final error, or when the room says so. What an application asks of the lobby is lobby.js.

import { Decoder, encode } from "./codec.js";
import { RoomError } from "./errors.js";
import { Hosted } from "./offline/hosted.js";
import { Outbox } from "./outbox.js";
import { CLIENT_TO_LOBBY, CLIENT_TO_WORKER } from "./protocol.js";
import { Room } from "./room.js";
import { Session } from "./session.js";

/**
 * @typedef {import("./connection.js").Connection} Connection
 * @typedef {import("./lobby.js").Reroute} Reroute
 * @typedef {import("./protocol.js").RoomJoinedMessage} RoomJoinedMessage
 * @typedef {import("./states.js").State} State
 * @typedef {{ resolve: (room: Room) => void, reject: (error: RoomError) => void }} Journey
 * @typedef {{
 *   connection: Connection,
 *   store: import("./session-store.js").SessionStore,
 *   home: string,
 *   onArrival: (room: Room) => void,
 *   onOver: (reason: RoomError, room: Room) => void,
 *   onFree: () => void,
 *   onAbandoned: () => void,
 * }} StayOptions `home`: the lobby's address; `onFree`: the client is in the lobby, and not on its way to a seat; `onAbandoned`: it left while its line
 *   was lost, so that only the lobby can free its seat
 */

/** Errors of the way to a room that another ticket mends. */
export const TICKET_ERRORS = ["ticket-used", "ticket-expired"];
/** How long a lobby may take to send a client back to its seat. */
const RETURN_MS = 10_000;

export class Stay {
  /** @param {import("./shell.js").Shell} shell @param {StayOptions} options */
  constructor(shell, options) {
    this.#shell = shell;
    this.#options = options;
    shell.page?.addEventListener("visibilitychange", this.#pageChanged);
    shell.window?.addEventListener("pagehide", this.#pageGoes);
  }

  /** Also while its line is lost. @type {Room | null} */
  room = null;

  /** @type {import("./shell.js").Shell} */ #shell;
  /** @type {StayOptions} */ #options;
  /** What the line to a worker, present or next, goes on with. @type {Session} */ #session = new Session();
  /** @type {Outbox | null} */ #outbox = null;
  /** Who waits to arrive. @type {Journey | null} */ #journey = null;
  /** @type {any} */ #timer = null;
  #isParked = false;

  /** The room in which a seat waits, or empty. */
  get seat() {
    return this.#session.roomId;
  }

  get #state() {
    return this.#options.connection.state;
  }

  /** To a room where this client has no session. Refused as `seated` while it is in one, or on its way. @param {Reroute} reroute @returns {Promise<Room>} */
  async travel(reroute) {
    if (this.room || this.#journey) throw new RoomError("seated", "", this.seat);
    this.#session = new Session();
    return new Promise((resolve, reject) => {
      this.#journey = { resolve, reject };
      this.#options.connection.reroute(reroute, this.#session);
    });
  }

  /** Back to where a page before this one was, by way of the lobby. @param {import("./session.js").SavedSession} saved @returns {Promise<Room>} */
  resume(saved) {
    this.#session = new Session(saved);
    return new Promise((resolve, reject) => {
      this.#journey = { resolve, reject };
      this.#options.connection.call();
    });
  }

  // --- what the connection says

  /** @param {State} state @param {RoomError | null} error */
  changed(state, error) {
    this.#shell.clearTimeout(this.#timer);
    if (state === "lobby") this.#inLobby();
    if (state === "closed") this.#close(error ?? new RoomError("left"));
  }

  /**
   * What the lobby says to one whose seat waits.
   * @param {string} name @param {any} fields @returns {boolean} whether it was about that
   */
  isAnswered(name, fields) {
    if (!this.seat || fields.request) return false;
    if (name === "reroute" && fields.roomId === this.seat) this.#options.connection.reroute(fields, this.#session);
    else if (name === "room-disconnect") this.#end(new RoomError(fields.name, fields.text, fields.roomId));
    else if (name === "error" && fields.about === CLIENT_TO_LOBBY.hello?.kind) this.workerOver(new RoomError(fields.name, fields.text));
    else {
      // Everybody went on to another room, and took this client along.
      if (name === "reroute") this.#end(new RoomError("next-room"));
      return false;
    }
    return true;
  }

  /** @param {any} name @param {any} fields @param {Uint8Array} payload */
  fromWorker(name, fields, payload) {
    if (name === "room-disconnect") return this.#end(new RoomError(fields.name, fields.text, fields.roomId));
    if (name === "room-joined") return this.#arrive(fields);
    if (name === "room-resumed") return this.#resumed(fields);
    if (name === "session-code") return this.#keep(fields.code);
    if (name === "snapshot") this.#session.brief();
    return this.room?.receive(name, fields, payload);
  }

  // --- arriving

  #inLobby() {
    if (this.seat) this.#timer = this.#shell.setTimeout(() => this.#options.connection.lost(new RoomError("line-silent")), RETURN_MS);
    else this.#free();
  }

  #free() {
    this.#options.connection.settled();
    this.#options.onFree();
  }

  /** @param {RoomJoinedMessage} picture */
  #arrive(picture) {
    const before = this.room;
    const lost = this.#session.join(picture);
    this.#outbox ??= new Outbox(this.#shell, this.#session);
    const room = this.room ??= this.#newRoom(picture, this.#link(this.#session, this.#outbox));
    this.#settleIn();
    if (before) before.back(picture, lost);
    else {
      this.#journey?.resolve(room);
      this.#journey = null;
      this.#options.onArrival(room);
    }
    this.#tellHidden();
  }

  /** @param {RoomJoinedMessage} picture @param {import("./room.js").Link} link */
  #newRoom(picture, link) {
    const room = new Room(picture, link, this.#shell, this.#options.home);
    if (Hosted.isFor(picture)) new Hosted(room, this.#shell);
    return room;
  }

  /** @param {import("./protocol.js").RoomResumedMessage} answer */
  #resumed(answer) {
    if (!this.room) return this.#end(new RoomError("message-malformed", "There is nothing to resume."));
    this.#session.resume(answer);
    this.#settleIn();
    this.room.back(null);
    return this.#tellHidden();
  }

  #settleIn() {
    const { connection } = this.#options;
    this.#isParked = false;
    connection.joined();
    this.#outbox?.open((payload) => connection.sendPayload(payload));
  }

  /** Each line is told anew, once the room goes on: a host deposits its state before. */
  #tellHidden() {
    if (this.#shell.page?.visibilityState === "hidden") this.#pageChanged();
  }

  /** Confirmed only when it is kept: until then the older code is good as well. @param {string} code */
  #keep(code) {
    this.#session.code = code;
    this.#options.store.keep(this.#session);
    this.#options.connection.send("session-code", { code });
  }

  /** @param {Session} session @param {Outbox} outbox @returns {import("./room.js").Link} */
  #link(session, outbox) {
    const { connection } = this.#options;
    const decoder = new Decoder(CLIENT_TO_WORKER);
    return {
      send: (name, fields) => {
        if (CLIENT_TO_WORKER[name]?.counted) this.#say(outbox, name, encode(CLIENT_TO_WORKER, name, fields));
        else if (this.#state === "room") connection.send(name, fields);
      },
      end: (error) => this.#end(error),
      roundTripMs: () => connection.roundTripMs,
      counts: () => ({ received: session.received, sent: session.sent }),
      sentAfter: (received) => session.keptAfter(received).map(({ payload }) => decoder.decode(payload)),
      afterwards: (call) => outbox.afterwards(call),
    };
  }

  /** @param {Outbox} outbox @param {string} name @param {Uint8Array} payload */
  #say(outbox, name, payload) {
    if (this.room?.isOver) return;
    outbox.add(name, payload);
    if (this.#isParked) this.#options.store.park(this.#session);
  }

  // --- going

  /** The line to the worker ended. @param {RoomError} error */
  workerOver(error) {
    const isOver = error.isFinal && !TICKET_ERRORS.includes(error.name);
    if (!this.seat || isOver) {
      this.#end(error);
      return;
    }
    this.#outbox?.close();
    this.#options.connection.lost(error);
    this.room?.away();
  }

  /** The seat is gone, or the way to one led nowhere. @param {RoomError} error */
  #end(error) {
    const journey = this.#journey;
    const isAbandoned = error.name === "left" && this.room?.state === "away";
    if (this.seat) this.#options.store.forget();
    this.#session = new Session();
    this.#outbox?.close();
    this.#outbox = this.#journey = null;
    if (this.#state === "room" || this.#state === "rerouting") this.#options.connection.over(error);
    else if (this.#state === "lobby") this.#inLobby();
    journey?.reject(error);
    this.#leaveRoom(error);
    if (isAbandoned) this.#options.onAbandoned();
  }

  /** The client was closed: its seat may be taken up again by the next page. @param {RoomError} reason */
  #close(reason) {
    this.#shell.page?.removeEventListener("visibilitychange", this.#pageChanged);
    this.#shell.window?.removeEventListener("pagehide", this.#pageGoes);
    this.#outbox?.close();
    this.#journey?.reject(reason);
    this.#journey = null;
    this.#leaveRoom(reason);
  }

  /** @param {RoomError} reason */
  #leaveRoom(reason) {
    const room = this.room;
    this.room = null;
    if (!room) return;
    room.end(reason);
    this.#options.onOver(reason, room);
  }

  // --- the page

  #pageChanged = () => {
    if (this.#state === "room") this.room?.hide(this.#shell.page?.visibilityState === "hidden");
  };

  #pageGoes = () => {
    if (!this.seat) return;
    // Without a room it is still on its way back to the seat.
    if (this.#state === "room") this.room?.hide(true);
    this.#isParked = true;
    this.#options.store.park(this.#session);
  };
}
