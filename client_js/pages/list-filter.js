// Which rooms the list shows, in which order. The wishes stand in the address (`/?game=sketch&sort=name`), so that they
// survive a reload and can be sent to a friend.

import { el, find } from "./dom.js";

/**
 * @typedef {import("room-cluster").Game} Game
 * @typedef {Partial<import("room-cluster").Subscription>} Wishes
 */

/** @param {Game[]} games @param {(wishes: Wishes) => void} watch called at once, and whenever the wishes change */
export function listFilter(games, watch) {
  const form = find("#filter", HTMLFormElement);
  const asked = new URLSearchParams(location.search);
  find("#games-filter", HTMLElement).replaceChildren(
    pill("", "All"), ...games.map(({ name, title }) => pill(name, title)));
  choose(form, "game", games.some(({ name }) => name === asked.get("game")) ? asked.get("game") : "");
  choose(form, "sort", asked.get("sort"));
  find("[name=openOnly]", HTMLInputElement, form).checked = asked.has("open");
  form.addEventListener("change", () => {
    history.replaceState(null, "", address(wishesOf(form)));
    watch(wishesOf(form));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  watch(wishesOf(form));
}

/** @param {HTMLFormElement} form @returns {Wishes} */
function wishesOf(form) {
  const fields = new FormData(form);
  return {
    game: String(fields.get("game") ?? ""),
    sort: /** @type {Wishes["sort"]} */ (fields.get("sort")),
    openOnly: fields.has("openOnly"),
  };
}

/** @param {Wishes} wishes */
function address({ game = "", sort = "newest", openOnly }) {
  const search = new URLSearchParams();
  if (game) search.set("game", game);
  if (sort !== "newest") search.set("sort", sort);
  if (openOnly) search.set("open", "");
  return `/${search.size ? `?${search}` : ""}`;
}

/** A value that the form does not offer changes nothing. @param {HTMLFormElement} form @param {string} name @param {string | null} value */
function choose(form, name, value) {
  for (const choice of form.querySelectorAll(`[name=${name}][type=radio], [name=${name}] option`)) {
    if (choice instanceof HTMLInputElement) choice.checked = choice.value === value;
    else if (choice instanceof HTMLOptionElement && choice.value === value) choice.selected = true;
  }
}

/** @param {string} value @param {string} label */
function pill(value, label) {
  return el("label", { class: "pill" }, el("input", { type: "radio", name: "game", value }), el("span", {}, label));
}
