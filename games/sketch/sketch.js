// Draw together on one sheet. Strokes go to everyone as they are drawn; the host's program (authority "host") keeps the
// picture, hands it to newcomers, and alone may clear the sheet.

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
const isFromHost = (/** @type {import("room-cluster").Member} */ from) => from.number === room.host?.number;

// --- one's own strokes

/** @type {import("./sheet.js").Stroke | null} */
let stroke = null;
let sentNumbers = 0;
let count = 0;
/** @type {string[]} */
const ownStrokes = [];

const hand = {
  down: (/** @type {number} */ x, /** @type {number} */ y) => {
    // A room never gives a member's number twice, so ids differ, also after a reload.
    const id = `${room.me.number}.${(count += 1)}`;
    stroke = sheet.add({ id, page: sheet.page, colour: tool.colour(), width: tool.width(), at: 0, points: [x, y, x, y] });
    sentNumbers = 0;
    if (!stroke) return toast("This sheet is full. The host can clear it.");
    ownStrokes.push(id);
    return paper.refresh();
  },
  move: (/** @type {number} */ x, /** @type {number} */ y) => {
    if (!stroke || sheet.isFull) return;
    const [lastX, lastY] = stroke.points.slice(-2);
    if (x === lastX && y === lastY) return;
    stroke.points.push(x, y);
    paper.refresh();
    if (stroke.points.length >= STROKE_NUMBERS - 2) {
      hand.up();
      hand.down(x, y);
    }
  },
  up: () => {
    if (!stroke) return;
    stroke.points.push(...stroke.points.slice(-2));
    paper.refresh();
    sendPiece();
    stroke = null;
  },
  hover: (/** @type {number} */ x, /** @type {number} */ y) => {
    move(ownMark, x, y);
    tellCursor(x, y);
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

room.on("stroke", (piece) => {
  if (sheet.add(piece)) paper.refresh();
});
room.on("undo", (id, from) => {
  // Ids begin with their author's number: nobody takes away somebody else's stroke.
  if (String(id).startsWith(`${from.number}.`) && sheet.undo(id)) paper.redraw();
});
room.on("clear", (page, from) => {
  if (!isFromHost(from) || !sheet.clear(page)) return;
  stroke = null;
  paper.redraw();
  toast(`${from.username} cleared the sheet.`);
});

// --- the host's program: it keeps the picture for those who come later

room.on("picture?", (_, from) => {
  if (room.isHost) for (const part of sheet.picture()) room.send("picture", part, { to: from });
});
room.on("picture", (part, from) => {
  if (!isFromHost(from)) return;
  hasPicture = true;
  sheet.takeOver(part);
  paper.redraw();
});
let hasPicture = room.isHost;
const askForPicture = () => { if (!hasPicture && !room.isHost) room.send("picture?", null, { to: "host" }); };
// A host that left before it answered is asked in its successor.
room.notices.on("host", askForPicture);
askForPicture();

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
    ownStrokes.length = 0;
    paper.redraw();
    room.send("clear", sheet.page);
  },
});
tool.showClear(room.isHost);
room.notices.on("host", () => tool.showClear(room.isHost));

find("#cursors", HTMLElement).append(ownMark);
pointerPen(canvas, hand);
keyboardPen(canvas, hand);
setInterval(sendPiece, SEND_EVERY_MS);
