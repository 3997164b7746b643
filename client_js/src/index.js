// The door: `connect` leads into the lobby, `enter` straight into a room.
//
//   const lobby = await connect({ url: "https://play.example.org" });
//   lobby.rooms.on("change", (rows) => …);
//   lobby.rooms.watch({ game: "sketch" });
//   const room = await lobby.create("sketch", { name: "Sunday doodles", seats: 4 });
//   room.on("stroke", (stroke, from) => …);
//   room.send("stroke", stroke);
//
// A room outlives its line: while that is lost the client comes back by itself, and what was sent arrives once, in order.

import { Lobby } from "./lobby.js";
import { shellWith } from "./shell.js";

export { RoomError } from "./errors.js";
export { forgetGuest } from "./identity.js";
export { Lobby } from "./lobby.js";
export { playOffline } from "./offline/play-offline.js";
export { Room } from "./room.js";
export { CHAT_CHARS, USERNAME_CHARS } from "./protocol.js";
export { shelf } from "./shell.js";
export { Vitals } from "./vitals.js";

/**
 * @typedef {import("./lobby.js").Reroute} Reroute
 * @typedef {import("./lobby.js").Game} Game
 * @typedef {import("./lobby.js").GameOption} GameOption
 * @typedef {import("./lobby.js").RoomWishes} RoomWishes
 * @typedef {import("./lobby.js").JoinWishes} JoinWishes
 * @typedef {import("./room-list.js").ListedRoom} ListedRoom
 * @typedef {import("./session-store.js").LastRoom} LastRoom
 * @typedef {import("./picture.js").Member} Member
 * @typedef {import("./picture.js").Doors} Doors
 * @typedef {import("./hosting.js").JournalEntry} JournalEntry
 * @typedef {import("./players.js").Player} Player
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").GameObject} GameObject
 * @typedef {import("./protocol.js").ChatRow} ChatRow
 * @typedef {import("./protocol.js").SubscribeRoomsMessage} Subscription
 * @typedef {import("./states.js").State} State
 * @typedef {Partial<import("./lobby.js").LobbyOptions> & Partial<import("./shell.js").Shell>} ConnectOptions
 * @typedef {ConnectOptions & JoinWishes & { reroute?: import("./lobby.js").Reroute | null, roomId?: string }} EnterOptions
 */

/**
 * Resolves once the lobby has welcomed this client, with backoff for as long as that takes; rejects with a final
 * RoomError. Two callbacks are there to be redefined:
 *
 * - `onReroute(reroute)` is asked before the client goes to a room's worker; `false` (or a promise of it) means that the
 *   application goes there itself, and `create` or `join` reject with `not-followed`.
 * - `onRoomDisconnect(reason, room)` hears why a room is over for this client, which is on its way to the lobby by then. A
 *   lost line is no such reason: the client comes back to its seat by itself, while the room says `away` and `resumed`.
 *
 * @param {ConnectOptions} [options] `url` is where the lobby is: this page's own origin by default
 * @returns {Promise<Lobby>}
 */
export function connect(options = {}) {
  return lobbyOf(options).open();
}

/**
 * Into a room: by the `reroute` that another page kept; back to the seat that this tab left by a reload; or through the
 * lobby, by its id or an invite.
 * @param {EnterOptions} options @returns {Promise<{ lobby: Lobby, room: import("./room.js").Room }>}
 */
export async function enter({ reroute, roomId = "", as, invite, takeOver, ...options }) {
  const lobby = lobbyOf(options);
  const join = () => lobby.join(roomId, { as, invite, takeOver });
  try {
    if (reroute) return { lobby, room: await lobby.follow(reroute) };
    const room = await (takeOver ? join() : lobby.resume(roomId)?.catch((error) => {
      if (error.name === "session-over") return join();
      throw error;
    }) ?? join());
    return { lobby, room };
  } catch (error) {
    lobby.close();
    throw error;
  }
}

/** @param {ConnectOptions} options */
function lobbyOf({ url = globalThis.location?.origin ?? "", onReroute, onRoomDisconnect, onState, ...shell }) {
  return new Lobby(shellWith(shell), { url: url.replace(/\/$/, ""), onReroute, onRoomDisconnect, onState });
}
