// One's own cards as buttons: one stop of the Tab key, arrow keys within. A card's button is kept for as long as one holds
// it, so that focus stays; when a played card had it, its neighbour gets it.

import { el } from "room-cluster/pages/dom.js";
import { describe, paint } from "./suits.js";

/** @typedef {import("room-cluster").GameObject & { suit: string, number: number, holder: number | null }} Card */

const STEPS = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Home: -Infinity, End: Infinity });
const SUITS = ["sun", "moon", "leaf", "wave"];

export class Hand {
  /** @param {HTMLElement} place @param {HTMLElement} elsewhere gets the focus when no card is left @param {(card: Card) => void} play */
  constructor(place, elsewhere, play) {
    this.place = place;
    this.elsewhere = elsewhere;
    this.play = play;
    place.addEventListener("keydown", (event) => this.#walk(event));
    place.addEventListener("focusin", ({ target }) => this.#stopAt(target));
  }

  /** By the card's id. @type {Map<number, HTMLButtonElement>} */
  #buttons = new Map();

  /** @param {Card[]} cards @param {Card | null} top @param {boolean} isMyTurn */
  show(cards, top, isMyTurn) {
    const held = new Set(cards.map(({ id }) => id));
    this.#drop([...this.#buttons.keys()].filter((id) => !held.has(id)));
    const sorted = [...cards].sort((one, other) => rank(one) - rank(other));
    const buttons = sorted.map((card) => {
      const button = this.#buttons.get(card.id) ?? this.#button(card);
      const fits = isMyTurn && top !== null && (card.suit === top.suit || card.number === top.number);
      button.classList.toggle("fits", fits);
      button.setAttribute("aria-disabled", String(!fits));
      button.setAttribute("aria-label", `${describe(card)}${fits ? ", fits" : ""}`);
      return button;
    });
    buttons.forEach((button, index) => {
      if (this.place.children[index] !== button) this.place.insertBefore(button, this.place.children[index] ?? null);
    });
    if (buttons[0] && !buttons.some((button) => button.tabIndex === 0)) buttons[0].tabIndex = 0;
  }

  /** At one's cards. */
  focus() {
    const card = [...this.#buttons.values()].find(({ tabIndex }) => tabIndex === 0);
    (card ?? this.elsewhere).focus();
  }

  /** @param {Card} card */
  #button(card) {
    const button = paint(el("button", { type: "button", class: "playing-card", tabindex: "-1" }), card);
    button.addEventListener("click", () => { if (button.classList.contains("fits")) this.play(card); });
    this.#buttons.set(card.id, button);
    return button;
  }

  /** @param {number[]} ids of cards that are not held any more */
  #drop(ids) {
    for (const id of ids) {
      const button = this.#buttons.get(id);
      this.#buttons.delete(id);
      if (button === document.activeElement) this.#focusBeside(button);
      button?.remove();
    }
  }

  /** @param {Element} button */
  #focusBeside(button) {
    const next = button.nextElementSibling ?? button.previousElementSibling ?? this.elsewhere;
    if (next instanceof HTMLElement) next.focus();
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    const step = STEPS[event.key];
    const cards = /** @type {HTMLElement[]} */ ([...this.place.children]);
    const at = cards.findIndex((card) => card === document.activeElement);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    cards[Math.max(0, Math.min(cards.length - 1, at + step))]?.focus();
  }

  /** @param {EventTarget | null} target */
  #stopAt(target) {
    for (const button of this.#buttons.values()) button.tabIndex = button === target ? 0 : -1;
  }
}

/** @param {Card} card */
const rank = ({ suit, number }) => SUITS.indexOf(suit) * 10 + number;
