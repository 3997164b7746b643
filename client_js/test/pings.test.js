import assert from "node:assert/strict";
import { test } from "node:test";
import { AT_ONCE, Pings, reachable } from "../src/pings.js";
import { FakeWorld, ROOM_ROW, settled } from "./support/fakes.js";

const addresses = (count) => Array.from({ length: count }, (_, index) => `ws://{host}:${8101 + index}`);

function measuring(options = {}) {
  const world = new FakeWorld();
  const told = [];
  const pings = new Pings(world.shell, {
    url: "https://play.test:8443", token: async () => "identity-1", lobbyMs: () => null, onMeasured: () => told.push(world.ms), ...options,
  });
  return { world, pings, told };
}

/** Answers one probe with these round trips. */
async function answer(world, socket, ...trips) {
  socket.accept();
  socket.say("welcome", { clientId: "guest7", username: "Ada", roomId: "" });
  for (const ms of trips) {
    const { stamp } = socket.last("ping");
    await world.pass(ms);
    socket.say("pong", { stamp });
    await world.pass(120);
  }
}

test("addresses are filled with what the lobby was reached by", () => {
  assert.equal(reachable("wss://{netloc}/w/a/8101", "https://play.test:8443"), "wss://play.test:8443/w/a/8101");
  assert.equal(reachable("ws://{host}:8101", "http://10.0.0.7:8000"), "ws://10.0.0.7:8101");
});

test("the least of five paced pings counts, once for an address, by an identity's hello", async () => {
  const { world, pings, told } = measuring();
  const [address] = addresses(1);
  pings.watch([address, address, ""]);
  await settled();
  assert.deepEqual([world.sockets.length, world.socket.url], [1, "ws://play.test:8101"]);
  await answer(world, world.socket, 50, 42, 70, 45, 49);
  assert.deepEqual(world.socket.heard, [["hello", { version: 1, token: "identity-1", session: "", ownerEpoch: 0, received: -1 }]]);
  assert.ok(world.socket.isClosed);
  assert.deepEqual([pings.measured.get(address).ms, told.length], [42, 1]);
});

test("a few at a time, again after a minute, and never for nobody", async () => {
  const { world, pings } = measuring();
  pings.watch(addresses(5));
  await settled();
  assert.equal(world.sockets.length, AT_ONCE);
  for (let index = 0; index < 5; index += 1) await answer(world, world.sockets[index], 10, 10, 10, 10, 10);
  assert.equal(world.sockets.length, 5);
  await world.pass(50_000);
  assert.equal(world.sockets.length, 5);
  await world.pass(10_000);
  assert.ok(world.sockets.length > 5);
  pings.stop();
  const { length } = world.sockets;
  await world.pass(200_000);
  assert.deepEqual([world.sockets.length, world.timers], [length, []]);
});

test("a worker that does not answer is given up, and tried again later", async () => {
  const { world, pings } = measuring();
  pings.watch(addresses(1));
  await world.pass(5000);
  assert.ok(world.socket.isClosed);
  await world.pass(54_000);
  assert.equal(world.sockets.length, 1);
  await world.pass(2000);
  assert.equal(world.sockets.length, 2);
});

test("a hidden page does not measure", async () => {
  const { world, pings } = measuring();
  world.page.show(false);
  pings.watch(addresses(1));
  await world.pass(20_000);
  assert.equal(world.sockets.length, 0);
  world.page.show(true);
  await world.pass(6000);
  assert.equal(world.sockets.length, 1);
});

test("a room's ping is both legs; a missing one makes it an estimate, an old one makes it old", () => {
  const { world, pings } = measuring();
  const address = "ws://a";
  const of = (fields) => Object.values(pings.of({ ...ROOM_ROW, address, ...fields }));
  assert.deepEqual(of({}), [null, true, false]);
  assert.deepEqual(of({ hostPingMs: 30 }), [30, true, false]);
  pings.measured.set(address, { ms: 12.4, atMs: world.ms });
  assert.deepEqual(of({ hostPingMs: 30 }), [42, false, false]);
  assert.deepEqual(of({ hostPingMs: 30, isPingOld: true }), [42, false, true]);
  assert.deepEqual(of({}), [12, true, false]);
  assert.deepEqual(of({ authority: "server", hostPingMs: 30, isPingOld: true }), [12, false, false]);
  world.sleep(200_000);
  assert.deepEqual(of({ hostPingMs: 30 }), [42, false, true]);
});

test("until a worker was measured, the lobby's round trip stands for it", () => {
  const { pings } = measuring({ lobbyMs: () => 20 });
  assert.deepEqual(pings.of({ ...ROOM_ROW, hostPingMs: 30 }), { pingMs: 50, isEstimate: true, isPingOld: false });
});
