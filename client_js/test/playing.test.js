import assert from "node:assert/strict";
import { test } from "node:test";
import { BALLS, PLAYED, update } from "./support/games.js";
import { backAtDoor, insideRoom } from "./support/stories.js";

async function playing(joined = {}) {
  const story = await insideRoom({}, { ...PLAYED, ...joined });
  const told = [];
  const { notices } = story.room;
  notices.on("scene", () => told.push("scene"));
  notices.on("update", () => told.push(`update ${story.room.scene.tick}`));
  notices.on("event", (name, fields) => told.push(`${name} ${fields.by}`));
  return { ...story, told, say: (name, fields) => story.world.socket.say(name, fields) };
}

test("the scene and its updates are there, and told; events as they come while nobody draws", async () => {
  const { room, told, say } = await playing();
  assert.deepEqual([room.scene.tick, room.playing.isWhole, [...room.scene]], [0, false, []]);
  say("scene", BALLS);
  say("update", update(11, { changed: [[1, 0, 16]], fields: { score: 3 }, events: [["hit", { by: 2 }]] }));
  assert.deepEqual([room.scene.find(1).x, room.scene.fields.score], [2, 3]);
  assert.deepEqual(told, ["scene", "hit 2", "update 11"]);
});

test("who draws hears of what happens when it is to be seen", async () => {
  const { world, room, told, say } = await playing();
  say("scene", BALLS);
  room.view();
  say("update", update(11, { events: [["hit", { by: 2 }]] }));
  room.view();
  assert.deepEqual(told, ["scene", "update 11"]);
  await world.pass(50);
  room.view();
  await world.pass(50);
  room.view();
  assert.deepEqual(told.at(-1), "hit 2");
});

test("after a gap nothing changes until the next scene", async () => {
  const { room, told, say } = await playing();
  let gaps = 0;
  room.playing.route(() => {}, () => { gaps += 1; });
  say("update", update(10));
  say("scene", BALLS);
  say("update", update(12, { changed: [[1, 0, 16]] }));
  say("update", update(13, { changed: [[1, 0, 24]] }));
  assert.deepEqual([room.scene.tick, room.scene.find(1).x, gaps, room.playing.isWhole], [10, 1, 1, false]);
  say("scene", { ...BALLS, tick: 13 });
  say("update", update(14, { changed: [[1, 0, 32]] }));
  assert.deepEqual([room.scene.find(1).x, told], [4, ["scene", "scene", "update 14"]]);
});

test("a game of turns is shown as it is", async () => {
  const { room, say } = await playing({ tickHz: 0 });
  say("scene", BALLS);
  assert.equal(room.view(), room.scene);
});

test("a scene longer than a frame comes in parts", async () => {
  const { world, room } = await playing();
  const { encode } = await import("../src/codec.js");
  const { WORKER_TO_CLIENT } = await import("../src/protocol.js");
  const long = encode(WORKER_TO_CLIENT, "scene", { ...BALLS, fields: { text: "x".repeat(70_000) } });
  for (let start = 0; start < long.length; start += 32_768) {
    world.socket.say("part", { kind: 62, total: long.length, chunk: long.subarray(start, start + 32_768) });
    if (start === 0) world.socket.say("chat", { number: 1, text: "between", sentMs: 1 });
  }
  assert.equal(room.scene.fields.text.length, 70_000);
});

test("inputs and acts go where the game runs", async () => {
  const { world, room } = await playing();
  const said = [];
  room.playing.route((name, fields) => said.push([name, fields.player]));
  room.input({ gas: 1 });
  room.act("hop");
  assert.deepEqual([said, world.socket.heard], [[["input", 2], ["act", 2]], []]);
});

test("the result comes before the end, and a reload in development is told", async () => {
  const { room, say } = await playing();
  const told = [];
  room.notices.on("result", (result) => told.push(result));
  room.notices.on("reloaded", (how) => told.push(how));
  say("reloaded", { isKept: false, text: "Ball has no field `speed` any more." });
  say("result", { fields: { winner: 2 } });
  say("room-disconnect", { request: "", roomId: "r1", name: "room-closed", text: "" });
  assert.deepEqual(told, [{ isKept: false, text: "Ball has no field `speed` any more." }, { winner: 2 }]);
  assert.deepEqual([room.result, room.isOver], [{ winner: 2 }, true]);
});

test("after a return the room goes on with the scene that it is told", async () => {
  const { world, room, say } = await playing();
  say("scene", BALLS);
  room.view();
  const ball = room.view().find(1);
  world.socket.end(1006);
  await backAtDoor(world);
  world.socket.say("room-resumed", { you: 2, received: 0, missed: 0 });
  world.socket.say("scene", { ...BALLS, tick: 400, objects: [[1, 0, 80, 80, 0]] });
  await world.pass(300);
  assert.deepEqual([room.scene.tick, room.view().find(1), ball.x], [400, ball, 10]);
});
