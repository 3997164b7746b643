// Who is in the room: players, then who watches; who leads, who is away, how far away each one is; and what its host may
// do about them. A member's line is kept while it is here, so that focus and open menus stay where they are.

import { ask } from "./dialog.js";
import { el, face, memberHue } from "./dom.js";
import { doorsPanel } from "./doors-panel.js";
import { pingMark } from "./ping-mark.js";
import { toast } from "./toasts.js";

/**
 * @typedef {import("room-cluster").Room} Room
 * @typedef {import("room-cluster").Member} Member
 * @typedef {{ item: HTMLLIElement, update: (member: Member) => void }} Shown
 */

/** @param {Room} room */
export function membersPanel(room) {
  const heading = el("h2", { id: "people-title" });
  const list = el("ul", { class: "list", "aria-labelledby": "people-title" });
  /** @type {Map<number, Shown>} */
  const shown = new Map();
  const show = () => {
    heading.textContent = `People (${room.members.size})`;
    const members = [...room.members.values()].sort((one, other) => Number(one.role === "spectator") - Number(other.role === "spectator"));
    for (const [number, { item }] of shown) {
      if (room.members.has(number)) continue;
      item.remove();
      shown.delete(number);
    }
    members.forEach((member, index) => {
      const { item, update } = shown.get(member.number) ?? memberItem(room, member);
      shown.set(member.number, { item, update });
      update(member);
      if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
    });
  };
  const notices = /** @type {const} */ (["joined", "left", "renamed", "host", "away", "back", "seat", "player-joined", "player-left", "pings", "resumed", "scene"]);
  for (const notice of notices) room.notices.on(notice, show);
  show();
  return el("section", { class: "members", "aria-labelledby": "people-title", tabindex: "0" }, heading, list, doorsPanel(room));
}

/** @param {Room} room @param {Member} member @returns {Shown} */
function memberItem(room, { number }) {
  const { mark, show } = pingMark();
  const name = el("span", { class: "name" });
  const marks = el("span", { class: "marks" });
  const menu = memberMenu(room, number);
  const item = el("li", {}, face("", memberHue(number)), el("div", { class: "who" }, name, marks), mark, menu.more, menu.acts);
  const update = (/** @type {Member} */ { username, role, isAway, pingMs }) => {
    const inGame = room.playing.isWhole ? room.player(number) : null;
    item.firstElementChild?.replaceWith(face(username, memberHue(number)));
    item.classList.toggle("in-game", inGame !== null);
    item.style.setProperty("--tint", inGame?.colour ?? "");
    item.classList.toggle("away", isAway);
    if (name.textContent !== username) name.textContent = username;
    marks.replaceChildren(...[
      number === room.me.number && el("span", { class: "you-mark" }, "you"),
      number === room.host?.number && el("span", { class: "crown" }, "host"),
      role === "spectator" && el("span", { class: "mark" }, "watching"),
      isAway && el("span", { class: "mark" }, "away"),
      ...besides(room, number),
    ].filter((part) => part !== false));
    show({ pingMs: isAway ? null : pingMs });
    menu.update(room.member(number));
  };
  return { item, update };
}

/** Who else sits at that screen. @param {Room} room @param {number} number */
function besides(room, number) {
  const others = room.players.filter((player) => player.number === number && player.id !== number);
  return others.map(({ name, colour }) => el("span", { class: "mark" }, el("i", { class: "swatch", style: `--tint: ${colour}` }), `and ${name}`));
}

/** What a host may do about a member. @param {Room} room @param {number} number */
function memberMenu(room, number) {
  const acts = el("div", { class: "acts", hidden: true });
  const more = el("button", { type: "button", class: "more quiet", "aria-expanded": "false" }, el("span", { "aria-hidden": "true" }, "⋯"));
  const open = (/** @type {boolean} */ isOpen) => {
    acts.hidden = !isOpen;
    more.setAttribute("aria-expanded", String(isOpen));
  };
  const act = (/** @type {string} */ label, /** @type {() => Promise<unknown>} */ perform) => {
    const button = el("button", { type: "button", class: "quiet" }, label);
    button.addEventListener("click", () => {
      open(false);
      more.focus();
      perform().catch((error) => toast(error.message));
    });
    return button;
  };
  const handOver = act("Make host", () => room.handOver(number));
  acts.append(handOver, act("Send out", () => room.kick(number)), act("Ban", () => ban(room, number)));
  more.addEventListener("click", () => open(Boolean(acts.hidden)));
  acts.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open(false);
    more.focus();
  });
  const update = (/** @type {Member} */ { username, role, isAway }) => {
    more.hidden = !room.isHost;
    more.classList.toggle("none", number === room.me.number);
    if (!room.isHost) open(false);
    handOver.hidden = role !== "player" || isAway;
    more.setAttribute("aria-label", `What to do about ${username}`);
  };
  return { more, acts, update };
}

/** @param {Room} room @param {number} number */
async function ban(room, number) {
  const { username } = room.member(number);
  const isMeant = await ask({
    title: `Ban ${username}?`, text: "They are sent out and cannot come back into this room, from any tab.", keep: "Let them stay", act: "Ban them",
  });
  if (isMeant) await room.ban(number);
}
