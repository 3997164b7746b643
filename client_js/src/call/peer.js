// Another member of the call: where the two stand (states.js), the attempts to connect, and the one channel between them,
// which goes on over all attempts and paths. A *call* is two pages that know of each other: whoever reloads begins a new one.

import { Emitter } from "../emitter.js";
import { Channel } from "./channel.js";
import { RemoteMedia, shownOf } from "./remote-media.js";
import { attemptAfterMs, restartAfterMs } from "./schedule.js";
import { nextState, PATHS } from "./states.js";
import { NO_STATISTICS, summarise } from "./statistics.js";

/** The channel's own message: what one lets others see and hear. */
const MEDIA = ":media";
/** Instead of a frame. */
const [PING, PONG] = ["ping", "pong"];
/** A line that the other end closed: perhaps it goes, and says so. */
const CUT_CALLER_MS = 1000;
const CUT_OTHER_MS = 5000;
/** How much more patient who does not call is. */
const OTHER_FACTOR = 2;

/**
 * Why there is no direct line: none was found in time, it was lost, or one of the two has as many as it can bear.
 * @typedef {"" | "no-way" | "line-lost" | "mesh-full"} Reason
 * @typedef {import("./link.js").Link} Link
 * @typedef {import("./link.js").LinkOptions} LinkOptions
 * @typedef {import("./states.js").PeerState} PeerState
 * @typedef {import("./statistics.js").Statistics} Statistics
 * @typedef {{
 *   shell: import("../shell.js").Shell,
 *   room: import("../room.js").Room,
 *   media: import("./media.js").LocalMedia,
 *   fallback: import("./fallback.js").Fallback,
 *   patienceMs: number,
 *   configuration: () => RTCConfiguration,
 *   openLink: (options: Omit<LinkOptions, "RTCPeerConnection">, tracks: import("./media.js").LocalMedia["tracks"]) => Link,
 *   mayConnect: (peer: Peer) => boolean,
 *   deliver: (peer: Peer, type: string, body: unknown) => void,
 *   drawId: () => string,
 * }} Surroundings what a mesh gives its peers
 */

export class Peer {
  /** @param {Surroundings} world @param {number} number @param {string} call empty: this side calls, and names the call */
  constructor(world, number, call) {
    this.#world = world;
    this.number = number;
    this.isCaller = !call;
    this.call = call || world.drawId();
    /** @type {PeerState} */
    this.state = this.isCaller ? "calling" : "connecting";
    this.media = new RemoteMedia(() => this.notices.emit("media"));
    this.#channel = new Channel(world.shell, (type, body) => this.#deliver(type, body));
    this.#throughWorker = world.fallback.path((frame) => this.#relay(frame), () => this.#areBothHere);
    this.tellMedia();
    if (!this.isCaller) this.#bePatient();
  }

  /** Why messages do not go directly; empty while they do, or may yet. @type {Reason} */
  reason = "";
  /** What went wrong on the way, for whoever looks for the cause; the last ones. @type {string[]} */
  troubles = [];
  /** @type {Emitter<{ state: [], media: [] }>} */
  notices = new Emitter();
  /** @type {Surroundings} */ #world;
  /** @type {Channel} */ #channel;
  /** @type {import("./channel.js").Path} */ #throughWorker;
  /** @type {Link | null} */ #link = null;
  #attempt = 0;
  /** Attempts that led nowhere, in a row. */
  #misses = 0;
  #restarts = 0;
  #hasFailed = false;
  #isCut = false;
  /** When something came over the line between the two. */
  #heardMs = 0;
  /** @type {any} */ #patience = null;
  /** @type {any} */ #timer = null;
  /** @type {import("./statistics.js").Sample | null} */ #sample = null;

  get member() {
    return this.#world.room.member(this.number);
  }

  /** How messages go now. */
  get path() {
    return PATHS[this.state];
  }

  /** The attempt that signals are about. */
  get linkId() {
    return this.#link?.id ?? "";
  }

  get hasLink() {
    return this.#link !== null;
  }

  // --- messages

  /** Raises too-many-requests, message-too-large. @param {string} type @param {unknown} body @param {boolean} isVolatile */
  send(type, body, isVolatile) {
    if (!isVolatile) this.#say(type, body);
    else if (this.state === "connected") this.#link?.writeVolatile([type, body]);
    else if (this.state !== "calling" && this.#areBothHere) {
      this.#world.room.send(":volatile", [this.call, type, body], { to: this.number, volatile: true });
    }
  }

