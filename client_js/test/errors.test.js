import assert from "node:assert/strict";
import { test } from "node:test";
import { asRoomError, errorOfClose, RoomError } from "../src/errors.js";

test("a row gives sentence, code, and whether trying again is of use", () => {
  const error = new RoomError("room-full", "", "r1");
  assert.deepEqual(
    [error.name, error.message, error.closeCode, error.isFinal, error.roomId],
    ["room-full", "Every seat of this room is taken.", 4503, true, "r1"],
  );
  assert.equal(new RoomError("no-worker").isFinal, false);
  assert.equal(new RoomError("join-refused", "Members only.").message, "Members only.");
});

test("an error of a newer server is final, and its sentence is shown", () => {
  const error = new RoomError("toString", "Too new.");
  assert.deepEqual([error.isFinal, error.message], [true, "Too new."]);
});

test("close codes outside the table are a lost line", () => {
  assert.equal(errorOfClose(4501, "Bye.").message, "Bye.");
  for (const code of [1000, 1001, 1006, 1012, 4999]) assert.equal(errorOfClose(code, "?").name, "line-lost");
  assert.equal(asRoomError(new TypeError("fetch failed")).name, "line-lost");
});
