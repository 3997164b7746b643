// The hand on the paper: pointer (mouse, finger, stylus) or keyboard, as positions on the sheet. It says `down`, `move`,
// `up`, and `hover` for where it is; what that draws is not its business.

import { HEIGHT, WIDTH } from "./sheet.js";

/**
 * @typedef {{
 *   down: (x: number, y: number) => void, move: (x: number, y: number) => void, up: () => void,
 *   hover: (x: number, y: number) => void, say: (text: string) => void,
 * }} Hand
 */

const STEP = 12;
const STRIDE = 60;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {HTMLCanvasElement} canvas @param {Hand} hand */
export function pointerPen(canvas, hand) {
  /** @type {number | null} */
  let pointer = null;
  const lift = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    hand.up();
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    hand.down(...onSheet(canvas, event));
  });
  canvas.addEventListener("pointermove", (event) => {
    hand.hover(...onSheet(canvas, event));
    if (event.pointerId !== pointer) return;
    for (const each of coalesced(event)) hand.move(...onSheet(canvas, each));
  });
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
}

/** @param {HTMLCanvasElement} canvas @param {Hand} hand */
export function keyboardPen(canvas, hand) {
  let [x, y] = [WIDTH / 2, HEIGHT / 2];
  let isDown = false;
  const put = (/** @type {boolean} */ wish) => {
    if (wish === isDown) return;
    isDown = wish;
    if (isDown) hand.down(x, y);
    else hand.up();
    hand.say(isDown ? "Pen down" : "Pen up");
  };
  canvas.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (arrow) {
      const step = event.shiftKey ? STRIDE : STEP;
      x = clamp(x + arrow[0] * step, WIDTH);
      y = clamp(y + arrow[1] * step, HEIGHT);
      hand.hover(x, y);
      if (isDown) hand.move(x, y);
    } else if (event.key === " " || event.key === "Enter") put(!isDown);
    else if (event.key === "Escape") put(false);
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("focus", () => { if (canvas.matches(":focus-visible")) hand.hover(x, y); });
  canvas.addEventListener("blur", () => put(false));
}

/** Browsers gather moves between two frames. @param {PointerEvent} event */
function coalesced(event) {
  const events = event.getCoalescedEvents?.() ?? [];
  return events.length ? events : [event];
}

/** @param {HTMLCanvasElement} canvas @param {PointerEvent} event @returns {[number, number]} */
function onSheet(canvas, { clientX, clientY }) {
  const box = canvas.getBoundingClientRect();
  return [
    clamp(Math.round(((clientX - box.left) / box.width) * WIDTH), WIDTH),
    clamp(Math.round(((clientY - box.top) / box.height) * HEIGHT), HEIGHT),
  ];
}

/** @param {number} value @param {number} most */
function clamp(value, most) {
  return Math.min(most, Math.max(0, value));
}
