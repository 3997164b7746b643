import assert from "node:assert/strict";
import { test } from "node:test";
import { packBody, unpackBody } from "../src/codec.js";
import { settled } from "./support/fakes.js";
import { insideRoom } from "./support/stories.js";

test("the whole picture is there from the first moment", async () => {
  const { room } = await insideRoom();
  assert.deepEqual([room.id, room.game, room.name, room.seats], ["r1", "chat", "Tea", 8]);
  assert.deepEqual([room.me.username, room.host.username, room.isHost], ["Ada", "Bea", false]);
  assert.deepEqual(room.chat.lines.map(({ text }) => text), ["hello"]);
});

test("messages go to all others, to the host, to one; volatile ones by their own kind", async () => {
  const { world, room } = await insideRoom();
  room.send("move", { x: 1 });
  room.send("ask", [1], { to: "host" });
  room.send("tell", null, { to: 1 });
  room.send("cursor", 5, { to: room.host, volatile: true });
  const sent = world.socket.heard.map(([name, { to, type, body }]) => [name, to, type, unpackBody(body)]);
  assert.deepEqual(sent, [
    ["relay", 0, "move", { x: 1 }], ["relay", -1, "ask", [1]], ["relay", 1, "tell", null], ["volatile", 1, "cursor", 5],
  ]);
});

test("messages arrive by type with their sender, reliable and volatile alike", async () => {
  const { world, room } = await insideRoom();
  const heard = [];
  const undo = room.on("move", (body, from) => heard.push([body, from.username]));
  world.socket.say("relay", { sender: 1, type: "move", body: packBody({ x: 2 }) });
  world.socket.say("volatile", { sender: 1, type: "move", body: packBody(3) });
  world.socket.say("relay", { sender: 1, type: "other", body: packBody(4) });
  undo();
  world.socket.say("relay", { sender: 1, type: "move", body: packBody(5) });
  assert.deepEqual(heard, [[{ x: 2 }, "Bea"], [3, "Bea"]]);
});

test("members come, are renamed, lead and go", async () => {
  const { world, room } = await insideRoom();
  const seen = [];
  room.notices.on("joined", ({ username }) => seen.push(`${username} joined`));
  room.notices.on("renamed", ({ username }, before) => seen.push(`${before} is ${username}`));
  room.notices.on("host", (host) => seen.push(`${host.username} leads`));
  room.notices.on("left", ({ username }, reason) => seen.push(`${username} left: ${reason}`));
  world.socket.say("member-joined", { number: 3, clientId: "c3", username: "Cid", role: "player" });
  world.socket.say("set-username", { number: 3, username: "Cyd" });
  world.socket.say("host-changed", { number: 2, hostEpoch: 2 });
  world.socket.say("member-left", { number: 1, reason: "line-lost" });
  assert.deepEqual(seen, ["Cid joined", "Cid is Cyd", "Ada leads", "Bea left: line-lost"]);
  assert.deepEqual([room.isHost, room.hostEpoch, [...room.members.keys()]], [true, 2, [2, 3]]);
});

test("chat comes back from the room, also one's own; a hundred lines are kept", async () => {
  const { world, room } = await insideRoom();
  const lines = [];
  room.chat.on("line", ({ username, text }) => lines.push(`${username}: ${text}`));
  room.chat.send("hi");
  assert.deepEqual(world.socket.last("chat"), { text: "hi" });
  assert.deepEqual(lines, []);
  for (let index = 0; index < 120; index += 1) world.socket.say("chat", { number: 2, text: `hi ${index}`, sentMs: index });
  assert.equal(lines[0], "Ada: hi 0");
  assert.deepEqual([room.chat.lines.length, room.chat.lines[0].text], [100, "hi 20"]);
});

test("a name is set when the room says so, or refused with the room's sentence", async () => {
  const { world, room } = await insideRoom();
  const renamed = room.setUsername("Ida");
  world.socket.say("set-username", { number: 2, username: "Ida" });
  await renamed;
  assert.equal(room.me.username, "Ida");
  const refused = assert.rejects(room.setUsername("Bea"), { name: "username-taken" });
  const { request } = world.socket.last("set-username");
  world.socket.say("error", { name: "username-taken", text: "", about: 17, request, roomId: "" });
  await refused;
});

test("a name is what the room makes of it, whatever it has between its words", async () => {
  const { world, room } = await insideRoom();
  for (const [wished, username] of [["山田　太郎", "山田　太郎"], ["Ida\u00a0\u00a0L", "Ida\u00a0\u00a0L"], ["　 Ida   L ", "Ida L"], ["Zoe\u0308", "Zoë"]]) {
    const renamed = room.setUsername(wished);
    world.socket.say("set-username", { number: 2, username });
    await world.pass(0);
    assert.equal(room.requests.waiting.size, 0, wished);
    await renamed;
  }
});

test("an error that answers no request is a notice", async () => {
  const { world, room } = await insideRoom();
  const errors = [];
  room.notices.on("error", ({ name }) => errors.push(name));
  world.socket.say("error", { name: "too-many-requests", text: "", about: 34, request: "", roomId: "" });
  assert.deepEqual(errors, ["too-many-requests"]);
});

test("leaving is confirmed by the room, or done with after two seconds", async () => {
  for (const isAnswered of [true, false]) {
    const { world, lobby, room } = await insideRoom();
    const left = room.leave();
    const { request } = world.socket.last("leave-room");
    if (isAnswered) world.socket.say("room-disconnect", { request, roomId: "r1", name: "left", text: "" });
    else await world.pass(2000);
    await left;
    assert.deepEqual([room.isOver, lobby.room, lobby.state], [true, null, "calling"]);
    await room.leave();
  }
});

test("a room that is over takes no more questions, and is silent about the rest", async () => {
  const { world, room } = await insideRoom();
  const errors = [];
  room.notices.on("error", ({ name }) => errors.push(name));
  world.socket.say("room-disconnect", { request: "", roomId: "r1", name: "room-closed", text: "" });
  for (const ask of [() => room.addPlayer("Bob"), () => room.takeSeat(), () => room.kick(1)]) {
    await assert.rejects(ask(), { name: "room-closed" });
  }
  room.send("move", { x: 1 });
  room.chat.send("hi");
  assert.deepEqual([errors, room.requests.waiting.size], [[], 0]);
});

test("the host closes the room; whoever is not the host is refused", async () => {
  const { world, room } = await insideRoom();
  const refused = assert.rejects(room.closeRoom(), { name: "not-host" });
  world.socket.say("error", { name: "not-host", text: "", about: 37, request: world.socket.last("close-room").request, roomId: "" });
  await refused;
  const closed = room.closeRoom();
  world.socket.say("room-disconnect", { request: "", roomId: "r1", name: "room-closed", text: "" });
  await closed;
  await settled();
});
