import assert from "node:assert/strict";
import { test } from "node:test";
import { next, STATES } from "../src/states.js";

test("every state can be reached, and each but the last can be closed", () => {
  const reached = new Set(["idle"]);
  for (const state of reached) for (const target of Object.values(STATES[state])) reached.add(target);
  assert.deepEqual([...reached].sort(), Object.keys(STATES).sort());
  for (const state of Object.keys(STATES)) assert.equal(next(state, "close"), "closed");
});

test("a line that is lost leads back towards the lobby, wherever it led", () => {
  for (const state of ["calling", "lobby", "rerouting", "room"]) assert.equal(next(state, "lost"), "waiting");
  assert.equal(next("waiting", "retry"), "calling");
});

test("what the table does not name is a bug", () => {
  assert.throws(() => next("idle", "joined"), /"joined" cannot happen in state "idle"/);
});
