import assert from "node:assert/strict";
import { test } from "node:test";
import { nextState, PATHS, PEER_STATES } from "../src/call/states.js";

test("every state can be reached by one who calls, and each can end", () => {
  const reached = new Set(["calling"]);
  for (const state of reached) for (const target of Object.values(PEER_STATES[state])) reached.add(target);
  assert.deepEqual([...reached].sort(), Object.keys(PEER_STATES).sort());
  for (const state of Object.keys(PEER_STATES)) assert.equal(nextState(state, "end"), "over");
});

test("a pair that finds no way, or no other one in time, talks through the worker, and may find one later", () => {
  for (const state of ["calling", "connecting", "connected", "broken"]) assert.equal(PATHS[nextState(state, "given-up")], "worker");
  assert.equal(PATHS[nextState("relayed", "opened")], "direct");
});

test("each state says how messages go", () => {
  assert.deepEqual(Object.keys(PATHS).sort(), Object.keys(PEER_STATES).sort());
});

test("what the table does not name is a bug", () => {
  assert.throws(() => nextState("over", "again"), /"again" cannot happen to a pair that is "over"/);
});
