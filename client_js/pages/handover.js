// What one page leaves for the next in the tab's storage: the way to a room (list to game page), and why a room was left
// (game page to list). Each is taken once.

import { shelf } from "room-cluster";
import { hashOf } from "./room-address.js";

/**
 * @typedef {import("room-cluster").Reroute} Reroute
 * @typedef {{ roomId: string, roomName: string, error: string, text: string, isFinal: boolean }} Farewell
 */

const REROUTE_KEY = "room-cluster.reroute";
const FAREWELL_KEY = "room-cluster.farewell";

/** Goes to the page of the reroute's game, which follows it. @param {Reroute} reroute */
export function goToRoom(reroute) {
  keep(REROUTE_KEY, reroute);
  openRoom(reroute.game, reroute.roomId);
}

/** @param {string} game @param {string} roomId */
export function openRoom(game, roomId) {
  location.assign(`/games/${encodeURIComponent(game)}/${hashOf({ roomId })}`);
}

/** @param {string} roomId @returns {Reroute | null} the way to this room, if the last page left one */
export function takeReroute(roomId) {
  const reroute = take(REROUTE_KEY);
  return reroute?.roomId === roomId ? reroute : null;
}

/** Goes back to the list, which says why. @param {Farewell} farewell */
export function goToList(farewell) {
  keep(FAREWELL_KEY, farewell);
  location.assign("/");
}

/**
 * Out of a room, because one wants to. A page that shows how its game ended goes to the list only when it is asked to.
 * @param {import("room-cluster").Room} room
 */
export async function leaveRoom(room) {
  await room.leave();
  if (room.result) goToList({ roomId: room.id, roomName: room.name, error: "left", text: "", isFinal: true });
}

/** @returns {Farewell | null} */
export function takeFarewell() {
  return take(FAREWELL_KEY);
}

/** @param {string} key @param {unknown} value */
function keep(key, value) {
  shelf("sessionStorage").setItem(key, JSON.stringify(value));
}

/** @param {string} key */
function take(key) {
  const kept = shelf("sessionStorage");
  const text = kept.getItem(key);
  kept.removeItem(key);
  return text === null ? null : JSON.parse(text);
}
