import assert from "node:assert/strict";
import { test } from "node:test";
import { Emitter } from "../src/emitter.js";
import { reporting } from "./support/fakes.js";

test("`on` returns what undoes it, and may be called while listeners run", () => {
  const emitter = new Emitter();
  const heard = [];
  const undo = emitter.on("line", (text) => { heard.push(`one ${text}`); undo(); });
  emitter.on("line", (text) => heard.push(`two ${text}`));
  emitter.emit("line", "a");
  emitter.emit("line", "b");
  emitter.emit("nobody listens");
  assert.deepEqual(heard, ["one a", "two a", "two b"]);
});

test("a listener that throws stops neither the others nor the emitter, and is reported", (context) => {
  const reported = reporting(context);
  const emitter = new Emitter();
  const heard = [];
  emitter.on("line", () => { throw new Error("mine"); });
  emitter.on("line", (text) => heard.push(text));
  emitter.emit("line", "a");
  assert.deepEqual([heard, reported], [["a"], ["mine"]]);
});
