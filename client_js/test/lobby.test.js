import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, enter } from "../src/index.js";
import { FakeWorld, JOINED, reporting, ROOM_ROW, settled } from "./support/fakes.js";
import { backAtDoor, insideRoom, REROUTE, reroute, URL, welcome, welcomed } from "./support/stories.js";

test("connect: identity, socket, hello, welcome", async () => {
  const world = new FakeWorld();
  const states = [];
  const connecting = connect({ ...world.shell, url: `${URL}/`, onState: (state) => states.push(state) });
  await settled();
  assert.equal(world.socket.url, "ws://play.test/ws");
  welcome(world.socket);
  const lobby = await connecting;
  assert.deepEqual(world.socket.heard, [["hello", { version: 1, token: "identity-1", session: "", ownerEpoch: 0, received: -1 }]]);
  assert.deepEqual([lobby.clientId, lobby.username, states], ["guest7", "Ada", ["calling", "lobby"]]);
});

test("a lobby that cannot be reached is called again with growing patience", async () => {
  const world = new FakeWorld();
  const connecting = connect({ ...world.shell, url: URL });
  const waits = [];
  for (let tries = 0; tries < 4; tries += 1) {
    await settled();
    const before = world.ms;
    world.socket.end(1006);
    await world.pass(Math.min(...world.timers.map(({ at }) => at)) - world.ms);
    waits.push(world.ms - before);
  }
  assert.deepEqual(waits, [250, 500, 1000, 2000]);
  await settled();
  welcome(world.socket);
  await connecting;
});

test("a final error ends the client, with the reason", async () => {
  const world = new FakeWorld();
  const refused = assert.rejects(connect({ ...world.shell, url: URL }), { name: "version-unsupported" });
  await settled();
  world.socket.accept();
  world.socket.end(4525);
  await refused;
  await world.pass(60_000);
  assert.equal(world.sockets.length, 1);
});

test("an identity that the lobby does not know is replaced by a new guest's", async () => {
  const world = new FakeWorld();
  const connecting = connect({ ...world.shell, url: URL });
  await settled();
  world.socket.accept();
  world.socket.end(4520);
  world.answer = () => ({ client_id: "guest8", username: "Ada", token: "identity-2", expires_s: 60 });
  await world.pass(1000);
  welcome(world.socket);
  await connecting;
  assert.equal(world.socket.last("hello").token, "identity-2");
});

test("the list is live, and asked for anew after a lost line", async () => {
  const { world, lobby } = await welcomed();
  lobby.rooms.watch({ game: "chat" });
  world.socket.say("all-rooms", { rooms: [ROOM_ROW], more: 0 });
  world.socket.say("update-rooms", { changed: [{ ...ROOM_ROW, players: 2 }], removed: [], more: 0 });
  assert.equal(lobby.rooms.get("r1").players, 2);
  world.socket.end(1006);
  await world.pass(1000);
  welcome(world.socket);
  assert.equal(world.socket.last("all-rooms").game, "chat");
  assert.equal(lobby.rooms.rows.length, 1);
});

test("create: reroute, one connection, a room", async () => {
  const { world, lobby } = await welcomed();
  const creating = lobby.create("chat", { name: "Tea", seats: 4, options: { mode: "calm" } });
  await settled();
  const { request, ...wish } = world.socket.last("create-room");
  assert.deepEqual(wish, { game: "chat", name: "Tea", seats: 4, options: { mode: "calm" } });
  reroute(world.socket);
  await settled();
  const [lobbyLine, workerLine] = world.sockets;
  assert.ok(lobbyLine.isClosed);
  assert.deepEqual([workerLine.url, lobby.state], [REROUTE.address, "rerouting"]);
  workerLine.accept();
  workerLine.say("room-joined", JOINED);
  const room = await creating;
  assert.deepEqual([workerLine.last("hello").token, lobby.state, lobby.room], ["ticket-1", "room", room]);
  await assert.rejects(lobby.join("r2"), { name: "seated", roomId: "r1" });
  assert.equal(request.length, 16);
});

test("a refusal rejects with its sentence and the room that it is about", async () => {
  const { world, lobby } = await welcomed();
  const refused = assert.rejects(lobby.create("chat", { name: "Tea" }), { name: "seated", roomId: "r9", message: "Elsewhere." });
  await settled();
  const { request } = world.socket.last("create-room");
  world.socket.say("error", { name: "seated", text: "Elsewhere.", about: 12, request, roomId: "r9" });
  await refused;
});

