// The golden vectors of tests/vectors: what the Python side writes is read here, and the other way round.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Decoder, encode } from "../src/codec.js";
import * as protocol from "../src/protocol.js";

const TABLES = {
  "client to lobby": protocol.CLIENT_TO_LOBBY,
  "lobby to client": protocol.LOBBY_TO_CLIENT,
  "client to worker": protocol.CLIENT_TO_WORKER,
  "worker to client": protocol.WORKER_TO_CLIENT,
};
const read = (name) => JSON.parse(readFileSync(new URL(`../../tests/vectors/${name}`, import.meta.url), "utf8"));
const hexOf = (bytes) => Buffer.from(bytes).toString("hex");
const bytesOf = (hex) => new Uint8Array(Buffer.from(hex, "hex"));
const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

/** Field names become camelCase, bytes become bytes; what a room's options are called is the game's own business. */
function translated(value, name = "") {
  if (Array.isArray(value)) return value.map((item) => translated(item));
  if (value === null || typeof value !== "object" || name === "options") return value;
  if (typeof value.bytes === "string" && Object.keys(value).length === 1) return bytesOf(value.bytes);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [camel(key), translated(item, key)]));
}

for (const { direction, name, fields, hex } of read("messages.json")) {
  test(`${direction}: ${name} ${hex.slice(0, 24)}`, () => {
    const table = TABLES[direction];
    const longest = table[name].longest;
    const message = translated(fields);
    assert.deepEqual(new Decoder(table).decode(bytesOf(hex), longest).fields, message);
    assert.equal(hexOf(encode(table, name, message)), hex);
  });
}

// @msgpack/msgpack reads short texts leniently. A client hears only servers, which pack from Python's own texts.
const isReadLeniently = ({ what }) => what === "text that is not UTF-8";

for (const { direction, hex, error, what } of read("refused.json").filter((entry) => !isReadLeniently(entry))) {
  test(`refused, ${direction}: ${what}`, () => {
    assert.throws(() => new Decoder(TABLES[direction]).decode(bytesOf(hex)), { name: error });
  });
}
