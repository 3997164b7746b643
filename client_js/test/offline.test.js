import assert from "node:assert/strict";
import { test } from "node:test";
import { playOffline } from "../src/offline/play-offline.js";
import { FakeWorld, JOINED, settled } from "./support/fakes.js";
import { BALLS, PLAYED, update } from "./support/games.js";
import { kindOf, said, withPython } from "./support/python.js";

const ALONE = { ...JOINED, ...PLAYED, you: 1, members: [{ number: 1, clientId: "offline", username: "Ada", role: "player", isAway: false }] };

/** Python is on its way. */
async function calling(wishes = {}, files = undefined) {
  const world = new FakeWorld();
  const workers = withPython(world, files);
  const playing = playOffline("arena", { ...world.shell, url: "http://play.test/", ...wishes });
  playing.catch(() => {});
  await settled();
  return { world, workers, worker: workers[0], playing };
}

async function inside() {
  const story = await calling({ username: "Ada", options: { orbs: 9 } });
  await story.worker.ready();
  story.worker.tell(said("room-joined", ALONE));
  return { ...story, room: await story.playing };
}

test("a game is loaded with progress, opened with what was wished, and is a room", async () => {
  const shares = [];
  const { worker, playing } = await calling({ username: "Ada", options: { orbs: 9 }, onProgress: (loaded, total) => shares.push(loaded / total) });
  assert.deepEqual(worker.posted, [{ say: "boot", python: "http://play.test/py/", engine: "http://play.test/engine.zip", bytes: { "/engine.zip": 9 } }]);
  worker.say({ say: "progress", loaded: 4, total: 8 });
  await worker.ready();
  const [role, { program, options, username, seed }] = worker.opened;
  assert.deepEqual([role, program.name, options, username, seed], ["offline", "arena", { orbs: 9 }, "Ada", 2 ** 31]);
  worker.tell(said("room-joined", ALONE));
  const room = await playing;
  assert.deepEqual([shares, room.me.username, room.state, room.runsHere], [[0.5], "Ada", "present", true]);
});

test("one is called as in the rooms before", async () => {
  for (const [kept, username] of [[null, "You"], ['{"username":"Bea"}', "Bea"], ["{half", "You"]]) {
    const { worker } = await calling({ tabStorage: { getItem: () => kept, setItem: () => true, removeItem() {} } });
    await worker.ready();
    assert.equal(worker.opened[1].username, username);
  }
});

test("what happens there is seen here, and the other way round", async () => {
  const { worker, room } = await inside();
  worker.tell(said("scene", BALLS), said("update", update(11, { changed: [[1, 0, 16]] })));
  assert.deepEqual([room.scene.tick, room.scene.find(1).x], [11, 2]);
  room.act("jump", { high: true });
  room.chat.send("Anybody?");
  assert.deepEqual(worker.heard, [[kindOf("act"), 1, "jump", { high: true }], [kindOf("chat"), "Anybody?"]]);
});

test("who leaves is out, and Python with it", async () => {
  const { worker, room } = await inside();
  const left = room.leave();
  const [[, request]] = worker.heard;
  worker.tell(said("room-disconnect", { request, roomId: "offline", name: "left", text: "" }), ["over", "left", ""]);
  await left;
  assert.deepEqual([room.isOver, worker.isTerminated], [true, true]);
});

test("a game that goes on and on is stopped, and the room over", async () => {
  const { world, worker, room } = await inside();
  const reasons = [];
  room.notices.on("over", ({ name }) => reasons.push(name));
  await world.pass(2500);
  assert.deepEqual(reasons, []);
  await world.pass(2500);
  assert.deepEqual([reasons, worker.isTerminated], [["game-broken"], true]);
});

test("Python that fails for good ends the game, be it in the middle or before it is a room", async () => {
  const { worker, room } = await inside();
  const reasons = [];
  room.notices.on("over", ({ name }) => reasons.push(name));
  worker.onerror({ message: "Uncaught RangeError: Maximum call stack size exceeded" });
  assert.deepEqual([reasons, worker.isTerminated], [["game-broken"], true]);
  const { worker: early, playing } = await calling();
  await early.ready();
  early.onerror({ message: "Uncaught Error: Pyodide already fatally failed and can no longer be used." });
  await assert.rejects(playing, { name: "game-broken" });
});

test("a page that slept does not take its own silence for the game's", async () => {
  const { world, worker, room } = await inside();
  for (let count = 0; count < 10; count += 1) {
    world.sleep(60_000);
    await world.pass(1000);
    worker.say({ say: "beat" });
  }
  assert.equal(room.isOver, false);
});

test("the traceback of a game that failed is for its author", async (context) => {
  const log = context.mock.method(console, "error", () => {});
  const { worker, room } = await inside();
  worker.tell(["log", "Traceback: main.py, line 3"], ["over", "game-broken", "The game failed."]);
  assert.deepEqual([log.mock.calls[0].arguments, room.isOver], [["Traceback: main.py, line 3"], true]);
});

for (const [what, files, say, name] of [
  ["options that do not fit", undefined, ["over", "bad-options", "No."], "bad-options"],
  ["a game that does not load", undefined, ["over", "game-broken", "No."], "game-broken"],
  ["a game that may not be played so", { program: null }, ["over", "left", ""], "game-unknown"],
]) {
  test(`${what}: refused as ${name}`, async () => {
    const { worker, playing } = await calling({}, files);
    await worker.ready();
    if (files === undefined) worker.tell(say);
    await assert.rejects(playing, { name });
    assert.equal(worker.isTerminated, true);
  });
}

test("Python that cannot be loaded: refused as line-lost", async () => {
  const { worker, playing } = await calling();
  worker.say({ say: "failed", text: "TypeError: Failed to fetch" });
  await assert.rejects(playing, { name: "line-lost", message: "TypeError: Failed to fetch" });
  assert.equal(worker.isTerminated, true);
});
