// The room list: connects to the lobby and wires the parts of the page together. Going to a room's page is what this
// page makes of `onReroute`.

import { connect } from "room-cluster";
import { createForm } from "./create-form.js";
import { counted, find, tell } from "./dom.js";
import { listFilter } from "./list-filter.js";
import { goToRoom, openRoom, takeFarewell } from "./handover.js";
import { inviteForm } from "./invite-form.js";
import { keepForOffline } from "./keep-offline.js";
import { notice } from "./notice.js";
import { offlineCards } from "./offline-cards.js";
import { OfflineOffer } from "./offline-offer.js";
import { RoomRows } from "./room-rows.js";
import { usernameForm } from "./username-form.js";

/** @typedef {import("room-cluster").Lobby} Lobby */
/** @typedef {import("room-cluster").RoomError} RoomError */
/** @typedef {import("room-cluster").JoinWishes} JoinWishes */

const RETRY_MS = 1000;
const summary = find("#summary", HTMLElement);

/** @type {Partial<Record<import("room-cluster").State, string>>} */
const STATE_TEXTS = { waiting: "The lobby cannot be reached. Trying again…", closed: "The lobby closed the door." };

async function main() {
  const offer = new OfflineOffer();
  const lobby = await connect({
    onReroute: (reroute) => {
      goToRoom(reroute);
      return false;
    },
    onState: (state, error) => {
      const text = STATE_TEXTS[state];
      if (text) tell(summary, state === "closed" && error ? error.message : text);
      if (state === "waiting") void offer.make();
      if (state === "lobby") offer.withdraw();
    },
  });
  keepForOffline();
  const games = await gamesOf(lobby);
  const isTold = (/** @type {RoomError} */ error) => tellSeated(lobby, error);
  const rows = new RoomRows(games, (roomId, as) => join(lobby, roomId, { as }));
  tellArrival(lobby);
  offlineCards(games);
  usernameForm(lobby);
  createForm(games, {
    create: (game, wishes) => lobby.create(game, wishes),
    quickMatch: (game, options) => lobby.quickMatch(game, options),
    isTold,
  });
  inviteForm((invite) => lobby.join("", { invite }), isTold);
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

/** @param {Lobby} lobby @param {string} roomId @param {JoinWishes} [wishes] */
async function join(lobby, roomId, wishes = {}) {
  await lobby.join(roomId, wishes).catch((/** @type {RoomError} */ error) => {
    if (error.name === "not-followed" || tellSeated(lobby, error)) return;
    notice(error.message);
    lobby.rooms.refresh();
  });
}

// --- why the last room was left, or which seat still waits

/** @param {Lobby} lobby */
function tellArrival(lobby) {
  const farewell = takeFarewell();
  if (farewell?.error === "left") {
    // It was left while the line was lost: only the lobby can be told.
    if (lobby.seatedIn === farewell.roomId) lobby.leave().catch(() => {});
  } else if (farewell) tellFarewell(lobby, farewell);
  else tellSeat(lobby);
}

/** @param {Lobby} lobby @param {import("./handover.js").Farewell} farewell */
function tellFarewell(lobby, { roomId, roomName, error, text, isFinal }) {
  if (tellSeated(lobby, { name: error, roomId })) return;
  const way = isFinal ? WAYS[error] : AGAIN;
  notice(`${roomName ? `“${roomName}”: ` : ""}${text}`, way ? [[way.label, () => join(lobby, roomId, way.wishes)]] : []);
}

/** @typedef {{ label: string, wishes: JoinWishes }} Way */

/** @type {Way} */
const AGAIN = { label: "Join again", wishes: {} };
/** What may be done about a final reason. @type {Partial<Record<string, Way>>} */
const WAYS = {
  "session-over": AGAIN,
  "taken-over": { label: "Go on here", wishes: { takeOver: true } },
  "ticket-invalid": { label: "Go on here", wishes: { takeOver: true } },
  "room-full": { label: "Watch", wishes: { as: "spectator" } },
};

/** This tab, or one that was closed, was in a room a moment ago. @param {Lobby} lobby */
function tellSeat(lobby) {
  const last = lobby.lastRoom();
  if (!last || (last.isOwn && last.roomId !== lobby.seatedIn)) {
    if (lobby.seatedIn) tellSeated(lobby, { name: "seated", roomId: lobby.seatedIn });
    return;
  }
  /** @type {import("./dom.js").Choice[]} */
  const choices = [["Return", () => {
    lobby.adoptLastRoom();
    openRoom(last.game, last.roomId);
  }]];
  if (last.isOwn) choices.push(["Give it up", () => giveUp(lobby)]);
  notice(`You were in “${last.roomName}” a moment ago. Your seat is kept.`, choices);
}

/** Whoever is seated already may go on there, or give that seat up. @param {Lobby} lobby @param {{ name: string, roomId: string }} error */
function tellSeated(lobby, { name, roomId }) {
  if (name !== "seated") return false;
  const room = lobby.rooms.get(roomId)?.name;
  notice(room ? `You still have a seat in “${room}”.` : "You still have a seat in another room.", [
    ["Go on there", () => join(lobby, roomId, { takeOver: true })],
    ["Give it up", () => giveUp(lobby)],
  ]);
  return true;
}

/** @param {Lobby} lobby */
async function giveUp(lobby) {
  await lobby.leave().then(() => notice("Your seat is free again."), (error) => notice(error.message));
}

main().catch((error) => tell(summary, error.message));
