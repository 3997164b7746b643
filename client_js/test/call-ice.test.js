import assert from "node:assert/strict";
import { test } from "node:test";
import { askLobby, IceServers } from "../src/call/ice.js";
import { FakeWorld, settled } from "./support/fakes.js";

const TURN = { iceServers: [{ urls: ["turn:t.test"] }], isRelayOnly: false, expiresS: 600 };

test("credentials are renewed at half of their life", async () => {
  const world = new FakeWorld();
  let asked = 0;
  let renewed = 0;
  const ice = new IceServers(world.shell, async () => ({ ...TURN, iceServers: [{ urls: [`turn:${(asked += 1)}.test`] }] }), () => { renewed += 1; });
  await ice.ready;
  await world.pass(299_000);
  assert.equal(asked, 1);
  await world.pass(2000);
  assert.deepEqual([asked, renewed, ice.configuration.iceServers], [2, 2, [{ urls: ["turn:2.test"] }]]);
  ice.close();
  await world.pass(10 ** 6);
  assert.equal(asked, 2);
});

test("what does not expire is asked once", async () => {
  const world = new FakeWorld();
  let asked = 0;
  const ice = new IceServers(world.shell, async () => { asked += 1; return { ...TURN, expiresS: 0 }; }, () => {});
  await ice.ready;
  await world.pass(10 ** 7);
  assert.equal(asked, 1);
});

test("relay only is what the browser is told; and until the lobby has answered, nothing else", async () => {
  const world = new FakeWorld();
  let isUp = false;
  const ice = new IceServers(world.shell, async () => {
    if (!isUp) throw new Error("no lobby");
    return { ...TURN, isRelayOnly: true };
  }, () => {});
  await world.pass(500);
  const before = await Promise.race([ice.ready.then(() => "ready"), settled().then(() => "waiting")]);
  assert.equal(before, "waiting");
  await world.pass(1500);
  await ice.ready;
  assert.deepEqual(ice.configuration, { iceServers: [], iceTransportPolicy: "relay" });
  isUp = true;
  await world.pass(5000);
  assert.deepEqual(ice.configuration, { iceServers: TURN.iceServers, iceTransportPolicy: "relay" });
});

test("the lobby is asked with one's identity, and its refusal is typed", async () => {
  const world = new FakeWorld();
  const headers = [];
  const shell = { ...world.shell, fetch: async (url, init) => {
    headers.push([url, init.method, init.headers.authorization]);
    return { ok: headers.length === 1, json: async () => headers.length === 1
      ? { ice_servers: [], relay_only: true, expires_s: 600 } : { error: { name: "not-allowed", text: "No." } } };
  } };
  const identity = { token: async () => "token-1" };
  assert.deepEqual(await askLobby(shell, "http://l.test", identity), { iceServers: [], isRelayOnly: true, expiresS: 600 });
  await assert.rejects(askLobby(shell, "http://l.test", identity), { name: "not-allowed", message: "No." });
  assert.deepEqual(headers[0], ["http://l.test/api/ice", "POST", "Bearer token-1"]);
});
