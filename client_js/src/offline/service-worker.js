// Keeps the site for when there is no network: the list page and the client, and each offline game that was visited, with
// Python and the engine once there is such a game. It never gets in the way of a network that works: what is under a
// fixed name is always asked for there first; only names that change with their content come from here at once.
//
// Pages say `{ keep: game }` and hear whether that worked (pages/keep-offline.js). /offline/site.json says what there is, with hashes, so that only what
// has changed is fetched. Absent: the API but for the list of games, WebSockets, other sites.

const worker = /** @type {any} */ (self);
const CACHE = "room-cluster";
const SITE = "/offline/site.json";
const GAMES = "/api/games";
/** Which content is kept of each address. */
const KEPT = "/offline/kept.json";
const PINNED = /^\/(vendor\/pyodide\/|offline\/engine-)|\.[0-9a-f]{12}(\.[^./]+)?$/;
const NOT_FOR_US = /^\/(api\/|ws$)/;
/** What a proxy says of a lobby that it cannot reach. */
const AWAY = [502, 503, 504];

/** @typedef {{ shell: [string, string][], engine: [string, string][], games: Record<string, { is_offline: boolean, files: [string, string][] }> }} Site */

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));

/** One after another. @type {Promise<unknown>} */
let keeping = Promise.resolve();

worker.addEventListener("message", (/** @type {any} */ event) => {
  const kept = keeping.then(() => keep(event.data.keep)).then(() => true, () => false);
  keeping = kept;
  event.waitUntil(kept.then((isKept) => event.ports[0].postMessage(isKept)));
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { origin, pathname } = new URL(event.request.url);
  const isOurs = origin === worker.location.origin && event.request.method === "GET";
  if (isOurs && (pathname === GAMES || !NOT_FOR_US.test(pathname))) event.respondWith(answer(event.request, pathname));
});

/** @param {Request} request @param {string} path @returns {Promise<Response>} */
async function answer(request, path) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(path);
  if (kept && PINNED.test(path)) return kept;
  try {
    const response = await fetch(request);
    return kept && AWAY.includes(response.status) ? kept : response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/** The shell, and this game, if it may be played offline. @param {string} game */
async function keep(game) {
  const cache = await caches.open(CACHE);
  const site = /** @type {Site} */ (await (await fetch(SITE, { cache: "no-cache" })).json());
  /** @type {Record<string, string>} */
  const kept = await cache.match(KEPT).then((response) => response?.json() ?? {});
  await refresh(cache, kept, wanted(site, kept, game));
  const known = new Set([site.shell, site.engine, ...Object.values(site.games).map(({ files }) => files)].flat().map(([address]) => address));
  for (const address of Object.keys(kept)) {
    if (known.has(address)) continue;
    await cache.delete(address);
    delete kept[address];
  }
  await cache.put(KEPT, new Response(JSON.stringify(kept)));
  await cache.add(GAMES);
}

/** With what was kept before, so that all of it is of today. @param {Site} site @param {Record<string, string>} kept @param {string} game @returns {[string, string][]} */
function wanted(site, kept, game) {
  const games = Object.entries(site.games).filter(([name, { is_offline }]) => is_offline && (name === game || `/games/${name}/` in kept));
  return [...site.shell, ...games.flatMap(([, { files }]) => files), ...(games.length ? site.engine : [])];
}

/** @param {Cache} cache @param {Record<string, string>} kept @param {[string, string][]} files */
async function refresh(cache, kept, files) {
  await Promise.all(files.map(async ([address, hash]) => {
    if (kept[address] === hash) return;
    const response = await fetch(address, { cache: PINNED.test(address) ? "default" : "no-cache" });
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    await cache.put(address, response);
    kept[address] = hash;
  }));
}
