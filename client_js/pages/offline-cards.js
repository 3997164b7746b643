// Games that this browser plays by itself, below the rooms.

import { el, find, hueOf } from "./dom.js";
import { offlineAddress } from "./offline-address.js";

/** @param {import("room-cluster").Game[]} games */
export function offlineCards(games) {
  const playable = games.filter((game) => game.is_offline && game.page);
  find("#alone", HTMLElement).hidden = playable.length === 0;
  find("#alone-games", HTMLElement).replaceChildren(...playable.map(({ name, title, description }) => el("li", {},
    el("a", { class: "alone-card", href: offlineAddress(name), "aria-label": `Play ${title} offline` },
      el("span", { class: "door small", "data-hue": hueOf(name), "aria-hidden": "true" }, el("span", { class: "leaf" }, [...title][0] ?? "")),
      el("span", { class: "about" }, el("strong", {}, title), el("span", {}, description)),
      el("span", { class: "go", "aria-hidden": "true" }, "Play offline")))));
}
