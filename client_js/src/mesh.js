// Calls and peer-to-peer messages between the members of a room: a line of its own for each pair, browser to browser. The
// room's worker only passes on the signals; and what a pair without a line says to each other.
//
//   const media = new LocalMedia();
//   await media.open({ microphone: true, camera: true });
//   const mesh = new Mesh(room, { media });
//   mesh.on("move", (body, from) => …);             // from: the member, as in `room.on`
//   mesh.send("move", { x: 1 });                    // reliable, in order; `{ volatile: true }`: fast, may be dropped
//   mesh.notices.on("media", (peer) => video.srcObject = peer.media.person);

import { Circle } from "./call/circle.js";
import { Fallback } from "./call/fallback.js";
import { IceServers } from "./call/ice.js";
import { Link } from "./call/link.js";
import { LocalMedia } from "./call/media.js";
import { Emitter } from "./emitter.js";
import { RoomError } from "./errors.js";
import { ALPHABET } from "./protocol.js";
import { drawId, shellWith } from "./shell.js";

export { LocalMedia, whyNot } from "./call/media.js";

const CONNECT_PATIENCE_MS = 5000;
/** Beyond eight people a browser's upload is full of copies of one picture. */
const MOST_PEERS = 7;
const CALL_ID_CHARS = 12;

/**
 * @typedef {import("./room.js").Room} Room
 * @typedef {import("./picture.js").Member} Member
 * @typedef {import("./call/statistics.js").Statistics} Statistics
 * @typedef {import("./call/peer.js").Peer} Peer
 * @typedef {{
 *   media?: LocalMedia,
 *   connectPatienceMs?: number,
 *   mostPeers?: number,
 *   spectators?: boolean,
 *   ice?: import("./call/ice.js").AskIce,
 *   shell?: Partial<import("./shell.js").Shell>,
 *   openLink?: import("./call/peer.js").Surroundings["openLink"],
 * }} MeshOptions
 *   `connectPatienceMs`: how long messages wait for a direct line; `mostPeers`: lines at most; `spectators`: whether they
 *   take part; `ice`: instead of the lobby's servers
 */

export class Mesh {
  /** @param {Room} room @param {MeshOptions} [options] */
  constructor(room, options = {}) {
    this.#options = options;
    this.#shell = shellWith(options.shell);
    this.media = options.media ?? new LocalMedia();
    this.room = room;
    this.#start();
  }

  /** The others in this call, by their number in the room. @type {Map<number, Peer>} */
  peers = new Map();
  /** @type {Emitter<import("./call/circle.js").CircleNotices>} */
  notices = new Emitter();
  /** @type {MeshOptions} */ #options;
  /** @type {import("./shell.js").Shell} */ #shell;
  /** @type {Emitter<Record<string, [body: any, from: Member]>>} */ #messages = new Emitter();
  /** @type {(() => void)[]} */ #undo = [];
  /** @type {Circle | null} */ #circle = null;

  /** One is in no call: it was closed, or the room is over. */
  get isOver() {
    return this.#circle === null;
  }

  // --- messages

