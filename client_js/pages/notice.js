// The one place above the list where the page says something: why a room was left, why a door did not open.

import { el, find } from "./dom.js";

/** @typedef {[label: string, act: () => unknown]} Choice */

/** @param {string} text @param {Choice[]} [choices] */
export function notice(text, choices = []) {
  const place = find("#notice", HTMLElement);
  const buttons = choices.map(([label, act]) => choiceButton(label, () => {
    hide();
    act();
  }));
  place.replaceChildren(el("p", {}, text), ...buttons, choiceButton("Dismiss", hide));
  place.hidden = false;
}

function hide() {
  find("#notice", HTMLElement).hidden = true;
}

/** @param {string} label @param {() => void} act */
function choiceButton(label, act) {
  const button = el("button", { type: "button", class: "quiet" }, label);
  button.addEventListener("click", act);
  return button;
}
