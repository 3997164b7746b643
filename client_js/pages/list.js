// The room list: connects to the lobby and wires the parts of the page together. Going to a room's page is what this
// page makes of `onReroute`.

import { connect } from "room-cluster";
import { createForm } from "./create-form.js";
import { counted, find, tell } from "./dom.js";
import { listFilter } from "./list-filter.js";
import { goToRoom, takeFarewell } from "./handover.js";
import { notice } from "./notice.js";
import { RoomRows } from "./room-rows.js";
import { usernameForm } from "./username-form.js";

/** @typedef {import("room-cluster").Lobby} Lobby */
/** @typedef {import("room-cluster").RoomError} RoomError */

const RETRY_MS = 1000;
const summary = find("#summary", HTMLElement);

/** @type {Partial<Record<import("room-cluster").State, string>>} */
const STATE_TEXTS = { waiting: "The lobby cannot be reached. Trying again…", closed: "The lobby closed the door." };

async function main() {
  const lobby = await connect({
    onReroute: (reroute) => {
      goToRoom(reroute);
      return false;
    },
    onState: (state, error) => {
      const text = STATE_TEXTS[state];
      if (text) tell(summary, state === "closed" && error ? error.message : text);
    },
  });
  const games = await gamesOf(lobby);
  const rows = new RoomRows(games, (roomId) => join(lobby, roomId));
  tellFarewell(lobby);
  usernameForm(lobby);
  createForm(games, (game, wishes) => lobby.create(game, wishes), (error) => tellSeated(lobby, error));
  lobby.rooms.on("change", (list, more) => {
    rows.show(list, more);
    tell(summary, counted(list.length + more, "room"));
  });
  listFilter(games, (wishes) => lobby.rooms.watch(wishes));
}

/** However long the lobby takes: without its games this page is of no use. @param {Lobby} lobby */
async function gamesOf(lobby) {
  for (;;) {
    try {
      return await lobby.games();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** @param {Lobby} lobby @param {string} roomId */
async function join(lobby, roomId) {
  await lobby.join(roomId).catch((/** @type {RoomError} */ error) => {
    if (error.name === "not-followed" || tellSeated(lobby, error)) return;
    notice(error.message);
    lobby.rooms.refresh();
  });
}

/** Whoever is seated elsewhere may go there, or give that seat up. @param {Lobby} lobby @param {RoomError} error */
function tellSeated(lobby, error) {
  if (error.name !== "seated") return false;
  const name = lobby.rooms.get(error.roomId)?.name;
  notice(name ? `You still have a seat in “${name}”.` : "You still have a seat in another room.", [
    ["Go there", () => join(lobby, error.roomId)],
    ["Give it up", () => lobby.leave().then(() => notice("Your seat is free again."), () => notice(error.message))],
  ]);
  return true;
}

/** @param {Lobby} lobby */
function tellFarewell(lobby) {
  const farewell = takeFarewell();
  if (!farewell || farewell.error === "left") return;
  const room = farewell.roomName ? `“${farewell.roomName}”: ` : "";
  notice(`${room}${farewell.text}`, farewell.isFinal ? [] : [["Join again", () => join(lobby, farewell.roomId)]]);
}

main().catch((error) => tell(summary, error.message));
