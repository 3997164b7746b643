import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { encode as pack } from "@msgpack/msgpack";
import { Decoder } from "../src/codec.js";
import { WORKER_TO_CLIENT } from "../src/protocol.js";
import { Scene } from "../src/scene.js";
import { BALLS, update } from "./support/games.js";

const decoder = new Decoder(WORKER_TO_CLIENT);
const bytesOf = (hex) => new Uint8Array(Buffer.from(hex, "hex"));

/** As the vectors write it: bytes in hex, nothing that is null. */
function plain(value) {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString("hex") };
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
const present = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));

for (const { what, steps } of JSON.parse(readFileSync(new URL("../../tests/vectors/scenes.json", import.meta.url), "utf8"))) {
  test(`golden: ${what}`, () => {
    const scene = new Scene();
    for (const { hex, tick, fields, objects } of steps) {
      const { name, fields: message } = decoder.decode(bytesOf(hex));
      if (name === "scene") scene.show(message);
      else assert.equal(scene.apply(message), true);
      assert.deepEqual([scene.tick, plain(scene.fields)], [tick, fields]);
      assert.deepEqual([...scene].map((object) => plain(present(object))), objects);
    }
  });
}

function balls() {
  const scene = new Scene();
  scene.show(BALLS);
  return scene;
}

test("objects are found by id and by class, and stay the same through updates and scenes", () => {
  const scene = balls();
  const ball = scene.find(1);
  assert.deepEqual(scene.all("Ball").map(({ id }) => id), [1, 2]);
  assert.deepEqual([scene.all("Wall"), scene.find(3), scene.find(null)], [[], null, null]);
  scene.apply(update(11, { changed: [[1, 0, 40]] }));
  scene.show({ ...BALLS, tick: 12 });
  assert.equal(scene.find(1), ball);
  assert.deepEqual([ball.x, ball.y], [1, 2]);
});

test("an update of another picture changes nothing", () => {
  const scene = balls();
  assert.equal(scene.apply(update(13, { changed: [[1, 0, 40]] })), false);
  assert.deepEqual([scene.tick, scene.find(1).x], [10, 1]);
});

test("what is absent is null, also in objects that were there before their class got the field", () => {
  const scene = balls();
  assert.equal(scene.find(2).label, null);
  scene.apply(update(11, { classes: [[0, "Ball", ["x", "y", "angle", "label", "team"], [1 / 8, 1 / 8, 0, 0, 0]]], changed: [[1, 4, "red"]] }));
  assert.deepEqual([scene.find(1).team, scene.find(2).team], ["red", null]);
});

test("a field of its own named kind does not hide what class an object is of", () => {
  const scene = new Scene();
  scene.show({ tick: 0, classes: [["Tool", ["kind"], [0]]], fields: {}, objects: [[1, 0, "saw"]] });
  scene.apply(update(1, { base: 0, changed: [[1, 0, "axe"]] }));
  assert.deepEqual(scene.all("Tool").map(({ kind }) => kind), ["axe"]);
});

test("a copy goes its own way", () => {
  const [scene, copy] = [balls(), new Scene()];
  copy.copy(scene);
  scene.apply(update(11, { removed: [2], changed: [[1, 0, 40]] }));
  assert.deepEqual([copy.tick, copy.find(1).x, copy.objects.size], [10, 1, 2]);
  assert.equal(copy.apply(update(11, { changed: [[2, 0, 80]] })), true);
  assert.equal(copy.find(2).x, 10);
});

test("a map by names of people may have any name in it", () => {
  const payload = pack([62, 1, [], 0, []]);
  const fields = pack({ score: { xxxxxxxxx: 1, "Zoë Zoé": 2 } });
  fields.set(new TextEncoder().encode("__proto__"), Buffer.from(fields).indexOf("xxxxxxxxx"));
  const message = new Uint8Array([...payload.subarray(0, 4), ...fields, 0x90]);
  assert.deepEqual(decoder.decode(message).fields.fields, { score: { " __proto__": 1, "Zoë Zoé": 2 } });
});

test("a reference is an id; other extensions are refused", () => {
  const scene = (...owner) => new Uint8Array([0x95, 62, 1, 0x90, 0x81, 0xa1, 0x61, ...owner, 0x90]);
  const owner = (...bytes) => decoder.decode(scene(...bytes)).fields.fields.a;
  assert.deepEqual([owner(0xd4, 1, 9), owner(0xd5, 2, 1, 2), owner(0xd6, 1, 255, 0, 0, 1)], [9, 258, 255 * 2 ** 24 + 1]);
  for (const other of [[0xd4, 3, 9], [0xc7, 0, 1], [0xd6, 0xff, 0, 0, 0, 0], [0xd7, 1, 0, 0, 0, 0, 0, 0, 0, 9]]) {
    assert.throws(() => owner(...other), { name: "message-malformed" });
  }
});
