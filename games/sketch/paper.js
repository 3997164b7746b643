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

export class Paper {
  /** @param {HTMLCanvasElement} canvas @param {import("./sheet.js").Sheet} sheet */
  constructor(canvas, sheet) {
    this.canvas = canvas;
    this.sheet = sheet;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    /** How many numbers of each stroke are on the canvas. @type {Map<string, number>} */
    this.drawn = new Map();
    this.isScheduled = false;
    new ResizeObserver(() => this.#resize()).observe(canvas);
    this.#resize();
  }

  /** Draws what was added since, with the next frame. */
  refresh() {
    if (this.isScheduled) return;
    this.isScheduled = true;
    requestAnimationFrame(() => {
      this.isScheduled = false;
      this.#draw();
    });
  }

  /** Draws everything anew: something went away. */
  redraw() {
    this.#blank();
    this.refresh();
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
  }

  #draw() {
    for (const stroke of this.sheet.strokes.values()) {
      const from = this.drawn.get(stroke.id) ?? 0;
      const until = unbroken(stroke.points, from);
      if (until > from) this.#line(stroke, Math.max(0, from - 4), until);
      this.drawn.set(stroke.id, until);
    }
  }

  /** Curves through the middles between points. @param {import("./sheet.js").Stroke} stroke @param {number} from @param {number} until */
  #line({ points, colour, width }, from, until) {
    const at = (/** @type {number} */ index) => /** @type {[number, number]} */ ([points[index], points[index + 1]]);
    const { context } = this;
    context.strokeStyle = INKS[colour]?.[1] ?? "black";
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(...at(from));
    for (let index = from + 2; index + 2 < until; index += 2) {
      const [x, y] = at(index);
      const [nextX, nextY] = at(index + 2);
      context.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
    }
    context.lineTo(...at(until - 2));
    context.stroke();
  }
}

/** Where the points end that have arrived without a gap. @param {number[]} points @param {number} from */
function unbroken(points, from) {
  let until = from;
  while (until < points.length && points[until] !== undefined) until += 2;
  return until;
}
