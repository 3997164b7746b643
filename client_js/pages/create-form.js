// Opening a room: a game, a name, seats, and the options that the game declares; or a quick match, which finds an open one
// of that game. What is refused is told at its field.

import { el, find, hueOf, pressed, tell, tellField } from "./dom.js";

/**
 * @typedef {import("room-cluster").Game} Game
 * @typedef {import("room-cluster").GameOption} GameOption
 * @typedef {import("room-cluster").RoomError} RoomError
 * @typedef {import("room-cluster").RoomWishes} RoomWishes
 */

/** @type {Record<string, "name" | "seats">} */
const FIELD_OF = { "room-exists": "name", "bad-name": "name", "bad-seats": "seats" };

/**
 * @typedef {{
 *   create: (game: string, wishes: RoomWishes) => Promise<unknown>,
 *   quickMatch: (game: string, options: RoomWishes["options"]) => Promise<unknown>,
 *   isTold: (error: RoomError) => boolean,
 * }} Ways `isTold`: whether somebody else tells that error
 */

/** @param {Game[]} games @param {Ways} ways */
export function createForm(games, { create, quickMatch, isTold }) {
  const form = find("#create", HTMLFormElement);
  const button = find("button[type=submit]", HTMLButtonElement, form);
  const quick = find("#quick", HTMLButtonElement, form);
  const playable = games.filter(({ page }) => page);
  find("#games", HTMLElement).replaceChildren(...playable.map(gameCard));
  const chosen = () => playable.find(({ name }) => name === new FormData(form).get("game"));
  const showGame = () => suit(form, chosen());
  const asked = new URLSearchParams(location.search).get("game");
  const first = form.querySelector(`[name=game][value="${CSS.escape(asked ?? "")}"]`) ?? form.querySelector("[name=game]");
  if (first instanceof HTMLInputElement) first.checked = true;
  find("#games", HTMLElement).addEventListener("change", showGame);
  showGame();
  button.disabled = quick.disabled = !playable.length;

  const go = (/** @type {HTMLButtonElement} */ way, /** @type {() => Promise<unknown>} */ act) => pressed(way, () => {
    tellErrors(form, null);
    return act().catch((/** @type {RoomError} */ error) => {
      if (error.name !== "not-followed" && !isTold(error)) tellErrors(form, error);
    });
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const game = chosen();
    if (game && isFilled(form)) await go(button, () => create(game.name, wishesOf(form, game)));
  });
  quick.addEventListener("click", async () => {
    const game = chosen();
    if (game) await go(quick, () => quickMatch(game.name, wishesOf(form, game).options));
  });
}

/** @param {HTMLFormElement} form @param {Game} game @returns {RoomWishes} */
function wishesOf(form, game) {
  const fields = new FormData(form);
  const options = Object.fromEntries(game.options.map((option) => [option.name, optionValue(option, fields)]));
  return { name: String(fields.get("name")), seats: Number(fields.get("seats")), options };
}

/** @param {GameOption} option @param {FormData} fields */
function optionValue({ name, type }, fields) {
  const value = fields.get(`option.${name}`);
  if (type === "flag") return value !== null;
  return type === "number" ? Number(value) : String(value ?? "");
}

/** @param {HTMLFormElement} form */
function isFilled(form) {
  const name = find("#room-name", HTMLInputElement, form);
  const isNamed = name.value.trim() !== "";
  tellField(name, find("#name-error", HTMLElement), isNamed ? "" : "Give the room a name.");
  if (!isNamed) name.focus();
  return isNamed;
}

/** @param {HTMLFormElement} form @param {RoomError | null} error */
function tellErrors(form, error) {
  const field = error && FIELD_OF[error.name];
  for (const name of ["name", "seats"]) {
    const input = find(`#room-${name}`, HTMLInputElement, form);
    tellField(input, find(`#${name}-error`, HTMLElement), field === name ? error?.message ?? "" : "");
    if (field === name) input.focus();
  }
  tell(find("#create-error", HTMLElement), error && !field ? error.message : "");
}

/** Seats and options as the game wants them. @param {HTMLFormElement} form @param {Game | undefined} game */
function suit(form, game) {
  if (!game) return;
  const seats = find("#room-seats", HTMLInputElement, form);
  seats.max = String(game.seats_most);
  seats.value = String(game.seats_default);
  find("#game-options", HTMLElement).replaceChildren(...game.options.map(optionField));
}

/** @param {Game} game */
function gameCard({ name, title, description }) {
  return el("label", { class: "game-card" },
    el("input", { type: "radio", name: "game", value: name }),
    el("span", { class: "door small", "data-hue": hueOf(name), "aria-hidden": "true" },
      el("span", { class: "leaf" }, [...title][0] ?? "")),
    el("span", { class: "about" }, el("strong", {}, title), el("span", {}, description)));
}

/** @param {GameOption} option */
function optionField(option) {
  const id = `option-${option.name}`;
  const label = option.name.charAt(0).toUpperCase() + option.name.slice(1).replaceAll("_", " ");
  if (option.type === "flag") {
    return el("label", { class: "check" },
      el("input", { type: "checkbox", name: `option.${option.name}`, checked: option.default === true }), label);
  }
  return el("div", { class: "field" }, el("label", { for: id }, label), optionInput(option, id));
}

/** @param {GameOption} option @param {string} id */
function optionInput({ name, type, choices, least, most, default: usual }, id) {
  const field = { id, name: `option.${name}` };
  if (type === "choice") {
    return el("select", field, ...choices.map((choice) => el("option", { value: choice, selected: choice === usual }, choice)));
  }
  /** @type {Record<string, string | number>} */
  const bounds = {};
  if (least !== null) bounds[type === "number" ? "min" : "minlength"] = least;
  if (most !== null) bounds[type === "number" ? "max" : "maxlength"] = most;
  return el("input", { ...field, type: type === "number" ? "number" : "text", value: String(usual), ...bounds });
}