  /**
   * To all in the call, or to one: reliable and in order, on whatever way there is. With `volatile` it may be dropped, and
   * overtake. Raises `too-many-requests` when somebody takes nothing in (the others got it), `message-too-large` above 47 KiB.
   * @param {string} type @param {unknown} [body] anything msgpack can carry
   * @param {{ to?: number | Member | Peer, volatile?: boolean }} [how]
   */
  send(type, body = null, { to, volatile: isVolatile = false } = {}) {
    const number = typeof to === "object" ? to.number : to;
    if (number !== undefined && !this.peers.has(number)) throw new RoomError("member-unknown");
    const errors = [];
    for (const peer of this.peers.values()) {
      if (number !== undefined && peer.number !== number) continue;
      try {
        peer.send(type, body, isVolatile);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length) throw errors[0];
  }

  /** @param {string} type @param {(body: any, from: Member) => void} listener @returns {() => void} what undoes it */
  on(type, listener) {
    return this.#messages.on(type, listener);
  }

  /** How each pair is doing, by number. @returns {Promise<Map<number, Statistics>>} */
  async statistics() {
    const peers = [...this.peers.values()];
    const each = await Promise.all(peers.map((peer) => peer.statistics()));
    return new Map(peers.map((peer, index) => [peer.number, /** @type {Statistics} */ (each[index])]));
  }

  // --- coming and going

  /** The same call's media and listeners, in another room. @param {Room} room */
  moveTo(room) {
    this.close();
    this.room = room;
    this.#start();
  }

  /** Leaves the call, not the room. The media stay open: they are the application's. */
  close() {
    for (const undo of this.#undo.splice(0)) undo();
    const circle = this.#circle;
    this.#circle = null;
    circle?.leave();
  }

  #start() {
    const { room, media } = this;
    const fallback = new Fallback(this.#shell);
    const ice = new IceServers(this.#shell, this.#options.ice ?? (() => room.askIce()), () => {
      for (const peer of this.peers.values()) peer.way.renew();
    });
    const world = this.#surroundings(fallback, ice);
    const circle = this.#circle = new Circle(world, this.#options.spectators !== false, this.peers, this.notices);
    /** What comes before the servers are known waits, in its order. @param {() => void} call */
    const inTurn = (call) => void ice.ready.then(() => { if (this.#circle === circle) call(); });
    inTurn(() => circle.greet());
    this.#undo = [
      () => ice.close(),
      () => fallback.close(),
      room.signals.on("signal", (name, fields) => inTurn(() => circle.hear(name, fields))),
      room.on(":call", (body, from) => inTurn(() => this.#hearRelayed(body, from))),
      room.on(":volatile", (body, from) => inTurn(() => this.#hearVolatile(body, from))),
      room.notices.on("left", ({ number }) => inTurn(() => circle.drop(number))),
      room.notices.on("away", ({ number }) => inTurn(() => void circle.miss(number))),
      room.notices.on("back", ({ number }) => inTurn(() => circle.wake(number))),
      room.notices.on("seat", ({ number }) => inTurn(() => circle.wake(number))),
      room.notices.on("resumed", ({ recovered }) => inTurn(() => { if (!recovered) this.#reconcile(circle); })),
      room.notices.on("over", () => this.close()),
      media.notices.on("change", () => { for (const peer of this.peers.values()) peer.tellMedia(); }),
      this.#whenPageHides(),
    ];
  }

  /** @param {Circle} circle */
  #reconcile(circle) {
    if (circle.isOwn) circle.reconcile();
    else this.moveTo(this.room); // One is another member now: everything begins anew.
  }

  /** Others hear of it at once. A page that hides for good may be shown again as it was. */
  #whenPageHides() {
    const { window } = this.#shell;
    const shown = () => { if (this.isOver && !this.room.isOver) this.#start(); };
    const hidden = () => {
      this.close();
      window?.addEventListener("pageshow", shown, { once: true });
    };
    window?.addEventListener("pagehide", hidden, { once: true });
    return () => window?.removeEventListener("pagehide", hidden);
  }

  // --- messages through the worker

  /** @param {unknown} body @param {Member} from */
  #hearRelayed(body, from) {
    if (!Array.isArray(body)) return;
    const [call, ...frame] = body;
    const peer = this.peers.get(from.number);
    if (peer?.call === call) peer?.hearRelayed(frame);
  }

  /** @param {unknown} body @param {Member} from */
  #hearVolatile(body, from) {
    if (!Array.isArray(body) || this.peers.get(from.number)?.call !== body[0]) return;
    this.#messages.emit(String(body[1]), body[2], from);
  }

  /** @param {Fallback} fallback @param {IceServers} ice @returns {import("./call/peer.js").Surroundings} */
  #surroundings(fallback, ice) {
    const { room } = this;
    return {
      shell: this.#shell,
      room,
      media: this.media,
      fallback,
      patienceMs: this.#options.connectPatienceMs ?? CONNECT_PATIENCE_MS,
      configuration: () => ice.configuration,
      openLink: this.#options.openLink ?? ((options, tracks) => new Link({ ...options, RTCPeerConnection }, tracks)),
      mayConnect: (way) => {
        const lines = [...this.peers.values()].filter((peer) => peer.way !== way && peer.way.link).length;
        return lines < (this.#options.mostPeers ?? MOST_PEERS);
      },
      areBothHere: (number) => room.state === "present" && room.members.has(number) && !room.member(number).isAway,
      deliver: (type, body, from) => this.#messages.emit(type, body, room.member(from)),
      drawId: () => drawId(this.#shell.random, ALPHABET, CALL_ID_CHARS),
    };
  }
}
