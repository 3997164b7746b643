// Beginnings that many tests share.

import { unpackBody } from "../../src/codec.js";
import { Lobby } from "../../src/lobby.js";
import { FakeWorld, JOINED, settled } from "./fakes.js";

export const URL = "http://play.test";
export const REROUTE = { roomId: "r1", game: "chat", address: "ws://worker.test:8101", ticket: "ticket-1" };

/** A client that was welcomed by the lobby, in a world that was made ready. */
export async function welcomed(options = {}, prepare = (_world) => {}) {
  const world = new FakeWorld();
  prepare(world);
  const lobby = new Lobby(world.shell, { url: URL, ...options });
  const open = lobby.open();
  await settled();
  welcome(world.socket);
  await open;
  return { world, lobby };
}

export function welcome(socket, fields = {}) {
  socket.accept();
  socket.say("welcome", { clientId: "guest7", username: "Ada", roomId: "", ...fields });
}

/** Answers the last create or join with a reroute. */
export function reroute(socket, fields = {}) {
  const asked = socket.heard.findLast(([name]) => ["create-room", "join-room", "quick-match"].includes(name));
  socket.say("reroute", { ...REROUTE, request: asked[1].request, ...fields });
}

/** A client inside a room, with Bea as its host. */
export async function insideRoom(options = {}, joined = {}, prepare = undefined) {
  const { world, lobby } = await welcomed(options, prepare);
  const joining = lobby.join("r1");
  await settled();
  reroute(world.socket);
  await settled();
  world.socket.accept();
  world.socket.say("room-joined", { ...JOINED, ...joined });
  world.socket.say("session-code", { code: "code-1" });
  world.socket.forget();
  return { world, lobby, room: await joining };
}

/** The line is lost; the lobby sends the client back; the worker's line is open, with the client's hello on it. */
export async function backAtDoor(world, { code = 1006, session = "r1" } = {}) {
  world.socket.end(code);
  await world.pass(1000);
  const { socket } = world;
  welcome(socket, { roomId: session });
  socket.say("reroute", { ...REROUTE, request: "", ticket: "ticket-back" });
  await settled();
  world.socket.accept();
  return world.socket.last("hello");
}

/** A relayed message's type and body, as the client has sent them. */
export const relays = (socket) => socket.heard.filter(([name]) => name === "relay").map(([, { type, body }]) => [type, unpackBody(body)]);