  /** Whoever has not answered may not take part at all: what waits for it is bounded, and more is nobody's loss. @param {string} type @param {unknown} body */
  #say(type, body) {
    try {
      this.#channel.send(type, body);
    } catch (error) {
      if (this.state !== "calling") throw error;
    }
  }

  /** Whether the page is there, though its member is away: asked on the line between the two. @param {number} withinMs */
  async isThere(withinMs) {
    const { shell } = this.#world;
    const askedMs = shell.now();
    if (this.state === "connected") this.#link?.write(PING);
    await new Promise((resolve) => shell.setTimeout(() => resolve(null), withinMs));
    return this.#heardMs > askedMs;
  }

  /** @param {unknown} frame */
  #hearDirect(frame) {
    this.#heardMs = this.#world.shell.now();
    if (frame === PING) this.#link?.write(PONG);
    else this.#channel.hear(frame);
  }

  /** A frame by way of the worker. @param {unknown} frame */
  hearRelayed(frame) {
    this.#channel.hear(frame);
  }

  /** What one lets others see and hear is another. */
  tellMedia() {
    this.#channel.send(MEDIA, shownOf(this.#world.media));
    this.#link?.send(this.#world.media.tracks);
  }

  // --- attempts

  /** The caller's: another attempt, from nothing. */
  begin() {
    if (!this.#canSignal) return;
    if (!this.#world.mayConnect(this)) return this.refuse();
    this.#attempt += 1;
    this.#open(`${this.call}.${this.#attempt}`);
    this.#step("again");
    return undefined;
  }

  /** The other's: an offer that begins an attempt. @param {string} linkId @param {any} offer */
  answer(linkId, offer) {
    if (!this.#world.mayConnect(this)) return this.refuse();
    this.#open(linkId);
    this.#step("again");
    this.#link?.hear("offer", offer);
    return undefined;
  }

  /** A signal about the present attempt. @param {"offer" | "answer" | "candidate"} name @param {any} fields */
  hear(name, fields) {
    if (name === "answer") this.#step("answered");
    this.#link?.hear(name, fields);
  }

  /** This side has as many lines as it can bear. */
  refuse() {
    this.#world.room.signal("bye", { to: this.number, link: `${this.call}.0`, reason: "full" });
    // Who calls waits for the same word: it shows that somebody is there.
    if (!this.isCaller) this.refused();
  }

  /** One of the two has: no line of their own. */
  refused() {
    this.#dropLink();
    this.reason = "mesh-full";
    this.#step("given-up");
  }

  /** The other wants another attempt. */
  askedAgain() {
    if (this.isCaller) this.begin();
  }

  /** Somebody is back, or has a seat now: what had to wait may be tried. */
  wake() {
    this.#choosePath();
    this.#world.fallback.wake();
    if (this.state === "broken" || this.state === "relayed") this.#retry();
    else if (this.isCaller && this.state === "calling" && !this.#link) this.begin();
  }

  /** The way that was agreed on is not known to both: from nothing, unless it stands anyway. */
  reconcile() {
    if (this.state === "connected") return;
    if (this.isCaller) this.begin();
    else this.#askAgain();
  }

  /** New credentials for the next restart. */
  renew() {
    this.#link?.configure(this.#world.configuration());
  }

  end() {
    this.#step("end");
    this.#dropLink();
    this.#channel.close();
    this.media.reset();
  }

  /** How the line is doing; figures per second are since the last call. @returns {Promise<Statistics>} */
  async statistics() {
    const link = this.#link;
    if (this.state === "relayed") return { ...NO_STATISTICS, route: "worker" };
    if (!link || this.state !== "connected") return NO_STATISTICS;
    const report = await link.pc.getStats();
    const { statistics, sample } = summarise(report.values(), this.#sample);
    this.#sample = sample;
    return statistics;
  }

  get #areBothHere() {
    const { room } = this.#world;
    return room.state === "present" && room.members.has(this.number) && !this.member.isAway;
  }

  /** Signals wait for whoever is away; but a way that is looked for now is no longer there then. */
  get #canSignal() {
    return this.state !== "over" && this.#areBothHere;
  }

  /** @param {string} id */
  #open(id) {
    this.#dropLink();
    const { room } = this.#world;
    const isPresent = () => this.#link?.id === id;
    const now = (/** @type {() => void} */ call) => { if (isPresent()) call(); };
    this.#link = this.#world.openLink({
      id,
      isCaller: this.isCaller,
      configuration: this.#world.configuration(),
      signal: (name, fields) => room.signal(name, { to: this.number, link: id, ...fields }),
      onOpen: () => now(() => this.#opened()),
      onDisturbed: (hasFailed) => now(() => this.#disturbed(hasFailed)),
      onCut: () => now(() => this.#cut()),
      onWritable: () => now(() => this.#channel.flush()),
      onFrame: (frame) => this.#hearDirect(frame),
      onVolatile: (message) => { if (Array.isArray(message)) this.#deliver(String(message[0]), message[1]); },
      onTrack: (track, streams) => this.media.take(track, streams),
      onTrouble: (what) => { this.troubles = [...this.troubles, `${id} ${what}`].slice(-20); },
    }, this.#world.media.tracks);
  }

  #dropLink() {
    this.#link?.close();
    this.#link = null;
    this.#sample = null;
    this.#isCut = this.#hasFailed = false;
    this.#restarts = 0;
    this.media.reset();
  }

  #opened() {
    if (this.state === "connected") return;
    this.reason = "";
    this.#misses = this.#restarts = 0;
    this.#hasFailed = false;
    this.#step("opened");
  }

  /** @param {boolean} hasFailed */
  #disturbed(hasFailed) {
    const isWorse = hasFailed && !this.#hasFailed;
    this.#hasFailed = hasFailed;
    if (this.state === "connected" || (this.state === "broken" && isWorse)) this.#step("disturbed");
  }

  #cut() {
    this.#isCut = true;
    if (this.state === "connected" || this.state === "broken") this.#step("disturbed");
  }

  /** @param {import("./states.js").PeerEvent} event */
  #step(event) {
    const before = this.state;
    this.state = nextState(before, event);
    const isWaiting = this.state === "connecting" || this.state === "broken";
    if (!isWaiting) this.#endPatience();
    else if (this.state !== before || this.#patience === null) this.#bePatient();
    this.#choosePath();
    this.#plan();
    if (this.state !== before) this.notices.emit("state");
  }

  #bePatient() {
    this.#endPatience();
    const reason = this.state === "broken" ? "line-lost" : "no-way";
    this.#patience = this.#world.shell.setTimeout(() => {
      this.reason = reason;
      this.#step("given-up");
    }, this.#world.patienceMs);
  }

  #endPatience() {
    this.#world.shell.clearTimeout(this.#patience);
    this.#patience = null;
  }

  #choosePath() {
    const path = PATHS[this.state];
    const link = this.#link;
    if (path === "direct" && link) {
      if (this.#direct?.link !== link) this.#direct = { link, write: (frame) => link.write(frame), ready: () => link.isWritable };
      this.#channel.use(this.#direct);
    } else this.#channel.use(path === "worker" && this.#mayRelay ? this.#throughWorker : null);
  }

  /** @type {(import("./channel.js").Path & { link: Link }) | null} */
  #direct = null;

  /** Spectators say nothing by way of a room, not even that something arrived. */
  get #mayRelay() {
    return this.#world.room.me.role === "player" && this.member.role === "player";
  }

  // --- trying again

  #plan() {
    const { shell } = this.#world;
    shell.clearTimeout(this.#timer);
    if (this.state === "broken" || this.state === "relayed") this.#timer = shell.setTimeout(() => this.#retry(), this.#retryAfterMs);
  }

  get #retryAfterMs() {
    if (this.state === "relayed") return attemptAfterMs(this.#misses, this.#world.shell.random) * (this.isCaller ? 1 : OTHER_FACTOR);
    if (this.#isCut || !this.#link) return this.isCaller ? CUT_CALLER_MS : CUT_OTHER_MS;
    return restartAfterMs(this.isCaller, this.#restarts, this.#hasFailed);
  }

  #retry() {
    if (!this.#canSignal) return; // `wake` comes here again.
    if (this.state === "broken" && this.#link && !this.#isCut) {
      this.#restarts += 1;
      this.#link.restart(this.#world.configuration());
    } else {
      this.#misses += 1;
      if (this.isCaller) this.begin();
      else this.#askAgain();
    }
    this.#plan();
  }

  #askAgain() {
    if (this.#canSignal) this.#world.room.signal("bye", { to: this.number, link: this.linkId || `${this.call}.0`, reason: "again" });
  }

  /** @param {import("./channel.js").Frame} frame */
  #relay(frame) {
    this.#world.room.send(":call", [this.call, ...frame], { to: this.number });
  }

  /** @param {string} type @param {unknown} body */
  #deliver(type, body) {
    if (this.state === "over") return;
    if (type === MEDIA) this.media.told(body);
    else this.#world.deliver(this, type, body);
  }
}
