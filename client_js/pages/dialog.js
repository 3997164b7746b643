// A question before something that cannot be undone.

import { el } from "./dom.js";

let count = 0;

/**
 * @param {{ title: string, text: string, keep: string, act: string }} question
 * @returns {Promise<boolean>} whether it is to be done
 */
export function ask({ title, text, keep, act }) {
  const id = `dialog-${(count += 1)}`;
  const dialog = el("dialog", { "aria-labelledby": id },
    el("h2", { id }, title),
    el("p", {}, text),
    el("form", { method: "dialog" }, el("button", { value: "keep" }, keep), el("button", { value: "act", class: "primary" }, act)));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    dialog.remove();
    resolve(dialog.returnValue === "act");
  }));
}
