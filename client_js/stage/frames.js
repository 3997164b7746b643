// The loop of a page that is drawn: one call per frame of the screen, none while the page is hidden. How long the script
// works in a frame is measured as `stage-frame`, for the browser's own tools and for whoever observes measures.

export const MEASURE = "stage-frame";
/** After a pause a frame is at most so long. */
const LONGEST_S = 0.1;

/** @typedef {{ requestAnimationFrame: (call: (nowMs: number) => void) => number, cancelAnimationFrame: (id: number) => void, performance: Performance }} Screen */

export class Frames {
  /** @param {(dt: number) => void} draw `dt` in seconds @param {Screen} [screen] */
  constructor(draw, screen = globalThis) {
    this.draw = draw;
    this.screen = screen;
  }

  /** When the last frame began. @type {number | null} */
  #beganMs = null;
  /** @type {number | null} */
  #asked = null;

  start() {
    this.#asked ??= this.screen.requestAnimationFrame(() => this.#frame());
  }

  stop() {
    if (this.#asked !== null) this.screen.cancelAnimationFrame(this.#asked);
    this.#asked = null;
  }

  #frame() {
    this.#asked = this.screen.requestAnimationFrame(() => this.#frame());
    const { performance } = this.screen;
    const start = performance.now();
    const dt = Math.min(LONGEST_S, (start - (this.#beganMs ?? start)) / 1000);
    this.#beganMs = start;
    try {
      this.draw(dt);
    } finally {
      performance.measure(MEASURE, { start, end: performance.now() });
      // Observers have heard of it; the browser need not keep one for each frame of an evening.
      performance.clearMeasures(MEASURE);
    }
  }
}
