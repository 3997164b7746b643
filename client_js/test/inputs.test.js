import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { roundedStick } from "../src/inputs.js";
import { PLAYED } from "./support/games.js";
import { backAtDoor, insideRoom } from "./support/stories.js";

const inputs = (world) => world.socket.heard.filter(([name]) => name === "input").map(([, { player, values }]) => [player, ...values]);

async function playing(joined = {}) {
  const story = await insideRoom({}, { ...PLAYED, ...joined });
  return { ...story, said: () => inputs(story.world) };
}

test("the first change goes at once, the next no sooner than a tick later, and only the last of them", async () => {
  const { world, room, said } = await playing();
  room.input({ move: { x: 1, y: 0 } });
  room.input({ move: { x: 0.5, y: 0 } });
  room.input({ move: { x: 0, y: -1 }, gas: -0.5 });
  assert.deepEqual(said(), [[2, 1, 0, 0, 0]]);
  await world.pass(49);
  assert.equal(said().length, 1);
  await world.pass(1);
  assert.deepEqual(said().slice(1), [[2, 0, -1, -0.5, 0]]);
  await world.pass(1000);
  room.input({ gas: -0.5 });
  assert.equal(said().length, 2);
});

test("a button tapped between two ticks was pressed once", async () => {
  const { world, room, said } = await playing();
  room.input({ gas: 1 });
  await world.pass(10);
  room.input({ fire: true });
  room.input({ fire: false });
  await world.pass(200);
  assert.deepEqual(said().map(([, , , , fire]) => fire), [0, 1, 0]);
});

test("a game of turns is told at once", async () => {
  const { room, said } = await playing({ tickHz: 0 });
  room.input({ gas: 1 });
  room.input({ gas: 0 });
  assert.equal(said().length, 2);
});

test("several players at one screen hold each their own", async () => {
  const { world, room, said } = await playing({ addedPlayers: [{ player: 5, member: 2, username: "Cid" }] });
  room.input({ gas: 1 });
  room.input({ fire: true }, { player: room.player(5) });
  await world.pass(50);
  assert.deepEqual(said(), [[2, 0, 0, 1, 0], [5, 0, 0, 0, 1]]);
  world.socket.say("remove-player", { player: 5 });
  world.socket.forget();
  room.playing.inputs.again();
  assert.deepEqual(said(), [[2, 0, 0, 1, 0]]);
});

test("after a return all that is held is said again", async () => {
  const { world, room, said } = await playing();
  room.input({ gas: 1 });
  world.socket.end(1006);
  room.input({ gas: 0.5 });
  await backAtDoor(world);
  world.socket.forget();
  world.socket.say("room-resumed", { you: 2, received: 0, missed: 0 });
  assert.deepEqual(said(), [[2, 0, 0, 0.5, 0]]);
});

test("who watches, and who is out, holds nothing; a name that the game does not declare is a mistake", async () => {
  const { room } = await playing();
  assert.throws(() => room.input({ jump: true }), TypeError);
  room.end({ name: "left" });
  room.input({ gas: 1 });
  const watching = await playing({ members: [{ number: 2, clientId: "guest7", username: "Ada", role: "spectator", isAway: false }] });
  watching.room.input({ gas: 1 });
  watching.room.act("hop");
  assert.deepEqual([watching.said(), watching.world.socket.last("act")], [[], undefined]);
});

test("an act is counted, goes to one's first player or another, and waits for the line", async () => {
  const { world, room } = await playing({ addedPlayers: [{ player: 5, member: 2, username: "Cid" }] });
  room.act("play", { card: 3 });
  room.act("pass", {}, { player: room.player(5) });
  assert.deepEqual(world.socket.heard.map(([, { player, name, fields }]) => [player, name, fields]), [[2, "play", { card: 3 }], [5, "pass", {}]]);
  world.socket.end(1006);
  room.act("late");
  await backAtDoor(world);
  world.socket.say("room-resumed", { you: 2, received: 2, missed: 0 });
  assert.equal(world.socket.last("act").name, "late");
});

test("golden: sticks are rounded as games round them", () => {
  const vectors = JSON.parse(readFileSync(new URL("../../tests/vectors/sticks.json", import.meta.url), "utf8"));
  for (const [[x, y], rounded] of vectors) assert.deepEqual(roundedStick(x, y).map((value) => value + 0), rounded, `${x} ${y}`);
  assert.deepEqual([roundedStick(5, 5), roundedStick(NaN, 2)], [[0.703125, 0.703125], [0, 1]]);
});
