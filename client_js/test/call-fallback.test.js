import assert from "node:assert/strict";
import { test } from "node:test";
import { Channel, MESSAGE_BYTES } from "../src/call/channel.js";
import { Fallback } from "../src/call/fallback.js";
import { FakeWorld } from "./support/fakes.js";

function aFallback() {
  const world = new FakeWorld();
  const fallback = new Fallback(world.shell);
  const written = [];
  const channel = () => {
    const made = new Channel(world.shell, () => {});
    made.use(fallback.path(([, , items]) => written.push(items.length), () => true));
    return made;
  };
  return { world, fallback, written, channel };
}

test("pairs take turns, so that all together stay within the room's pace", async () => {
  const { world, fallback, written, channel } = aFallback();
  const [one, other] = [channel(), channel()];
  one.send("move", 1);
  await world.pass(0);
  one.send("move", 2);
  one.send("move", 3);
  other.send("move", 1);
  await world.pass(30);
  assert.deepEqual(written, [1]);
  await world.pass(50);
  assert.deepEqual(written, [1, 2, 1]);
  fallback.close();
});

test("after much at once comes nothing for as long as the room counts it", async () => {
  const { world, fallback, written, channel } = aFallback();
  const one = channel();
  one.send("file", new Uint8Array(MESSAGE_BYTES - 100));
  await world.pass(0);
  one.send("move", 1);
  await world.pass(1700);
  assert.deepEqual(written, [1]);
  await world.pass(300);
  assert.deepEqual(written, [1, 1]);
  fallback.close();
});
