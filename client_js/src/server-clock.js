// Which tick to show now. Updates arrive late by a changing amount, so the picture runs a little behind: by one tick, and
// more where lateness differs more, up to four. It follows changes by running slightly slower or faster, and never back.

/** Arrivals that are looked back on: at 20 Hz the last three seconds. */
const ARRIVALS = 64;
const LEAST_DELAY_TICKS = 1;
const MOST_DELAY_TICKS = 4;
/** How much slower or faster than real time the picture may run; faster still, the more it is behind. */
const SLOWER = 0.1;
const FASTER = 0.1;
const FASTEST = 0.5;
/** Further behind than this, it jumps ahead. */
const JUMP_MS = 1000;

export class ServerClock {
  /** @param {number} tickHz */
  constructor(tickHz) {
    this.tickMs = 1000 / tickHz;
  }

  /** Arrival in ms less the tick's own time in the game, of the last arrivals: the smaller, the more punctual. */
  lateness = new Float64Array(ARRIVALS);
  sorted = new Float64Array(ARRIVALS);
  count = 0;
  /** The newest tick that has arrived. */
  newest = 0;
  /** The least lateness of late: when tick 0 would have arrived at best. */
  base = 0;
  /** How far lateness spreads, in ms. */
  jitterMs = 0;
  /** When tick 0 would have been shown. @type {number | null} */
  shownFrom = null;
  lookedMs = 0;

  /** The ticks begin anew. */
  reset() {
    this.count = 0;
    this.newest = 0;
    this.shownFrom = null;
  }

  /** How far behind a punctual arrival the picture is to be. */
  get delayMs() {
    return Math.min(LEAST_DELAY_TICKS * this.tickMs + this.jitterMs, MOST_DELAY_TICKS * this.tickMs);
  }

  /** An update has arrived. @param {number} tick @param {number} nowMs */
  arrived(tick, nowMs) {
    this.newest = tick;
    this.lateness[this.count % ARRIVALS] = nowMs - tick * this.tickMs;
    this.count += 1;
    const known = Math.min(this.count, ARRIVALS);
    const sorted = this.sorted.subarray(0, known);
    sorted.set(this.lateness.subarray(0, known));
    sorted.sort();
    this.base = sorted[0] ?? 0;
    // Not the very latest: one straggler in three seconds may show.
    this.jitterMs = (sorted[Math.max(0, known - 2)] ?? 0) - this.base;
  }

  /** The tick to show, with its fraction. Never one that has not arrived. @param {number} nowMs */
  shownTick(nowMs) {
    if (!this.count) return this.newest;
    const target = this.base + this.delayMs;
    this.shownFrom ??= target;
    this.#follow(target, Math.max(0, nowMs - this.lookedMs));
    this.lookedMs = Math.max(nowMs, this.lookedMs);
    // Nothing has come for a while: the picture waits, and is late from then on, until it has caught up.
    this.shownFrom = Math.max(this.shownFrom, this.lookedMs - this.newest * this.tickMs);
    return (this.lookedMs - this.shownFrom) / this.tickMs;
  }

  /** The tick that the server is at by the time that what is sent now arrives. @param {number} nowMs @param {number} roundTripMs */
  tickAhead(nowMs, roundTripMs) {
    return (nowMs - this.base + roundTripMs) / this.tickMs;
  }

  /** @param {number} target @param {number} passedMs since the last look */
  #follow(target, passedMs) {
    const shownFrom = this.shownFrom ?? target;
    const behind = shownFrom - target;
    const faster = Math.min(FASTEST, FASTER + behind / JUMP_MS) * passedMs;
    if (behind > JUMP_MS) this.shownFrom = target;
    else if (behind > 0) this.shownFrom = Math.max(target, shownFrom - faster);
    else this.shownFrom = Math.min(target, shownFrom + SLOWER * passedMs);
  }
}
