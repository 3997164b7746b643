import assert from "node:assert/strict";
import { test } from "node:test";
import { packBody } from "../src/codec.js";
import { Lane } from "../src/simulate.js";
import { FakeWorld } from "./support/fakes.js";
import { insideRoom } from "./support/stories.js";

function lane(weather = {}, chances = [0.5]) {
  const world = new FakeWorld();
  Object.assign(world.shell.weather, weather);
  world.shell.random = () => chances.length > 1 ? chances.shift() : chances[0];
  const out = [];
  const from = world.ms;
  return { world, out, lane: new Lane(world.shell, (item) => out.push([item, world.ms - from])) };
}

test("without weather everything passes at once", () => {
  const { lane: one, out } = lane();
  one.pass("a");
  assert.deepEqual(out, [["a", 0]]);
});

test("latency and jitter delay, and the order stays", async () => {
  // Two chances a frame: whether it is lost, and its jitter.
  const { world, lane: one, out } = lane({ latencyMs: 100, jitterMs: 40 }, [0.9, 1, 0.9, 0]);
  one.pass("a");
  one.pass("b");
  await world.pass(1000);
  assert.deepEqual(out, [["a", 140], ["b", 140]]);
});

test("what is lost comes again, and all behind it waits", async () => {
  const { world, lane: one, out } = lane({ latencyMs: 50, loss: 0.1 }, [0.05, 0, 0.5, 0]);
  one.pass("lost");
  one.pass("next");
  await world.pass(1000);
  assert.deepEqual(out, [["lost", 350], ["next", 350]]);
});

test("when it clears up, what is under way still comes first", async () => {
  const { world, lane: one, out } = lane({ latencyMs: 100 });
  one.pass("a");
  world.shell.weather.latencyMs = 0;
  one.pass("b");
  await world.pass(100);
  one.pass("c");
  assert.deepEqual(out.map(([item]) => item), ["a", "b", "c"]);
});

test("a line in bad weather says and hears later, and measures it", async () => {
  const { world, room } = await insideRoom();
  const heard = [];
  room.on("x", (body) => heard.push(body));
  room.weather.latencyMs = 100;
  room.send("x", 1);
  world.socket.say("relay", { sender: 1, type: "x", body: packBody(2) });
  assert.deepEqual([world.socket.heard, heard], [[], []]);
  await world.pass(100);
  assert.deepEqual([world.socket.heard.length, heard], [1, [2]]);
});

test("what is still under way when the line ends is gone", async () => {
  const { world, room } = await insideRoom();
  const heard = [];
  room.on("x", (body) => heard.push(body));
  room.weather.latencyMs = 100;
  world.socket.say("relay", { sender: 1, type: "x", body: packBody(2) });
  world.socket.end(1006);
  await world.pass(100);
  assert.deepEqual(heard, []);
});

test("bytes and frames are counted both ways", async () => {
  const { world, room } = await insideRoom();
  const { bytesIn, bytesOut, framesIn, framesOut } = room.meter;
  room.send("x", 1);
  world.socket.say("relay", { sender: 1, type: "x", body: packBody(2) });
  assert.deepEqual([room.meter.framesIn - framesIn, room.meter.framesOut - framesOut], [1, 1]);
  assert.deepEqual([room.meter.bytesIn > bytesIn, room.meter.bytesOut - bytesOut], [true, world.socket.payloads.at(-1).length]);
});
