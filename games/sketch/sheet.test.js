// The sketch's rules, which need no page. `npm test` in client_js runs every game's `*.test.js`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { packBody } from "../../client_js/src/codec.js";
import { SNAPSHOT_BYTES } from "../../client_js/src/protocol.js";
import { PIECE_NUMBERS, Sheet, SHEET_NUMBERS, STROKE_NUMBERS } from "./sheet.js";

const piece = (fields = {}) => ({ id: "1.1", page: 0, colour: 2, width: 10, at: 0, points: [1, 2, 3, 4], ...fields });
const strokesOf = (sheet) => [...sheet.strokes.values()];

test("a stroke grows piece by piece; a piece may come twice, or before the one it follows", () => {
  const sheet = new Sheet();
  sheet.add(piece({ at: 4, points: [5, 6] }));
  sheet.add(piece());
  sheet.add(piece());
  assert.deepEqual(strokesOf(sheet), [{ id: "1.1", colour: 2, width: 10, points: [1, 2, 3, 4, 5, 6] }]);
});

test("whoever comes later has the host's sheet: its picture, and what was said since", () => {
  const host = new Sheet();
  for (let count = 0; count < 500; count += 1) {
    host.add(piece({ id: `1.${count}`, points: Array.from({ length: 60 }, (_, index) => index) }));
  }
  host.undo("1.3");
  const picture = host.picture();
  const late = piece({ id: "2.1" });
  host.add(late);
  const newcomer = new Sheet();
  newcomer.add(piece({ id: "1.3" }));
  newcomer.add(piece({ id: "9.9" }));
  newcomer.become(picture, null);
  newcomer.add(late);
  newcomer.add(late);
  assert.deepEqual(new Map(newcomer.strokes), new Map(host.strokes));
  assert.deepEqual([newcomer.size, newcomer.page], [host.size, host.page]);
});

test("what one is drawing stays, also what has not been sent", () => {
  const sheet = new Sheet();
  const drawing = sheet.add(piece());
  sheet.grow(drawing, 5, 6);
  const { size } = sheet;
  sheet.become({ page: 0, undone: [], pieces: [piece({ id: "1.1", points: [1, 2] })] }, drawing);
  assert.deepEqual(sheet.strokes.get("1.1").points, [1, 2, 3, 4, 5, 6]);
  assert.equal(sheet.size, size);
  sheet.become({ page: 1, undone: [], pieces: [] }, drawing);
  assert.deepEqual([sheet.strokes.size, sheet.size], [0, 0], "it belongs to the page that was cleared");
});

test("one's own hand counts like everybody's, so that all sheets are full at once", () => {
  const [mine, theirs] = [new Sheet(), new Sheet()];
  const own = mine.add(piece());
  mine.grow(own, 5, 6, 7, 8);
  theirs.add(piece({ points: [1, 2, 3, 4, 5, 6, 7, 8] }));
  assert.equal(mine.size, theirs.size);
  mine.undo("1.1");
  assert.equal(mine.size, 0);
});

test("only its author draws a stroke and takes it back; what else is said changes nothing", () => {
  const sheet = new Sheet();
  assert.equal(sheet.hear("stroke", piece(), 2), false);
  assert.equal(sheet.hear("stroke", piece(), 1), true);
  assert.equal(sheet.hear("stroke", piece({ points: [9, 9] }), 11), false);
  assert.equal(sheet.hear("undo", "1.1", 2), false);
  for (const type of ["__proto__", "__defineGetter__", "constructor", "picture"]) assert.equal(sheet.hear(type, piece(), 1), false);
  for (const body of [null, undefined, 5, {}, { toString: 5 }, { id: { startsWith: 5 } }, "1.".repeat(40)]) {
    assert.equal(sheet.hear("stroke", body, 1), false);
    assert.equal(sheet.hear("undo", body, 1), false);
  }
  assert.deepEqual(sheet.strokes.get("1.1").points, [1, 2, 3, 4]);
  assert.equal(sheet.undone.size, 0);
  assert.equal(sheet.hear("undo", "1.1", 1), true);
});

test("a full sheet's picture is short enough to be deposited", () => {
  const sheet = new Sheet();
  const points = Array(PIECE_NUMBERS).fill(1500);
  for (let count = 0; !sheet.isFull; count += 1) sheet.add(piece({ id: `1.abcdefgh.${count}`, points }));
  assert.ok(packBody(sheet.picture()).length < SNAPSHOT_BYTES);
});

test("clearing begins a new page; what belongs to an older one comes too late", () => {
  const sheet = new Sheet();
  sheet.add(piece());
  assert.ok(sheet.clear(1));
  assert.equal(sheet.add(piece()), null);
  assert.equal(sheet.clear(1), false);
  assert.ok(sheet.add(piece({ page: 1 })));
});

test("what is taken back stays away, also when a piece of it comes late", () => {
  const sheet = new Sheet();
  sheet.add(piece());
  assert.ok(sheet.undo("1.1"));
  assert.equal(sheet.undo("1.1"), false);
  assert.equal(sheet.size, 0);
  assert.equal(sheet.add(piece({ at: 4 })), null);
});

test("a piece that does not fit is not drawn", () => {
  for (const fields of [
    { id: 7 }, { colour: 8 }, { colour: 0.5 }, { width: 11 }, { at: -2 }, { at: 1 }, { points: [1] }, { points: ["a", "b"] },
    { points: [1, 2 ** 40] }, { points: [-1, 1] }, { points: "ab" }, { at: STROKE_NUMBERS }, { points: Array(PIECE_NUMBERS + 2).fill(1) },
  ]) assert.equal(new Sheet().add(piece(fields)), null, JSON.stringify(fields).slice(0, 60));
  for (const nothing of [null, undefined, 5, "piece"]) assert.equal(new Sheet().add(nothing), null);
});

test("a sheet has an end", () => {
  const sheet = new Sheet();
  const points = Array(PIECE_NUMBERS).fill(1);
  for (let count = 0; !sheet.isFull; count += 1) sheet.add(piece({ id: `1.${count}`, points }));
  assert.equal(sheet.add(piece({ id: "2.1" })), null);
  assert.ok(sheet.size < SHEET_NUMBERS + 2 * PIECE_NUMBERS);
});
