// A stay over several lines: every order in which lines are lost and come back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { packBody } from "../src/codec.js";
import { enter } from "../src/index.js";
import { Lobby } from "../src/lobby.js";
import { memoryShelf } from "../src/shell.js";
import { JOINED, settled } from "./support/fakes.js";
import { backAtDoor, insideRoom, relays, REROUTE, reroute, URL, welcome, welcomed } from "./support/stories.js";

/** Inside a room, with everything that happens to it written down. */
async function watched(options = {}, joined = {}) {
  const happened = [];
  const over = [];
  const story = await insideRoom({ onRoomDisconnect: ({ name }) => over.push(name), ...options }, joined);
  const { room } = story;
  room.notices.on("away", ({ username }) => happened.push(`${username} away`));
  room.notices.on("back", ({ username }) => happened.push(`${username} back`));
  room.notices.on("resumed", ({ recovered }) => happened.push(recovered ? "recovered" : "renewed"));
  room.notices.on("over", ({ name }) => happened.push(`over: ${name}`));
  room.on("move", (body) => happened.push(body));
  return { ...story, happened, over };
}

/** Until the backoff is over. */
async function dialled(world) {
  const { length } = world.sockets;
  while (world.sockets.length === length) await world.pass(250);
}

const move = (world, body) => world.socket.say("relay", { sender: 1, type: "move", body: packBody(body) });

test("the code is kept, then confirmed", async () => {
  const { world } = await insideRoom();
  world.socket.say("session-code", { code: "code-2" });
  assert.deepEqual(world.socket.heard, [["session-code", { code: "code-2" }]]);
  assert.match(world.shell.tabStorage.getItem("room-cluster.session"), /"code":"code-2"/);
});

test("a lost line: by the lobby to the same room object, which misses nothing and says nothing twice", async () => {
  const { world, lobby, room, happened, over } = await watched();
  move(world, "one");
  room.send("stroke", 1);
  room.send("stroke", 2);
  world.socket.say("ping", { stamp: 1, received: 1 });
  world.socket.end(1006);
  assert.deepEqual([room.state, room.me.isAway, lobby.room], ["away", true, room]);
  room.send("stroke", 3);
  room.send("cursor", 1, { volatile: true });
  await world.pass(1000);
  welcome(world.socket, { roomId: "r1" });
  assert.deepEqual(world.socket.last("hello").session, "r1");
  world.socket.say("reroute", { ...REROUTE, request: "", ticket: "ticket-2" });
  await settled();
  world.socket.accept();
  assert.deepEqual(world.socket.last("hello"), { version: 1, token: "ticket-2", session: "code-1", ownerEpoch: 1, received: 1 });
  world.socket.say("room-resumed", { you: 2, received: 2, missed: 1 });
  move(world, "two");
  assert.deepEqual(relays(world.socket), [["stroke", 3]]);
  assert.deepEqual(happened, ["one", "Ada away", "Ada back", "recovered", "two"]);
  assert.deepEqual([room.state, room.me.isAway, lobby.state, over], ["present", false, "room", []]);
});

test("with the whole picture: what is there is renewed, counting begins anew, what was not got is said again", async () => {
  const { world, room, happened } = await watched();
  move(world, "one");
  room.send("stroke", 1);
  room.send("stroke", 2);
  await backAtDoor(world);
  const members = [{ number: 2, clientId: "guest7", username: "Ada", role: "player", isAway: false }];
  world.socket.say("room-joined", { ...JOINED, hasReturned: true, received: 1, host: 2, hostEpoch: 4, members, chat: [] });
  assert.deepEqual(relays(world.socket), [["stroke", 2]]);
  assert.deepEqual(happened, ["one", "Ada away", "Ada back", "renewed"]);
  assert.deepEqual([room.isHost, room.hostEpoch, room.members.size, room.chat.lines.length], [true, 4, 1, 0]);
  await world.pass(2000);
  assert.equal(world.socket.last("ping").received, 0);
});

