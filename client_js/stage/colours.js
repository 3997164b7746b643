// Colours as numbers: what is readable on one, and its shades. It reads `#rgb` and `#rrggbb`, which is what the engine
// and the palette give; of any other CSS colour it only knows that it is one.

import { numberOf } from "room-cluster/pages/dom.js";

/** @typedef {[red: number, green: number, blue: number]} Rgb 0 to 255 */

const WHITE = "#ffffff";
const BLACK = "#17141c";
/** What has neither a colour nor a player: one by its class. */
const KINDS = ["#d1603d", "#3f74d9", "#3d9257", "#9a60cf", "#c9821b", "#1d8ba0", "#cc4c83", "#75808c"];

/** @param {string} colour @returns {Rgb | null} */
export function parse(colour) {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour)?.[1];
  if (!hex) return null;
  const step = hex.length / 3;
  const part = (/** @type {number} */ index) => {
    const digits = hex.slice(index * step, (index + 1) * step);
    return parseInt(step === 1 ? digits + digits : digits, 16);
  };
  return [part(0), part(1), part(2)];
}

/** Towards black (-1) or white (1). @param {string} colour @param {number} amount */
export function shaded(colour, amount) {
  const rgb = parse(colour);
  if (!rgb) return colour;
  const goal = amount > 0 ? 255 : 0;
  return hexOf(/** @type {Rgb} */ (rgb.map((value) => value + (goal - value) * Math.abs(amount))));
}

/** What is readable on it: black or white, whichever has more contrast (WCAG 2). @param {string} colour */
export function inkOn(colour) {
  const rgb = parse(colour);
  if (!rgb) return WHITE;
  const light = luminance(rgb);
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.058 ? WHITE : BLACK;
}

/** The same for the same class. @param {string} kind */
export function colourOfKind(kind) {
  return KINDS[numberOf(kind) % KINDS.length] ?? WHITE;
}

/** @param {Rgb} rgb @returns {number} 0 to 1 */
function luminance(rgb) {
  const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {Rgb} rgb */
function hexOf(rgb) {
  return `#${rgb.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
}
