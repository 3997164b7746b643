// The client as an application sees it: the live list, a seat in a room, a name. The way to a room and back is stay.js; a
// question that is asked while the line is lost is asked again over the next one.

import { askLobby } from "./call/ice.js";
import { Connection } from "./connection.js";
import { Emitter, guarded } from "./emitter.js";
import { asRoomError, RoomError } from "./errors.js";
import { Identity } from "./identity.js";
import { Pings } from "./pings.js";
import { Requests } from "./requests.js";
import { RoomList } from "./room-list.js";
import { SessionStore } from "./session-store.js";
import { Stay, TICKET_ERRORS } from "./stay.js";

/**
 * @typedef {import("./protocol.js").RerouteMessage} RerouteMessage
 * @typedef {Pick<RerouteMessage, "roomId" | "game" | "address" | "ticket">} Reroute
 * @typedef {import("./protocol.js").LobbyToClient} LobbyToClient
 * @typedef {import("./states.js").State} State
 * @typedef {{
 *   name: string, type: "text" | "number" | "flag" | "choice", default: string | number | boolean,
 *   choices: string[], least: number | null, most: number | null,
 * }} GameOption
 * @typedef {{
 *   name: string, title: string, description: string, authority: "none" | "host" | "server",
 *   seats_default: number, seats_most: number, spectators_most: number, options: GameOption[], page: string,
 *   has_main: boolean, is_offline: boolean, tick_hz: number, local_players: number, inputs: { name: string, type: string }[],
 * }} Game
 * @typedef {{ name?: string, seats?: number, options?: Record<string, string | number | boolean> }} RoomWishes
 * @typedef {{
 *   url: string,
 *   onReroute?: (reroute: Reroute) => boolean | void | Promise<boolean | void>,
 *   onRoomDisconnect?: (reason: RoomError, room: Room) => void,
 *   onState?: (state: State, error: RoomError | null) => void,
 * }} LobbyOptions
 * @typedef {{
 *   state: [state: State, error: RoomError | null],
 *   room: [room: Room],
 *   seat: [roomId: string],
 *   username: [username: string],
 *   error: [error: RoomError],
 * }} LobbyEvents
 * @typedef {import("./room.js").Room} Room
 * @typedef {{ as?: "player" | "spectator", invite?: string, takeOver?: boolean }} JoinWishes
 */

/** What the room may be by then: there is no seat held in it any more. */
const GONE = ["room-unknown", "room-closed", "room-full", "room-locked", "join-refused", "session-over", "worker-lost"];
/** A way that broke off may have led to the seat: then the second one goes on from there. */
const MAYBE_MINE = { takeOver: true };

