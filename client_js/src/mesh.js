// Calls and peer-to-peer messages between the members of a room: a line of its own for each pair, browser to browser. The
// room's worker only passes on the signals; and what a pair without a line says to each other.
//
//   const media = new LocalMedia();
//   await media.open({ microphone: true, camera: true });
//   const mesh = new Mesh(room, { media });
//   mesh.on("move", (body, from) => …);             // from: the member, as in `room.on`
//   mesh.send("move", { x: 1 });                    // reliable, in order; `{ volatile: true }`: fast, may be dropped
//   mesh.notices.on("media", (peer) => video.srcObject = peer.media.person);
//
// Of two members the one that came later calls. A page that begins anew (a reload) says so to those who came after it, and
// is called by them. So only one of a pair ever begins an attempt, and the newest attempt is the one that counts.

import { Fallback } from "./call/fallback.js";
import { IceServers } from "./call/ice.js";
import { Link } from "./call/link.js";
import { LocalMedia } from "./call/media.js";
import { Peer } from "./call/peer.js";
import { Emitter } from "./emitter.js";
import { RoomError } from "./errors.js";
import { ALPHABET } from "./protocol.js";
import { drawId, shellWith } from "./shell.js";

export { LocalMedia, whyNot } from "./call/media.js";
export { Peer } from "./call/peer.js";

const CONNECT_PATIENCE_MS = 5000;
/** Beyond eight people a browser's upload is full of copies of one picture. */
const MOST_PEERS = 7;
/** How long a page may be silent whose member is away: then it is gone, until it is back. */
const SILENT_MS = 1200;
const CALL_ID_CHARS = 12;

