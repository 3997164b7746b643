import assert from "node:assert/strict";
import { test } from "node:test";
import { packBody, unpackBody } from "../src/codec.js";
import { JOINED, reporting, settled } from "./support/fakes.js";
import { backAtDoor, insideRoom } from "./support/stories.js";

const HOSTED = { authority: "host", host: 2 };
const SNAPSHOT = { isWhole: true, tick: 0, body: new Uint8Array(), journal: [], received: 0 };
const deposits = (socket) => socket.heard.filter(([name]) => name === "deposit").map(([, fields]) => fields);

async function hosting(joined = HOSTED) {
  const story = await insideRoom({}, joined);
  const seen = [];
  story.room.onDeposit(() => ({ strokes: 3 }));
  story.room.onSnapshot((state, journal, { isWhole }) => {
    seen.push([state, journal.map(({ type, body, from }) => [type, body, from?.username ?? "as host"]), isWhole]);
  });
  return { ...story, seen };
}

test("asked for its state, the host names what it covers", async () => {
  const { world, room } = await hosting();
  world.socket.say("relay", { sender: 1, type: "x", body: packBody(1) });
  world.socket.say("member-left", { number: 1, reason: "left" });
  room.send("stroke", 1);
  world.socket.say("deposit", { withinMs: 1000 });
  const [{ body, ...counts }] = deposits(world.socket);
  assert.deepEqual(counts, { hostEpoch: 1, received: 2, sent: 1, tick: 0 });
  assert.deepEqual(unpackBody(body), { strokes: 3 });
  assert.equal(world.socket.heard.at(-1)[0], "deposit");
});

test("whoever is not the host deposits nothing, asked or not", async () => {
  const { world } = await hosting({ authority: "host", host: 1 });
  world.socket.say("deposit", { withinMs: 1000 });
  world.page.show(false);
  assert.deepEqual(deposits(world.socket), []);
});

test("a page that hides deposits first, then says so; not twice the same", async () => {
  const { world } = await hosting();
  world.page.show(false);
  assert.deepEqual(world.socket.heard.map(([name]) => name), ["deposit", "hidden"]);
  world.page.show(true);
  world.page.show(false);
  assert.equal(deposits(world.socket).length, 1);
  assert.deepEqual(world.socket.last("hidden"), { isHidden: true });
  world.socket.say("deposit", { withinMs: 1000 });
  assert.equal(deposits(world.socket).length, 2);
});

test("a host that leaves says first how things stand", async () => {
  const { world, room } = await hosting();
  room.onDeposit(async () => ({ strokes: 4 }));
  void room.leave();
  await settled();
  assert.deepEqual(world.socket.heard.map(([name]) => name), ["deposit", "leave-room"]);
});

test("a state that cannot be had, or comes while the line is lost, is asked for at the next chance", async (context) => {
  const reported = reporting(context);
  const { world, room } = await hosting();
  for (const state of [async () => { throw new Error("later"); }, () => { throw new Error("sooner"); }]) {
    room.onDeposit(state);
    world.page.show(false);
    await settled();
  }
  assert.deepEqual([reported, deposits(world.socket)], [["later", "sooner"], []]);
  let give;
  room.onDeposit(() => new Promise((resolve) => { give = resolve; }));
  world.page.show(false);
  world.socket.end(1006);
  give({ strokes: 4 });
  await backAtDoor(world);
  room.onDeposit(() => ({ strokes: 5 }));
  world.socket.say("room-resumed", { you: 2, received: 0, missed: 0 });
  assert.deepEqual(deposits(world.socket).map(({ body }) => unpackBody(body)), [{ strokes: 5 }]);
});

test("a state that was asked for before a whole picture came says nothing about what was counted since", async () => {
  const { world, room } = await hosting();
  let give;
  room.onDeposit(() => new Promise((resolve) => { give = resolve; }));
  world.socket.say("deposit", { withinMs: 1000 });
  await settled();
  const old = give;
  world.socket.end(1006);
  await backAtDoor(world);
  world.socket.say("room-joined", { ...JOINED, authority: "host", host: 2, hasReturned: true });
  old({ strokes: 4 });
  await settled();
  assert.deepEqual(deposits(world.socket), []);
});

test("a host that leaves goes, though its state cannot be had", async (context) => {
  reporting(context);
  const { world, room } = await hosting();
  room.onDeposit(async () => { throw new Error("never"); });
  void room.leave();
  await settled();
  assert.deepEqual(world.socket.heard.map(([name]) => name), ["leave-room"]);
});

test("a long state travels in parts; one beyond the limit is not sent, and said", async () => {
  const { world, room } = await hosting();
  const errors = [];
  room.notices.on("error", ({ name }) => errors.push(name));
  room.onDeposit(() => new Uint8Array(100_000));
  world.socket.say("deposit", { withinMs: 1000 });
  assert.deepEqual(world.socket.heard.map(([name]) => name), ["part", "part", "part", "part"]);
  world.socket.forget();
  room.onDeposit(() => new Uint8Array(1 << 20));
  world.socket.say("deposit", { withinMs: 1000 });
  assert.deepEqual([world.socket.heard, errors], [[], ["message-too-large"]]);
});

