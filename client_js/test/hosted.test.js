import assert from "node:assert/strict";
import { test } from "node:test";
import { packBody, unpackBody } from "../src/codec.js";
import { PART_BYTES, SCENE_BYTES } from "../src/protocol.js";
import { settled } from "./support/fakes.js";
import { BALLS, PLAYED, update } from "./support/games.js";
import { said, withPython } from "./support/python.js";
import { insideRoom } from "./support/stories.js";

const SNAPSHOT = { isWhole: false, tick: 0, body: new Uint8Array(), journal: [], received: 0 };
const ME = 2;
const BEA = 1;
const ADAS_ROW = [ME, ME, "Ada", "guest7", false];
const BEAS_ROW = [BEA, BEA, "Bea", "c1", false];

/** A client in a room whose game the host's page runs. */
async function inHosted(host, joined = {}) {
  let workers;
  const story = await insideRoom({}, { ...PLAYED, authority: "host", host, ...joined }, (world) => { workers = withPython(world); });
  return { ...story, workers, say: (name, fields) => story.world.socket.say(name, fields) };
}

/** As host, with the game running here. */
async function hosting() {
  const story = await inHosted(ME);
  story.say("snapshot", SNAPSHOT);
  await settled();
  await story.workers[0].ready();
  return { ...story, worker: story.workers[0] };
}

const saidTo = (socket, kind) => socket.heard.filter(([name]) => name === kind).map(([, { to, type, body }]) => [to, type, unpackBody(body)]);
const relay = (sender, type, body) => ({ sender, type, body: packBody(body) });

test("the host's page opens the game with everybody in it, and shows it to all", async () => {
  const { world, worker, room } = await hosting();
  const [role, setup] = worker.opened;
  assert.deepEqual([role, setup.me, setup.players, setup.saved.length, setup.acts], ["hosted", ME, [BEAS_ROW, ADAS_ROW], 0, []]);
  assert.deepEqual(worker.heard.filter(([verb]) => verb === "scene"), [["scene", BEA], ["scene", ME]]);
  worker.tell(["scene", ME, said("scene", BALLS)], ["scene", BEA, said("scene", BALLS)], said("update", update(11)));
  assert.equal(room.scene.tick, 11);
  assert.deepEqual(saidTo(world.socket, "as-host"), [[BEA, ":scene", said("scene", BALLS)]]);
  assert.deepEqual(saidTo(world.socket, "volatile"), [[0, ":update", said("update", update(11))]]);
});

test("a guest sees what the host's page says, whole and in parts, and nobody else's", async () => {
  const { room, say } = await inHosted(BEA);
  const scene = said("scene", { ...BALLS, fields: { text: "x".repeat(2 * PART_BYTES) } });
  const parts = [0, 1, 2].map((index) => said("part", { kind: 62, total: scene.length, chunk: scene.subarray(index * PART_BYTES, (index + 1) * PART_BYTES) }));
  for (const part of parts) say("as-host", { hostEpoch: 1, type: ":scene", body: packBody(part) });
  assert.equal(room.scene.fields.text.length, 2 * PART_BYTES);
  say("volatile", relay(BEA, ":update", said("update", update(11))));
  assert.equal(room.scene.tick, 11);
  say("relay", relay(BEA, ":scene", said("scene", BALLS)));
  say("member-joined", { number: 3, clientId: "c3", username: "Eve", role: "player" });
  say("volatile", relay(3, ":update", said("update", update(12))));
  say("volatile", relay(BEA, ":update", said("chat", { number: 1, text: "as if", sentMs: 1 })));
  assert.deepEqual([room.scene.tick, room.chat.lines.length], [11, 1]);
});

