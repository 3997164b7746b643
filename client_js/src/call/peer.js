// Another member of the call: what one says to it and hears of it, on whatever way there is. The one channel goes on over
// all attempts and paths of a call; whoever reloads its page begins a new one.

import { Emitter } from "../emitter.js";
import { Channel } from "./channel.js";
import { RemoteMedia, shownOf } from "./remote-media.js";
import { PATHS } from "./states.js";
import { NO_STATISTICS, summarise } from "./statistics.js";
import { Way } from "./way.js";

/** The channel's own message: what one lets others see and hear. */
const MEDIA = ":media";
/** Instead of a frame. */
const [PING, PONG] = ["ping", "pong"];

/**
 * @typedef {import("./link.js").Link} Link
 * @typedef {import("./states.js").PeerState} PeerState
 * @typedef {import("./statistics.js").Statistics} Statistics
 * @typedef {{
 *   shell: import("../shell.js").Shell,
 *   room: import("../room.js").Room,
 *   media: import("./media.js").LocalMedia,
 *   fallback: import("./fallback.js").Fallback,
 *   patienceMs: number,
 *   configuration: () => RTCConfiguration,
 *   openLink: (options: Omit<import("./link.js").LinkOptions, "RTCPeerConnection">, tracks: import("./media.js").LocalMedia["tracks"]) => Link,
 *   mayConnect: (way: Way) => boolean,
 *   areBothHere: (number: number) => boolean,
 *   deliver: (type: string, body: unknown, from: number) => void,
 *   drawId: () => string,
 * }} Surroundings what a mesh gives its peers; `areBothHere`: neither oneself nor this member is away
 */

export class Peer {
  /** @param {Surroundings} world @param {number} number @param {string} call empty: this side calls, and names the call */
  constructor(world, number, call) {
    this.#world = world;
    this.number = number;
    this.media = new RemoteMedia(() => this.notices.emit("media"));
    this.#channel = new Channel(world.shell, (type, body) => this.#deliver(type, body));
    this.#throughWorker = world.fallback.path((frame) => this.#relay(frame), () => world.areBothHere(number));
    /** Signals and attempts. */
    this.way = new Way(world, number, call, {
      onWritable: () => this.#channel.flush(),
      onFrame: (frame) => this.#hearDirect(frame),
      onVolatile: (message) => { if (Array.isArray(message)) this.#deliver(String(message[0]), message[1]); },
      onTrack: (track, streams) => this.media.take(track, streams),
    });
    this.way.events.on("change", (before) => this.#changed(before));
    this.tellMedia();
  }

  /** @type {Emitter<{ state: [], media: [] }>} */
  notices = new Emitter();
  /** @type {Surroundings} */ #world;
  /** @type {Channel} */ #channel;
  /** @type {import("./channel.js").Path} */ #throughWorker;
  /** The path over a link, and which. @type {(import("./channel.js").Path & { link: Link }) | null} */
  #direct = null;
  /** @type {Link | null} */ #link = null;
  /** @type {import("./statistics.js").Sample | null} */ #sample = null;
  /** When something came over the line between the two. */
  #heardMs = 0;

  /** Where the two stand (states.js). @returns {PeerState} */
  get state() {
    return this.way.state;
  }

  /** Why messages do not go directly; empty while they do, or may yet. */
  get reason() {
    return this.way.reason;
  }

  get call() {
    return this.way.call;
  }

  get member() {
    return this.#world.room.member(this.number);
  }

  // --- messages

  /** Raises too-many-requests, message-too-large. @param {string} type @param {unknown} body @param {boolean} isVolatile */
  send(type, body, isVolatile) {
    if (!isVolatile) this.#say(type, body);
    else if (this.state === "connected") this.way.link?.writeVolatile([type, body]);
    else if (this.state !== "calling" && this.#mayRelay && this.#world.areBothHere(this.number)) {
      this.#world.room.send(":volatile", [this.call, type, body], { to: this.number, volatile: true });
    }
  }

  /** A frame by way of the worker. @param {unknown} frame */
  hearRelayed(frame) {
    this.#channel.hear(frame);
  }

  /** What one lets others see and hear is another. */
  tellMedia() {
    this.#say(MEDIA, shownOf(this.#world.media));
    this.way.link?.send(this.#world.media.tracks);
  }

  /** Whether the page is there, though its member is away: asked on the line between the two. @param {number} withinMs */
  async isThere(withinMs) {
    const { shell } = this.#world;
    const askedMs = shell.now();
    if (this.state === "connected") this.way.link?.write(PING);
    await new Promise((resolve) => shell.setTimeout(() => resolve(null), withinMs));
    return this.#heardMs > askedMs;
  }

  /** Somebody is back, or has a seat now: what had to wait may be tried. */
  wake() {
    this.#choosePath();
    this.#world.fallback.wake();
    this.way.wake();
  }

  end() {
    this.way.end();
    this.#channel.close();
  }

  /** How the line is doing; figures per second are since the last call. @returns {Promise<Statistics>} */
  async statistics() {
    const { link, state } = this.way;
    if (state === "relayed") return { ...NO_STATISTICS, route: "worker" };
    if (!link || state !== "connected") return NO_STATISTICS;
    const report = await link.pc.getStats();
    const { statistics, sample } = summarise(report.values(), this.#sample);
    this.#sample = sample;
    return statistics;
  }

  /** @param {PeerState} before */
  #changed(before) {
    if (this.way.link !== this.#link) {
      this.#link = this.way.link;
      this.#sample = null;
      this.media.reset();
    }
    this.#choosePath();
    if (this.state !== before) this.notices.emit("state");
  }

  #choosePath() {
    const path = PATHS[this.state];
    const { link } = this.way;
    if (path === "direct" && link) {
      if (this.#direct?.link !== link) this.#direct = { link, write: (frame) => link.write(frame), ready: () => link.isWritable };
      this.#channel.use(this.#direct);
    } else this.#channel.use(path === "worker" && this.#mayRelay ? this.#throughWorker : null);
  }

  /** Spectators say nothing by way of a room, not even that something arrived. */
  get #mayRelay() {
    return this.#world.room.me.role === "player" && this.member.role === "player";
  }

  /** Who has not answered may take no part at all, and a spectator without a line cannot be reached: what waits for them is
   * bounded, and more is no error. @param {string} type @param {unknown} body */
  #say(type, body) {
    const isReachable = this.state !== "calling" && this.#mayRelay;
    if (isReachable || !this.#channel.isFull) this.#channel.send(type, body);
  }

  /** @param {unknown} frame */
  #hearDirect(frame) {
    this.#heardMs = this.#world.shell.now();
    if (frame === PING) this.way.link?.write(PONG);
    else this.#channel.hear(frame);
  }

  /** @param {import("./channel.js").Frame} frame */
  #relay(frame) {
    this.#world.room.send(":call", [this.call, ...frame], { to: this.number });
  }

  /** @param {string} type @param {unknown} body */
  #deliver(type, body) {
    if (this.state === "over") return;
    if (type === MEDIA) this.media.told(body);
    else this.#world.deliver(type, body, this.number);
  }
}
