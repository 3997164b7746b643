// Sentences that come and go, read out politely. Nothing that matters later is said only here.

import { el } from "./dom.js";

const SHOWN_MS = 5000;

/** @type {HTMLElement | null} */
let place = null;

/** @param {string} text */
export function toast(text) {
  if (!place) document.body.append(place = el("div", { class: "toasts", role: "status" }));
  const shown = el("div", { class: "toast" }, text);
  place.append(shown);
  setTimeout(() => shown.remove(), SHOWN_MS);
}
