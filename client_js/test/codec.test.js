import assert from "node:assert/strict";
import { test } from "node:test";
import { encode as pack } from "@msgpack/msgpack";
import { Decoder, encode, packBody, unpackBody } from "../src/codec.js";
import { CLIENT_TO_WORKER, LOBBY_TO_CLIENT, WORKER_TO_CLIENT } from "../src/protocol.js";
import { ROOM_ROW } from "./support/fakes.js";

const fails = (name) => (error) => error.name === name;

test("what is encoded is decoded, rows included", () => {
  const update = { changed: [ROOM_ROW], removed: ["r2"], more: 3 };
  const decoded = new Decoder(LOBBY_TO_CLIENT).decode(encode(LOBBY_TO_CLIENT, "update-rooms", update));
  assert.deepEqual([decoded.name, decoded.fields], ["update-rooms", update]);
});

test("fields are checked on both sides of the wire", () => {
  assert.throws(() => encode(CLIENT_TO_WORKER, "relay", { to: -2, type: "x", body: new Uint8Array() }), fails("message-malformed"));
  assert.throws(() => encode(CLIENT_TO_WORKER, "scene", {}), fails("message-unknown"));
  const decoder = new Decoder(WORKER_TO_CLIENT);
  assert.throws(() => decoder.decode(pack([31, 0, "c", "Ada", "player"])), fails("message-malformed"));
  assert.throws(() => decoder.decode(pack([31, 1, "c", "Ada"])), fails("message-malformed"));
  assert.throws(() => decoder.decode(pack([99])), fails("message-unknown"));
  assert.throws(() => decoder.decode(pack([])), fails("message-malformed"));
  assert.throws(() => decoder.decode(pack({ kind: 5 })), fails("message-malformed"));
  assert.throws(() => decoder.decode(new Uint8Array([0x93, 4])), fails("message-malformed"));
  assert.throws(() => decoder.decode(new Uint8Array(65_537)), fails("message-too-large"));
});

test("lengths are measured in code points", () => {
  const decoder = new Decoder(WORKER_TO_CLIENT);
  const named = (username) => decoder.decode(pack([17, 1, username]));
  assert.equal(named("🦊".repeat(24)).fields.username.length, 48);
  assert.throws(() => named("🦊".repeat(25)), fails("message-malformed"));
});

test("a body is any msgpack value", () => {
  for (const body of [null, 1, -1.5, "ä", [1, { x: [true] }], new Uint8Array([1, 2])]) {
    assert.deepEqual(unpackBody(packBody(body)), body);
  }
});
