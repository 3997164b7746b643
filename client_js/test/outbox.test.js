import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../src/outbox.js";
import { Session } from "../src/session.js";
import { FakeWorld } from "./support/fakes.js";

function anOutbox() {
  const world = new FakeWorld();
  const session = new Session();
  const outbox = new Outbox(world.shell, session);
  const written = [];
  const add = (count, name = "relay") => {
    for (let index = 0; index < count; index += 1) outbox.add(name, new Uint8Array([session.sent]));
  };
  return { world, session, outbox, written, add, write: (payload) => written.push(payload[0]) };
}

test("with a line a message goes at once; without one it waits", () => {
  const { outbox, written, add, write } = anOutbox();
  add(2);
  assert.deepEqual(written, []);
  outbox.open(write);
  add(1);
  assert.deepEqual(written, [0, 1, 2]);
  outbox.close();
  add(1);
  assert.deepEqual(written, [0, 1, 2]);
});

test("over a new line only what the room has not confirmed is said again", () => {
  const { session, outbox, written, add, write } = anOutbox();
  outbox.open(write);
  add(3);
  outbox.close();
  session.resume({ received: 1 });
  outbox.open(write);
  assert.deepEqual(written, [0, 1, 2, 1, 2]);
});

test("what piled up goes at the room's pace, in order, and nothing passes it", async () => {
  const { world, outbox, written, add, write } = anOutbox();
  add(100);
  outbox.open(write);
  assert.equal(written.length, 60);
  add(1);
  await world.pass(200);
  assert.ok(written.length > 60 && written.length < 80, String(written.length));
  await world.pass(2000);
  assert.deepEqual(written, Array.from({ length: 101 }, (_, index) => index));
  assert.deepEqual(world.timers, []);
});

test("each class has its own pace", async () => {
  const { world, outbox, written, add, write } = anOutbox();
  add(6, "chat");
  outbox.open(write);
  assert.equal(written.length, 4);
  await world.pass(1100);
  assert.equal(written.length, 6);
});

test("a long message counts for several, and goes however long it is", async () => {
  const { world, session, outbox } = anOutbox();
  const lengths = [];
  for (const kib of [40, 10, 10, 10]) outbox.add("relay", new Uint8Array(kib * 1024));
  outbox.add("offer", new Uint8Array(60 * 1024));
  outbox.open((payload) => lengths.push(payload.length / 1024));
  assert.deepEqual(lengths, [40, 10]);
  await world.pass(150);
  assert.deepEqual(lengths, [40, 10, 10]);
  await world.pass(200);
  assert.deepEqual(lengths, [40, 10, 10, 10, 60]);
  assert.equal(session.kept.length, 5);
});

test("acts and relayed messages share a pace", () => {
  const { outbox, written, add, write } = anOutbox();
  add(40, "act");
  add(40);
  outbox.open(write);
  assert.equal(written.length, 60);
});

test("what is to follow waits for all of it, and is dropped with the line", async () => {
  const { world, outbox, add, write } = anOutbox();
  const done = [];
  outbox.afterwards(() => done.push("first"));
  add(70);
  outbox.open(write);
  assert.deepEqual(done, []);
  await world.pass(1000);
  assert.deepEqual(done, ["first"]);
  outbox.afterwards(() => done.push("second"));
  assert.deepEqual(done, ["first", "second"]);
  outbox.close();
  add(1);
  outbox.afterwards(() => done.push("lost"));
  outbox.close();
  assert.deepEqual(done, ["first", "second"]);
});
