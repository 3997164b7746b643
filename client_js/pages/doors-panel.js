// Who gets into this room, and what becomes of it: the invite link for everybody; doors, lock, another round and the end
// for its host.

import { ask } from "./dialog.js";
import { el, pressed } from "./dom.js";
import { inviteLink } from "./room-address.js";
import { toast } from "./toasts.js";

/**
 * @typedef {import("room-cluster").Room} Room
 * @typedef {import("room-cluster").Doors} Doors
 */

/** @type {Record<Doors, string>} */
const DOORS = { public: "Listed for everyone", unlisted: "Whoever has the link", private: "Invited people only" };

/** @param {Room} room */
export function doorsPanel(room) {
  const state = el("p", { class: "doors-state" });
  const settings = hostSettings(room);
  const show = () => {
    state.textContent = `${DOORS[room.doors]}${room.isLocked ? " · locked" : ""}`;
    settings.update();
  };
  for (const notice of /** @type {const} */ (["doors", "host", "resumed"])) room.notices.on(notice, show);
  show();
  return el("div", { class: "doors-panel" }, state, el("div", { class: "acts" }, actButton("Copy invite link", () => copyLink(room))), settings.details);
}

/** @param {Room} room */
function hostSettings(room) {
  const doors = el("select", { name: "doors" }, ...Object.entries(DOORS).map(([value, label]) => el("option", { value }, label)));
  const lock = el("input", { type: "checkbox", name: "lock" });
  const change = () => room.setDoors({ doors: /** @type {Doors} */ (doors.value), isLocked: lock.checked }).catch((error) => {
    toast(error.message);
    update();
  });
  doors.addEventListener("change", change);
  lock.addEventListener("change", change);
  const details = el("details", { class: "settings" },
    el("summary", {}, "Room settings"),
    el("label", { class: "field" }, el("span", {}, "Who may come in"), doors),
    el("label", { class: "check" }, lock, "Locked: nobody new"),
    el("div", { class: "acts" },
      actButton("Play again", () => playAgain(room)),
      actButton("Close the room", () => closeRoom(room))));
  details.addEventListener("toggle", () => { if (details.open) details.scrollIntoView({ block: "nearest" }); });
  const update = () => {
    details.hidden = !room.isHost;
    doors.value = room.doors;
    lock.checked = room.isLocked;
  };
  return { details, update };
}

/** @param {Room} room */
async function copyLink(room) {
  const link = inviteLink(room);
  try {
    await navigator.clipboard.writeText(link);
    toast("The link is copied. Whoever opens it lands in this room.");
  } catch {
    // Without https a page may not copy; it can still be read.
    toast(link);
  }
}

/** @param {Room} room */
async function playAgain(room) {
  const isMeant = await ask({
    title: "Play again?", text: "Everybody here goes on to a new room of the same name. This one ends.", keep: "Stay here", act: "Go on",
  });
  if (isMeant) await room.nextRoom();
}

/** @param {Room} room */
async function closeRoom(room) {
  const isMeant = await ask({
    title: "Close this room?", text: "It ends for everyone in it. What is in it is gone.", keep: "Keep it open", act: "Close it",
  });
  if (isMeant) await room.closeRoom();
}

/** @param {string} label @param {() => Promise<unknown>} act */
function actButton(label, act) {
  const button = el("button", { type: "button", class: "quiet" }, label);
  button.addEventListener("click", () => pressed(button, () => act().catch((error) => toast(error.message))));
  return button;
}
