import assert from "node:assert/strict";
import { test } from "node:test";
import { packBody } from "../src/codec.js";
import { RoomError } from "../src/errors.js";
import { settled } from "./support/fakes.js";
import { BALLS, PLAYED, update } from "./support/games.js";
import { insideRoom } from "./support/stories.js";

const TICK_MS = 50;
const NEAR = 1e-6;

/** A room at 20 Hz with a round trip of 100 ms, whose predicting worker is the test. */
async function predicting({ say = {} } = {}) {
  const { world, room } = await insideRoom({}, PLAYED);
  Object.defineProperty(room, "pingMs", { value: 100 });
  const asked = [];
  const port = { onmessage: null, isOver: false, postMessage: (message) => asked.push(message), terminate: () => { port.isOver = true; } };
  const answer = (data) => port.onmessage({ data });
  world.socket.say("scene", BALLS);
  room.view();
  const open = room.playing.predict(async () => port);
  await settled();
  if (say.over) return { room, port, answer, open };
  answer({ say: "ready" });
  await open;
  const ball = (x) => packBody([[1, { x, y: 2, orbs: 7 }]]);
  /** The worker's answer to the last question: own ball 1 at that x, from another one in the tick before. */
  const ahead = (x, from = x) => answer({ say: "ahead", tick: last("ahead").tick, before: ball(from), objects: ball(x) });
  const last = (kind) => asked.findLast((message) => message.say === kind);
  return { world, room, port, asked, answer, ahead, last };
}
const x = (room) => room.view().find(1).x;

test("the worker hears who plays, then the scene and all that came since, as it came", async () => {
  const { world, room, asked } = await predicting();
  assert.deepEqual(asked[0].players, [[1, "Bea", false, false], [2, "Ada", false, true]]);
  assert.equal(asked[1].say, "picture");
  world.socket.say("update", update(11, { changed: [[1, 0, 16]] }));
  const [, ...rest] = asked.filter(({ say }) => say === "picture");
  assert.deepEqual(rest.map(({ payload }) => payload[1]), [63]);
  room.end({ name: "left" });
});

test("inputs are numbered, named with the tick that they get to, and forgotten when the server has used them", async () => {
  const { world, room, last, ahead } = await predicting();
  room.input({ gas: 1 });
  assert.equal(world.socket.last("input").number, 1);
  room.view();
  ahead(1);
  await world.pass(100);
  room.input({ gas: 0.5 });
  room.view();
  assert.deepEqual(last("ahead").inputs, [[2, 12, [0, 0, 1, 0]], [2, 14, [0, 0, 0.5, 0]]]);
  ahead(1);
  world.socket.say("update", update(11, { inputs: [[2, 1]] }));
  room.view();
  assert.equal(last("ahead").inputs.length, 2);
  ahead(1);
  world.socket.say("update", update(12, { inputs: [[2, 2]] }));
  room.view();
  assert.deepEqual(last("ahead").inputs, [[2, 14, [0, 0, 0.5, 0]]]);
});

test("it asks for the tick that what is said now gets to, once, and never far ahead", async () => {
  const { world, room, asked, ahead, last } = await predicting();
  const questions = () => asked.filter(({ say }) => say === "ahead").length;
  room.view();
  assert.equal(last("ahead").tick, 12);
  room.view();
  assert.equal(questions(), 1);
  ahead(1);
  room.view();
  assert.equal(questions(), 1);
  await world.pass(TICK_MS);
  room.view();
  assert.deepEqual([questions(), last("ahead").tick], [2, 13]);
  ahead(1);
  await world.pass(10_000);
  room.view();
  assert.equal(last("ahead").tick, 20);
});