test("the line may be lost again on the way, anywhere", async () => {
  const { world, room, happened } = await watched();
  move(world, "one");
  room.send("stroke", 1);
  world.socket.end(1006);
  await dialled(world);
  world.socket.end(1006); // the lobby's, before its welcome
  await dialled(world);
  welcome(world.socket, { roomId: "r1" });
  world.socket.end(1006); // after it, before the reroute
  await dialled(world);
  welcome(world.socket, { roomId: "r1" });
  world.socket.say("reroute", { ...REROUTE, request: "" });
  await settled();
  world.socket.end(4003); // the worker's, before its answer
  await dialled(world);
  welcome(world.socket, { roomId: "r1" });
  world.socket.say("reroute", { ...REROUTE, request: "" });
  await settled();
  world.socket.accept();
  world.socket.end(4522); // a used ticket is no end either
  await dialled(world);
  welcome(world.socket, { roomId: "r1" });
  world.socket.say("reroute", { ...REROUTE, request: "" });
  await settled();
  world.socket.accept();
  assert.deepEqual(world.socket.last("hello").received, 1);
  world.socket.say("room-resumed", { you: 2, received: 0, missed: 0 });
  assert.deepEqual(relays(world.socket), [["stroke", 1]]);
  assert.deepEqual(happened, ["one", "Ada away", "Ada back", "recovered"]);
});

test("lost amid what it had missed: the next hello names what came", async () => {
  const { world, happened } = await watched();
  await backAtDoor(world);
  world.socket.say("room-resumed", { you: 2, received: 0, missed: 2 });
  move(world, "one");
  assert.equal((await backAtDoor(world)).received, 1);
  world.socket.say("room-resumed", { you: 2, received: 0, missed: 1 });
  move(world, "two");
  assert.deepEqual(happened.filter((entry) => entry.length === 3), ["one", "two"]);
});

test("lost between picture and snapshot there is no picture to go on from", async () => {
  const { world } = await watched({}, { authority: "host" });
  assert.equal((await backAtDoor(world)).received, -1);
  world.socket.say("room-joined", { ...JOINED, authority: "host", hasReturned: true });
  world.socket.say("snapshot", { isWhole: true, tick: 0, body: new Uint8Array(), journal: [], received: 0 });
  assert.equal((await backAtDoor(world)).received, 0);
});

test("a lobby that does not send it back is asked again", async () => {
  const { world, lobby } = await watched();
  world.socket.end(1006);
  await world.pass(1000);
  welcome(world.socket, { roomId: "r1" });
  const { length } = world.sockets;
  for (let beats = 0; beats < 6; beats += 1) {
    await world.pass(2000);
    if (lobby.state === "lobby") world.socket.say("ping", { stamp: 1, received: 0 });
  }
  assert.ok(world.sockets.length > length);
  assert.equal(lobby.room.state, "away");
});

test("it is over when the lobby says so: too long away", async () => {
  const { world, lobby, room, happened, over } = await watched();
  lobby.rooms.watch();
  world.socket.end(1006);
  await world.pass(1000);
  welcome(world.socket);
  assert.equal(world.socket.last("all-rooms"), undefined);
  world.socket.say("room-disconnect", { request: "", roomId: "r1", name: "session-over", text: "" });
  assert.deepEqual([over, happened.at(-1), room.isOver, lobby.room, lobby.state], [["session-over"], "over: session-over", true, null, "lobby"]);
  assert.ok(world.socket.last("all-rooms"));
  assert.equal(world.shell.tabStorage.getItem("room-cluster.session"), null);
  await world.pass(60_000);
  assert.deepEqual(over, ["session-over"]);
});

test("it is over when the room says so, or the worker for good; nobody fights back", async () => {
  for (const [end, name] of [
    [({ socket }) => socket.say("room-disconnect", { request: "", roomId: "r1", name: "worker-stopping", text: "" }), "worker-stopping"],
    [({ socket }) => socket.end(4532), "taken-over"],
    [({ socket }) => socket.say("room-disconnect", { request: "", roomId: "r1", name: "kicked", text: "" }), "kicked"],
  ]) {
    const { world, lobby, over } = await watched();
    end(world);
    await world.pass(1000);
    welcome(world.socket);
    assert.deepEqual([over, lobby.state, world.socket.last("hello").session], [[name], "lobby", ""]);
  }
});

test("a session that went on elsewhere is refused at the door, and that is the end", async () => {
  const { world, over } = await watched();
  await backAtDoor(world);
  world.socket.end(4521, "This is not the code of your session here. Take it over instead.");
  assert.deepEqual(over, ["ticket-invalid"]);
});

test("who leaves while away is gone at once; the lobby is told", async () => {
  const { world, lobby, room, over } = await watched();
  world.socket.end(1006);
  await room.leave();
  assert.deepEqual([over, lobby.room], [["left"], null]);
  await world.pass(1000);
  welcome(world.socket, { roomId: "r1" });
  assert.equal(world.socket.last("hello").session, "");
  assert.ok(world.socket.last("leave-room"));
});