test("a guest says what it holds and does to the host, and asks when an update is missing", async () => {
  const { world, room, say } = await inHosted(BEA);
  room.input({ fire: true });
  room.act("jump", { high: true });
  assert.deepEqual(saidTo(world.socket, "volatile"), [[-1, ":input", [ME, 0, [0, 0, 0, 1]]]]);
  assert.deepEqual(saidTo(world.socket, "relay"), [[-1, ":act", [ME, "jump", { high: true }]]]);
  say("as-host", { hostEpoch: 1, type: ":scene", body: packBody(said("scene", BALLS)) });
  world.socket.forget();
  for (const tick of [13, 14]) say("volatile", relay(BEA, ":update", said("update", update(tick))));
  assert.deepEqual(saidTo(world.socket, "relay"), [[-1, ":scene?", null]]);
});

test("spectators, who cannot ask, are shown a scene in turn; whoever takes a seat, at once", async () => {
  const { world, worker, say } = await hosting();
  for (const number of [3, 4]) say("member-joined", { number, clientId: `c${number}`, username: `Eve ${number}`, role: "spectator" });
  worker.forget();
  const shown = async (ms) => {
    for (let passed = 0; passed < ms; passed += 1000) {
      worker.say({ say: "beat" });
      await world.pass(1000);
    }
    return worker.heard.filter(([verb]) => verb === "scene");
  };
  assert.deepEqual(await shown(6000), [["scene", 3], ["scene", 4], ["scene", 3]]);
  worker.forget();
  say("take-seat", { number: 4 });
  assert.deepEqual(await shown(0), [["scene", 4]]);
});

test("a spectator that misses an update says nothing", async () => {
  const { world, say } = await inHosted(BEA, {
    members: [
      { number: BEA, clientId: "c1", username: "Bea", role: "player", isAway: false },
      { number: ME, clientId: "guest7", username: "Ada", role: "spectator", isAway: false },
    ],
  });
  say("as-host", { hostEpoch: 1, type: ":scene", body: packBody(said("scene", BALLS)) });
  world.socket.forget();
  say("volatile", relay(BEA, ":update", said("update", update(13))));
  assert.deepEqual(saidTo(world.socket, "relay"), []);
});

test("only who sits there may move a player", async () => {
  const { worker, say } = await hosting();
  worker.forget();
  say("relay", relay(BEA, ":act", [BEA, "jump", {}]));
  say("relay", relay(BEA, ":act", [ME, "jump", {}]));
  say("volatile", relay(BEA, ":input", [BEA, 0, [1]]));
  say("volatile", relay(BEA, ":input", [ME, 0, [1]]));
  for (const body of [null, 7, [BEA], [BEA, "x", 5], [BEA, "x", { y: [] }], [BEA, "x", {}, 1]]) say("relay", relay(BEA, ":act", body));
  for (const body of [[BEA, 0, 5], [BEA, 0, [2]], [BEA, 0, ["1"]]]) say("volatile", relay(BEA, ":input", body));
  assert.deepEqual(worker.heard, [["act", BEA, "jump", {}], ["input", BEA, 0, [1]]]);
});

test("who asks for scenes without end gets one now and then", async () => {
  const { world, worker, say } = await hosting();
  worker.forget();
  for (let count = 0; count < 10; count += 1) say("relay", relay(BEA, ":scene?", null));
  assert.deepEqual(worker.heard, [["scene", BEA]]);
  await world.pass(2100);
  assert.deepEqual(worker.heard.filter(([verb]) => verb === "scene"), [["scene", BEA], ["scene", BEA]]);
});

/** Time passes, and neither the line nor the engine falls silent. */
async function livelyPass({ world, worker, say }, ms) {
  for (const end = world.ms + ms; world.ms < end;) {
    worker.say({ say: "beat" });
    say("ping", { stamp: 1, received: 0 });
    await world.pass(Math.min(1000, end - world.ms));
  }
}

const longUpdate = (tick, bytes) => said("update", { ...update(tick), fields: { text: "x".repeat(bytes) } });

