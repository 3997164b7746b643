// The client: one connection, one state table (states.js). It is in the lobby, on the way to a room, or inside one; a
// line that is lost, wherever it led, leads back to the lobby.

import { backoffMs } from "./backoff.js";
import { Emitter, guarded } from "./emitter.js";
import { asRoomError, RoomError } from "./errors.js";
import { Identity } from "./identity.js";
import { Line } from "./line.js";
import { CLIENT_TO_LOBBY, CLIENT_TO_WORKER, LOBBY_TO_CLIENT, WORKER_TO_CLIENT } from "./protocol.js";
import { Requests } from "./requests.js";
import { RoomList } from "./room-list.js";
import { Room } from "./room.js";
import { next } from "./states.js";

/**
 * @typedef {import("./protocol.js").RerouteMessage} RerouteMessage
 * @typedef {Pick<RerouteMessage, "roomId" | "game" | "address" | "ticket">} Reroute
 * @typedef {import("./protocol.js").LobbyToClient} LobbyToClient
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
 *   onState?: (state: import("./states.js").State, error: RoomError | null) => void,
 * }} LobbyOptions
 * @typedef {{
 *   state: [state: import("./states.js").State, error: RoomError | null],
 *   room: [room: Room],
 *   seat: [roomId: string],
 *   username: [username: string],
 *   error: [error: RoomError],
 * }} LobbyEvents
 * @typedef {{ reroute: Reroute, resolve: (room: Room) => void, reject: (error: RoomError) => void }} Journey
 */

/** The lobby knows another identity's key, or another time, than this client's token. */
const IDENTITY_ERRORS = ["token-invalid", "token-expired"];
/** A way to a room that failed like this is worth one more ticket. */
const TICKET_ERRORS = ["ticket-used", "ticket-expired"];
const GONE = ["room-unknown", "room-closed"];

export class Lobby {
  /** @param {import("./shell.js").Shell} shell @param {LobbyOptions} options */
  constructor(shell, options) {
    this.#shell = shell;
    this.#options = options;
    this.#identity = new Identity(shell, options.url);
    this.#requests = new Requests(shell, (name, fields) => this.#tell(name, fields));
    this.rooms = new RoomList((name, fields) => this.#tell(name, fields));
    if (options.onState) this.on("state", options.onState);
  }

  /** @type {import("./states.js").State} */
  state = "idle";
  /** The room this client is in. @type {Room | null} */
  room = null;
  /** The room in which the lobby says that this client has a seat, or empty. */
  seatedIn = "";

  /** @type {import("./shell.js").Shell} */ #shell;
  /** @type {LobbyOptions} */ #options;
  /** @type {Identity} */ #identity;
  /** @type {Requests} */ #requests;
  /** @type {Emitter<LobbyEvents>} */ #events = new Emitter();
  /** @type {Line<any> | null} */ #line = null;
  /** @type {Journey | null} */ #journey = null;
  /** @type {any} */ #retryTimer = null;
  #tries = 0;

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
    if (this.state === "idle") this.#step("call");
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
    this.#step("close");
  }

  // --- states

  /** @param {import("./states.js").Event} event @param {RoomError | null} [error] */
  #step(event, error = null) {
    this.state = next(this.state, event);
    // Only a welcome and a join go on with the line that brought them.
    if (event !== "welcomed" && event !== "joined") this.#drop();
    this.#begin[this.state](error);
    this.#events.emit("state", this.state, error);
  }

  #drop() {
    this.#line?.close();
    this.#line = null;
    this.#shell.clearTimeout(this.#retryTimer);
  }

  /** What each state begins with. @type {Record<import("./states.js").State, (error: RoomError | null) => void>} */
  #begin = {
    idle: () => {},
    calling: () => void this.#call(),
    waiting: () => {
      this.#retryTimer = this.#shell.setTimeout(() => this.#step("retry"), backoffMs(this.#tries, this.#shell.random));
      this.#tries += 1;
    },
    lobby: () => {
      this.#tries = 0;
      this.rooms.resume();
      this.#requests.repeat();
    },
    rerouting: () => {
      const { address, ticket } = /** @type {Journey} */ (this.#journey).reroute;
      this.#line = new Line(this.#shell, {
        url: address,
        token: ticket,
        outgoing: CLIENT_TO_WORKER,
        incoming: WORKER_TO_CLIENT,
        onMessage: (name, fields) => this.#fromWorker(name, fields),
        onOver: (error) => this.#workerOver(error),
      });
    },
    room: () => {},
    closed: (error) => {
      const reason = error ?? new RoomError("left");
      this.#requests.rejectAll(reason);
      this.#journey?.reject(reason);
      this.#leaveRoom(reason);
    },
  };

  async #call() {
    try {
      const token = await this.#identity.token();
      if (this.state !== "calling" || this.#line) return;
      this.#line = new Line(this.#shell, {
        url: `${this.#options.url.replace(/^http/, "ws")}/ws`,
        token,
        outgoing: CLIENT_TO_LOBBY,
        incoming: LOBBY_TO_CLIENT,
        onMessage: (name, fields) => this.#fromLobby(name, fields),
        onOver: (error) => this.#lobbyOver(error),
      });
    } catch (error) {
      if (this.state === "calling") this.#lobbyOver(asRoomError(error));
    }
  }

  /** @param {RoomError} error */
  #lobbyOver(error) {
    if (IDENTITY_ERRORS.includes(error.name)) this.#identity.forget();
    else if (error.isFinal) return this.#step("refused", error);
    return this.#step("lost", error);
  }

  // --- lobby

  /** @template {keyof LobbyToClient} K @param {K} name @param {LobbyToClient[K]} fields */
  #fromLobby(name, fields) {
    this.#lobbyReceivers[name]?.(fields);
  }

  /** @type {{ [K in keyof LobbyToClient]?: (fields: LobbyToClient[K]) => void }} */
  #lobbyReceivers = {
    "welcome": ({ roomId }) => {
      this.#step("welcomed");
      this.#seat(roomId);
    },
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
    if (this.state === "lobby") this.#line?.send(name, fields);
  }

  /** Asked now, or as soon as the lobby is reached. @param {string} name @param {any} fields @returns {Promise<any>} */
  async #ask(name, fields) {
    if (this.room) throw new RoomError("seated", "", this.room.id);
    if (this.state === "closed") throw new RoomError("line-lost", "This client was closed.");
    if (this.state === "idle") this.#step("call");
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
      this.#journey = { reroute, resolve, reject };
      this.#step("reroute");
    });
  }

  /** @param {any} name @param {any} fields */
  #fromWorker(name, fields) {
    if (name === "room-disconnect") this.#workerOver(new RoomError(fields.name, fields.text, fields.roomId));
    else if (name === "room-joined") this.#arrive(fields);
    else this.room?.receive(name, fields);
  }

  /** @param {import("./protocol.js").RoomJoinedMessage} joined */
  #arrive(joined) {
    const line = /** @type {Line<any>} */ (this.#line);
    this.room = new Room(joined, {
      send: (name, fields) => line.send(name, fields),
      end: (error) => this.#workerOver(error),
      roundTripMs: () => line.roundTripMs,
    }, this.#shell);
    this.seatedIn = joined.roomId;
    this.#step("joined");
    this.#journey?.resolve(this.room);
    this.#journey = null;
    this.#events.emit("room", this.room);
  }

  /** @param {RoomError} error */
  #workerOver(error) {
    const journey = this.#journey;
    this.#journey = null;
    this.#step(error.isFinal ? "over" : "lost", error);
    journey?.reject(error);
    this.#leaveRoom(error);
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
