// Sentences that come and go, read out politely. Nothing that matters later is said only here.

import { el } from "./dom.js";

const SHOWN_MS = 5000;

/** @type {HTMLElement | null} */
let place = null;

/** Where they come. A page builds it when it begins: what comes together with its place is not read out. */
export function toastPlace() {
  if (!place) document.body.append(place = el("div", { class: "toasts", role: "status" }));
  return place;
}

/** @param {string} text */
export function toast(text) {
  const shown = el("div", { class: "toast" }, text);
  toastPlace().append(shown);
  setTimeout(() => shown.remove(), SHOWN_MS);
}
