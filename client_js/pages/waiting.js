// What stands instead of the stage while one is not inside yet: a door, a sentence, and perhaps what one may do.

import { el, find } from "./dom.js";

/** @typedef {[label: string, act: () => unknown]} Choice */

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
    /** @param {string} question @param {Choice[]} answers @returns {Promise<any>} what the chosen act gives */
    ask: (question, answers) => new Promise((resolve) => {
      text.textContent = question;
      choices.replaceChildren(...answers.map(([label, act], index) => {
        const button = el("button", { type: "button", class: index === 0 ? "primary" : "" }, label);
        button.addEventListener("click", () => {
          choices.replaceChildren();
          resolve(act());
        });
        return button;
      }));
    }),
    done: () => {
      screen.remove();
      stage.hidden = false;
    },
  };
}
