// The client as an application sees it: in the lobby, on the way to a room, or inside one. A line that is lost, wherever
// it led, leads back to the lobby; the connection (connection.js) sees to that.

import { Connection } from "./connection.js";
import { Emitter, guarded } from "./emitter.js";
import { asRoomError, RoomError } from "./errors.js";
import { Identity } from "./identity.js";
import { Requests } from "./requests.js";
import { RoomList } from "./room-list.js";
import { Room } from "./room.js";

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
 *   seats_default: number, seats_most: number, options: GameOption[], page: string,
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
 * @typedef {{ resolve: (room: Room) => void, reject: (error: RoomError) => void }} Journey
 */

/** A way to a room that failed like this is worth one more ticket. */
const TICKET_ERRORS = ["ticket-used", "ticket-expired"];
const GONE = ["room-unknown", "room-closed"];

export class Lobby {
  /** @param {import("./shell.js").Shell} shell @param {LobbyOptions} options */
  constructor(shell, options) {
    this.#shell = shell;
    this.#options = options;
    this.#identity = new Identity(shell, options.url);
    this.#connection = new Connection(shell, options.url, this.#identity, {
      onLobby: (name, fields) => this.#fromLobby(name, fields),
      onWorker: (name, fields) => this.#fromWorker(name, fields),
      onChange: (state, before, error) => this.#changed(state, before, error),
    });
    this.#requests = new Requests(shell, (name, fields) => this.#tell(name, fields));
    this.rooms = new RoomList((name, fields) => this.#tell(name, fields));
    if (options.onState) this.on("state", options.onState);
  }

  /** The room this client is in. @type {Room | null} */
  room = null;
  /** The room in which the lobby says that this client has a seat, or empty. */
  seatedIn = "";

  /** @type {import("./shell.js").Shell} */ #shell;
  /** @type {LobbyOptions} */ #options;
  /** @type {Identity} */ #identity;
  /** @type {Connection} */ #connection;
  /** @type {Requests} */ #requests;
  /** @type {Emitter<LobbyEvents>} */ #events = new Emitter();
  /** @type {Journey | null} */ #journey = null;

  /** Where this client is; states.js has the table. @returns {State} */
  get state() {
    return this.#connection.state;
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
    const wish = { game, name, seats, options };
    const create = () => this.#ask("create-room", wish);
    const reroute = await create();
    return this.#travel(reroute, () => this.#seatIn(reroute.roomId).catch((error) => {
      if (GONE.includes(error.name)) return create();
      throw error;
    }));
  }

  /** @param {string} roomId @param {{ as?: "player" | "spectator" }} [how] @returns {Promise<Room>} */
  async join(roomId, { as: role = "player" } = {}) {
    const join = () => this.#seatIn(roomId, role);
    return this.#travel(await join(), join);
  }

  /** Goes where a reroute kept by another page leads. @param {Reroute} reroute @returns {Promise<Room>} */
  follow(reroute) {
    return this.#travel(reroute, () => this.#seatIn(reroute.roomId));
  }

  /** Leaves the room, or gives up a seat that another connection took. @returns {Promise<void>} */
  async leave() {
    if (this.room) return this.room.leave();
    await this.#ask("leave-room", {});
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

  /** @param {State} state @param {State} before @param {RoomError | null} error */
  #changed(state, before, error) {
    const reason = error ?? new RoomError("left");
    if (state === "lobby") {
      this.rooms.resume();
      this.#requests.repeat();
    }
    if (state === "closed") this.#requests.rejectAll(reason);
    if (before === "rerouting" && state !== "room") this.#strand(reason);
    if (before === "room") this.#leaveRoom(reason);
    this.#events.emit("state", state, error);
  }

  // --- lobby

  /** @template {keyof LobbyToClient} K @param {K} name @param {LobbyToClient[K]} fields */
  #fromLobby(name, fields) {
    this.#lobbyReceivers[name]?.(fields);
  }

  /** @type {{ [K in keyof LobbyToClient]?: (fields: LobbyToClient[K]) => void }} */
  #lobbyReceivers = {
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
    if (this.state === "closed") throw new RoomError("line-lost", "This client was closed.");
    if (this.state === "idle") this.#connection.call();
    return this.#requests.ask(name, fields);
  }

  /** @param {string} roomId */
  #seat(roomId) {
    this.seatedIn = roomId;
    this.#events.emit("seat", roomId);
  }

  // --- the way to a room, and back

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

  /** @param {string} roomId @param {"player" | "spectator"} [role] @returns {Promise<Reroute>} */
  #seatIn(roomId, role = "player") {
    return this.#ask("join-room", { roomId, role });
  }

  /** @param {Reroute} reroute */
  async #travelUnasked(reroute) {
    await this.follow(reroute).catch((error) => this.#events.emit("error", asRoomError(error)));
  }

  /** @param {Reroute} reroute @returns {Promise<Room>} */
  async #goTo(reroute) {
    const isFollowed = await this.#options.onReroute?.(reroute);
    if (isFollowed === false) throw new RoomError("not-followed", "The reroute is not followed here.", reroute.roomId);
    return new Promise((resolve, reject) => {
      this.#connection.reroute(reroute);
      this.#journey = { resolve, reject };
    });
  }

  /** @param {any} name @param {any} fields */
  #fromWorker(name, fields) {
    if (name === "room-disconnect") this.#connection.over(new RoomError(fields.name, fields.text, fields.roomId));
    else if (name === "room-joined") this.#arrive(fields);
    else this.room?.receive(name, fields);
  }

  /** @param {import("./protocol.js").RoomJoinedMessage} joined */
  #arrive(joined) {
    const room = new Room(joined, this.#connection, this.#shell);
    this.room = room;
    this.seatedIn = joined.roomId;
    this.#connection.joined();
    this.#journey?.resolve(room);
    this.#journey = null;
    this.#events.emit("room", room);
  }

  /** The way to a room ended before its door. @param {RoomError} reason */
  #strand(reason) {
    this.#journey?.reject(reason);
    this.#journey = null;
  }

  /** @param {RoomError} reason */
  #leaveRoom(reason) {
    const room = this.room;
    this.room = null;
    if (!room) return;
    room.end(reason);
    guarded(() => this.#options.onRoomDisconnect?.(reason, room));
  }
}
