// The rows of the list. A row is kept while its room is, so that focus, and the eye, stay where they are.

import { counted, el, find, hueOf, pressed } from "./dom.js";
import { pingMark } from "./ping-mark.js";

/**
 * @typedef {import("room-cluster").ListedRoom} RoomRow
 * @typedef {import("room-cluster").Game} Game
 * @typedef {{ item: HTMLLIElement, update: (row: RoomRow) => void }} Shown
 */

const DOTS = 10;

export class RoomRows {
  /** @param {Game[]} games @param {(roomId: string, as: "player" | "spectator") => Promise<void>} join */
  constructor(games, join) {
    this.games = new Map(games.map((game) => [game.name, game]));
    this.join = join;
    this.list = find("#rows", HTMLUListElement);
    this.empty = find("#empty", HTMLElement);
    this.more = find("#more", HTMLElement);
    /** @type {Map<string, Shown>} */
    this.shown = new Map();
  }

  /** @param {RoomRow[]} rows @param {number} more */
  show(rows, more) {
    const present = new Set(rows.map(({ roomId }) => roomId));
    for (const [roomId, { item }] of this.shown) if (!present.has(roomId)) this.#remove(roomId, item);
    for (const row of rows) this.#shownAs(row).update(row);
    this.#arrange(rows);
    this.empty.hidden = rows.length > 0;
    this.more.hidden = more === 0;
    this.more.textContent = `and ${counted(more, "more room")}. Filter to see them.`;
  }

  /** Moves only what stands elsewhere: an element that is moved loses its focus. @param {RoomRow[]} rows */
  #arrange(rows) {
    let before = this.list.firstElementChild;
    for (const { roomId } of rows) {
      const item = /** @type {Shown} */ (this.shown.get(roomId)).item;
      if (item === before) before = before.nextElementSibling;
      else this.list.insertBefore(item, before);
    }
  }

  /** @param {RoomRow} row @returns {Shown} */
  #shownAs(row) {
    const shown = this.shown.get(row.roomId) ?? this.#build(row);
    this.shown.set(row.roomId, shown);
    return shown;
  }

  /** @param {string} roomId @param {HTMLLIElement} item */
  #remove(roomId, item) {
    this.shown.delete(roomId);
    item.remove();
  }

  /** @param {RoomRow} row @returns {Shown} */
  #build({ roomId, game, name }) {
    const about = this.games.get(game);
    const title = about?.title ?? game;
    const host = el("span", { class: "host" });
    const dots = el("span", { class: "dots", "aria-hidden": "true" });
    const seats = el("span", { class: "count" });
    const watching = el("span", { class: "watching" });
    const { mark, show } = pingMark();
    const watch = this.#button("Watch", "watch quiet", roomId, "spectator");
    const join = this.#button("Join", "", roomId, "player");
    const item = el("li", { class: "room", "data-room": roomId },
      el("span", { class: "door", "data-hue": hueOf(roomId), "aria-hidden": "true" },
        el("span", { class: "leaf" }, [...title][0] ?? "")),
      el("div", { class: "what" }, el("h3", {}, name), el("p", {}, el("span", { class: "game" }, title), host, watching)),
      el("div", { class: "seats" }, dots, el("div", { class: "facts" }, mark, seats)),
      el("div", { class: "ways" }, watch, join));
    const update = (/** @type {RoomRow} */ row) => {
      const isFull = row.players >= row.seats;
      const isShut = isFull || row.isLocked;
      item.classList.toggle("full", isShut);
      host.textContent = row.hostName ? `${row.hostName} leads` : "nobody leads";
      watching.textContent = row.spectators ? `${row.spectators} watching` : "";
      seats.textContent = `${row.players} of ${row.seats} seats`;
      dots.replaceChildren(...seatDots(row));
      show(row);
      join.disabled = isShut || about?.page === "";
      join.textContent = row.isLocked ? "Locked" : isFull ? "Full" : "Join";
      watch.hidden = row.isLocked || row.spectators >= row.spectatorSeats || about?.page === "";
      for (const button of [join, watch]) button.setAttribute("aria-label", `${button.textContent} ${name}`);
    };
    return { item, update };
  }

  /** @param {string} label @param {string} style @param {string} roomId @param {"player" | "spectator"} as */
  #button(label, style, roomId, as) {
    const button = el("button", { type: "button", class: style }, label);
    button.addEventListener("click", () => pressed(button, () => this.join(roomId, as)));
    return button;
  }
}

/** One dot a seat; of many seats, a tenth each. @param {RoomRow} row */
function seatDots({ players, seats }) {
  const count = Math.min(seats, DOTS);
  const taken = seats > DOTS ? Math.ceil((players / seats) * count) : players;
  return Array.from({ length: count }, (_, index) => el("i", { class: index < taken ? "taken" : "" }));
}
