// The loop of a page that is drawn: one call per frame of the screen, none while the page is hidden. How long the script
// works in a frame is measured as `stage-frame`, for the browser's own tools and for whoever observes measures.

export const MEASURE = "stage-frame";
/** After a pause a frame is at most so long. */
const LONGEST_S = 0.1;
const KEPT = 240;

/** @typedef {{ requestAnimationFrame: (call: (nowMs: number) => void) => number, cancelAnimationFrame: (id: number) => void, performance: Performance }} Screen */

export class Frames {
  /** @param {(dt: number) => void} draw `dt` in seconds @param {Screen} [screen] */
  constructor(draw, screen = globalThis) {
    this.draw = draw;
    this.screen = screen;
  }

  /** When each of the last frames began, in milliseconds. @type {number[]} */
  beganMs = [];
  /** How long the script worked in each. @type {number[]} */
  workMs = [];
  /** @type {number | null} */
  #asked = null;

  start() {
    this.#asked ??= this.screen.requestAnimationFrame(() => this.#frame());
  }

  stop() {
    if (this.#asked !== null) this.screen.cancelAnimationFrame(this.#asked);
    this.#asked = null;
  }

  /** Frames a second, of late. */
  get rate() {
    const [first = 0, last = 0] = [this.beganMs[0], this.beganMs.at(-1)];
    return last > first ? ((this.beganMs.length - 1) * 1000) / (last - first) : 0;
  }

  /** The script's time in a frame, in milliseconds, which so many per cent of the last frames kept. @param {number} percent */
  work(percent) {
    const sorted = [...this.workMs].sort((one, other) => one - other);
    return sorted[Math.min(sorted.length - 1, Math.floor((percent / 100) * sorted.length))] ?? 0;
  }

  #frame() {
    this.#asked = this.screen.requestAnimationFrame(() => this.#frame());
    const { performance } = this.screen;
    const start = performance.now();
    const dt = Math.min(LONGEST_S, (start - (this.beganMs.at(-1) ?? start)) / 1000);
    try {
      this.draw(dt);
    } finally {
      const end = performance.now();
      keep(this.beganMs, start);
      keep(this.workMs, end - start);
      performance.measure(MEASURE, { start, end });
      // Observers have heard of it; the browser need not keep one for each frame of an evening.
      performance.clearMeasures(MEASURE);
    }
  }
}

/** @param {number[]} list @param {number} value */
function keep(list, value) {
  list.push(value);
  if (list.length > KEPT) list.shift();
}
