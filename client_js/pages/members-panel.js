// Who is in the room, who leads, and what one may do about the room: invite, and as its host close it.

import { el, face, memberHue } from "./dom.js";
import { toast } from "./toasts.js";

/** @typedef {import("room-cluster").Room} Room */

/** @param {Room} room */
export function membersPanel(room) {
  const heading = el("h2", { id: "people-title" });
  const list = el("ul", { class: "list", "aria-labelledby": "people-title" });
  const closing = actButton("Close the room", () => askToClose(room));
  const show = () => {
    heading.textContent = `People (${room.members.size})`;
    list.replaceChildren(...[...room.members.values()].map((member) => memberItem(room, member)));
    closing.hidden = !room.isHost;
  };
  for (const notice of /** @type {const} */ (["joined", "left", "renamed", "host"])) room.notices.on(notice, show);
  show();
  const acts = el("div", { class: "acts" }, actButton("Copy invite link", copyLink), closing);
  return el("section", { class: "members", "aria-labelledby": "people-title", tabindex: "0" }, heading, list, acts);
}

/** @param {Room} room @param {import("room-cluster").Member} member */
function memberItem(room, { number, username }) {
  const item = el("li", {}, face(username, memberHue(number)), el("span", { class: "name" }, username));
  if (number === room.me.number) item.append(el("span", { class: "you-mark" }, "you"));
  if (number === room.host?.number) item.append(el("span", { class: "crown" }, "host"));
  return item;
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    toast("The link is copied. Whoever opens it lands in this room.");
  } catch {
    // Without https a page may not copy; it can still be read.
    toast(location.href);
  }
}

/** @param {Room} room */
function askToClose(room) {
  const keep = el("button", { value: "keep" }, "Keep it open");
  const close = el("button", { value: "close", class: "primary" }, "Close it");
  const dialog = el("dialog", { "aria-labelledby": "closing-title" },
    el("h2", { id: "closing-title" }, "Close this room?"),
    el("p", {}, "It ends for everyone in it. What is in it is gone."),
    el("form", { method: "dialog" }, keep, close));
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "close") room.closeRoom().catch((error) => toast(error.message));
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {string} label @param {() => void} act */
function actButton(label, act) {
  const button = el("button", { type: "button", class: "quiet" }, label);
  button.addEventListener("click", act);
  return button;
}
