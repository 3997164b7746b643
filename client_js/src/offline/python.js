// Python in JavaScript: loads Pyodide, lays the engine's files beside it, and shuts the door between what runs there and
// everything else. Whoever calls it hands in `loadPyodide` and bytes, so it serves a Web Worker and Node alike.

/**
 * One role of `browser_worker` (its border.py): bytes in, bytes out; `next_at` in seconds since 1970, or Infinity.
 * @typedef {{
 *   next_at: number,
 *   receive: (payload: any, now: number) => void,
 *   turn: (now: number) => { toJs: () => Uint8Array, destroy: () => void },
 * }} Border
 * @typedef {{
 *   receive: (payload: Uint8Array, now: number) => void,
 *   turn: (now: number) => Uint8Array,
 *   readonly nextAt: number,
 * }} Role
 */

const ENGINE_FOLDER = "/engine";
/** Every role is read now, so that opening one is quick. The last two are how Python would reach JavaScript: from then on they cannot be imported. */
const BOOT = `
import sys
sys.path.insert(0, "${ENGINE_FOLDER}")
import browser_worker.hosted, browser_worker.offline, browser_worker.predict
from browser_worker.border import Border
sys.modules["js"] = sys.modules["pyodide_js"] = None
`;

/**
 * @param {(options: any) => Promise<any>} loadPyodide @param {string} indexURL where Pyodide's files are
 * @param {Uint8Array} engine the zip of the engine's files
 * @returns {Promise<(name: string, setup: Uint8Array, now: number) => Role>} opens a role
 */
export async function bootPython(loadPyodide, indexURL, engine) {
  const python = await loadPyodide({ indexURL, jsglobals: {}, env: { PYTHONHASHSEED: "0" } });
  python.unpackArchive(engine, "zip", { extractDir: ENGINE_FOLDER });
  python.runPython(BOOT);
  const Border = python.globals.get("Border");
  return (name, setup, now) => inJavaScript(python, lent(python, setup, (packed) => Border(name, packed, now)));
}

/** @param {any} python @param {Border} border @returns {Role} */
function inJavaScript(python, border) {
  return {
    receive: (payload, now) => lent(python, payload, (packed) => border.receive(packed, now)),
    turn: (now) => {
      const packed = border.turn(now);
      const bytes = packed.toJs();
      packed.destroy();
      return bytes;
    },
    get nextAt() {
      return border.next_at;
    },
  };
}

/**
 * Python sees the bytes for as long as the call takes.
 * @template T @param {any} python @param {Uint8Array} bytes @param {(packed: any) => T} call @returns {T}
 */
function lent(python, bytes, call) {
  const packed = python.toPy(bytes);
  try {
    return call(packed);
  } finally {
    packed.destroy();
  }
}
