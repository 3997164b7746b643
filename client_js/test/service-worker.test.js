import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const SOURCE = readFileSync(new URL("../src/offline/service-worker.js", import.meta.url), "utf8");
const HOME = "http://play.test";
const SITE = {
  shell: [["/", "1"], ["/client/index.js", "1"]],
  engine: [["/offline/engine-0123456789abcdef.zip", "/offline/engine-0123456789abcdef.zip"]],
  games: {
    orbit: { is_offline: true, files: [["/games/orbit/", "1"]] },
    tetra: { is_offline: true, files: [["/games/tetra/", "1"]] },
    talk: { is_offline: false, files: [["/games/talk/", "1"]] },
  },
};

/** The service worker in a world of its own: a network that the test switches off, and a cache. */
function aWorld(site = SITE) {
  const world = { site, isOnline: true, status: 200, asked: [], cache: new Map(), listeners: {} };
  const fetch = async (request) => {
    const path = new URL(request.url ?? request, HOME).pathname;
    world.asked.push(path);
    if (!world.isOnline) throw new TypeError("Failed to fetch");
    const body = path === "/offline/site.json" ? JSON.stringify(world.site) : `${path} of the network`;
    return new Response(body, { status: world.status });
  };
  const cache = {
    match: async (path) => world.cache.get(path)?.clone(),
    put: async (path, response) => void world.cache.set(path, response),
    delete: async (path) => world.cache.delete(path),
    add: async (path) => void world.cache.set(path, await fetch(path)),
  };
  const self = {
    location: { origin: HOME },
    addEventListener: (name, listener) => { world.listeners[name] = listener; },
  };
  runInNewContext(SOURCE, { self, caches: { open: async () => cache }, fetch, Response, URL });
  world.keep = (game) => new Promise((resolve) => {
    world.listeners.message({ data: { keep: game }, ports: [{ postMessage: resolve }], waitUntil: () => {} });
  });
  /** What a page gets; undefined: the service worker leaves it to the browser. */
  world.get = async (path, method = "GET") => {
    let answer;
    world.listeners.fetch({ request: { url: HOME + path, method }, respondWith: (promise) => { answer = promise; } });
    return answer && (await answer).text();
  };
  return world;
}

test("with a network, pages get what is there now, whatever is kept", async () => {
  const world = aWorld();
  assert.equal(await world.keep("orbit"), true);
  world.cache.set("/client/index.js", new Response("old"));
  assert.equal(await world.get("/client/index.js"), "/client/index.js of the network");
});

test("without one, and behind a proxy without a lobby, they get what is kept", async () => {
  const world = aWorld();
  await world.keep("orbit");
  world.status = 502;
  assert.equal(await world.get("/?from=somewhere"), "/ of the network");
  world.isOnline = false;
  assert.equal(await world.get("/games/orbit/?offline"), "/games/orbit/ of the network");
  assert.equal(await world.get("/api/games"), "/api/games of the network");
  await assert.rejects(world.get("/games/tetra/"));
});

test("what never changes its content is not asked for again", async () => {
  const world = aWorld();
  await world.keep("orbit");
  world.asked = [];
  await world.get("/offline/engine-0123456789abcdef.zip");
  assert.deepEqual(world.asked, []);
});

test("the API, sockets and what is sent are the browser's own affair", async () => {
  const world = aWorld();
  for (const [path, method] of [["/api/clients", "GET"], ["/ws", "GET"], ["/api/games", "POST"]]) {
    assert.equal(await world.get(path, method), undefined);
  }
});

test("only what has changed is fetched again, and what is gone is forgotten", async () => {
  const world = aWorld();
  await world.keep("orbit");
  world.asked = [];
  world.site = structuredClone(SITE);
  world.site.shell = [["/", "2"]];
  await world.keep("");
  assert.deepEqual(world.asked, ["/offline/site.json", "/", "/api/games"]);
  assert.equal(world.cache.has("/client/index.js"), false);
});

test("a game that is not played offline brings no Python", async () => {
  const world = aWorld();
  await world.keep("talk");
  assert.deepEqual([...world.cache.keys()], ["/", "/client/index.js", "/offline/kept.json", "/api/games"]);
});

test("what cannot be kept is said", async () => {
  const world = aWorld();
  world.isOnline = false;
  assert.equal(await world.keep("orbit"), false);
  world.isOnline = true;
  assert.equal(await world.keep("orbit"), true);
});
