// Who is in the call: whom one calls, who calls, who has gone or fallen silent. Of two members the one that came later
// calls. A page that begins anew (a reload) says so to those who came after it, and is called by them. So only one of a pair
// ever begins an attempt, and the newest attempt is the one that counts.

import { Emitter } from "../emitter.js";
import { Peer } from "./peer.js";

/** How long a page may be silent whose member is away: then it is gone, until it is back. */
const SILENT_MS = 1200;

/**
 * `state`: where a pair stands has changed; `media`: what one sees or hears of a member; `gone`: it left the call.
 * @typedef {{ peer: [peer: Peer], gone: [peer: Peer], state: [peer: Peer], media: [peer: Peer] }} CircleNotices
 * @typedef {import("./peer.js").Surroundings} Surroundings
 * @typedef {{ sender: number, link: string }} Signal and what else its kind has
 */

export class Circle {
  /**
   * @param {Surroundings} world @param {boolean} hasSpectators whether they take part
   * @param {Map<number, Peer>} peers to be kept true @param {Emitter<CircleNotices>} notices
   */
  constructor(world, hasSpectators, peers, notices) {
    this.#world = world;
    this.#hasSpectators = hasSpectators;
    this.#peers = peers;
    this.#notices = notices;
    this.#you = world.room.me.number;
  }

  /** @type {Surroundings} */ #world;
  /** @type {boolean} */ #hasSpectators;
  /** @type {Map<number, Peer>} */ #peers;
  /** @type {Emitter<CircleNotices>} */ #notices;
  /** @type {number} */ #you;
  /** Those whose page fell silent. What was said to them waits for their return, or for their seat's end. @type {Map<number, Peer>} */
  #silent = new Map();

  /** Oneself is the member that began this. */
  get isOwn() {
    return this.#world.room.me.number === this.#you;
  }

  /** Calls those who came before; asks those who came after to call. */
  greet() {
    for (const { number } of this.#world.room.members.values()) {
      if (!this.#isWanted(number)) continue;
      if (number < this.#you) this.#meet(number, "").way.begin();
      else this.#askFor(number);
    }
  }

  /** Something was missed while one's line was lost, and everything in the room was renewed. */
  reconcile() {
    const { members } = this.#world.room;
    for (const number of [...this.#peers.keys(), ...this.#silent.keys()]) if (!members.has(number)) this.drop(number);
    for (const { number } of members.values()) {
      const peer = this.#peers.get(number);
      if (peer) peer.way.reconcile();
      else if (this.#isWanted(number) && number > this.#you) this.#askFor(number);
    }
  }

  /** @param {number} number */
  drop(number) {
    this.#silent.get(number)?.end();
    this.#silent.delete(number);
    const peer = this.#peers.get(number);
    if (!peer) return;
    this.#peers.delete(number);
    peer.end();
    this.#notices.emit("gone", peer);
  }

  /** Tells everybody, unless the room is over anyway. */
  leave() {
    const { room } = this.#world;
    for (const { number, call } of this.#peers.values()) {
      if (!room.isOver) room.signal("bye", { to: number, link: `${call}.0`, reason: "left" });
    }
    for (const number of [...this.#peers.keys(), ...this.#silent.keys()]) this.drop(number);
  }

  /** A member's line to the worker is lost. Its page may be gone without a word, too. @param {number} number */
  async miss(number) {
    const peer = this.#peers.get(number);
    const { room } = this.#world;
    if (!peer || room.state !== "present") return;
    const isThere = await peer.isThere(SILENT_MS);
    if (isThere || !peer.member.isAway || this.#peers.get(number) !== peer || room.state !== "present") return;
    this.#peers.delete(number);
    this.#silent.set(number, peer);
    this.#notices.emit("gone", peer);
  }

  /** A member is back, or has a seat now. @param {number} number oneself: for all */
  wake(number) {
    this.#regain(number);
    for (const peer of this.#peers.values()) if (number === this.#you || peer.number === number) peer.wake();
  }

  /** @param {import("../room.js").SignalName} name @param {any} fields */
  hear(name, fields) {
    if (name === "bye") this.#byes[/** @type {"left" | "again" | "full"} */ (fields.reason)](fields);
    else if (this.#about(fields)) this.#about(fields)?.way.hear(name, fields);
    else if (name === "offer" && this.#mayCall(fields)) this.#calledBy(fields).way.answer(fields.link, fields);
  }

  /** @type {Record<"left" | "again" | "full", (signal: Signal) => void>} */
  #byes = {
    left: ({ sender, link }) => {
      if (callOf(link) === this.#peers.get(sender)?.call) this.drop(sender);
    },
    again: ({ sender, link }) => {
      const peer = this.#peers.get(sender);
      const isKnown = callOf(link) === peer?.call || peer?.state === "calling";
      if (peer && isKnown) peer.way.askedAgain();
      else if (sender < this.#you && this.#isWanted(sender)) this.#meet(sender, "").way.begin();
    },
    full: (signal) => {
      const peer = this.#peers.get(signal.sender);
      if (peer?.way.isCaller && peer.call === callOf(signal.link)) peer.way.refused();
      // The caller's word begins the call, too; the answer shows it that somebody is here.
      else if (this.#mayCall(signal)) this.#calledBy(signal).way.refuse();
    },
  };

  /** A new call with this member; an older one is over. @param {number} number @param {string} call empty: ours to name */
  #meet(number, call) {
    this.drop(number);
    const peer = new Peer(this.#world, number, call);
    peer.notices.on("state", () => this.#changed(peer));
    peer.notices.on("media", () => this.#notices.emit("media", peer));
    this.#peers.set(number, peer);
    this.#notices.emit("peer", peer);
    return peer;
  }

  /** @param {Peer} peer */
  #changed(peer) {
    if (peer.state === "connected") this.#regain(peer.number);
    else if (peer.member.isAway) void this.miss(peer.number);
    this.#notices.emit("state", peer);
  }

  /** @param {number} number */
  #regain(number) {
    const peer = this.#silent.get(number);
    if (!peer) return;
    this.#silent.delete(number);
    this.#peers.set(number, peer);
    this.#notices.emit("peer", peer);
  }

  /** @param {number} number */
  #askFor(number) {
    this.#world.room.signal("bye", { to: number, link: "", reason: "again" });
  }

  /** @param {number} number */
  #isWanted(number) {
    const { room } = this.#world;
    const isWelcome = (/** @type {import("../picture.js").Member} */ { role }) => role === "player" || this.#hasSpectators;
    return number !== this.#you && room.members.has(number) && isWelcome(room.member(number)) && isWelcome(room.me);
  }

  /** Only who came later calls. @param {Signal} signal */
  #mayCall({ sender, link }) {
    return sender > this.#you && callOf(link) !== "" && this.#isWanted(sender);
  }

  /** Who calls in this call: known, or new. @param {Signal} signal */
  #calledBy({ sender, link }) {
    const peer = this.#peers.get(sender);
    return peer?.call === callOf(link) ? peer : this.#meet(sender, callOf(link));
  }

  /** The peer whose present attempt this is. @param {Signal} signal */
  #about({ sender, link }) {
    const peer = this.#peers.get(sender);
    return peer?.way.link?.id === link ? peer : null;
  }
}

/** @param {string} link */
function callOf(link) {
  return link.split(".")[0] ?? "";
}
