// What every game's page shares: the way into the room, the bar on top, members and chat at the side, and the way back
// to the list with the reason. A game calls `enterRoom` and fills its stage.

import { enter, forgetGuest } from "room-cluster";
import { chatPanel } from "./chat-panel.js";
import { connectionBanner } from "./connection-banner.js";
import { el, find } from "./dom.js";
import { goToList, goToRoom, takeReroute } from "./handover.js";
import { membersPanel } from "./members-panel.js";
import { roomBar, sideToggle } from "./room-bar.js";
import { hashOf, keepAddress, readAddress } from "./room-address.js";
import { toast, toastPlace } from "./toasts.js";
import { waitingScreen } from "./waiting.js";

/**
 * @typedef {import("room-cluster").Lobby} Lobby
 * @typedef {import("room-cluster").Room} Room
 * @typedef {import("room-cluster").RoomError} RoomError
 * @typedef {import("./room-address.js").RoomAddress} RoomAddress
 * @typedef {ReturnType<typeof waitingScreen>} Waiting
 */

const WAITING_TEXTS = { calling: "Finding your seat…", waiting: "The lobby cannot be reached. Trying again…" };
/** How long the way to the next room may take. */
const GOING_ON_MS = 10_000;

/**
 * `chatIn`: where the chat goes instead of the side. `offline`: the address at which this game is played without a lobby.
 * `staysForResult`: the page shows how a game ended, and goes back to the list when one is asked to.
 * @typedef {{ title: string, chatIn?: HTMLElement, offline?: string, staysForResult?: boolean }} Page
 */

/** Of this page's room. @type {Lobby | null} */
let lobbyHere = null;
let isGoingOn = false;

/**
 * Enters the room that the address names: by the list page's reroute, by the session that this tab had there before a
 * reload, or through the lobby. Resolves inside it, with the page built around `#stage`.
 * @param {Page} page @returns {Promise<Room>}
 */
export async function enterRoom(page) {
  const { title, chatIn } = page;
  const address = readAddress(location.hash);
  const game = location.pathname.split("/").at(-2) ?? "";
  if (!address.roomId && !address.invite) return leaveFor(`/?game=${game}`);
  addEventListener("hashchange", () => location.reload());
  toastPlace();
  const waiting = waitingScreen("Knocking…");
  const room = await arrive(page, address, game, waiting);
  waiting.done();
  document.title = `${room.name} · ${title}`;
  keepAddress(room);
  build(room, title, chatIn);
  return room;
}

/** @param {Page} page @param {RoomAddress} address @param {string} game @param {Waiting} waiting @param {boolean} [takeOver] @returns {Promise<Room>} */
async function arrive(page, address, game, waiting, takeOver = false) {
  const { roomId, invite, isWatching } = address;
  const playAlone = () => location.assign(page.offline ?? "/");
  try {
    const { lobby, room } = await enter({
      roomId,
      invite,
      takeOver,
      as: isWatching ? "spectator" : "player",
      reroute: takeReroute(roomId),
      onReroute: (reroute) => {
        if (reroute.game === game && !isGoingOn) return true;
        goToRoom(reroute);
        return false;
      },
      onRoomDisconnect: (reason, over) => {
        const toList = () => goToList(farewell(reason, over.id, over.name));
        isGoingOn = reason.name === "next-room";
        if (isGoingOn) goOn(toList);
        else if (!page.staysForResult || !over.result) toList();
      },
      onState: (state) => {
        waiting.tell(WAITING_TEXTS[/** @type {keyof typeof WAITING_TEXTS} */ (state)] ?? "");
        if (page.offline) waiting.offer(state === "waiting" ? ["Play offline", playAlone] : null);
      },
    });
    lobbyHere = lobby;
    return room;
  } catch (thrown) {
    const error = /** @type {RoomError} */ (thrown);
    if (error.name === "seated" && (!roomId || error.roomId === roomId)) return askTwin(page, address, game, waiting, error);
    if (error.name !== "not-followed") goToList(farewell(error, error.roomId || roomId, ""));
    return new Promise(() => {});
  }
}

/**
 * This client is in the room already, in another tab.
 * @param {Page} page @param {RoomAddress} address @param {string} game @param {Waiting} waiting @param {RoomError} error
 */
function askTwin(page, address, game, waiting, error) {
  const watch = () => {
    forgetGuest();
    history.replaceState(null, "", hashOf({ ...address, isWatching: true }));
    location.reload();
    return new Promise(() => {});
  };
  return waiting.ask(`${error.message} Where do you want to go on?`, [
    ["Take over here", () => arrive(page, address, game, waiting, true)],
    ["Watch from here as another guest", watch],
    ["Stay in the list", () => leaveFor("/")],
  ]);
}

/** After the end of a game: into an open room of the same kind, where the others go too. @param {Room} room */
export async function playAgain(room) {
  if (!lobbyHere) return;
  isGoingOn = true;
  try {
    if (room.isOver) await lobbyHere.quickMatch(room.game, /** @type {Record<string, string | number | boolean>} */ (room.options));
    else await room.nextRoom();
  } catch (thrown) {
    const error = /** @type {RoomError} */ (thrown);
    if (error.name === "not-followed") return;
    isGoingOn = false;
    throw error;
  }
}

/** Everybody goes on to another room; the lobby says where. @param {() => void} giveUp */
function goOn(giveUp) {
  find(".room-bar", HTMLElement).hidden = true;
  find("#side", HTMLElement).hidden = true;
  waitingScreen("Everybody goes on to another room…");
  setTimeout(giveUp, GOING_ON_MS);
}

/** @param {Room} room @param {string} title @param {HTMLElement | undefined} chatIn */
function build(room, title, chatIn) {
  const stage = find("#stage", HTMLElement);
  const chat = chatPanel(room);
  const side = el("aside", { class: "side", id: "side", "aria-label": chatIn ? "People" : "People and chat" });
  const toggle = sideToggle(side, room, chatIn ? "People" : "Chat");
  side.append(membersPanel(room), ...(chatIn ? [] : [chat]));
  chatIn?.append(chat);
  stage.before(roomBar(room, title, toggle));
  stage.after(side);
  document.body.append(connectionBanner(room));
  room.notices.on("error", (error) => toast(error.message));
  room.notices.on("seat", ({ number }) => { if (number === room.me.number) toast("You have a seat now."); });
  room.notices.on("host", (host) => {
    if (room.isHost) toast("You lead this room now.");
    else if (host) toast(`${host.username} leads this room now.`);
  });
}

/** @param {RoomError} reason @param {string} roomId @param {string} roomName */
function farewell(reason, roomId, roomName) {
  return { roomId, roomName, error: reason.name, text: reason.message, isFinal: reason.isFinal };
}

/** @param {string} address @returns {Promise<never>} */
function leaveFor(address) {
  location.replace(address);
  return new Promise(() => {});
}
