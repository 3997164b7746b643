// Everything a client needs from its surroundings, so that a test can hand in its own: sockets, requests, time, chance,
// storage, and the page that hides and returns. The defaults are the browser's; without storage (Node) memory serves.

import { Meter } from "./meter.js";
import { Weather } from "./simulate.js";

/**
 * A place for texts; `setItem` says whether this one fitted.
 * @typedef {Pick<Storage, "getItem" | "removeItem"> & { setItem: (key: string, value: string) => boolean }} Shelf
 * @typedef {{
 *   WebSocket: new (url: string) => WebSocket,
 *   newWorker: () => Pick<Worker, "postMessage" | "terminate" | "onmessage" | "onerror">,
 *   fetch: typeof fetch,
 *   now: () => number,
 *   setTimeout: (call: () => void, ms: number) => any,
 *   clearTimeout: (timer: any) => void,
 *   random: () => number,
 *   tabStorage: Shelf,
 *   deviceStorage: Shelf,
 *   page: Pick<Document, "visibilityState" | "addEventListener" | "removeEventListener"> | null,
 *   window: Pick<Window, "addEventListener" | "removeEventListener"> | null,
 *   weather: Weather,
 *   meter: Meter,
 * }} Shell
 */

/** @param {Partial<Shell>} [own] @returns {Shell} */
export function shellWith(own = {}) {
  return {
    WebSocket: globalThis.WebSocket,
    // One that runs Python; see offline/engine.js.
    newWorker: () => new Worker(new URL("./offline/worker.js", import.meta.url), { type: "module", name: "game" }),
    fetch: (input, init) => globalThis.fetch(input, init),
    // Milliseconds since 1970 that never run backwards.
    now: () => performance.timeOrigin + performance.now(),
    setTimeout: (call, ms) => globalThis.setTimeout(call, ms),
    clearTimeout: (timer) => globalThis.clearTimeout(timer),
    random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
    tabStorage: own.tabStorage ?? shelf("sessionStorage"),
    deviceStorage: own.deviceStorage ?? shelf("localStorage"),
    page: globalThis.document ?? null,
    window: globalThis.window ?? null,
    weather: new Weather(),
    meter: new Meter(),
    ...own,
  };
}

/**
 * The browser's storage, or memory where there is none or it is forbidden. It never throws: a full one leaves out what
 * does not fit.
 * @param {"sessionStorage" | "localStorage"} name @returns {Shelf}
 */
export function shelf(name) {
  try {
    const storage = globalThis[name];
    storage.getItem("");
    return shelfOf(storage);
  } catch {
    return memoryShelf();
  }
}

/** @param {Storage} storage @returns {Shelf} */
function shelfOf(storage) {
  return {
    getItem: (key) => storage.getItem(key),
    setItem: (key, value) => {
      try {
        storage.setItem(key, value);
        return true;
      } catch {
        return false;
      }
    },
    removeItem: (key) => storage.removeItem(key),
  };
}

/** @returns {Shelf} */
export function memoryShelf() {
  /** @type {Map<string, string>} */
  const items = new Map();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => Boolean(items.set(key, value)),
    removeItem: (key) => void items.delete(key),
  };
}

/** @param {() => number} random @param {string} alphabet @param {number} chars */
export function drawId(random, alphabet, chars) {
  return Array.from({ length: chars }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
}
