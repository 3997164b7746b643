// The picture on a canvas: crisp at every size, drawn piece by piece, and wholly anew only when it has to be.

import { HEIGHT, WIDTH } from "./sheet.js";

/** On paper, which is bright by day and by night. Names are read out. @type {[name: string, colour: string][]} */
export const INKS = [
  ["Ink", "#26222f"],
  ["Red", "#d13b2a"],
  ["Orange", "#ec8a1f"],
  ["Yellow", "#f0c420"],
  ["Green", "#3a9a55"],
  ["Blue", "#2f6bd8"],
  ["Violet", "#8a4fc0"],
  ["Paper", "#fffdf8"],
];

const RESTING_MS = 250;

export class Paper {
  /** @param {HTMLCanvasElement} canvas @param {import("./sheet.js").Sheet} sheet */
  constructor(canvas, sheet) {
    this.canvas = canvas;
    this.sheet = sheet;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    /** How many numbers of each stroke are on the canvas. @type {Map<string, number>} */
    this.drawn = new Map();
    this.isScheduled = false;
    this.isStale = true;
    /** @type {any} */
    this.settling = null;
    new ResizeObserver(() => this.#resize()).observe(canvas);
    this.#resize();
  }

  /** Draws what was added since, with the next frame. Where its pieces overlap shows; so it is drawn anew once it rests. */
  refresh() {
    this.#schedule();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.redraw(), RESTING_MS);
  }

  /** Draws everything anew. */
  redraw() {
    this.isStale = true;
    this.#schedule();
  }

  #schedule() {
    if (this.isScheduled) return;
    this.isScheduled = true;
    requestAnimationFrame(() => {
      this.isScheduled = false;
      this.#draw();
    });
  }

  #resize() {
    const ratio = window.devicePixelRatio || 1;
    const width = Math.max(1, Math.round(this.canvas.clientWidth * ratio));
    if (this.canvas.width !== width) {
      this.canvas.width = width;
      this.canvas.height = Math.round((width * HEIGHT) / WIDTH);
    }
    this.redraw();
  }

  #blank() {
    this.drawn.clear();
    const scale = this.canvas.width / WIDTH;
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
    this.context.fillStyle = INKS.at(-1)?.[1] ?? "white";
    this.context.fillRect(0, 0, WIDTH, HEIGHT);
    this.context.lineCap = this.context.lineJoin = "round";
    this.isStale = false;
  }

  #draw() {
    if (this.isStale) this.#blank();
    for (const stroke of this.sheet.strokes.values()) {
      const from = this.drawn.get(stroke.id) ?? 0;
      const until = unbroken(stroke.points, from);
      if (until > from) this.#line(stroke, from, until);
      this.drawn.set(stroke.id, until);
    }
  }

  /**
   * Curves through the middles between points: what is drawn once stays as it is when more points come. A stroke begins
   * and ends with its point twice, so that it reaches its ends.
   * @param {import("./sheet.js").Stroke} stroke @param {number} from @param {number} until
   */
  #line({ points, colour, width }, from, until) {
    const at = (/** @type {number} */ index) => /** @type {[number, number]} */ ([points[index], points[index + 1]]);
    const { context } = this;
    context.strokeStyle = INKS[colour]?.[1] ?? "black";
    context.lineWidth = width;
    context.beginPath();
    if (from === 0) dot(context, ...at(0));
    const first = Math.max(2, from - 2);
    if (first < until) context.moveTo(...middle(at(first - 2), at(first)));
    for (let index = first; index + 2 < until; index += 2) {
      context.quadraticCurveTo(...at(index), ...middle(at(index), at(index + 2)));
    }
    context.stroke();
  }
}

/** A line without length is not drawn. @param {CanvasRenderingContext2D} context @param {number} x @param {number} y */
function dot(context, x, y) {
  context.moveTo(x, y);
  context.lineTo(x + 0.1, y);
}

/** @param {[number, number]} one @param {[number, number]} other @returns {[number, number]} */
function middle(one, other) {
  return [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
}

/** Where the points end that have arrived without a gap. @param {number[]} points @param {number} from */
function unbroken(points, from) {
  let until = from;
  while (until < points.length && points[until] !== undefined) until += 2;
  return until;
}