/**
 * `state`: where a pair stands has changed; `media`: what one sees or hears of a member; `gone`: it left the call.
 * @typedef {import("./room.js").Room} Room
 * @typedef {import("./picture.js").Member} Member
 * @typedef {import("./call/statistics.js").Statistics} Statistics
 * @typedef {{ peer: [peer: Peer], gone: [peer: Peer], state: [peer: Peer], media: [peer: Peer] }} MeshNotices
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
  /** @type {Emitter<MeshNotices>} */
  notices = new Emitter();
  /** @type {MeshOptions} */ #options;
  /** @type {import("./shell.js").Shell} */ #shell;
  /** @type {Emitter<Record<string, [body: any, from: Member]>>} */ #messages = new Emitter();
  /** @type {IceServers | null} */ #ice = null;
  /** @type {Fallback | null} */ #fallback = null;
  /** @type {(() => void)[]} */ #undo = [];
  #you = 0;
  /** Those whose page fell silent. What was said to them waits for their return, or for their seat's end. @type {Map<number, Peer>} */
  #silent = new Map();

  get isOver() {
    return this.#ice === null;
  }

  // --- messages

  /**
   * To all in the call, or to one: reliable and in order, on whatever way there is. With `volatile` it may be dropped, and
   * overtake. Raises `too-many-requests` when somebody takes nothing in, `message-too-large` above 47 KiB.
   * @param {string} type @param {unknown} [body] anything msgpack can carry
   * @param {{ to?: number | Member | Peer, volatile?: boolean }} [how]
   */
  send(type, body = null, { to, volatile: isVolatile = false } = {}) {
    const number = typeof to === "object" ? to.number : to;
    if (number !== undefined && !this.peers.has(number)) throw new RoomError("member-unknown");
    for (const peer of this.peers.values()) {
      if (number === undefined || peer.number === number) peer.send(type, body, isVolatile);
    }
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
    for (const peer of this.peers.values()) {
      if (!this.room.isOver) this.room.signal("bye", { to: peer.number, link: `${peer.call}.0`, reason: "left" });
    }
    this.#stop();
  }

  #start() {
    const { room } = this;
    this.#you = room.me.number;
    const fallback = this.#fallback = new Fallback(this.#shell);
    const ice = this.#ice = new IceServers(this.#shell, this.#options.ice ?? (() => room.askIce()), () => {
      for (const peer of this.peers.values()) peer.renew();
    });
    const isPresent = () => this.#ice === ice && this.#fallback === fallback;
    /** What comes before the servers are known waits, in its order. @param {() => void} call */
    const inTurn = (call) => void ice.ready.then(() => { if (isPresent()) call(); });
    inTurn(() => this.#greet());
    this.#undo = [
      room.signals.on("signal", (name, fields) => inTurn(() => this.#signals[name](fields))),
      room.on(":call", (body, from) => inTurn(() => this.#hearRelayed(body, from))),
      room.on(":volatile", (body, from) => inTurn(() => this.#hearVolatile(body, from))),
      room.notices.on("left", ({ number }) => inTurn(() => this.#drop(number))),
      room.notices.on("away", ({ number }) => inTurn(() => this.#miss(number))),
      room.notices.on("back", ({ number }) => inTurn(() => this.#wake(number))),
      room.notices.on("seat", ({ number }) => inTurn(() => this.#wake(number))),
      room.notices.on("resumed", ({ recovered }) => inTurn(() => { if (!recovered) this.#reconcile(); })),
      room.notices.on("over", () => this.#stop()),
      this.media.notices.on("change", () => { for (const peer of this.peers.values()) peer.tellMedia(); }),
      ...this.#onPage({ pagehide: () => this.close(), pageshow: () => this.#start() }),
    ];
  }

  #stop() {
    for (const undo of this.#undo) undo();
    for (const number of [...this.peers.keys(), ...this.#silent.keys()]) this.#drop(number);
    this.#ice?.close();
    this.#fallback?.close();
    this.#ice = this.#fallback = null;
    this.#undo = [];
  }

  /** A page that hides for good may be shown again as it was. @param {{ pagehide: () => void, pageshow: () => void }} calls */
  #onPage({ pagehide, pageshow }) {
    const { window } = this.#shell;
    const shown = () => { if (this.isOver && !this.room.isOver) pageshow(); };
    const hidden = () => {
      pagehide();
      window?.addEventListener("pageshow", shown, { once: true });
    };
    window?.addEventListener("pagehide", hidden, { once: true });
    return [() => window?.removeEventListener("pagehide", hidden)];
  }

  /** Calls those who came before; asks those who came after to call. */
  #greet() {
    for (const { number } of this.room.members.values()) {
      if (!this.#isWanted(number)) continue;
      if (number < this.#you) this.#meet(number, "").begin();
      else this.#askFor(number);
    }
  }

  /** Something was missed while the line was lost, and everything in the room was renewed. */
  #reconcile() {
    if (this.room.me.number !== this.#you) {
      this.#stop();
      this.#start();
      return;
    }
    for (const number of [...this.peers.keys()]) if (!this.room.members.has(number)) this.#drop(number);
    for (const { number } of this.room.members.values()) {
      const peer = this.peers.get(number);
      if (peer) peer.reconcile();
      else if (this.#isWanted(number) && number > this.#you) this.#askFor(number);
    }
  }

  /** @param {number} number */
  #askFor(number) {
    this.room.signal("bye", { to: number, link: "", reason: "again" });
  }

  /** @param {number} number */
  #isWanted(number) {
    const isWelcome = (/** @type {Member} */ member) => member.role === "player" || this.#options.spectators !== false;
    return number !== this.#you && this.room.members.has(number) && isWelcome(this.room.member(number)) && isWelcome(this.room.me);
  }

  /** A new call with this member; an older one is over. @param {number} number @param {string} call empty: ours to name */
  #meet(number, call) {
    this.#drop(number);
    const peer = new Peer(this.#surroundings(), number, call);
    peer.notices.on("state", () => this.#changed(peer));
    peer.notices.on("media", () => this.notices.emit("media", peer));
    this.peers.set(number, peer);
    this.notices.emit("peer", peer);
    return peer;
  }

  /** @param {number} number */
  #drop(number) {
    this.#silent.get(number)?.end();
    this.#silent.delete(number);
    const peer = this.peers.get(number);
    if (!peer) return;
    this.peers.delete(number);
    peer.end();
    this.notices.emit("gone", peer);
  }

  /** @param {Peer} peer */
  #changed(peer) {
    if (peer.state === "connected") this.#regain(peer.number);
    else if (peer.member.isAway) void this.#miss(peer.number);
    this.notices.emit("state", peer);
  }

  /** A member's line to the worker is lost. Its page may be gone without a word, too. @param {number} number */
  async #miss(number) {
    const peer = this.peers.get(number);
    if (!peer || this.room.state !== "present") return;
    const isThere = await peer.isThere(SILENT_MS);
    if (isThere || !peer.member.isAway || this.peers.get(number) !== peer || this.room.state !== "present") return;
    this.peers.delete(number);
    this.#silent.set(number, peer);
    this.notices.emit("gone", peer);
  }

  /** @param {number} number */
  #regain(number) {
    const peer = this.#silent.get(number);
    if (!peer) return;
    this.#silent.delete(number);
    this.peers.set(number, peer);
    this.notices.emit("peer", peer);
  }

  /** @param {number} number oneself: for all */
  #wake(number) {
    this.#regain(number);
    for (const peer of this.peers.values()) if (number === this.#you || peer.number === number) peer.wake();
  }

  // --- signals

  /** @type {Record<import("./room.js").SignalName, (fields: any) => void>} */
  #signals = {
    offer: (fields) => this.#offered(fields),
    answer: (fields) => this.#about(fields)?.hear("answer", fields),
    candidate: (fields) => this.#about(fields)?.hear("candidate", fields),
    bye: (fields) => this.#byes[/** @type {"left" | "again" | "full"} */ (fields.reason)](fields),
  };

  /** @param {{ sender: number, link: string, sdp: Uint8Array }} fields */
  #offered(fields) {
    const { sender, link } = fields;
    const known = this.#about(fields);
    if (known) known.hear("offer", fields);
    else if (this.#mayCall(sender, link)) this.#peerOf(sender, link).answer(link, fields);
  }

  /** @type {Record<"left" | "again" | "full", (fields: { sender: number, link: string }) => void>} */
  #byes = {
    left: ({ sender, link }) => {
      if (callOf(link) === this.peers.get(sender)?.call) this.#drop(sender);
    },
    again: ({ sender, link }) => {
      const peer = this.peers.get(sender);
      const isKnown = callOf(link) === peer?.call || peer?.state === "calling";
      if (peer && isKnown) peer.askedAgain();
      else if (sender < this.#you && this.#isWanted(sender)) this.#meet(sender, "").begin();
    },
    full: ({ sender, link }) => {
      const peer = this.peers.get(sender);
      if (peer?.call === callOf(link) && peer.isCaller) peer.refused();
      // The caller's word begins the call, too; the answer shows it that somebody is here.
      else if (this.#mayCall(sender, link)) this.#peerOf(sender, link).refuse();
    },
  };

  /** Only who came later calls. @param {number} number @param {string} link */
  #mayCall(number, link) {
    return number > this.#you && callOf(link) !== "" && this.#isWanted(number);
  }

  /** The peer whose present attempt this is. @param {{ sender: number, link: string }} fields */
  #about({ sender, link }) {
    const peer = this.peers.get(sender);
    return peer?.hasLink && peer.linkId === link ? peer : null;
  }

  /** Who calls in this call: known, or new. @param {number} number @param {string} link */
  #peerOf(number, link) {
    const peer = this.peers.get(number);
    return peer?.call === callOf(link) ? peer : this.#meet(number, callOf(link));
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

  /** @returns {import("./call/peer.js").Surroundings} */
  #surroundings() {
    const ice = /** @type {IceServers} */ (this.#ice);
    return {
      shell: this.#shell,
      room: this.room,
      media: this.media,
      fallback: /** @type {Fallback} */ (this.#fallback),
      patienceMs: this.#options.connectPatienceMs ?? CONNECT_PATIENCE_MS,
      configuration: () => ice.configuration,
      openLink: this.#options.openLink ?? ((options, tracks) => new Link({ ...options, RTCPeerConnection }, tracks)),
      mayConnect: (peer) => this.#lines(peer) < (this.#options.mostPeers ?? MOST_PEERS),
      deliver: (peer, type, body) => this.#messages.emit(type, body, peer.member),
      drawId: () => drawId(this.#shell.random, ALPHABET, CALL_ID_CHARS),
    };
  }

  /** @param {Peer} but */
  #lines(but) {
    return [...this.peers.values()].filter((peer) => peer !== but && peer.hasLink).length;
  }
}

/** @param {string} link */
function callOf(link) {
  return link.split(".")[0] ?? "";
}
