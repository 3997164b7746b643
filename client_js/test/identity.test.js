import assert from "node:assert/strict";
import { test } from "node:test";
import { Identity } from "../src/identity.js";
import { BROKEN_OFF, FakeWorld } from "./support/fakes.js";
import { insideRoom, URL } from "./support/stories.js";

const HOUR_MS = 3_600_000;

function withTokens(world) {
  let count = 0;
  world.answer = () => ({ client_id: "guest7", username: "Ada", token: `token-${(count += 1)}`, expires_s: 86_400 });
}

test("a token is taken once, kept for the tab, and exchanged at half of its life", async () => {
  const world = new FakeWorld();
  withTokens(world);
  assert.equal(await new Identity(world.shell, URL).token(), "token-1");
  const reloaded = new Identity(world.shell, URL);
  assert.deepEqual([await reloaded.token(), reloaded.clientId, reloaded.username], ["token-1", "guest7", "Ada"]);
  world.sleep(13 * HOUR_MS);
  assert.equal(await reloaded.token(), "token-2");
  const headers = world.requests.map((request) => request.headers.authorization);
  assert.deepEqual(headers, [undefined, "Bearer token-1"]);
});

test("the old token still serves when the exchange fails; an expired one does not", async () => {
  const world = new FakeWorld();
  withTokens(world);
  const identity = new Identity(world.shell, URL);
  await identity.token();
  world.sleep(13 * HOUR_MS);
  world.answer = () => { throw new TypeError("no network"); };
  assert.equal(await identity.token(), "token-1");
  world.sleep(12 * HOUR_MS);
  await assert.rejects(identity.token(), { name: "line-lost" });
});

test("an answer that breaks off, as when the page goes away, leaves what is kept", async () => {
  const world = new FakeWorld();
  withTokens(world);
  const identity = new Identity(world.shell, URL);
  await identity.token();
  identity.rename("Zoë");
  world.answer = () => BROKEN_OFF;
  assert.equal(await identity.token(), "token-1");
  const next = new Identity(world.shell, URL);
  assert.deepEqual([next.clientId, next.username], ["guest7", "Zoë"]);
  world.shell.tabStorage.removeItem("room-cluster.identity");
  await assert.rejects(new Identity(world.shell, URL).token(), { name: "line-lost" });
});

test("a forgotten identity becomes a new guest of the same name on the same device", async () => {
  const world = new FakeWorld();
  withTokens(world);
  const identity = new Identity(world.shell, URL);
  await identity.token();
  identity.forget();
  assert.equal(await identity.token(), "token-2");
  const [first, second] = world.requests;
  assert.equal(second.headers.authorization, undefined);
  assert.equal(second.body.username, "Ada");
  assert.equal(second.body.device_id, first.body.device_id);
  assert.match(first.body.device_id, /^[2-9a-hjkmnp-z]{16}$/);
});

test("another name is carried by the next token, which keeps the guest", async () => {
  const world = new FakeWorld();
  withTokens(world);
  const identity = new Identity(world.shell, URL);
  await identity.token();
  identity.rename("Ida");
  const reloaded = new Identity(world.shell, URL);
  assert.equal(reloaded.username, "Ida");
  assert.deepEqual([await reloaded.token(), await reloaded.token()], ["token-2", "token-2"]);
  assert.equal(world.requests[1].body.username, "Ida");
  assert.equal(world.requests[1].headers.authorization, "Bearer token-1");
});

test("a refusal is a typed error", async () => {
  const world = new FakeWorld();
  world.answer = () => ({ error: { name: "not-allowed", text: "Log in first.", final: true, room_id: "" } });
  await assert.rejects(new Identity(world.shell, URL).token(), { name: "not-allowed", message: "Log in first." });
});

test("what lies broken in the storage is taken anew", async () => {
  const world = new FakeWorld();
  world.shell.tabStorage.setItem("room-cluster.identity", "{half");
  assert.equal(await new Identity(world.shell, URL).token(), "identity-1");
});

test("a full storage keeps nobody out: for this page the guest and the device stay the same", async () => {
  const world = new FakeWorld();
  withTokens(world);
  world.shell.tabStorage = world.shell.deviceStorage = { getItem: () => null, setItem: () => false, removeItem: () => {} };
  const identity = new Identity(world.shell, URL);
  let drawn = 0;
  world.shell.random = () => (drawn += 0.01) % 1;
  assert.deepEqual([await identity.token(), await identity.token()], ["token-1", "token-1"]);
  identity.forget();
  await identity.token();
  assert.equal(world.requests[1].body.device_id, world.requests[0].body.device_id);
});

test("in a room that asks for no token it is exchanged at half of its life all the same, until the client is closed", async () => {
  const { world, lobby } = await insideRoom({}, {}, withTokens);
  const tokens = () => world.requests.map((request) => request.headers.authorization ?? "");
  const alive = async (ms) => {
    for (const end = world.ms + ms; world.ms < end;) {
      await world.pass(60_000);
      world.socket.say("ping", { stamp: 1, received: 0 });
    }
  };
  await alive(12 * HOUR_MS);
  assert.deepEqual(tokens(), ["", "Bearer token-1"]);
  world.answer = () => { throw new TypeError("no network"); };
  await alive(12 * HOUR_MS);
  withTokens(world);
  await alive(6 * HOUR_MS);
  assert.deepEqual(tokens(), ["", "Bearer token-1", "Bearer token-2"]);
  lobby.close();
  await world.pass(48 * HOUR_MS);
  assert.deepEqual([tokens().length, world.timers], [3, []]);
});

test("one that ended unseen, as while the machine slept, is left to whoever asks", async () => {
  const world = new FakeWorld();
  withTokens(world);
  const identity = new Identity(world.shell, URL);
  await identity.token();
  world.sleep(30 * HOUR_MS);
  await world.pass(HOUR_MS);
  assert.deepEqual([world.requests.length, identity.clientId, world.timers], [1, "guest7", []]);
});