test("a question asked while the line is lost is asked again with the same request id", async () => {
  const { world, lobby } = await welcomed();
  const joining = lobby.join("r1");
  await settled();
  const first = world.socket.last("join-room").request;
  world.socket.end(1006);
  await world.pass(1000);
  welcome(world.socket);
  assert.equal(world.socket.last("join-room").request, first);
  reroute(world.socket);
  await settled();
  world.socket.accept();
  world.socket.say("room-joined", JOINED);
  await joining;
});

test("a question that nobody answers is given up after 20 s", async () => {
  const { world, lobby } = await welcomed();
  const refused = assert.rejects(lobby.join("r1"), { name: "line-lost" });
  await world.pass(20_000);
  await refused;
});

test("onReroute may take over: nothing is followed here", async () => {
  const kept = [];
  const { world, lobby } = await welcomed({ onReroute: (target) => { kept.push(target); return false; } });
  const refused = assert.rejects(lobby.join("r1"), { name: "not-followed" });
  await settled();
  reroute(world.socket);
  await refused;
  assert.equal(kept[0].ticket, "ticket-1");
  assert.deepEqual([lobby.state, world.sockets.length], ["lobby", 1]);
});

test("onReroute may take its time; a line lost meanwhile does not matter", async () => {
  let decide;
  const { world, lobby } = await welcomed({ onReroute: () => new Promise((resolve) => { decide = resolve; }) });
  const joining = lobby.join("r1");
  await settled();
  reroute(world.socket);
  await settled();
  world.socket.end(1006);
  decide(true);
  await settled();
  world.socket.accept();
  world.socket.say("room-joined", JOINED);
  assert.equal((await joining).id, "r1");
  assert.deepEqual(world.timers.length, 2, "the line's, and the identity's");
});

test("while onReroute takes its time the client may go elsewhere: then that reroute is refused, and the room lives on", async () => {
  const decide = [];
  const refused = [];
  const { world, lobby } = await welcomed({ onReroute: ({ roomId }) => (roomId === "r2" ? new Promise((resolve) => decide.push(resolve)) : true) });
  lobby.on("error", ({ name, roomId }) => refused.push([name, roomId]));
  world.socket.say("reroute", { ...REROUTE, roomId: "r2", request: "" });
  const joining = lobby.join("r1");
  await settled();
  reroute(world.socket);
  await settled();
  world.socket.accept();
  world.socket.say("room-joined", JOINED);
  world.socket.say("session-code", { code: "code-1" });
  const room = await joining;
  decide[0](true);
  await settled();
  assert.deepEqual([refused, lobby.room, world.sockets.length], [[["seated", "r1"]], room, 2]);
  assert.equal((await backAtDoor(world)).session, "code-1");
});

test("one way at a time: who is on it already is refused as seated; a closed client goes nowhere", async () => {
  const { world, lobby } = await welcomed();
  const following = lobby.follow(REROUTE);
  await assert.rejects(lobby.follow({ ...REROUTE, roomId: "r2" }), { name: "seated" });
  world.socket.accept();
  world.socket.say("room-joined", JOINED);
  assert.equal((await following).id, "r1");
  lobby.close();
  await assert.rejects(lobby.follow(REROUTE), { name: "line-lost" });
});

test("a reroute unasked is followed too", async () => {
  const { world, lobby } = await welcomed();
  const arrived = new Promise((resolve) => lobby.on("room", resolve));
  world.socket.say("reroute", { ...REROUTE, request: "" });
  await settled();
  world.socket.accept();
  world.socket.say("room-joined", JOINED);
  assert.equal((await arrived).id, "r1");
});

test("a worker that is gone costs one more ticket, not the room", async () => {
  const { world, lobby } = await welcomed();
  const joining = lobby.join("r1");
  await settled();
  reroute(world.socket);
  await settled();
  world.socket.end(1006);
  await world.pass(1000);
  welcome(world.socket);
  reroute(world.socket, { address: "ws://other.test", ticket: "ticket-2" });
  await settled();
  world.socket.accept();
  assert.deepEqual([world.socket.url, world.socket.last("hello").token], ["ws://other.test", "ticket-2"]);
  world.socket.say("room-joined", JOINED);
  await joining;
});

/** The way to r1 breaks off, and the lobby is reached again: what the client asks it then. */
async function brokenOff(world) {
  await settled();
  reroute(world.socket);
  await settled();
  world.socket.end(1006);
  await world.pass(1000);
  welcome(world.socket);
  return world.socket.last("join-room");
}

