// Building and finding elements. Text is always set as text, so nothing that a person wrote becomes markup.

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Record<string, string | boolean | number>} [attributes] `true` sets an empty one, `false` none
 * @param {(Node | string)[]} children @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/**
 * The element that the page's own HTML promises.
 * @template {Element} T @param {string} selector @param {new () => T} type @param {ParentNode} [within] @returns {T}
 */
export function find(selector, type, within = document) {
  const element = within.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`this page has no ${type.name} at ${selector}`);
  return element;
}

/** Shows a sentence, or hides its place when there is none. What stands there is not read out anew. @param {HTMLElement} place @param {string} text */
export function tell(place, text) {
  if (place.textContent === text && place.hidden === !text) return;
  place.hidden = !text;
  place.textContent = text;
}

/**
 * What a button does when it is pressed. While it is at it, pressing it again does nothing, by whatever means.
 * @param {HTMLElement} button or what holds several, of which one at a time may act @param {() => unknown} act
 */
export async function pressed(button, act) {
  if (button.hasAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  try {
    await act();
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** Hides it; the focus, if it was there, goes on to `next`. @param {HTMLElement} place @param {{ focus: () => void }} next */
export function conceal(place, next) {
  if (place.contains(document.activeElement)) next.focus();
  place.hidden = true;
}

/** A button of a room's page, which leaves the focus to the game. @param {HTMLElement} button @param {boolean} isShown */
export function showButton(button, isShown) {
  if (isShown) button.hidden = false;
  else conceal(button, { focus: focusGame });
}

function focusGame() {
  const stage = find("#stage", HTMLElement);
  const place = stage.querySelector("canvas") ?? stage;
  if (place === stage) stage.tabIndex = -1;
  place.focus();
}

/** @typedef {[label: string, act: () => unknown]} Choice */

/** @param {string} label @param {() => unknown} act @param {string} [look] its class */
export function choiceButton(label, act, look = "") {
  const button = el("button", { type: "button", class: look }, label);
  button.addEventListener("click", () => act());
  return button;
}

/** @param {HTMLInputElement} input @param {HTMLElement} place @param {string} text */
export function tellField(input, place, text) {
  tell(place, text);
  if (text) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

const HUES = 8;

/** The same for the same text. @param {string} text */
export function numberOf(text) {
  let sum = 0;
  for (const char of text) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return sum;
}

/** A colour for whatever has a name; the last one is left to what is closed. @param {string} text */
export const hueOf = (text) => numberOf(text) % (HUES - 1);

/** A member's colour: the first eight differ. @param {number} number */
export const memberHue = (number) => (number + HUES - 1) % HUES;

/** A round face with an initial. @param {string} username @param {number} hue */
export function face(username, hue) {
  return paintFace(el("span", { class: "face", "aria-hidden": "true" }), username, hue);
}

/** @template {HTMLElement} T @param {T} place @param {string} username @param {number} hue @returns {T} */
export function paintFace(place, username, hue) {
  place.dataset.hue = String(hue);
  place.textContent = [...username.trim()][0]?.toUpperCase() ?? "·";
  return place;
}

/** @param {number} count @param {string} one @param {string} [many] */
export function counted(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}
