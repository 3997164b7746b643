// How the game ended, over the stage: who won, what else the game says, and the way on. A game ends itself with
// `world.end(winner=player)`; `winner` may be a player, several, a text, or nobody; `text` replaces the sentence.

import { el, pressed } from "./dom.js";
import { leaveRoom } from "./handover.js";
import { playAgain } from "./game-page.js";
import { toast } from "./toasts.js";

/** @typedef {import("room-cluster").Room} Room */

/**
 * Over `place`. It takes the focus, so that it is read out, and the keys of the game play no more.
 * @param {HTMLElement} place @param {Room} room @param {Record<string, any>} result @param {boolean} isOffline
 */
export function showResult(place, room, result, isOffline) {
  const again = el("button", { type: "button", class: "primary" }, "Play again");
  again.addEventListener("click", () => pressed(again, () => {
    return isOffline ? location.reload() : playAgain(room).catch((error) => toast(error.message));
  }));
  const leave = el("button", { type: "button" }, "Back to the list");
  leave.addEventListener("click", () => pressed(leave, () => leaveRoom(room)));
  const facts = factsOf(room, result);
  const colour = winnersOf(result).length === 1 ? room.player(winnersOf(result)[0])?.colour : undefined;
  const screen = el("section", { class: "result no-stick", "aria-labelledby": "result-title", tabindex: "-1" },
    el("div", { class: "card", style: colour ? `--tint: ${colour}` : "" },
      el("h2", { id: "result-title" }, sentenceOf(room, result)),
      ...(facts.length ? [el("dl", {}, ...facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]))] : []),
      el("div", { class: "acts" }, again, leave)));
  place.append(screen);
  screen.focus();
}

/**
 * @param {Pick<Room, "player" | "localPlayers">} room @param {Record<string, any>} result
 */
export function sentenceOf(room, result) {
  if (typeof result.text === "string" && result.text) return result.text;
  if (!("winner" in result) && !("winners" in result)) return "The game is over.";
  const winners = winnersOf(result);
  const names = winners.map((winner) => nameOf(room, winner));
  if (!names.length) return "A draw";
  if (names.length === 1 && winners[0] === room.localPlayers[0]?.id && room.localPlayers.length === 1) return "You win!";
  const last = names.pop();
  return names.length ? `${names.join(", ")} and ${last} win` : `${last} wins`;
}

/** @param {Record<string, any>} result @returns {any[]} */
function winnersOf(result) {
  return [result.winners ?? result.winner].flat().filter((winner) => winner !== null && winner !== undefined);
}

/**
 * What else it says: numbers and texts, and those of each player.
 * @param {Pick<Room, "player">} room @param {Record<string, any>} result @returns {[string, string][]}
 */
export function factsOf(room, result) {
  return Object.entries(result).flatMap(([name, value]) => {
    if (["text", "winner", "winners"].includes(name) || value === null) return [];
    if (typeof value !== "object") return [/** @type {[string, string]} */ ([name.replaceAll("_", " "), String(value)])];
    if (Array.isArray(value)) return [];
    return Object.entries(value)
      .filter(([, each]) => typeof each === "number" || typeof each === "string")
      .map(([key, each]) => /** @type {[string, string]} */ ([nameOf(room, /^\d+$/.test(key) ? Number(key) : key), String(each)]));
  });
}

/** @param {Pick<Room, "player">} room @param {unknown} who */
function nameOf(room, who) {
  return typeof who === "number" ? room.player(who)?.name ?? "Somebody who left" : String(who);
}