test("a deposit waits until what it covers has gone out", async () => {
  const { world, room } = await hosting();
  world.socket.say("snapshot", SNAPSHOT);
  world.socket.end(1006);
  for (let count = 0; count < 100; count += 1) room.send("stroke", count);
  await backAtDoor(world);
  world.socket.say("room-resumed", { you: 2, received: 0, missed: 0 });
  world.socket.say("deposit", { withinMs: 1000 });
  assert.deepEqual(deposits(world.socket), []);
  await world.pass(2000);
  assert.deepEqual([deposits(world.socket)[0].sent, world.socket.heard.at(-1)[0]], [100, "deposit"]);
});

test("a newcomer, and a new host, get the state and what was said since", async () => {
  const { world, seen } = await hosting({ authority: "host", host: 1 });
  world.socket.say("snapshot", {
    ...SNAPSHOT,
    body: packBody({ strokes: 2 }),
    journal: [{ sender: 1, type: "stroke", body: packBody(1) }, { sender: 0, type: "clear", body: packBody(7) }, { sender: 9, type: "bad", body: new Uint8Array([0xc1]) }],
  });
  world.socket.say("snapshot", { ...SNAPSHOT, isWhole: false });
  assert.deepEqual(seen, [
    [{ strokes: 2 }, [["stroke", 1, "Bea"], ["clear", 7, "as host"]], true],
    [null, [], false],
  ]);
});

test("one's own messages that the room had not got yet are among them", async () => {
  const { world, room, seen } = await hosting({ authority: "host", host: 1 });
  room.send("stroke", "old");
  room.send("stroke", "new");
  room.send("aside", "for Bea", { to: 1 });
  world.socket.say("snapshot", { ...SNAPSHOT, received: 1 });
  assert.deepEqual(seen, [[null, [["stroke", "new", "Ada"]], true]]);
});

test("as host: by the present epoch, and known as such by who hears it", async () => {
  const { world, room } = await hosting();
  const heard = [];
  room.on("clear", (body, from, { asHost }) => heard.push([body, from.username, asHost]));
  room.sendAsHost("clear", 5);
  const { hostEpoch, to } = world.socket.last("as-host");
  assert.deepEqual([hostEpoch, to], [1, 0]);
  world.socket.say("host-changed", { number: 1, hostEpoch: 2 });
  world.socket.say("as-host", { hostEpoch: 2, type: "clear", body: packBody(6) });
  world.socket.say("relay", { sender: 1, type: "clear", body: packBody(7) });
  assert.deepEqual(heard, [[6, "Bea", true], [7, "Bea", false]]);
});

test("what a host may do is done when the room says so, or refused with its sentence", async () => {
  const { world, room } = await hosting();
  const say = (name, fields) => world.socket.say(name, fields);
  for (const [act, ask, done] of [
    [() => room.kick(1), ["kick", { number: 1 }], () => say("member-left", { number: 1, reason: "kicked" })],
    [() => room.setDoors({ doors: "private" }), ["set-doors", { doors: "private", isLocked: false }],
      () => say("set-doors", { doors: "private", isLocked: false, invite: "abcd2345" })],
    [() => room.setDoors({ isLocked: true }), ["set-doors", { doors: "private", isLocked: true }],
      () => say("set-doors", { doors: "private", isLocked: true, invite: "abcd2345" })],
  ]) {
    world.socket.forget();
    const acting = act();
    const [[name, { request, ...fields }]] = world.socket.heard;
    assert.deepEqual([name, fields], ask);
    done();
    await acting;
    assert.equal(request.length, 16);
  }
  assert.deepEqual([room.doors, room.isLocked, room.invite], ["private", true, "abcd2345"]);
  const refused = assert.rejects(room.ban(9), { name: "member-unknown" });
  say("error", { name: "member-unknown", text: "", about: 56, request: world.socket.last("ban").request, roomId: "" });
  await refused;
});

test("hand over, take a seat, and the next room, each by what everybody hears", async () => {
  const { world, lobby, room } = await hosting();
  const handing = room.handOver(1);
  world.socket.say("host-changed", { number: 1, hostEpoch: 2 });
  await handing;
  assert.equal(room.isHost, false);
  const going = room.nextRoom({ quick: true });
  const { request, ...wish } = world.socket.last("next-room");
  assert.deepEqual([wish, request.length], [{ game: "", name: "", isQuick: true }, 16]);
  world.socket.say("room-disconnect", { request: "", roomId: "r1", name: "next-room", text: "" });
  await going;
  await settled();
  assert.deepEqual([room.isOver, lobby.state], [true, "waiting"]);
  const watching = await insideRoom({}, { members: [{ number: 2, clientId: "guest7", username: "Ada", role: "spectator", isAway: false }] });
  const seats = [];
  watching.room.notices.on("seat", ({ username }) => seats.push(username));
  assert.deepEqual([watching.room.players.length, watching.room.spectators.length], [0, 1]);
  const taking = watching.room.takeSeat();
  watching.world.socket.say("take-seat", { number: 2 });
  await taking;
  assert.deepEqual([watching.room.me.role, seats], ["player", ["Ada"]]);
});
