// A room in this browser alone: no lobby, no worker, no network once everything is here. What a game's page does with it is
// the same as online.

import { playOffline } from "room-cluster";
import { debugKey } from "./debug-key.js";
import { el, find, pressed } from "./dom.js";
import { goToList, leaveRoom } from "./handover.js";
import { offlineOptions } from "./offline-address.js";
import { toast, toastPlace } from "./toasts.js";
import { waitingScreen } from "./waiting.js";

/** @typedef {import("room-cluster").Room} Room */

/** @param {string} game @param {string} title @returns {Promise<Room>} */
export async function enterOffline(game, title) {
  toastPlace();
  const waiting = waitingScreen("Getting the game for offline play…");
  const progress = el("progress", { max: 1, value: 0, "aria-label": "Getting the game" });
  find(".waiting", HTMLElement).append(el("div", { class: "loading" }, progress));
  try {
    const room = await playOffline(game, {
      options: offlineOptions(location.search) ?? {},
      onProgress: (loaded, total) => { progress.value = total ? loaded / total : 0; },
    });
    waiting.done();
    build(room, title);
    return room;
  } catch (error) {
    progress.remove();
    waiting.tell(`${title} cannot be played offline here: ${/** @type {Error} */ (error).message}`);
    return waiting.ask(find(".waiting [role=status]", HTMLElement).textContent ?? "", [
      ["Try again", () => location.reload()],
      ["Back to the list", () => location.assign("/")],
    ]).then(() => new Promise(() => {}));
  }
}

/** @param {Room} room @param {string} title */
function build(room, title) {
  const leave = el("button", { type: "button" }, "← Leave");
  leave.addEventListener("click", () => pressed(leave, () => leaveRoom(room)));
  document.title = `${title} · offline`;
  document.body.classList.add("alone");
  find("#stage", HTMLElement).before(el("header", { class: "bar room-bar" },
    leave, el("div", { class: "title" }, el("h1", {}, title), el("p", {}, "Played in this browser, by yourself"))));
  room.notices.on("error", (error) => toast(error.message));
  room.notices.on("over", (reason) => {
    const isMeant = reason.name === "left";
    if (!room.result) goToList({ roomId: "", roomName: isMeant ? "" : title, error: reason.name, text: reason.message, isFinal: true });
  });
  debugKey(room);
}
