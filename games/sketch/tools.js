// Colour, pen, undo, save, clear. Digits choose a colour while the paper has the focus.

import { el, find } from "room-cluster/pages/dom.js";
import { INKS } from "./paper.js";
import { WIDTHS } from "./sheet.js";

const WIDTH_NAMES = ["Fine pen", "Pen", "Brush"];

/** @param {HTMLElement} paper @param {{ undo: () => void, save: () => void, clear: () => void }} acts */
export function tools(paper, acts) {
  const form = find("#tools", HTMLFormElement);
  find(".colours", HTMLElement, form).append(...INKS.map(([name], index) => colourChoice(name, index)));
  find(".widths", HTMLElement, form).append(...WIDTHS.map((width, index) => widthChoice(width, WIDTH_NAMES[index] ?? "")));
  for (const name of /** @type {const} */ (["undo", "save", "clear"])) {
    find(`#${name}`, HTMLButtonElement, form).addEventListener("click", acts[name]);
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  paper.addEventListener("keydown", ({ key, ctrlKey, metaKey }) => {
    if (key.toLowerCase() === "z" && (ctrlKey || metaKey)) acts.undo();
    const colour = form.querySelector(`[name=colour][value="${Number(key) - 1}"]`);
    if (colour instanceof HTMLInputElement) colour.checked = true;
  });
  return {
    colour: () => Number(new FormData(form).get("colour")),
    width: () => Number(new FormData(form).get("width")),
    showClear: (/** @type {boolean} */ isShown) => { find("#clear", HTMLElement, form).hidden = !isShown; },
  };
}

/** @param {string} name @param {number} index */
function colourChoice(name, index) {
  const label = name === "Paper" ? "Eraser" : name;
  return el("label", { class: `colour colour-${index}`, title: `${label} (${index + 1})` },
    el("input", { type: "radio", name: "colour", value: index, checked: index === 0, "aria-label": label }), el("span", {}));
}

/** @param {number} width @param {string} name */
function widthChoice(width, name) {
  return el("label", { class: `width width-${width}`, title: name },
    el("input", { type: "radio", name: "width", value: width, checked: width === WIDTHS[1], "aria-label": name }), el("span", {}));
}