test("everybody went on to another room meanwhile: this client follows", async () => {
  const { world, lobby, over } = await watched();
  const arrived = new Promise((resolve) => lobby.on("room", resolve));
  world.socket.end(1006);
  await world.pass(1000);
  welcome(world.socket, { roomId: "r2" });
  world.socket.say("reroute", { ...REROUTE, roomId: "r2", request: "" });
  await settled();
  world.socket.accept();
  assert.equal(world.socket.last("hello").session, "");
  world.socket.say("room-joined", { ...JOINED, roomId: "r2" });
  assert.deepEqual([(await arrived).id, over], ["r2", ["next-room"]]);
});

test("a question asked while the line was lost is answered by the notice, or by the picture", async () => {
  for (const comesBack of [
    ({ socket }) => {
      socket.say("room-resumed", { you: 2, received: 0, missed: 0 });
      socket.say("set-username", { number: 2, username: "Ida" });
    },
    ({ socket }) => {
      const members = [{ number: 2, clientId: "guest7", username: "Ida", role: "player", isAway: false }];
      socket.say("room-joined", { ...JOINED, members, received: 1, hasReturned: true });
    },
  ]) {
    const { world, room } = await watched();
    world.socket.end(1006);
    const renamed = room.setUsername(" Ida ");
    await backAtDoor(world);
    comesBack(world);
    await renamed;
    assert.equal(room.me.username, "Ida");
  }
});

test("too much said without a line is refused aloud", async () => {
  const { world, room } = await watched();
  const errors = [];
  room.notices.on("error", ({ name }) => errors.push(name));
  world.socket.end(1006);
  for (let count = 0; count < 2001; count += 1) room.send("stroke", count);
  assert.deepEqual(errors, ["too-many-requests"]);
});

test("others are away and back", async () => {
  const { world, room, happened } = await watched();
  world.socket.say("member-away", { number: 1 });
  assert.equal(room.members.get(1).isAway, true);
  world.socket.say("member-back", { number: 1 });
  world.socket.say("member-pings", { pings: [{ number: 1, pingMs: 33 }, { number: 9, pingMs: 1 }] });
  assert.deepEqual([room.members.get(1).isAway, room.members.get(1).pingMs, happened], [false, 33, ["Bea away", "Bea back"]]);
});

test("a hidden page says so again on each line", async () => {
  const { world } = await watched();
  world.page.show(false);
  assert.deepEqual(world.socket.last("hidden"), { isHidden: true });
  await backAtDoor(world);
  world.socket.say("room-resumed", { you: 2, received: 0, missed: 0 });
  assert.deepEqual(world.socket.last("hidden"), { isHidden: true });
  world.page.show(true);
  assert.deepEqual(world.socket.last("hidden"), { isHidden: false });
});

// --- over a reload

/** The page is left, with one stroke that the room has got, one that it has not, and one said at the very last. */
async function reloaded(options = {}) {
  const story = await watched();
  const { world, room } = story;
  world.window.addEventListener("pagehide", () => room.send("stroke", "last"));
  room.send("stroke", "got");
  room.send("stroke", "lost");
  world.leavePage();
  world.sockets = [];
  const entering = enter({ ...world.shell, url: URL, roomId: "r1", ...options });
  await settled();
  return { ...story, entering };
}

test("a reloaded page comes back by its parked session, and says what had not arrived", async () => {
  const { world, entering } = await reloaded();
  welcome(world.socket, { roomId: "r1" });
  assert.equal(world.sockets[0].last("hello").session, "r1");
  world.socket.say("reroute", { ...REROUTE, request: "" });
  await settled();
  world.socket.accept();
  assert.deepEqual(world.socket.last("hello"), { version: 1, token: "ticket-1", session: "code-1", ownerEpoch: 1, received: -1 });
  world.socket.say("room-joined", { ...JOINED, hasReturned: true, received: 1 });
  const { room, lobby } = await entering;
  assert.deepEqual(relays(world.socket), [["stroke", "lost"], ["stroke", "last"]]);
  assert.deepEqual([room.state, lobby.state, lobby.lastRoom()], ["present", "room", null]);
});

