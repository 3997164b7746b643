// The Web Worker in which Python runs a game: it loads, opens one role of `browser_worker`, and gives it its turns. It
// knows bytes and times; what they mean stands in engine.js (page) and in border.py. A game reaches nothing here that
// could leave this worker.
//
//   page → worker   { say: "boot", python, engine, bytes }   URLs, and each file's size: { [url]: bytes }
//                   { say: "open", role, setup }             once ready
//                   { say: "tell", payload }
//                   { say: "beat" }                          answered at once, unless something runs on and on
//   worker → page   { say: "progress", loaded, total } { say: "ready" } { say: "told", packed } { say: "beat" }
//                   { say: "failed", text }                  Python could not be loaded

import { bootPython } from "./python.js";

/** @typedef {import("./python.js").Role} Role */

/** What a browser lets a worker reach beyond itself. */
const DOORS = [
  "fetch", "XMLHttpRequest", "WebSocket", "WebSocketStream", "WebTransport", "EventSource", "Worker", "SharedWorker",
  "BroadcastChannel", "MessageChannel", "indexedDB", "caches", "cookieStore", "navigator", "importScripts", "Notification",
];

const { clearTimeout, setTimeout } = globalThis;
const tell = (/** @type {any} */ message, /** @type {Transferable[]} */ moved = []) => self.postMessage(message, { transfer: moved });
const now = () => (performance.timeOrigin + performance.now()) / 1000;

/** @type {((name: string, setup: Uint8Array, now: number) => Role) | null} */
let openRole = null;
/** @type {Role | null} */
let role = null;
/** @type {any} */
let timer = null;

self.onmessage = ({ data }) => SAYS[data.say]?.(data);

/** @type {Record<string, (message: any) => void>} */
const SAYS = {
  boot: (message) => void boot(message).catch((error) => tell({ say: "failed", text: String(error) })),
  open: ({ role: name, setup }) => {
    role = openRole?.(name, setup, now()) ?? null;
    turn();
  },
  tell: ({ payload }) => {
    role?.receive(payload, now());
    turn();
  },
  beat: () => tell({ say: "beat" }),
};

/** @param {{ python: string, engine: string, bytes: Record<string, number> }} files */
async function boot({ python, engine, bytes }) {
  const undo = countBytes(bytes);
  const zip = fetch(engine).then((response) => response.arrayBuffer());
  const { loadPyodide } = await import(`${python}pyodide.mjs`);
  openRole = await bootPython(loadPyodide, python, new Uint8Array(await zip));
  undo();
  for (const name of DOORS) Object.defineProperty(globalThis, name, { value: undefined });
  tell({ say: "ready" });
}

function turn() {
  clearTimeout(timer);
  if (!role) return;
  const packed = role.turn(now());
  if (packed.length) tell({ say: "told", packed }, [packed.buffer]);
  const { nextAt } = role;
  if (nextAt < Infinity) timer = setTimeout(turn, Math.max(0, (nextAt - now()) * 1000));
}

/** Tells how much has been loaded, of the files that are fetched. @param {Record<string, number>} bytes @returns {() => void} what undoes it */
function countBytes(bytes) {
  const { fetch } = globalThis;
  const urls = Object.keys(bytes).filter((url) => !url.endsWith(".mjs"));
  const total = urls.reduce((sum, url) => sum + (bytes[url] ?? 0), 0);
  let loaded = 0;
  globalThis.fetch = async (...request) => {
    const response = await fetch(...request);
    const count = new TransformStream({
      transform(chunk, out) {
        loaded += chunk.byteLength;
        tell({ say: "progress", loaded, total });
        out.enqueue(chunk);
      },
    });
    return response.body ? new Response(response.body.pipeThrough(count), response) : response;
  };
  return () => { globalThis.fetch = fetch; };
}
