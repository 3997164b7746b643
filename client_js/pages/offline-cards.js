// Games that this browser plays by itself, below the rooms.

import { el, find, hueOf } from "./dom.js";
import { offlineAddress } from "./offline-address.js";

/** @param {import("room-cluster").Game[]} games */
export function offlineCards(games) {
  const playable = games.filter((game) => game.is_offline && game.page);
  find("#alone", HTMLElement).hidden = playable.length === 0;
  find("#alone-games", HTMLElement).replaceChildren(...playable.map(({ name, title, description }) => el("li", { class: "alone-card" },
    el("span", { class: "door small", "data-hue": hueOf(name), "aria-hidden": "true" }, el("span", { class: "leaf" }, [...title][0] ?? "")),
    el("div", { class: "about" }, el("strong", {}, title), el("span", {}, description)),
    el("a", { href: offlineAddress(name) }, "Play ", el("span", { class: "unseen" }, `${title} `), "offline"))));
}
