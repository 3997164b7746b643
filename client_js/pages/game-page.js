// What every game's page shares: the way into the room, the bar on top, members and chat at the side, and the way back
// to the list with the reason. A game calls `enterRoom` and fills its stage.

import { enter } from "room-cluster";
import { chatPanel } from "./chat-panel.js";
import { el, find } from "./dom.js";
import { goToList, goToRoom, takeReroute } from "./handover.js";
import { membersPanel } from "./members-panel.js";
import { toast } from "./toasts.js";

/**
 * @typedef {import("room-cluster").Room} Room
 * @typedef {import("room-cluster").RoomError} RoomError
 */

const WAITING_TEXTS = { calling: "Finding your seat…", waiting: "The lobby cannot be reached. Trying again…" };

/**
 * Enters the room that the address names (`/games/sketch/#room`), by the list page's reroute or through the lobby.
 * Resolves inside it, with the page built around `#stage`.
 * @param {{ title: string, chatIn?: HTMLElement }} page `chatIn`: where the chat goes instead of the side
 * @returns {Promise<Room>}
 */
export async function enterRoom({ title, chatIn }) {
  const roomId = decodeURIComponent(location.hash.slice(1));
  const game = location.pathname.split("/").at(-2) ?? "";
  if (!roomId) return leaveFor(`/?game=${game}`);
  addEventListener("hashchange", () => location.reload());
  const waiting = waitingScreen();
  const { room } = await enter({
    roomId,
    reroute: takeReroute(roomId),
    onReroute: (reroute) => {
      if (reroute.game === game) return true;
      goToRoom(reroute);
      return false;
    },
    onRoomDisconnect: (reason, over) => goToList(farewell(reason, over.id, over.name)),
    onState: (state) => waiting.tell(WAITING_TEXTS[/** @type {keyof typeof WAITING_TEXTS} */ (state)] ?? ""),
  }).catch((/** @type {RoomError} */ error) => {
    if (error.name !== "not-followed") goToList(farewell(error, roomId, ""));
    return new Promise(() => {});
  });
  waiting.done();
  document.title = `${room.name} · ${title}`;
  build(room, title, chatIn);
  return room;
}

/** @param {Room} room @param {string} title @param {HTMLElement | undefined} chatIn */
function build(room, title, chatIn) {
  const stage = find("#stage", HTMLElement);
  const chat = chatPanel(room);
  const side = el("aside", { class: "side", id: "side", "aria-label": chatIn ? "People" : "People and chat" });
  const toggle = sideToggle(side, room, chatIn ? "People" : "Chat");
  side.append(membersPanel(room), ...(chatIn ? [] : [chat]));
  chatIn?.append(chat);
  stage.before(bar(room, title, toggle));
  stage.after(side);
  room.notices.on("error", (error) => toast(error.message));
  room.notices.on("host", (host) => {
    if (room.isHost) toast("You lead this room now.");
    else if (host) toast(`${host.username} leads this room now.`);
  });
}

/** @param {Room} room @param {string} title @param {HTMLElement} toggle */
function bar(room, title, toggle) {
  const leave = el("button", { type: "button" }, "← Leave");
  leave.addEventListener("click", () => {
    leave.classList.add("busy");
    room.leave();
  });
  const about = el("p", {}, "");
  const show = () => {
    const host = room.isHost ? "You lead" : room.host ? `${room.host.username} leads` : "Nobody leads";
    about.textContent = `${host} · ${room.members.size} of ${room.seats} seats · ${title}`;
  };
  for (const notice of /** @type {const} */ (["joined", "left", "renamed", "host"])) room.notices.on(notice, show);
  show();
  return el("header", { class: "bar room-bar" }, leave, el("div", { class: "title" }, el("h1", {}, room.name), about), toggle);
}

/** On narrow screens the side is a sheet behind a button that counts what was missed. @param {HTMLElement} side @param {Room} room @param {string} label */
function sideToggle(side, room, label) {
  const badge = el("span", { class: "badge", hidden: true });
  const button = el("button", { type: "button", class: "toggle", "aria-controls": "side", "aria-expanded": "false" }, label, badge);
  let missed = 0;
  const show = () => {
    badge.hidden = missed === 0;
    badge.textContent = String(missed);
    badge.setAttribute("aria-label", `${missed} new`);
  };
  button.addEventListener("click", () => {
    const isOpen = side.classList.toggle("open");
    button.setAttribute("aria-expanded", String(isOpen));
    missed = 0;
    show();
  });
  if (label === "Chat") {
    room.chat.on("line", () => {
      if (!side.classList.contains("open")) missed += 1;
      show();
    });
  }
  return button;
}

function waitingScreen() {
  const text = el("p", { role: "status" }, "Knocking…");
  const screen = el("div", { class: "waiting" },
    el("span", { class: "door", "data-hue": "5", "aria-hidden": "true" }, el("span", { class: "leaf" })), text);
  const stage = find("#stage", HTMLElement);
  stage.hidden = true;
  stage.before(screen);
  return {
    tell: (/** @type {string} */ sentence) => { if (sentence) text.textContent = sentence; },
    done: () => {
      screen.remove();
      stage.hidden = false;
    },
  };
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
