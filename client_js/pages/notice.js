// The one place above the list where the page says something: why a room was left, why a door did not open.

import { choiceButton, conceal, el, find } from "./dom.js";

/** @typedef {import("./dom.js").Choice} Choice */

/** @param {string} text @param {Choice[]} [choices] */
export function notice(text, choices = []) {
  const place = find("#notice", HTMLElement);
  const buttons = choices.map(([label, act]) => choiceButton(label, () => {
    hide();
    return act();
  }, "quiet"));
  place.replaceChildren(el("p", {}, text), ...buttons, choiceButton("Dismiss", hide, "quiet"));
  place.hidden = false;
}

/**
 * Only where nothing is said at the moment.
 * @param {string} text @param {Choice[]} choices @returns {(() => void) | null} takes it back, if it still stands there; null: not said
 */
export function remark(text, choices) {
  const place = find("#notice", HTMLElement);
  if (!place.hidden) return null;
  notice(text, choices);
  const said = place.firstElementChild;
  return () => { if (said?.isConnected) hide(); };
}

function hide() {
  conceal(find("#notice", HTMLElement), find("#rooms", HTMLElement));
}