test("updates keep to the room's pace: what is over it is left out", async () => {
  const story = await hosting();
  const { world, worker } = story;
  const shown = async (ticks, bytes) => {
    world.socket.forget();
    for (let tick = 1; tick <= ticks; tick += 1) {
      worker.tell(longUpdate(tick, bytes));
      await livelyPass(story, 1000 / 60);
    }
    return saidTo(world.socket, "volatile").length;
  };
  assert.equal(await shown(120, 100), 120);
  const first = await shown(120, 9 * 1024);
  assert.ok(first >= 80 && first <= 91, String(first));
  const lasting = await shown(60, 9 * 1024);
  assert.ok(lasting >= 28 && lasting <= 31, String(lasting));
});

test("scenes keep to the room's pace: the longest at once, the next one when there is room for it", async () => {
  const story = await hosting();
  const { world, worker } = story;
  const long = said("scene", { ...BALLS, fields: { text: "x".repeat(SCENE_BYTES - 1000) } });
  const partsShown = () => world.socket.heard.filter(([name]) => name === "as-host").length;
  world.socket.forget();
  worker.tell(["scene", BEA, long]);
  assert.equal(partsShown(), 32);
  worker.forget();
  worker.tell(["scene", BEA, long]);
  assert.equal(partsShown(), 32);
  await livelyPass(story, 2100);
  assert.deepEqual(worker.heard.filter(([verb]) => verb === "scene"), [["scene", BEA]]);
  await livelyPass(story, 9000);
  worker.tell(["scene", BEA, long]);
  assert.equal(partsShown(), 64);
});

test("the host's own acts are in the journal, too", async () => {
  const { world, worker, room } = await hosting();
  worker.forget();
  room.act("jump", { high: true });
  assert.deepEqual(worker.heard, [["act", ME, "jump", { high: true }]]);
  assert.deepEqual(saidTo(world.socket, "relay"), [[0, ":act", [ME, "jump", { high: true }]]]);
});

test("who comes, goes, is away or called otherwise, is so in the game", async () => {
  const { worker, say } = await hosting();
  worker.forget();
  say("member-joined", { number: 3, clientId: "c3", username: "Cy", role: "player" });
  say("add-player", { player: 4, member: 3, username: "Dot" });
  say("member-joined", { number: 5, clientId: "c5", username: "Watcher", role: "spectator" });
  say("member-away", { number: 1 });
  say("set-username", { number: 3, username: "Cyd" });
  say("member-left", { number: 3, reason: "left" });
  assert.deepEqual(worker.heard, [
    ["scene", 3], ["enter", 3, 3, "Cy", "c3", false], ["enter", 4, 3, "Dot", "c3", false], ["scene", 5],
    ["away", "c1", true], ["rename", 3, "Cyd"], ["leave", 3], ["leave", 4],
  ]);
});

test("the state is deposited again and again, with the counts of the moment it was asked for", async () => {
  const { world, worker, say } = await hosting();
  const [[, ticket]] = worker.heard.filter(([verb]) => verb === "save");
  say("relay", relay(BEA, ":act", [BEA, "jump", {}]));
  worker.tell(["saved", ticket, Uint8Array.of(7)]);
  await settled();
  const { received, body } = world.socket.last("deposit");
  assert.deepEqual([received, unpackBody(body)], [0, Uint8Array.of(7)]);
  worker.say({ say: "beat" });
  await world.pass(2100);
  assert.equal(worker.heard.filter(([verb]) => verb === "save").length, 2);
});

test("the next host goes on from what was deposited and done since, with Python at hand", async () => {
  const { world, workers, room, say } = await inHosted(BEA);
  say("as-host", { hostEpoch: 1, type: ":scene", body: packBody(said("scene", BALLS)) });
  await settled();
  await workers[0].ready();
  say("member-away", { number: 1 });
  say("host-changed", { number: ME, hostEpoch: 2 });
  const journal = [relay(BEA, ":act", [BEA, "jump", {}]), relay(BEA, ":act", [ME, "cheat", {}]), relay(BEA, "other", [1])];
  say("snapshot", { ...SNAPSHOT, isWhole: true, body: packBody(Uint8Array.of(5)), journal });
  say("relay", relay(BEA, ":act", [BEA, "late", {}]));
  await settled();
  const [role, { saved, acts, players }] = workers[0].opened;
  assert.deepEqual([role, saved, acts], ["hosted", Uint8Array.of(5), [[BEA, "jump", {}]]]);
  assert.deepEqual(players[0], [BEA, BEA, "Bea", "c1", true]);
  assert.deepEqual(workers[0].heard[0], ["act", BEA, "late", {}]);
  assert.equal(room.isHost, true);
  world.socket.forget();
  say("host-changed", { number: 1, hostEpoch: 3 });
  assert.equal(workers[0].isTerminated, true);
  await world.pass(5000);
  assert.deepEqual(saidTo(world.socket, "as-host"), []);
});

