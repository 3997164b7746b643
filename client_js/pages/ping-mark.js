// A ping as bars and figure. An estimate has a ≈, an old one is dimmed; both are told in words to whoever hears the page.

import { el } from "./dom.js";

/** Up to how many milliseconds a ping has that many bars. @type {[bars: number, mostMs: number][]} */
const LEVELS = [[3, 80], [2, 180], [1, Infinity]];

/** @typedef {{ pingMs: number | null, isEstimate?: boolean, isPingOld?: boolean }} Ping */

/** @returns {{ mark: HTMLElement, show: (ping: Ping) => void }} */
export function pingMark() {
  const bars = el("span", { class: "bars", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  const figure = el("span", { class: "figure" });
  const mark = el("span", { class: "ping", hidden: true }, bars, figure);
  return {
    mark,
    show: ({ pingMs, isEstimate = false, isPingOld = false }) => {
      mark.hidden = pingMs === null;
      if (pingMs === null) return;
      mark.dataset.level = String(LEVELS.find(([, mostMs]) => pingMs <= mostMs)?.[0] ?? 1);
      mark.classList.toggle("old", isPingOld);
      const about = isEstimate ? [el("span", { "aria-hidden": "true" }, "≈"), el("span", { class: "unseen" }, "about ")] : [];
      const old = isPingOld ? [el("span", { class: "unseen" }, ", measured a while ago")] : [];
      figure.replaceChildren(el("span", { class: "unseen" }, "ping "), ...about, `${pingMs}\u00a0ms`, ...old);
      mark.title = `${isEstimate ? "Estimated p" : "P"}ing${isPingOld ? ", measured a while ago" : ""}`;
    },
  };
}