test("from when inputs are used it learns how far ahead to look", async () => {
  const { world, room, ahead, last } = await predicting();
  room.input({ gas: 1 });
  const said = 12;
  room.view();
  ahead(1);
  for (let tick = 11; tick <= said + 10; tick += 1) {
    await world.pass(TICK_MS);
    world.socket.say("update", update(tick, { inputs: tick === said + 10 ? [[2, 1]] : [] }));
  }
  room.view();
  ahead(1);
  await world.pass(TICK_MS);
  room.view();
  assert.equal(last("ahead").tick, said + 10 + 2 + 1 + 2);
  world.socket.say("update", update(said + 11, { inputs: [[2, 1]] }));
  room.view();
  ahead(1);
  await world.pass(TICK_MS);
  room.view();
  assert.equal(last("ahead").tick, said + 10 + 2 + 2 + 2);
});

test("one's own object is where the worker says, on its way to the newest tick; its other fields are the server's", async () => {
  const { world, room, ahead } = await predicting();
  room.view();
  ahead(20, 10);
  assert.ok(Math.abs(x(room) - 10) < NEAR);
  await world.pass(TICK_MS / 2);
  assert.ok(Math.abs(x(room) - 15) < NEAR, `${x(room)}`);
  assert.equal(room.view().find(1).orbs, undefined);
  assert.equal(room.view().find(2).x, 5);
  await world.pass(TICK_MS / 2);
  assert.ok(Math.abs(x(room) - 20) < NEAR);
  ahead(30, 20);
  assert.ok(Math.abs(x(room) - 20) < NEAR);
});

test("a correction does not jump: what is shown gets there by and by", async () => {
  const { world, room, ahead } = await predicting();
  room.smooth.leap = 100;
  room.view();
  ahead(10);
  world.socket.say("update", update(11));
  assert.ok(Math.abs(x(room) - 10) < NEAR);
  ahead(18);
  assert.ok(Math.abs(x(room) - 10) < NEAR);
  await world.pass(60);
  assert.ok(Math.abs(x(room) - 14) < NEAR, `${x(room)}`);
  await world.pass(1000);
  assert.ok(Math.abs(x(room) - 18) < 0.01, `${x(room)}`);
});

test("a correction that is a leap is shown at once", async () => {
  const { world, room, ahead } = await predicting();
  room.smooth.leap = 100;
  room.view();
  ahead(10);
  world.socket.say("update", update(11));
  room.view();
  ahead(500);
  assert.ok(Math.abs(x(room) - 500) < NEAR);
});

test("a prediction that is over lets the server's picture through", async () => {
  const { world, room, answer, ahead, port } = await predicting();
  room.view();
  ahead(10);
  room.view();
  answer({ say: "over", text: "main.py raised" });
  assert.equal(x(room), 1);
  world.socket.say("update", update(11, { changed: [[1, 0, 32]] }));
  await world.pass(200);
  assert.deepEqual([x(room), port.isOver], [4, true]);
  room.input({ fire: true });
  assert.equal(world.socket.last("input").number, 0);
});

test("a worker that cannot begin rejects with its sentence", async () => {
  const { answer, open, port } = await predicting({ say: { over: true } });
  answer({ say: "over", text: "no main.py" });
  await assert.rejects(open, { name: "game-broken", message: "no main.py" });
  assert.equal(port.isOver, true);
});

test("who leaves while it is loaded leaves no worker behind", async () => {
  const { room } = await insideRoom({}, PLAYED);
  const port = { onmessage: null, isOver: false, postMessage() {}, terminate: () => { port.isOver = true; } };
  let load;
  const open = room.playing.predict(() => new Promise((resolve) => { load = resolve; }));
  room.end(new RoomError("kicked"));
  load(port);
  await assert.rejects(open, { name: "left" });
  assert.equal(port.isOver, true);
  const { room: next, open: opening } = await predicting({ say: { over: true } });
  next.end(new RoomError("kicked"));
  await assert.rejects(opening, { name: "kicked" });
});

test("one that begins when too much has come since the scene is refused", async () => {
  const { world, room } = await insideRoom({}, PLAYED);
  world.socket.say("scene", BALLS);
  for (let tick = 11; tick < 40; tick += 1) world.socket.say("update", update(tick, { fields: { text: "x".repeat(50_000) } }));
  await assert.rejects(room.playing.predict(async () => ({ postMessage() {}, terminate() {} })), { name: "game-broken" });
});
