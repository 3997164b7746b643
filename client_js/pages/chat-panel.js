// The chat: lines of one author stand together, comings and goings between them; the log follows its newest line unless
// one has scrolled up to read, and stands still then.

import { CHAT_CHARS } from "room-cluster";
import { el, face, memberHue } from "./dom.js";

/**
 * @typedef {import("room-cluster").Room} Room
 * @typedef {import("room-cluster").ChatRow} ChatRow
 */

const NEAR_END_PX = 60;
/** Lines and events that stand there; one more pushes out the oldest. For who has scrolled up twice as many; then the older half goes. */
const LOG_MOST = 300;

/** @type {Record<string, string>} */
const FAREWELLS = { "kicked": "was sent out", "banned": "was banned", "session-over": "did not come back" };

/** @param {Room} room */
export function chatPanel(room) {
  const nobody = el("p", { class: "nobody" }, "Nobody has said anything yet. Say hello!");
  const log = el("div", { class: "log", role: "log", "aria-label": "Chat", tabindex: "0" }, nobody);
  let author = "";
  const append = (/** @type {HTMLElement} */ item) => {
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
    nobody.remove();
    log.append(item);
    trim(log, isAtEnd ? LOG_MOST : 2 * LOG_MOST);
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  };
  const addLine = (/** @type {ChatRow} */ line) => {
    const key = `${line.number} ${line.username}`;
    append(chatLine(room, line, key !== author));
    author = key;
  };
  const addEvent = (/** @type {string} */ text) => {
    append(el("p", { class: "happened" }, text));
    author = "";
  };
  room.chat.lines.forEach(addLine);
  room.chat.on("line", addLine);
  room.chat.on("reset", () => {
    log.replaceChildren();
    author = "";
    room.chat.lines.forEach(addLine);
  });
  room.notices.on("joined", (member) => addEvent(`${member.username} came in${member.role === "spectator" ? " to watch" : ""}`));
  room.notices.on("seat", (member) => addEvent(`${member.username} took a seat`));
  room.notices.on("away", (member) => { if (member !== room.me) addEvent(`${member.username} is away`); });
  room.notices.on("back", (member) => { if (member !== room.me) addEvent(`${member.username} is back`); });
  room.notices.on("left", (member, reason) => addEvent(`${member.username} ${FAREWELLS[reason] ?? "left"}`));
  room.notices.on("renamed", (member, before) => addEvent(`${before} is ${member.username} now`));
  requestAnimationFrame(() => { log.scrollTop = log.scrollHeight; });
  return el("section", { class: "chat", "aria-labelledby": "chat-title" },
    el("div", { class: "head" }, el("h2", { id: "chat-title" }, "Chat")), log, sayForm(room));
}

/** @param {HTMLElement} log @param {number} most */
function trim(log, most) {
  if (log.childElementCount <= most) return;
  while (log.childElementCount > LOG_MOST) dropOldest(log);
}

/** The next line of its author gets the face, the name and the time. @param {HTMLElement} log */
function dropOldest(log) {
  const oldest = log.firstElementChild;
  const next = oldest?.nextElementSibling;
  if (next?.matches(".line:not(.first)")) {
    next.classList.add("first");
    next.prepend(...oldest?.querySelectorAll(".face, .who") ?? []);
  }
  oldest?.remove();
}

/** @param {Room} room @param {ChatRow} line @param {boolean} isFirst whether somebody else spoke before */
function chatLine(room, { number, username, text, sentMs }, isFirst) {
  const isMine = number === room.me.number;
  const line = el("div", { class: `line${isMine ? " mine" : ""}${isFirst ? " first" : ""}` });
  if (isFirst) line.append(face(username, memberHue(number)), el("span", { class: "who" }, isMine ? "You" : username, clock(sentMs)));
  line.append(el("span", { class: "text" }, text));
  return line;
}

/** @param {number} ms */
function clock(ms) {
  const when = new Date(ms);
  return el("time", { datetime: when.toISOString() }, when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
}

/** @param {Room} room */
function sayForm(room) {
  const input = el("input", {
    name: "text", maxlength: CHAT_CHARS, autocomplete: "off", "aria-label": "Say something", placeholder: "Say something",
  });
  const send = el("button", { type: "submit", class: "primary" }, "Send");
  const form = el("form", { class: "say" }, input, send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value.trim()) room.chat.send(input.value.trim());
    input.value = "";
  });
  room.notices.on("over", () => {
    input.disabled = send.disabled = true;
    input.placeholder = "The room is over";
  });
  return form;
}
