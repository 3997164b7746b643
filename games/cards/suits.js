// How a card looks and what it is called.

import { el } from "room-cluster/pages/dom.js";

const SVG = "http://www.w3.org/2000/svg";
/** What a number does, as its card says it. @type {Record<number, [sign: string, words: string]>} */
const DOES = { 1: ["again", "plays again"], 5: ["⇄", "turns round"], 9: ["+2", "the next draws two"] };

/** @param {{ suit: string, number: number }} card */
export const nameOf = ({ suit, number }) => `${suit} ${number}`;

/** With what it does. @param {{ suit: string, number: number }} card */
export function describe(card) {
  const does = DOES[card.number];
  return does ? `${nameOf(card)}, ${does[1]}` : nameOf(card);
}

/** Without a card it stays blank. @template {HTMLElement} T @param {T} place @param {{ suit: string, number: number } | null} card @returns {T} */
export function paint(place, card) {
  place.classList.toggle("blank", card === null);
  if (!card) return place;
  place.dataset.suit = card.suit;
  const does = DOES[card.number];
  place.replaceChildren(
    el("b", { "aria-hidden": "true" }, String(card.number)), symbol(card.suit), el("small", { "data-sign": does?.[0] ?? "" }));
  return place;
}

/** @param {string} suit */
function symbol(suit) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${suit}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}
