// A state that a host keeps (authority "host"): a set of marks. Everybody adds, the host clears; who comes later, and who
// leads next, starts from the last deposit and what was said since.

import { el, find } from "room-cluster/pages/dom.js";
import { enterRoom } from "room-cluster/pages/game-page.js";

const room = await enterRoom({ title: "Board" });
const form = find("#marking", HTMLFormElement);
const input = find("#marking input", HTMLInputElement);
const clear = find("#clear", HTMLButtonElement);
/** @type {Set<string>} */
const marks = new Set();

const show = () => find("#marks", HTMLElement).replaceChildren(...[...marks].sort().map((mark) => el("li", {}, mark)));
/** What each message does to the marks. @type {Record<string, (body: any) => void>} */
const DOES = { mark: (mark) => marks.add(String(mark)), clear: () => marks.clear() };
const say = (/** @type {string} */ type, /** @type {any} */ body) => {
  DOES[type]?.(body);
  show();
};

room.on("mark", (mark) => say("mark", mark));
room.on("clear", (_body, _from, { asHost }) => { if (asHost) say("clear", null); });
room.onDeposit(() => [...marks]);
room.onSnapshot((kept, journal, { isWhole }) => {
  if (isWhole) marks.clear();
  for (const mark of isWhole ? kept ?? [] : []) marks.add(mark);
  for (const { type, body } of journal) say(type, body);
  show();
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  say("mark", input.value);
  room.send("mark", input.value);
  input.value = "";
});
clear.addEventListener("click", () => {
  say("clear", null);
  room.sendAsHost("clear", null);
});
const showTools = () => {
  clear.hidden = !room.isHost;
  form.hidden = room.me.role !== "player";
};
for (const notice of /** @type {const} */ (["host", "seat", "resumed"])) room.notices.on(notice, showTools);
showTools();
