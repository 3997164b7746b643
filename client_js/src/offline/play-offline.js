// A room in this browser alone: the same room object, behind it a Web Worker with the same core that servers run. Nothing
// of a lobby is needed but its files, which the service worker keeps.

import { Decoder, encode } from "../codec.js";
import { RoomError } from "../errors.js";
import { lastUsername } from "../identity.js";
import { CLIENT_TO_WORKER, WORKER_TO_CLIENT } from "../protocol.js";
import { Room } from "../room.js";
import { shellWith } from "../shell.js";
import { Engine, fetchProgram } from "./engine.js";

/**
 * @typedef {{
 *   url?: string, username?: string, options?: Record<string, string | number | boolean>,
 *   onProgress?: import("./engine.js").OnProgress,
 * } & Partial<import("../shell.js").Shell>} OfflineWishes `url`: where the files are, this page's own origin by default;
 *   `username`: by default what this tab's guest was called in the rooms before
 */

const SEEDS = 2 ** 32;

/**
 * Resolves once the game runs, to a room like any other; `leave` ends it. Rejects with `game-unknown` (it may not be
 * played so), `line-lost` (its files are not here), `bad-options`, `bad-name`, `game-broken`.
 * @param {string} game @param {OfflineWishes} [wishes] @returns {Promise<Room>}
 */
export async function playOffline(game, { url = globalThis.location?.origin ?? "", username = "", options = {}, onProgress, ...own } = {}) {
  const shell = shellWith(own);
  const name = username || lastUsername(shell.tabStorage) || "You";
  const home = url.replace(/\/$/, "");
  const program = fetchProgram(shell, home, game);
  program.catch(() => {}); // told below, once
  const engine = await Engine.boot(shell, home, onProgress);
  try {
    return await openRoom(shell, engine, home, { program: await program, options, username: name, seed: Math.floor(shell.random() * SEEDS) });
  } catch (error) {
    engine.close();
    throw error;
  }
}

/** @param {import("../shell.js").Shell} shell @param {Engine} engine @param {string} home @param {Record<string, any>} setup @returns {Promise<Room>} */
function openRoom(shell, engine, home, setup) {
  const decoder = new Decoder(WORKER_TO_CLIENT);
  /** @type {Room | null} */
  let room = null;
  return new Promise((resolve, reject) => {
    const end = (/** @type {RoomError} */ error) => {
      engine.close();
      if (!room) reject(error);
      else if (!room.isOver) room.end(error);
    };
    engine.open("offline", setup, {
      onMessage: (payload) => {
        const { name, fields } = decoder.decode(payload, Infinity);
        if (name === "room-disconnect") end(new RoomError(fields.name, fields.text, fields.roomId));
        else if (name === "room-joined") resolve(room = new Room(/** @type {any} */ (fields), linkTo(engine, end), shell, home));
        else room?.receive(/** @type {any} */ (name), /** @type {any} */ (fields), payload);
      },
      onOver: end,
    });
  });
}

/** Nothing is lost on the way to a worker: there is nothing to count. @param {Engine} engine @param {(error: RoomError) => void} end @returns {import("../room.js").Link} */
function linkTo(engine, end) {
  return {
    send: (name, fields) => {
      if (!engine.isOver) engine.tell(encode(CLIENT_TO_WORKER, name, fields));
    },
    end,
    roundTripMs: () => 0,
    counts: () => ({ received: 0, sent: 0 }),
    sentAfter: () => [],
    afterwards: (call) => call(),
    isHere: true,
  };
}
