// Says that the line is lost while one is on the way back, and that one is back.

import { el } from "./dom.js";
import { toast } from "./toasts.js";

/** @param {import("room-cluster").Room} room @returns {HTMLElement} */
export function connectionBanner(room) {
  const banner = el("p", { class: "banner", role: "status", hidden: true });
  const isMe = (/** @type {import("room-cluster").Member} */ { number }) => number === room.me.number;
  room.notices.on("away", (member) => {
    if (!isMe(member)) return;
    banner.textContent = "The connection is lost. Your seat is kept; on the way back…";
    banner.hidden = false;
  });
  room.notices.on("resumed", ({ recovered }) => {
    banner.hidden = true;
    toast(recovered ? "You are back. Nothing was missed." : "You are back.");
  });
  return banner;
}
