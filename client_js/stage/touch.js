// Fingers: a thumb that lands on the left half is on a stick from there on, large buttons are at the right. Shown where
// fingers are how one points, or once one has touched the stage. They steer the first local player.

import { el } from "room-cluster/pages/dom.js";

/** How far a thumb goes for full speed, in CSS pixels. */
const REACH_PX = 52;

/**
 * @typedef {import("./bindings.js").Declared} Declared
 * @typedef {import("./controls.js").Values} Values
 * @typedef {{ pointer: number, x: number, y: number, mark: HTMLElement }} Thumb
 */

export class Touch {
  /** @type {Values} */
  values = {};
  /** @type {Map<string, Thumb>} */
  #thumbs = new Map();
  /** Buttons that are let go with the next look, so that a tap is seen however short. @type {Set<string>} */
  #released = new Set();

  /** @param {HTMLElement} stage where fingers land @param {Declared[]} inputs */
  constructor(stage, inputs) {
    this.stage = stage;
    this.ways = inputs.filter(({ type }) => type !== "button").slice(0, 2);
    const buttons = inputs.filter(({ type }) => type === "button").map(({ name }) => this.#button(name));
    this.pad = el("div", { class: "touch-pad", role: "group", "aria-label": "Touch controls", hidden: true }, ...buttons);
    if (inputs.length === 0) return;
    stage.append(this.pad, ...(this.ways.length ? [el("span", { class: "touch-hint", "aria-hidden": "true" })] : []));
    if (globalThis.matchMedia?.("(pointer: coarse)").matches) this.pad.hidden = false;
    stage.addEventListener("pointerdown", (event) => this.#land(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    for (const over of /** @type {const} */ (["pointerup", "pointercancel"])) stage.addEventListener(over, (event) => this.#lift(event));
  }

  /** @param {boolean} isOn */
  enable(isOn) {
    this.stage.classList.toggle("no-touch", !isOn);
    if (!isOn) this.values = {};
  }

  /** Everybody has looked. */
  settle() {
    for (const name of this.#released) this.values[name] = false;
    this.#released.clear();
  }

  /** @param {PointerEvent} event */
  #land(event) {
    if (event.pointerType !== "touch" || !this.ways.length) return;
    if (event.target instanceof Element && event.target.closest("button, a, input, select, textarea, dialog, .no-stick")) return;
    this.pad.hidden = false;
    const box = this.stage.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const way = this.ways[this.ways.length > 1 && x > box.width / 2 ? 1 : 0];
    if (!way || this.#thumbs.has(way.name) || (this.ways.length === 1 && x > box.width * 0.6)) return;
    const mark = el("div", { class: "thumb", "aria-hidden": "true", style: `left: ${x}px; top: ${y}px` }, el("i", {}));
    this.stage.append(mark);
    this.stage.classList.add("thumbing");
    this.#thumbs.set(way.name, { pointer: event.pointerId, x: event.clientX, y: event.clientY, mark });
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    for (const { name, type } of this.ways) {
      const thumb = this.#thumbs.get(name);
      if (thumb?.pointer !== event.pointerId) continue;
      const stick = stickOf(event.clientX - thumb.x, event.clientY - thumb.y);
      this.values[name] = type === "axis" ? stick.x : stick;
      const knob = /** @type {HTMLElement} */ (thumb.mark.firstElementChild);
      knob.style.translate = `${stick.x * REACH_PX}px ${type === "axis" ? 0 : stick.y * REACH_PX}px`;
    }
  }

  /** @param {PointerEvent} event */
  #lift(event) {
    for (const [name, thumb] of this.#thumbs) {
      if (thumb.pointer !== event.pointerId) continue;
      thumb.mark.remove();
      this.#thumbs.delete(name);
      delete this.values[name];
    }
    if (!this.#thumbs.size) this.stage.classList.remove("thumbing");
  }

  /** @param {string} name */
  #button(name) {
    const button = el("button", { type: "button", class: "touch-button" }, name.replaceAll("_", " "));
    const hold = (/** @type {boolean} */ isHeld) => {
      if (isHeld) this.values[name] = true;
      if (isHeld) this.#released.delete(name);
      else this.#released.add(name);
      button.classList.toggle("held", isHeld);
    };
    button.addEventListener("pointerdown", (event) => {
      button.setPointerCapture(event.pointerId);
      hold(true);
      event.preventDefault();
    });
    for (const over of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) button.addEventListener(over, () => hold(false));
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    button.addEventListener("click", (event) => {
      if (event.detail !== 0) return; // By a screen reader or a switch; a finger was heard already.
      hold(true);
      hold(false);
    });
    return button;
  }
}

/** @param {number} dx @param {number} dy in CSS pixels @returns {{ x: number, y: number }} of length 1 at most */
function stickOf(dx, dy) {
  const length = Math.max(REACH_PX, Math.hypot(dx, dy));
  return { x: dx / length, y: dy / length };
}
