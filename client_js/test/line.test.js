import assert from "node:assert/strict";
import { test } from "node:test";
import { Line } from "../src/line.js";
import { CLIENT_TO_WORKER, FRAME_BYTES, PART_BYTES, WORKER_TO_CLIENT } from "../src/protocol.js";
import { encode } from "../src/codec.js";
import { FakeWorld, JOINED, settled } from "./support/fakes.js";

function opened() {
  const world = new FakeWorld();
  const messages = [];
  const ends = [];
  const line = new Line(world.shell, {
    url: "ws://worker.test:8101",
    token: "ticket-1",
    outgoing: CLIENT_TO_WORKER,
    incoming: WORKER_TO_CLIENT,
    onMessage: (name, fields) => messages.push([name, fields]),
    onOver: (error) => ends.push(error.name),
  });
  world.socket.accept();
  return { world, line, messages, ends, socket: world.socket };
}

test("hello comes first, with version and token", () => {
  const { socket } = opened();
  assert.deepEqual(socket.all, [["hello", { version: 1, token: "ticket-1", session: "", ownerEpoch: 0, received: -1 }]]);
});

test("on a socket that is closing nothing is said any more", () => {
  const { line, socket } = opened();
  socket.forget();
  socket.readyState = 2;
  line.send("chat", { text: "too late" });
  assert.deepEqual(socket.all, []);
});

test("pings are answered, and one's own measure the round trip and tell the count", async () => {
  const { world, line, socket, messages } = opened();
  socket.say("ping", { stamp: 7, received: 0 });
  assert.deepEqual(socket.last("pong"), { stamp: 7 });
  socket.say("member-left", { number: 3, reason: "left" });
  socket.say("volatile", { sender: 1, type: "x", body: new Uint8Array() });
  await world.pass(2000);
  const { stamp, received } = socket.last("ping");
  assert.equal(received, 1);
  await world.pass(40);
  socket.say("pong", { stamp });
  assert.equal(line.roundTripMs, 40);
  assert.deepEqual(messages.map(([name]) => name), ["member-left", "volatile"]);
});

test("ten seconds of silence end the line; any word keeps it", async () => {
  const { world, ends, socket } = opened();
  await world.pass(9000);
  socket.say("pong", { stamp: world.ms });
  await world.pass(9000);
  assert.deepEqual(ends, []);
  await world.pass(2000);
  assert.deepEqual(ends, ["line-silent"]);
  assert.ok(socket.isClosed);
  assert.deepEqual(world.timers, []);
});

test("a line that never opens ends like a silent one", async () => {
  const world = new FakeWorld();
  const ends = [];
  new Line(world.shell, { url: "ws://nowhere.test", token: "", outgoing: {}, incoming: {}, onMessage() {}, onOver: (error) => ends.push(error.name) });
  await world.pass(10_000);
  assert.deepEqual(ends, ["line-silent"]);
});

test("a page that returns while a line is opening leaves it its time", async () => {
  const world = new FakeWorld();
  const ends = [];
  new Line(world.shell, { url: "ws://slow.test", token: "", outgoing: {}, incoming: {}, onMessage() {}, onOver: (error) => ends.push(error.name) });
  world.page.show(true);
  await world.pass(9900);
  assert.deepEqual(ends, []);
  await world.pass(100);
  assert.deepEqual(ends, ["line-silent"]);
});

test("a page that returns probes with two seconds to answer", async () => {
  const { world, ends, socket } = opened();
  world.page.show(false);
  world.page.show(true);
  await world.pass(1900);
  socket.say("pong", { stamp: world.ms });
  await world.pass(1900);
  assert.deepEqual(ends, []);
  world.page.show(true);
  await world.pass(2000);
  assert.deepEqual(ends, ["line-silent"]);
});

test("after a sleep the line is asked first, not declared dead", async () => {
  const { world, ends, socket } = opened();
  world.sleep(600_000);
  await world.pass(1);
  assert.deepEqual(ends, []);
  socket.say("pong", { stamp: world.ms });
  await world.pass(5000);
  assert.deepEqual(ends, []);
  world.sleep(600_000);
  await world.pass(2001);
  assert.deepEqual(ends, ["line-silent"]);
});

test("close codes become typed errors, once", () => {
  const { ends, socket } = opened();
  socket.end(4501, "");
  socket.end(1006, "");
  assert.deepEqual(ends, ["room-closed"]);
});

test("closing from this side is silent and leaves nothing behind", async () => {
  const { world, line, ends, socket } = opened();
  line.close();
  socket.end(1000, "");
  line.send("chat", { text: "late" });
  await world.pass(60_000);
  assert.deepEqual([ends, socket.closeCode, world.timers, socket.heard.length], [[], 1000, [], 1]);
});

test("a socket that cannot even be made is a lost line, told later", async () => {
  const world = new FakeWorld();
  world.shell.WebSocket = class { constructor() { throw new SyntaxError("bad address"); } };
  const ends = [];
  new Line(world.shell, { url: "::", token: "", outgoing: {}, incoming: {}, onMessage() {}, onOver: (error) => ends.push(error.name) });
  assert.deepEqual(ends, []);
  await settled();
  assert.deepEqual(ends, ["line-lost"]);
});

test("what cannot be understood ends the line by name", () => {
  for (const [payload, name] of [
    [new Uint8Array([0xc1]), "message-malformed"],
    [new Uint8Array([0x91, 0x63]), "message-unknown"],
    [new Uint8Array(FRAME_BYTES + 1), "message-too-large"],
  ]) {
    const { socket, ends } = opened();
    socket.sayBytes(payload);
    assert.deepEqual(ends, [name]);
  }
  const { socket, ends } = opened();
  socket.onmessage({ data: "text" });
  assert.deepEqual(ends, ["text-frame"]);
});

test("a message in parts arrives whole and is counted once", () => {
  const { socket, messages, line } = opened();
  const chat = Array.from({ length: 100 }, (_, index) => ({ number: 1, username: "Bea", text: "é".repeat(500), sentMs: index }));
  const whole = encode(WORKER_TO_CLIENT, "room-joined", { ...JOINED, chat });
  for (let start = 0; start < whole.length; start += PART_BYTES) {
    socket.say("part", { kind: 30, total: whole.length, chunk: whole.slice(start, start + PART_BYTES) });
  }
  assert.ok(whole.length > FRAME_BYTES);
  assert.equal(messages.length, 1);
  assert.equal(messages[0][1].chat.length, 100);
  assert.equal(line.counts.received, 0);
});
