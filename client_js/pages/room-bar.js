// The bar on top of a game's page: the way out, the room's name, who leads, how full it is.

import { debugKey } from "./debug-key.js";
import { counted, el, pressed, showButton } from "./dom.js";
import { leaveRoom } from "./handover.js";
import { toast } from "./toasts.js";

/** @typedef {import("room-cluster").Room} Room */

/** @param {Room} room @param {string} title @param {HTMLElement} toggle */
export function roomBar(room, title, toggle) {
  const leave = el("button", { type: "button" }, "← Leave");
  leave.addEventListener("click", () => pressed(leave, () => leaveRoom(room)));
  const seat = el("button", { type: "button", class: "primary take-seat" }, "Take a seat");
  seat.addEventListener("click", () => pressed(seat, () => room.takeSeat().catch((error) => toast(error.message))));
  const about = el("p", {}, "");
  const show = () => {
    const host = room.isHost ? "You lead" : room.host ? `${room.host.username} leads` : "Nobody leads";
    const isWatching = room.me.role === "spectator";
    const watching = room.spectators.length;
    showButton(seat, isWatching && !room.isOver);
    about.textContent = [
      isWatching ? "You watch" : "",
      host,
      `${room.players.length} of ${room.seats} seats`,
      watching ? counted(watching, "spectator") : "",
      title,
    ].filter(Boolean).join(" · ");
  };
  for (const notice of /** @type {const} */ (["joined", "left", "player-joined", "player-left", "renamed", "host", "seat", "resumed", "over"])) room.notices.on(notice, show);
  show();
  debugKey(room);
  return el("header", { class: "bar room-bar" }, leave, el("div", { class: "title" }, el("h1", {}, room.name), about), seat, toggle);
}

/** On narrow screens the side is a sheet behind a button that counts what was missed. @param {HTMLElement} side @param {Room} room @param {string} label */
export function sideToggle(side, room, label) {
  const badge = el("span", { class: "badge", hidden: true });
  const button = el("button", { type: "button", class: "toggle", "aria-controls": "side", "aria-expanded": "false" }, label, badge);
  let missed = 0;
  const show = () => {
    badge.hidden = missed === 0;
    badge.textContent = String(missed);
    badge.setAttribute("aria-label", `${missed} new`);
  };
  button.addEventListener("click", () => {
    const isOpen = side.classList.toggle("open");
    button.setAttribute("aria-expanded", String(isOpen));
    missed = 0;
    show();
  });
  if (label === "Chat") {
    room.chat.on("line", () => {
      if (!side.classList.contains("open")) missed += 1;
      show();
    });
  }
  return button;
}
