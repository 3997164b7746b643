// What each local player holds right now: keys, a gamepad and, for the first one, touch, as one value per declared input.
// A stick is {x, y} of length 1 at most (y downwards), an axis a number of -1 to 1, a button a boolean.

import { keysFor, inWords } from "./bindings.js";
import { padValues } from "./gamepads.js";

/**
 * @typedef {import("./bindings.js").Declared} Declared
 * @typedef {import("./bindings.js").Keys} Keys
 * @typedef {import("./bindings.js").Wishes} Wishes
 * @typedef {{ x: number, y: number }} Stick
 * @typedef {Record<string, Stick | number | boolean>} Values
 * @typedef {{ isDown: (codes: string[]) => boolean, listen: (codes: Iterable<string>) => void, settle?: () => void }} Pressed
 * @typedef {{ values: Values, settle?: () => void }} Touched
 * @typedef {{
 *   keyboard: Pressed, pads?: () => import("./gamepads.js").Pad[], touch?: Touched, keys?: Wishes | Wishes[] | null,
 * }} Sources `keys`: what the game's client wishes instead of the usual ones
 */

export class Controls {
  /** @param {Declared[]} inputs @param {Sources} sources */
  constructor(inputs, { keyboard, pads = () => [], touch = { values: {} }, keys = null }) {
    this.inputs = inputs;
    this.#keyboard = keyboard;
    this.#pads = pads;
    this.#touch = touch;
    this.#wishes = keys;
    this.seat(1);
  }

  /** @type {Pressed} */ #keyboard;
  /** @type {() => import("./gamepads.js").Pad[]} */ #pads;
  /** @type {Touched} */ #touch;
  /** @type {Wishes | Wishes[] | null} */ #wishes;
  /** Per local player. @type {Keys[]} */
  #keys = [];

  /** So many people play at this screen. @param {number} players */
  seat(players) {
    if (this.#keys.length === players) return;
    this.#keys = keysFor(this.inputs, players, this.#wishes);
    this.#keyboard.listen(this.#keys.flatMap((keys) => Object.values(keys).flatMap((bound) => Object.values(bound).flat())));
  }

  /** @param {number} index of the local player @returns {Values} one for each declared input */
  read(index) {
    const keys = this.#keys[index] ?? {};
    const pads = this.#pads();
    const pad = pads[index] ?? (this.#keys.length === 1 ? pads[0] : undefined);
    const padded = pad ? padValues(this.inputs, pad) : {};
    const touched = index === 0 ? this.#touch.values : {};
    /** @type {Values} */
    const values = {};
    for (const { name, type } of this.inputs) {
      const all = [this.#pressed(type, keys[name]), padded[name], touched[name]];
      values[name] = type === "stick" ? sumOf(all) : type === "axis" ? within(all) : all.some((value) => value === true);
    }
    return values;
  }

  /** All players of this frame are read: what was only tapped is over. */
  settle() {
    this.#keyboard.settle?.();
    this.#touch.settle?.();
  }

  /** @param {number} index @returns {string[]} how this player plays, in words */
  inWords(index) {
    return inWords(this.inputs, this.#keys[index] ?? {});
  }

  /** @param {Declared["type"]} type @param {Keys[string] | undefined} keys @returns {Stick | number | boolean} */
  #pressed(type, keys) {
    const isDown = (/** @type {string[]} */ codes) => Number(this.#keyboard.isDown(codes));
    if (!keys) return type === "button" ? false : type === "axis" ? 0 : { x: 0, y: 0 };
    if (Array.isArray(keys)) return this.#keyboard.isDown(keys);
    if ("less" in keys) return isDown(keys.more) - isDown(keys.less);
    return { x: isDown(keys.right) - isDown(keys.left), y: isDown(keys.down) - isDown(keys.up) };
  }
}

/** @param {(Stick | number | boolean | undefined)[]} all @returns {Stick} */
function sumOf(all) {
  let [x, y] = [0, 0];
  for (const stick of all) {
    if (typeof stick !== "object") continue;
    x += stick.x;
    y += stick.y;
  }
  const length = Math.max(1, Math.hypot(x, y));
  return { x: x / length, y: y / length };
}

/** @param {(Stick | number | boolean | undefined)[]} all */
function within(all) {
  const sum = all.reduce((/** @type {number} */ total, value) => total + (typeof value === "number" ? value : 0), 0);
  return Math.max(-1, Math.min(1, sum));
}
