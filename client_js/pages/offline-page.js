// A room in this browser alone: no lobby, no worker, no network once everything is here. What a game's page does with it is
// the same as online.

import { playOffline } from "room-cluster/offline";
import { el, find } from "./dom.js";
import { goToList } from "./handover.js";
import { roomBar } from "./room-bar.js";
import { waitingScreen } from "./waiting.js";

/** @typedef {import("room-cluster").Room} Room */

const USERNAME_KEY = "room-cluster.username";

/** Where a game is played offline. @param {string} game @param {Record<string, string | number | boolean>} [options] */
export function offlineAddress(game, options = {}) {
  const chosen = Object.keys(options).length ? `&options=${encodeURIComponent(JSON.stringify(options))}` : "";
  return `/games/${encodeURIComponent(game)}/?offline${chosen}`;
}

/** @param {string} game @param {string} title @returns {Promise<Room>} */
export async function enterOffline(game, title) {
  const waiting = waitingScreen("Getting the game for offline play…");
  const progress = el("progress", { max: 1, value: 0, "aria-label": "Getting the game" });
  find(".waiting", HTMLElement).append(el("div", { class: "loading" }, progress));
  try {
    const room = await playOffline(game, {
      options: chosenOptions(),
      username: localStorage.getItem(USERNAME_KEY) ?? "You",
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
  const stage = find("#stage", HTMLElement);
  document.body.classList.add("alone");
  stage.before(roomBar(room, `${title} · offline`, el("span", { hidden: true })));
  room.notices.on("over", (reason) => {
    if (!room.result) goToList({ roomId: "", roomName: reason.name === "left" ? "" : title, error: reason.name, text: reason.message, isFinal: true });
  });
}

/** What the address asks for. @returns {Record<string, string | number | boolean>} */
function chosenOptions() {
  try {
    return JSON.parse(new URLSearchParams(location.search).get("options") ?? "{}");
  } catch {
    return {};
  }
}
