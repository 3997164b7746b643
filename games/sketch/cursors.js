// Where everybody's pen is. Positions are volatile: the next one replaces the last, and a pen that rests fades away.

import { el, memberHue } from "room-cluster/pages/dom.js";
import { HEIGHT, WIDTH } from "./sheet.js";

const EVERY_MS = 50;
const RESTING_MS = 4000;

/** @typedef {{ mark: HTMLElement, name: HTMLElement, timer: any }} Cursor */

/** @param {import("room-cluster").Room} room @param {HTMLElement} place @returns {(x: number, y: number) => void} tells one's own */
export function cursors(room, place) {
  /** @type {Map<number, Cursor>} */
  const shown = new Map();
  const drop = (/** @type {number} */ number) => {
    shown.get(number)?.mark.remove();
    shown.delete(number);
  };
  room.on("cursor", (body, from) => {
    if (!Array.isArray(body) || !body.every(Number.isFinite)) return;
    const cursor = shown.get(from.number) ?? newCursor(place, from.number);
    shown.set(from.number, cursor);
    cursor.name.textContent = from.username;
    move(cursor.mark, body[0], body[1]);
    clearTimeout(cursor.timer);
    cursor.timer = setTimeout(() => drop(from.number), RESTING_MS);
  });
  room.notices.on("left", ({ number }) => drop(number));
  room.notices.on("away", ({ number }) => drop(number));
  return teller(room);
}

/** At most one in 50 ms, and always the last. @param {import("room-cluster").Room} room */
function teller(room) {
  /** @type {[number, number] | null} */
  let latest = null;
  let isResting = true;
  const tell = () => {
    if (latest) room.send("cursor", latest, { volatile: true });
    isResting = latest === null;
    latest = null;
    if (!isResting) setTimeout(tell, EVERY_MS);
  };
  return (/** @type {number} */ x, /** @type {number} */ y) => {
    latest = [x, y];
    if (isResting) tell();
  };
}

/** @param {HTMLElement} place @param {number} number @returns {Cursor} */
function newCursor(place, number) {
  const name = el("span", {});
  const mark = el("div", { class: "cursor", "data-hue": memberHue(number) }, name);
  place.append(mark);
  return { mark, name, timer: null };
}

/** @param {HTMLElement} mark @param {number} x @param {number} y */
export function move(mark, x, y) {
  mark.style.left = `${(x / WIDTH) * 100}%`;
  mark.style.top = `${(y / HEIGHT) * 100}%`;
}