export class Lobby {
  /** @param {import("./shell.js").Shell} shell @param {LobbyOptions} options */
  constructor(shell, options) {
    this.#shell = shell;
    this.#options = options;
    this.#identity = new Identity(shell, options.url);
    this.#store = new SessionStore(shell, this.#identity);
    this.#connection = new Connection(shell, options.url, this.#identity, {
      onLobby: (name, fields) => { if (!this.#stay.isAnswered(name, fields)) this.#receive(name, fields); },
      onWorker: (name, fields, payload) => this.#stay.fromWorker(name, fields, payload),
      onWorkerOver: (error) => this.#stay.workerOver(error),
      onChange: (state, _, error) => this.#changed(state, error),
      wantedRoom: () => this.#stay.seat,
    });
    this.#stay = new Stay(shell, {
      connection: this.#connection,
      store: this.#store,
      home: options.url,
      onArrival: (room) => this.#arrived(room),
      onOver: (reason, room) => void guarded(() => options.onRoomDisconnect?.(reason, room)),
      onFree: () => {
        this.rooms.resume();
        this.#requests.repeat();
      },
      onAbandoned: () => void this.leave().catch(() => {}),
    });
    this.#requests = new Requests(shell, (name, fields) => this.#tell(name, fields));
    this.rooms = new RoomList((name, fields) => this.#tell(name, fields), new Pings(shell, {
      url: options.url,
      token: () => this.#identity.token(),
      lobbyMs: () => (this.state === "lobby" ? this.#connection.roundTripMs : null),
      onMeasured: () => this.rooms.remeasure(),
    }));
    if (options.onState) this.on("state", options.onState);
  }

  /** The room in which the lobby says that this client has a seat, or empty. */
  seatedIn = "";

  /** @type {import("./shell.js").Shell} */ #shell;
  /** @type {LobbyOptions} */ #options;
  /** @type {Identity} */ #identity;
  /** @type {SessionStore} */ #store;
  /** @type {Connection} */ #connection;
  /** @type {Stay} */ #stay;
  /** @type {Requests} */ #requests;
  /** @type {Emitter<LobbyEvents>} */ #events = new Emitter();

  /** Where this client is; states.js has the table. @returns {State} */
  get state() {
    return this.#connection.state;
  }

  /** The room this client is in, also while its line is lost. */
  get room() {
    return this.#stay.room;
  }

  get clientId() {
    return this.#identity.clientId;
  }

  get username() {
    return this.#identity.username;
  }

  /** @template {keyof LobbyEvents} E @param {E} event @param {(...args: LobbyEvents[E]) => void} listener */
  on(event, listener) {
    return this.#events.on(event, listener);
  }

  /** Resolves once welcomed, however long the lobby takes; rejects with a final error. @returns {Promise<this>} */
  async open() {
    if (this.state === "idle") this.#connection.call();
    if (this.state === "lobby") return this;
    await new Promise((resolve, reject) => {
      const undo = this.on("state", (state, error) => {
        if (state === "lobby") resolve(undo());
        else if (state === "closed") reject(error ?? new RoomError("left"));
      });
    });
    return this;
  }

  /** @param {string} game @param {RoomWishes} [wishes] @returns {Promise<Room>} */
  async create(game, { name = "", seats = 0, options = {} } = {}) {
    return this.#place("create-room", { game, name, seats, options });
  }

  /** The best open room of this game by free seats and ping, or a new one. @param {string} game @param {RoomWishes["options"]} [options] @returns {Promise<Room>} */
  async quickMatch(game, options = {}) {
    return this.#place("quick-match", { game, options });
  }

  /**
   * By id, or with an empty id by the invite code of a private room. Who is in there already, on another line, is refused
   * as `seated`, unless it wants to take over: then the other one ends.
   * @param {string} roomId @param {JoinWishes} [wishes] @returns {Promise<Room>}
   */
  async join(roomId, wishes = {}) {
    return this.#travel(await this.#seatIn(roomId, wishes), () => this.#seatIn(roomId, { ...wishes, ...MAYBE_MINE }));
  }

  /** Back to where a page before this one was in that room; null when it was not. @param {string} roomId @returns {Promise<Room> | null} */
  resume(roomId) {
    const saved = this.#store.take(roomId);
    return saved && this.#stay.resume(saved);
  }

  /** The room that this tab, or a closed tab of this browser, was in a moment ago. */
  lastRoom() {
    return this.#store.lastRoom();
  }

  /** The next page of this tab is the closed one's client: its room's page leads back to the seat. */
  adoptLastRoom() {
    this.#store.adopt();
  }

  /** Goes where a reroute kept by another page leads. @param {Reroute} reroute @returns {Promise<Room>} */
  follow(reroute) {
    return this.#travel(reroute, () => this.#seatIn(reroute.roomId, MAYBE_MINE));
  }

  /**
   * A room in this browser alone, under the name that one has here; play-offline.js says more, and needs no lobby.
   * @param {string} game @param {import("./offline/play-offline.js").OfflineWishes} [wishes] @returns {Promise<Room>}
   */
  async playOffline(game, wishes = {}) {
    const { playOffline } = await import("./offline/play-offline.js");
    return playOffline(game, { ...this.#shell, url: this.#options.url, username: this.username, ...wishes });
  }

  /** Leaves the room, or gives up a seat that another connection took. @returns {Promise<void>} */
  async leave() {
    if (this.room) return this.room.leave();
    await this.#ask("leave-room", {});
    this.#store.forget();
    this.#seat("");
    return undefined;
  }

  /** The name to carry into rooms; inside one, also the name there. @param {string} username @returns {Promise<void>} */
  async setUsername(username) {
    if (this.room) await this.room.setUsername(username);
    else await this.#ask("set-username", { username });
  }

  /** What can be played here: the bodies of `GET /api/games`. @returns {Promise<Game[]>} */
  async games() {
    const response = await this.#shell.fetch(`${this.#options.url}/api/games`).catch((error) => { throw asRoomError(error); });
    if (!response.ok) throw new RoomError("internal");
    return (await response.json()).games;
  }

  /** The end: nothing is called again. */
  close() {
    this.#connection.close();
  }

  /** @param {State} state @param {RoomError | null} error */
  #changed(state, error) {
    if (state !== "lobby") this.rooms.pause();
    if (state === "closed") {
      this.#identity.close();
      this.#requests.rejectAll(error ?? new RoomError("left"));
    }
    this.#stay.changed(state, error);
    this.#events.emit("state", state, error);
  }

  // --- lobby

  /** @template {keyof LobbyToClient} K @param {K} name @param {LobbyToClient[K]} fields */
  #receive(name, fields) {
    this.#receivers[name]?.(fields);
  }

  /** @type {{ [K in keyof LobbyToClient]?: (fields: LobbyToClient[K]) => void }} */
  #receivers = {
    "welcome": ({ roomId }) => this.#seat(roomId),
    "all-rooms": (list) => this.rooms.replace(list),
    "update-rooms": (update) => this.rooms.apply(update),
    "reroute": (reroute) => {
      if (reroute.request) this.#requests.resolve(reroute.request, reroute);
      else void this.#travelUnasked(reroute);
    },
    "room-disconnect": ({ request }) => {
      if (!this.#requests.resolve(request)) this.#seat("");
    },
    "set-username": ({ request, username }) => {
      this.#identity.rename(username);
      this.#requests.resolve(request);
      this.#events.emit("username", username);
    },
    "error": ({ name, text, request, roomId }) => {
      const error = new RoomError(name, text, roomId);
      if (!this.#requests.reject(request, error)) this.#events.emit("error", error);
    },
  };

  /** @param {string} name @param {any} fields */
  #tell(name, fields) {
    if (this.state === "lobby") this.#connection.send(name, fields);
  }

  /** Asked now, or as soon as the lobby is reached. @param {string} name @param {any} fields @returns {Promise<any>} */
  async #ask(name, fields) {
    if (this.room) throw new RoomError("seated", "", this.room.id);
    this.#mustBeOpen();
    if (this.state === "idle") this.#connection.call();
    return this.#requests.ask(name, fields);
  }

  #mustBeOpen() {
    if (this.state === "closed") throw new RoomError("line-lost", "This client was closed.");
  }

  /** @param {string} roomId */
  #seat(roomId) {
    this.seatedIn = roomId;
    this.#events.emit("seat", roomId);
  }

  // --- the way to a room, and back

  /**
   * Wherever the lobby places it. Another ticket is one for that room, where seats are held for it; only once it is gone it
   * is placed anew.
   * @param {"create-room" | "quick-match"} name @param {Record<string, any>} wish @returns {Promise<Room>}
   */
  async #place(name, wish) {
    const place = () => this.#ask(name, wish);
    const reroute = await place();
    return this.#travel(reroute, () => this.#seatIn(reroute.roomId, MAYBE_MINE).catch((error) => {
      if (GONE.includes(error.name)) return place();
      throw error;
    }));
  }

  /**
   * Follows a reroute. If it fails on the way for no fault of the client's, another one is asked for, once.
   * @param {Reroute} reroute @param {() => Promise<Reroute>} again @returns {Promise<Room>}
   */
  async #travel(reroute, again) {
    try {
      return await this.#goTo(reroute);
    } catch (error) {
      if (!(error instanceof RoomError) || (error.isFinal && !TICKET_ERRORS.includes(error.name))) throw error;
      return this.#goTo(await again());
    }
  }

  /** @param {string} roomId @param {JoinWishes} [wishes] @returns {Promise<Reroute>} */
  #seatIn(roomId, { as: role = "player", invite = "", takeOver = false } = {}) {
    return this.#ask("join-room", { roomId, role, invite, takeOver });
  }

  /** @param {Reroute} reroute */
  async #travelUnasked(reroute) {
    await this.follow(reroute).catch((error) => this.#events.emit("error", asRoomError(error)));
  }

  /** @param {Reroute} reroute @returns {Promise<Room>} */
  async #goTo(reroute) {
    const isFollowed = await this.#options.onReroute?.(reroute);
    if (isFollowed === false) throw new RoomError("not-followed", "The reroute is not followed here.", reroute.roomId);
    this.#mustBeOpen();
    return this.#stay.travel(reroute);
  }

  /** @param {Room} room */
  #arrived(room) {
    this.seatedIn = room.id;
    room.askIce = () => askLobby(this.#shell, this.#options.url, this.#identity);
    this.#events.emit("room", room);
  }
}
