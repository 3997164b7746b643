import assert from "node:assert/strict";
import { test } from "node:test";
import { Joiner } from "../src/parts.js";

const bytes = (...values) => new Uint8Array(values);
const joiner = () => new Joiner((kind) => ({ 10: 5, 30: 8 })[kind] ?? 0);
const fails = (name) => (error) => error.name === name;

test("parts fill their message in order; kinds may be interleaved; a kind begins anew after its end", () => {
  const parts = joiner();
  assert.equal(parts.add({ kind: 10, total: 3, chunk: bytes(1, 2) }), null);
  assert.equal(parts.add({ kind: 30, total: 2, chunk: bytes(8) }), null);
  assert.deepEqual(parts.add({ kind: 10, total: 3, chunk: bytes(3) }), bytes(1, 2, 3));
  assert.deepEqual(parts.add({ kind: 30, total: 2, chunk: bytes(9) }), bytes(8, 9));
  assert.deepEqual(parts.add({ kind: 10, total: 1, chunk: bytes(7) }), bytes(7));
});

test("what does not fit is refused", () => {
  assert.throws(() => joiner().add({ kind: 11, total: 1, chunk: bytes(1) }), fails("message-unknown"));
  assert.throws(() => joiner().add({ kind: 10, total: 6, chunk: bytes(1) }), fails("message-too-large"));
  assert.throws(() => joiner().add({ kind: 10, total: 1, chunk: bytes(1, 2) }), fails("message-malformed"));
  assert.throws(() => joiner().add({ kind: 10, total: 1, chunk: bytes() }), fails("message-malformed"));
  const parts = joiner();
  parts.add({ kind: 10, total: 3, chunk: bytes(1) });
  assert.throws(() => parts.add({ kind: 10, total: 4, chunk: bytes(1) }), fails("message-malformed"));
});
