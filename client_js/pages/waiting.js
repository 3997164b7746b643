// What stands instead of the stage while one is not inside yet: a door, a sentence, and perhaps what one may do.

import { choiceButton, el, find } from "./dom.js";

/** @typedef {import("./dom.js").Choice} Choice */

/** @param {string} sentence */
export function waitingScreen(sentence) {
  const text = el("p", { role: "status" }, sentence);
  const choices = el("div", { class: "choices" });
  const screen = el("main", { class: "waiting" },
    el("span", { class: "door", "data-hue": "5", "aria-hidden": "true" }, el("span", { class: "leaf" })),
    el("h1", {}, document.title), text, choices);
  const stage = find("#stage", HTMLElement);
  stage.hidden = true;
  stage.before(screen);
  return {
    tell: (/** @type {string} */ next) => { if (next) text.textContent = next; },
    /** What else one may do while this lasts. @param {Choice | null} choice */
    offer: (choice) => choices.replaceChildren(...(choice ? [choiceButton(...choice)] : [])),
    /** @param {string} question @param {Choice[]} answers @returns {Promise<any>} what the chosen act gives */
    ask: (question, answers) => new Promise((resolve) => {
      text.textContent = question;
      choices.replaceChildren(...answers.map(([label, act], index) => choiceButton(label, () => {
        choices.replaceChildren();
        resolve(act());
      }, index === 0 ? "primary" : "")));
    }),
    done: () => {
      screen.remove();
      stage.hidden = false;
    },
  };
}
