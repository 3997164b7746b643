// Draw together on one sheet. Strokes go to everyone as they are drawn; the host's program (authority "host") deposits the
// picture now and then, and alone may clear the sheet. Newcomers, pages that were reloaded, and the next host start from the
// last deposit and what was said since.

import { find } from "room-cluster/pages/dom.js";
import { enterRoom } from "room-cluster/pages/game-page.js";
import { toast } from "room-cluster/pages/toasts.js";
import { cursors, move } from "./cursors.js";
import { Paper } from "./paper.js";
import { keyboardPen, pointerPen } from "./pen.js";
import { Sheet, STROKE_NUMBERS } from "./sheet.js";
import { tools } from "./tools.js";

const SEND_EVERY_MS = 50;

const room = await enterRoom({ title: "Sketch" });
const sheet = new Sheet();
const canvas = find("#paper", HTMLCanvasElement);
const paper = new Paper(canvas, sheet);
const tellCursor = cursors(room, find("#cursors", HTMLElement));
const ownMark = Object.assign(document.createElement("div"), { className: "cursor own" });

// --- one's own strokes

/** @type {import("./sheet.js").Stroke | null} */
let stroke = null;
let sentNumbers = 0;
let count = 0;
/** @type {string[]} */
let ownStrokes = [];
/** A room never gives a member's number twice, and a reload begins at another moment: ids differ. */
const begun = Date.now().toString(36);
const mayDraw = () => room.me.role === "player";

const hand = {
  down: (/** @type {number} */ x, /** @type {number} */ y) => {
    if (!mayDraw()) return;
    const id = `${room.me.number}.${begun}.${(count += 1)}`;
    stroke = sheet.add({ id, page: sheet.page, colour: tool.colour(), width: tool.width(), at: 0, points: [x, y, x, y] });
    sentNumbers = 0;
    if (!stroke) {
      toast("This sheet is full. The host can clear it.");
      return;
    }
    ownStrokes.push(id);
    paper.refresh();
  },
  move: (/** @type {number} */ x, /** @type {number} */ y) => {
    if (!stroke || sheet.isFull) return;
    const [lastX, lastY] = stroke.points.slice(-2);
    if (x === lastX && y === lastY) return;
    sheet.grow(stroke, x, y);
    paper.refresh();
    if (stroke.points.length >= STROKE_NUMBERS - 2) {
      hand.up();
      hand.down(x, y);
    }
  },
  up: () => {
    if (!stroke) return;
    sheet.grow(stroke, ...stroke.points.slice(-2));
    paper.refresh();
    sendPiece();
    stroke = null;
  },
  hover: (/** @type {number} */ x, /** @type {number} */ y) => {
    move(ownMark, x, y);
    if (mayDraw()) tellCursor(x, y);
  },
  say: (/** @type {string} */ text) => { find("#pen-state", HTMLElement).textContent = text; },
};

function sendPiece() {
  if (!stroke || sentNumbers === stroke.points.length) return;
  const { id, colour, width, points } = stroke;
  const piece = { id, page: sheet.page, colour, width, at: sentNumbers, points: points.slice(sentNumbers) };
  sentNumbers = points.length;
  room.send("stroke", piece);
}

// --- everybody's

room.on("stroke", (piece, from) => {
  if (sheet.hear("stroke", piece, from.number)) paper.refresh();
});
room.on("undo", (id, from) => {
  if (sheet.hear("undo", id, from.number)) paper.redraw();
});
room.on("clear", (page, from, { asHost }) => {
  if (!asHost || !sheet.clear(page)) return;
  stroke = null;
  paper.redraw();
  toast(`${from.username} cleared the sheet.`);
});

// --- the host's program, and whoever goes on from what it left

room.onDeposit(() => sheet.picture());
room.onSnapshot((picture, journal, { isWhole }) => {
  if (isWhole) sheet.become(picture, stroke);
  for (const { type, body, from } of journal) {
    if (from) sheet.hear(type, body, from.number);
    else if (type === "clear") sheet.clear(body);
  }
  if (stroke && !sheet.strokes.has(stroke.id)) stroke = null;
  ownStrokes = [...sheet.strokes.keys()].filter((id) => id.startsWith(`${room.me.number}.`));
  paper.redraw();
});

// --- tools

const tool = tools(canvas, {
  undo: () => {
    const id = ownStrokes.pop();
    if (!id || !sheet.undo(id)) return;
    stroke = null;
    paper.redraw();
    room.send("undo", id);
  },
  save: () => {
    const link = document.createElement("a");
    link.download = `${room.name}.png`;
    link.href = canvas.toDataURL("image/png");
    link.click();
  },
  clear: () => {
    sheet.clear(sheet.page + 1);
    stroke = null;
    ownStrokes.length = 0;
    paper.redraw();
    room.sendAsHost("clear", sheet.page);
  },
});
const showTools = () => {
  tool.showClear(room.isHost);
  find("#tools", HTMLElement).hidden = !mayDraw();
  canvas.classList.toggle("watched", !mayDraw());
};
for (const notice of /** @type {const} */ (["host", "seat", "resumed"])) room.notices.on(notice, showTools);
showTools();

find("#cursors", HTMLElement).append(ownMark);
pointerPen(canvas, hand);
keyboardPen(canvas, hand);
setInterval(sendPiece, SEND_EVERY_MS);
// What was drawn until now is sent by the next page, if this one is only reloaded.
addEventListener("pagehide", sendPiece);