test("a storage that is nearly full takes the way back at least", async () => {
  const { world, room } = await watched();
  const { setItem } = world.shell.tabStorage;
  world.shell.tabStorage.setItem = (key, value) => value.length < 1000 && setItem(key, value);
  room.send("stroke", "x".repeat(1000));
  world.leavePage();
  enter({ ...world.shell, url: URL, roomId: "r1" }).catch(() => {});
  await settled();
  welcome(world.socket, { roomId: "r1" });
  assert.equal(world.socket.last("hello").session, "r1");
});

test("a page that goes before it was back leaves to the next one what it had taken up", async () => {
  const { world, entering } = await reloaded();
  entering.catch(() => {});
  world.leavePage();
  const again = enter({ ...world.shell, url: URL, roomId: "r1" });
  await settled();
  welcome(world.socket, { roomId: "r1" });
  world.socket.say("reroute", { ...REROUTE, request: "" });
  await settled();
  world.socket.accept();
  assert.equal(world.socket.last("hello").session, "code-1");
  world.socket.say("room-joined", { ...JOINED, hasReturned: true, received: 1 });
  await again;
  assert.deepEqual(relays(world.socket), [["stroke", "lost"], ["stroke", "last"]]);
});

test("a seat that was given away meanwhile is asked for like any other", async () => {
  const { world, entering } = await reloaded();
  welcome(world.socket);
  world.socket.say("room-disconnect", { request: "", roomId: "r1", name: "session-over", text: "" });
  await settled();
  assert.deepEqual(world.socket.last("join-room").roomId, "r1");
  reroute(world.socket);
  await settled();
  world.socket.accept();
  assert.equal(world.socket.last("hello").session, "");
  world.socket.say("room-joined", JOINED);
  await entering;
  assert.deepEqual(relays(world.socket), []);
});

test("whoever takes over, or is a twin of a living tab, does not come by the session", async () => {
  const { world } = await reloaded({ takeOver: true });
  welcome(world.socket, { roomId: "r1" });
  assert.equal(world.sockets[0].last("hello").session, "");
  assert.equal(world.socket.last("join-room").takeOver, true);
  const { world: living } = await insideRoom();
  enter({ ...living.shell, url: URL, roomId: "r1" }).catch(() => {});
  await settled();
  welcome(living.socket, { roomId: "r1" });
  assert.equal(living.socket.last("hello").session, "");
});

test("a closed tab's room is offered for the grace time, to any tab, which becomes that client", async () => {
  const { world } = await insideRoom();
  world.leavePage();
  const reopened = { ...world.shell, tabStorage: memoryShelf() };
  world.answer = () => ({ client_id: "guest9", username: "Eve", token: "identity-9", expires_s: 86_400 });
  const lobby = new Lobby(reopened, { url: URL });
  const { awayMs, ...last } = lobby.lastRoom();
  assert.deepEqual([last, awayMs], [{ roomId: "r1", game: "chat", roomName: "Tea", isOwn: false }, 0]);
  lobby.adoptLastRoom();
  const entering = enter({ ...reopened, url: URL, roomId: "r1" });
  await settled();
  assert.deepEqual([world.socket.url, world.shell.deviceStorage.getItem("room-cluster.last-session")], [`${URL.replace("http", "ws")}/ws`, null]);
  world.socket.accept();
  assert.deepEqual([world.socket.last("hello").token, world.socket.last("hello").session], ["identity-1", "r1"]);
  entering.catch(() => {});
  world.sleep(21_000);
  assert.equal(lobby.lastRoom(), null);
});

test("quick match asks for the best room", async () => {
  const { world, lobby } = await welcomed();
  const matching = lobby.quickMatch("chat", { mode: "calm" });
  await settled();
  const { request, ...wish } = world.socket.last("quick-match");
  assert.deepEqual([wish, request.length], [{ game: "chat", options: { mode: "calm" } }, 16]);
  reroute(world.socket);
  await settled();
  world.socket.accept();
  world.socket.say("room-joined", JOINED);
  assert.equal((await matching).id, "r1");
});

test("join: as a spectator, by an invite, taking over", async () => {
  const { world, lobby } = await welcomed();
  lobby.join("", { as: "spectator", invite: "abcd2345", takeOver: true }).catch(() => {});
  await settled();
  const { request, ...asked } = world.socket.last("join-room");
  assert.deepEqual([asked, request.length], [{ roomId: "", role: "spectator", invite: "abcd2345", takeOver: true }, 16]);
});
