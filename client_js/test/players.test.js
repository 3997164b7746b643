import assert from "node:assert/strict";
import { test } from "node:test";
import { PLAYER_COLOURS } from "../src/protocol.js";
import { PLAYED } from "./support/games.js";
import { insideRoom } from "./support/stories.js";

const SHARED = { ...PLAYED, addedPlayers: [{ player: 5, member: 2, username: "Cid" }, { player: 6, member: 1, username: "Dee" }] };
const names = (players) => players.map(({ name }) => name);

test("players are members who play, and those who share their screens", async () => {
  const { world, room } = await insideRoom({}, SHARED);
  world.socket.say("member-joined", { number: 7, clientId: "c7", username: "Eve", role: "spectator" });
  assert.deepEqual(names(room.players), ["Bea", "Ada", "Cid", "Dee"]);
  assert.deepEqual([names(room.localPlayers), names(room.onlinePlayers)], [["Ada", "Cid"], ["Bea", "Dee"]]);
  const cid = room.player(5);
  assert.deepEqual([cid.id, cid.number, cid.member.username, cid.isLocal, cid.isAdded, cid.isAway], [5, 2, "Ada", true, true, false]);
  assert.deepEqual([room.player(99), room.player(null)], [null, null]);
});

test("a player's colour follows from its number", async () => {
  const { room } = await insideRoom({}, SHARED);
  assert.deepEqual(room.players.map(({ colour }) => colour), [1, 2, 5, 6].map((id) => PLAYER_COLOURS[id - 1]));
});

test("they come and go with their member, and each is told", async () => {
  const { world, room } = await insideRoom({}, PLAYED);
  const heard = [];
  room.notices.on("player-joined", ({ name }) => heard.push(`+${name}`));
  room.notices.on("player-left", ({ name }) => heard.push(`-${name}`));
  world.socket.say("member-joined", { number: 3, clientId: "c3", username: "Cid", role: "spectator" });
  world.socket.say("take-seat", { number: 3 });
  world.socket.say("add-player", { player: 4, member: 3, username: "Dee" });
  world.socket.say("member-away", { number: 3 });
  assert.equal(room.player(4).isAway, true);
  world.socket.say("add-player", { player: 5, member: 3, username: "Eve" });
  world.socket.say("remove-player", { player: 4 });
  world.socket.say("member-left", { number: 3, reason: "left" });
  assert.deepEqual(heard, ["+Cid", "+Dee", "+Eve", "-Dee", "-Cid", "-Eve"]);
  assert.deepEqual(names(room.players), ["Bea", "Ada"]);
});

test("a renamed member's player has the new name; who shares its screen keeps the own one", async () => {
  const { world, room } = await insideRoom({}, SHARED);
  world.socket.say("set-username", { number: 2, username: "Ida" });
  assert.deepEqual(names(room.localPlayers), ["Ida", "Cid"]);
});

test("one more at this screen: it resolves with the player, or rejects with what the room refuses", async () => {
  const { world, room } = await insideRoom({}, PLAYED);
  const added = room.addPlayer("Cid");
  await world.pass(0);
  assert.equal(world.socket.last("add-player").username, "Cid");
  world.socket.say("add-player", { player: 9, member: 1, username: "of Bea's" });
  world.socket.say("add-player", { player: 5, member: 2, username: "Cid" });
  assert.equal((await added).id, 5);
  const refused = assert.rejects(room.addPlayer(), { name: "room-full" });
  await world.pass(0);
  world.socket.say("error", { name: "room-full", text: "", about: 64, request: world.socket.last("add-player").request, roomId: "" });
  await refused;
});

test("two asked for at once are asked one after the other, so that each gets its own", async () => {
  const { world, room } = await insideRoom({}, PLAYED);
  const both = [room.addPlayer("Cid"), room.addPlayer("Dee")];
  const asked = () => world.socket.heard.filter(([name]) => name === "add-player").length;
  await world.pass(0);
  assert.equal(asked(), 1);
  world.socket.say("add-player", { player: 5, member: 2, username: "Cid" });
  await world.pass(0);
  assert.equal(asked(), 2);
  world.socket.say("add-player", { player: 6, member: 2, username: "Dee" });
  assert.deepEqual(names(await Promise.all(both)), ["Cid", "Dee"]);
});

test("who was added goes again", async () => {
  const { world, room } = await insideRoom({}, SHARED);
  const gone = room.removePlayer(room.player(5));
  assert.equal(world.socket.last("remove-player").player, 5);
  world.socket.say("remove-player", { player: 5 });
  await gone;
  assert.deepEqual(names(room.localPlayers), ["Ada"]);
});

test("a player stays the same object over a whole picture", async () => {
  const { room } = await insideRoom({}, SHARED);
  const before = room.players;
  room.back({ ...PICTURE(room), ...SHARED });
  assert.deepEqual(room.players.map((player, index) => player === before[index]), [true, true, true, true]);
  assert.equal(before[2].member, room.me);
});

/** What the room would be told after a return. */
const PICTURE = (room) => ({ ...SHARED, you: 2, host: 1, hostEpoch: 1, members: [...room.members.values()], chat: [], doors: "public", isLocked: false, invite: "" });
