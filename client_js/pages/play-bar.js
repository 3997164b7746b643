// The line below the stage: how each player at this screen plays, one more player, sound.

import { USERNAME_CHARS } from "room-cluster";
import { el, pressed, showButton } from "./dom.js";
import { toast } from "./toasts.js";

/**
 * @typedef {import("room-cluster").Room} Room
 * @typedef {import("room-cluster/stage/controls.js").Controls} Controls
 * @typedef {import("room-cluster/stage/sound.js").Sound} Sound
 */

/** @param {Room} room @param {Controls} controls @param {Sound} sound */
export function playBar(room, controls, sound) {
  const how = el("div", { class: "how", id: "how", role: "group", "aria-label": "How to play" });
  const add = el("button", { type: "button" }, "Add a player");
  const remove = el("button", { type: "button", class: "quiet" }, "Remove player");
  const mute = el("button", { type: "button", class: "quiet", "aria-pressed": "false" }, "Sound");
  const bar = el("div", { class: "play-bar" }, how, remove, add, mute);
  const act = (/** @type {HTMLButtonElement} */ button, /** @type {() => Promise<unknown>} */ perform) => {
    button.addEventListener("click", () => pressed(button, () => perform().catch((error) => toast(error.message))));
  };
  act(add, () => room.addPlayer(nextName(room)));
  act(remove, async () => {
    const last = room.localPlayers.at(-1);
    if (last && room.localPlayers.length > 1) await room.removePlayer(last);
  });
  mute.addEventListener("click", () => { sound.isMuted = !sound.isMuted; });
  const showSound = () => {
    mute.hidden = !sound.hasSounds;
    mute.setAttribute("aria-pressed", String(!sound.isMuted));
    mute.textContent = sound.isMuted ? "Sound is off" : "Sound is on";
  };
  sound.onChange = showSound;
  showSound();

  const show = () => {
    const players = room.localPlayers;
    how.replaceChildren(...players.map((player, index) => el("span", {},
      el("i", { class: "swatch", style: `--tint: ${player.colour}` }),
      ...(players.length > 1 ? [el("b", {}, player.name), " "] : []),
      controls.inWords(index).join(" · "))));
    if (!players.length) how.replaceChildren("You watch. Take a seat to play.");
    showButton(add, !room.isOver && players.length > 0 && players.length < room.localPlayersMost);
    showButton(remove, !room.isOver && players.length > 1);
    bar.classList.toggle("bare", !room.inputs.length && [add, remove, mute].every(({ hidden }) => Boolean(hidden)));
  };
  return { bar, how, show };
}

/** Whoever sits beside one gets one's own name with a number. @param {Room} room */
function nextName(room) {
  const taken = new Set(room.players.map(({ name }) => name));
  for (let number = 2; ; number += 1) {
    const name = `${room.me.username.slice(0, USERNAME_CHARS - 3)} ${number}`;
    if (!taken.has(name)) return name;
  }
}
