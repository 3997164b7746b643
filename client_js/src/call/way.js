// The way between two members: where it stands (states.js), the attempts to find one, restarts, patience. Signals about it
// come in here; what it carries is peer.js. A *call* is two pages that know of each other, and may take several attempts.

import { Emitter } from "../emitter.js";
import { attemptAfterMs, restartAfterMs } from "./schedule.js";
import { nextState } from "./states.js";

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
 * @typedef {Pick<LinkOptions, "onWritable" | "onFrame" | "onVolatile" | "onTrack">} Ears
 * @typedef {import("./peer.js").Surroundings} Surroundings
 */

export class Way {
  /** @param {Surroundings} world @param {number} number @param {string} call empty: this side calls, and names the call @param {Ears} ears */
  constructor(world, number, call, ears) {
    this.#world = world;
    this.#ears = ears;
    this.number = number;
    this.isCaller = !call;
    this.call = call || world.drawId();
    /** @type {PeerState} */
    this.state = this.isCaller ? "calling" : "connecting";
    if (!this.isCaller) this.#bePatient();
  }

  /** Why messages do not go directly; empty while they do, or may yet. @type {Reason} */
  reason = "";
  /** What went wrong, for whoever looks for the cause; the last ones. @type {string[]} */
  troubles = [];
  /** The present attempt's. @type {Link | null} */
  link = null;
  /** `change`: of the state, the link, or both. @type {Emitter<{ change: [before: PeerState] }>} */
  events = new Emitter();
  /** @type {Surroundings} */ #world;
  /** @type {Ears} */ #ears;
  #attempt = 0;
  /** Attempts that led nowhere, in a row. */
  #misses = 0;
  #restarts = 0;
  #hasFailed = false;
  #isCut = false;
  /** @type {any} */ #patience = null;
  /** @type {any} */ #timer = null;

  get #areBothHere() {
    return this.state !== "over" && this.#world.areBothHere(this.number);
  }

  // --- attempts

  /** The caller's: another attempt, from nothing. Whoever is away would hear of it too late. */
  begin() {
    if (!this.#areBothHere) return;
    this.#attempt += 1;
    if (!this.#opens(`${this.call}.${this.#attempt}`)) return this.refuse();
    this.#step("again");
    return undefined;
  }

  /** The other's: an offer that begins an attempt. @param {string} linkId @param {any} offer */
  answer(linkId, offer) {
    if (!this.#opens(linkId)) return this.refuse();
    this.#step("again");
    this.link?.hear("offer", offer);
    return undefined;
  }

  /** A signal about the present attempt. @param {"offer" | "answer" | "candidate"} name @param {any} fields */
  hear(name, fields) {
    if (name === "answer") this.#step("answered");
    this.link?.hear(name, fields);
  }

  /** This side has as many lines as it can bear: none at all in a browser without WebRTC. */
  refuse() {
    this.#world.room.signal("bye", { to: this.number, link: `${this.call}.0`, reason: "full" });
    // Who calls waits for the same word: it shows that somebody is there.
    if (!this.isCaller) this.refused();
  }

  /** One of the two has. */
  refused() {
    this.#drop();
    this.reason = "mesh-full";
    this.#step("given-up");
  }

  /** The other wants another attempt. */
  askedAgain() {
    if (this.isCaller) this.begin();
  }

  /** Somebody is back: what had to wait may be tried. */
  wake() {
    if (this.state === "broken" || this.state === "relayed") this.#retry();
    else if (this.isCaller && this.state === "calling" && !this.link) this.begin();
  }

  /** What was agreed on is not known to both: from nothing, unless it stands anyway. */
  reconcile() {
    if (this.state === "connected") return;
    if (this.isCaller) this.begin();
    else this.#askAgain();
  }

  /** New credentials for the next restart. */
  renew() {
    this.link?.configure(this.#world.configuration());
  }

  end() {
    this.#drop();
    this.#step("end");
  }

  /** Whether there is a link for a new attempt. @param {string} id */
  #opens(id) {
    if (!this.#world.mayConnect(this)) return false;
    this.#drop();
    try {
      this.link = this.#newLink(id);
    } catch (error) {
      this.#note(`${id} ${error}`);
    }
    return this.link !== null;
  }

  /** @param {string} id @returns {Link} */
  #newLink(id) {
    const { room } = this.#world;
    const now = (/** @type {() => void} */ call) => { if (this.link?.id === id) call(); };
    return this.#world.openLink({
      id,
      isCaller: this.isCaller,
      configuration: this.#world.configuration(),
      signal: (name, fields) => room.signal(name, { to: this.number, link: id, ...fields }),
      onOpen: () => now(() => this.#opened()),
      onDisturbed: (hasFailed) => now(() => this.#disturbed(hasFailed)),
      onCut: () => now(() => this.#cut()),
      onTrouble: (what) => this.#note(`${id} ${what}`),
      ...this.#ears,
    }, this.#world.media.tracks);
  }

  /** @param {string} trouble */
  #note(trouble) {
    this.troubles = [...this.troubles, trouble].slice(-20);
  }

  #drop() {
    this.link?.close();
    this.link = null;
    this.#isCut = this.#hasFailed = false;
    this.#restarts = 0;
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
    this.#plan();
    this.events.emit("change", before);
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

  // --- trying again

  #plan() {
    const { shell } = this.#world;
    shell.clearTimeout(this.#timer);
    if (this.state === "broken" || this.state === "relayed") this.#timer = shell.setTimeout(() => this.#retry(), this.#retryAfterMs);
  }

  get #retryAfterMs() {
    if (this.state === "relayed") return attemptAfterMs(this.#misses, this.#world.shell.random) * (this.isCaller ? 1 : OTHER_FACTOR);
    if (this.#isCut || !this.link) return this.isCaller ? CUT_CALLER_MS : CUT_OTHER_MS;
    return restartAfterMs(this.isCaller, this.#restarts, this.#hasFailed);
  }

  #retry() {
    if (!this.#areBothHere) return; // `wake` comes here again.
    if (this.state === "broken" && this.link && !this.#isCut) {
      this.#restarts += 1;
      this.link.restart(this.#world.configuration());
    } else {
      this.#misses += 1;
      if (this.isCaller) this.begin();
      else this.#askAgain();
    }
    this.#plan();
  }

  #askAgain() {
    if (this.#areBothHere) this.#world.room.signal("bye", { to: this.number, link: this.link?.id ?? `${this.call}.0`, reason: "again" });
  }
}
