// Has the service worker keep this site, and the game of this page, for when there is no network. Where none can be had
// (no HTTPS, an older browser) everything works as before, with a network.

/** The page's own loading comes first. */
const AFTER_MS = 2000;

/** Resolves once all is kept; false, if it cannot be. @param {string} [game] one that may be played offline @returns {Promise<boolean>} */
export async function keepForOffline(game = "") {
  await new Promise((resolve) => setTimeout(resolve, AFTER_MS));
  return keep(game).catch(() => false);
}

/** @param {string} game @returns {Promise<boolean>} */
async function keep(game) {
  await navigator.serviceWorker.register("/sw.js");
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  active?.postMessage({ keep: game }, [port2]);
  return new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data); });
}

/** The games that can be played now, whatever the network. @returns {Promise<{ title: string, address: string }[]>} */
export async function keptGames() {
  const answer = await fetch("/api/games").catch(() => null);
  if (!answer?.ok) return [];
  const { games } = await answer.json();
  const found = await Promise.all(games.map(async (/** @type {{ name: string, title: string }} */ { name, title }) => {
    const isKept = await caches.match(`/games/${name}/program.json`);
    return isKept ? [{ title, address: `/games/${name}/?offline` }] : [];
  }));
  return found.flat();
}