/** The client is led on, and is in. */
async function arrives(world, roomId) {
  reroute(world.socket, { roomId, ticket: "ticket-2" });
  await settled();
  world.socket.accept();
  world.socket.say("room-joined", { ...JOINED, roomId });
}

const PLACED = {
  "create-room": (lobby) => lobby.create("chat", { name: "Tea" }),
  "quick-match": (lobby) => lobby.quickMatch("chat"),
};
for (const [question, place] of Object.entries(PLACED)) {
  test(`${question}: when the way breaks off it is tried again in that room, where the seat is held`, async () => {
    const { world, lobby } = await welcomed();
    const placing = place(lobby);
    const { request, ...asked } = await brokenOff(world);
    assert.deepEqual([asked, request.length], [{ roomId: "r1", role: "player", invite: "", takeOver: true }, 16]);
    await arrives(world, "r1");
    assert.equal((await placing).id, "r1");
  });

  test(`${question}: when there is no seat any more by then, it is asked for anew`, async () => {
    for (const name of ["room-unknown", "room-closed", "room-full", "room-locked", "join-refused", "session-over", "worker-lost"]) {
      const { world, lobby } = await welcomed();
      const placing = place(lobby);
      const { request } = await brokenOff(world);
      world.socket.say("error", { name, text: "", about: 13, request, roomId: "r1" });
      await settled();
      assert.equal(world.socket.last(question).game, "chat", name);
      await arrives(world, "r2");
      assert.equal((await placing).id, "r2");
    }
  });
}

test("a room that refuses is not asked again", async () => {
  const { world, lobby } = await welcomed();
  const refused = assert.rejects(lobby.join("r1"), { name: "join-refused", message: "Members only." });
  await settled();
  reroute(world.socket);
  await settled();
  world.socket.accept();
  world.socket.end(4510, "Members only.");
  await refused;
  assert.equal(lobby.state, "calling");
});

test("a callback that throws changes nothing about the way back", async (context) => {
  const reported = reporting(context);
  const { world, lobby } = await insideRoom({ onRoomDisconnect: () => { throw new Error("mine"); } });
  world.socket.say("room-disconnect", { request: "", roomId: "r1", name: "room-closed", text: "" });
  assert.deepEqual([reported, lobby.state], [["mine"], "calling"]);
});

test("a seat elsewhere is named in the welcome, and can be given up", async () => {
  const world = new FakeWorld();
  const seats = [];
  const connecting = connect({ ...world.shell, url: URL });
  await settled();
  welcome(world.socket, { roomId: "r5" });
  const lobby = await connecting;
  lobby.on("seat", (roomId) => seats.push(roomId));
  assert.equal(lobby.seatedIn, "r5");
  const left = lobby.leave();
  await settled();
  const { request } = world.socket.last("leave-room");
  world.socket.say("room-disconnect", { request, roomId: "r5", name: "left", text: "" });
  await left;
  assert.deepEqual([lobby.seatedIn, seats], ["", [""]]);
});

test("enter: by a kept reroute without the lobby; a used ticket is replaced through it", async () => {
  const world = new FakeWorld();
  const entering = enter({ ...world.shell, url: URL, reroute: REROUTE });
  await settled();
  assert.equal(world.socket.url, REROUTE.address);
  world.socket.accept();
  world.socket.end(4522);
  await settled();
  welcome(world.socket);
  assert.equal(world.socket.last("join-room").roomId, "r1");
  reroute(world.socket, { ticket: "ticket-2" });
  await settled();
  world.socket.accept();
  world.socket.say("room-joined", JOINED);
  assert.equal((await entering).room.id, "r1");
});

test("enter that fails leaves no connection behind", async () => {
  const world = new FakeWorld();
  const refused = assert.rejects(enter({ ...world.shell, url: URL, roomId: "r1" }), { name: "room-full" });
  await settled();
  welcome(world.socket);
  const { request } = world.socket.last("join-room");
  world.socket.say("error", { name: "room-full", text: "", about: 13, request, roomId: "r1" });
  await refused;
  assert.ok(world.socket.isClosed);
  assert.deepEqual(world.timers, []);
});

test("a closed client asks nothing any more", async () => {
  const { world, lobby, room } = await insideRoom();
  lobby.close();
  lobby.close();
  assert.ok(room.isOver);
  await assert.rejects(lobby.join("r1"), { name: "line-lost" });
  await world.pass(60_000);
  assert.deepEqual([world.timers, lobby.state], [[], "closed"]);
});