test("while Python cannot be had it is tried again, and no act is lost", async () => {
  const { world, workers, say } = await inHosted(ME);
  say("snapshot", SNAPSHOT);
  await settled();
  workers[0].say({ say: "failed", text: "away" });
  await settled();
  say("relay", relay(BEA, ":act", [BEA, "jump", {}]));
  await world.pass(3000);
  await workers[1].ready();
  assert.deepEqual(workers[1].opened[1].acts, [[BEA, "jump", {}]]);
});

test("a host that comes back without its memory begins anew from what it had deposited", async () => {
  const { world, workers, worker, say } = await hosting();
  say("snapshot", { ...SNAPSHOT, isWhole: true, body: packBody(Uint8Array.of(5)) });
  await settled();
  assert.equal(worker.isTerminated, true);
  await workers[1].ready();
  assert.deepEqual(workers[1].opened[1].saved, Uint8Array.of(5));
  workers[1].forget();
  workers[1].say({ say: "beat" });
  await world.pass(2100);
  assert.equal(workers[1].heard.filter(([verb]) => verb === "save").length, 1);
});

test("the end of a game is told to all, then the room closes", async () => {
  const { world, worker, room } = await hosting();
  worker.tell(said("result", { fields: { winner: "Ada" } }));
  assert.deepEqual([room.result, world.socket.heard.at(-1)[0]], [{ winner: "Ada" }, "close-room"]);
  assert.deepEqual(saidTo(world.socket, "as-host"), [[0, ":result", said("result", { fields: { winner: "Ada" } })]]);
});

test("a game that fails is not begun elsewhere: its room closes", async () => {
  const { world, worker, room } = await hosting();
  const errors = [];
  room.notices.on("error", ({ name }) => errors.push(name));
  worker.tell(["over", "game-broken", "The game failed."]);
  assert.deepEqual([errors, world.socket.heard.at(-1)[0], worker.isTerminated], [["game-broken"], "close-room", true]);
});

test("Python that fails for good is a game that fails; while nobody needs it yet it is loaded again", async () => {
  const { world, worker, room } = await hosting();
  worker.onerror({ message: "Uncaught RangeError" });
  assert.deepEqual([world.socket.heard.at(-1)[0], worker.isTerminated, room.state], ["close-room", true, "present"]);
  const waiting = await inHosted(BEA);
  waiting.say("as-host", { hostEpoch: 1, type: ":scene", body: packBody(said("scene", BALLS)) });
  await settled();
  await waiting.workers[0].ready();
  waiting.workers[0].onerror({ message: "Uncaught RangeError" });
  waiting.say("host-changed", { number: ME, hostEpoch: 2 });
  waiting.say("snapshot", SNAPSHOT);
  waiting.say("relay", relay(BEA, ":act", [BEA, "jump", {}]));
  await settled();
  await waiting.workers[1].ready();
  assert.equal(waiting.workers[0].opened, undefined);
  assert.deepEqual(waiting.workers[1].heard.filter(([verb]) => verb === "act"), [["act", BEA, "jump", {}]]);
});

test("a room that only relays never asks for Python", async () => {
  const { workers, say } = await inHosted(ME, { hasMain: false });
  say("snapshot", SNAPSHOT);
  await settled();
  assert.deepEqual(workers, []);
});
