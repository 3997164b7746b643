// Typed errors, each a row of the one table. `error.name` is the row's name, `error.message` a sentence for people.
// A close code below 4500 says *try again*, one from there on is *final*.

import { ERRORS } from "./protocol.js";

/** @typedef {import("./protocol.js").ErrorName} ErrorName */

const FINAL_FROM = 4500;

/** @type {Map<number, ErrorName>} */
const BY_CLOSE_CODE = new Map(Object.entries(ERRORS).map(([name, row]) => [row.closeCode, /** @type {ErrorName} */ (name)]));

export class RoomError extends Error {
  /**
   * @param {string} name a row of the table; a name that this client does not know counts as final
   * @param {string} [text] replaces the row's sentence
   * @param {string} [roomId] the room that it is about
   */
  constructor(name, text = "", roomId = "") {
    super(text || rowOf(name)?.text || name);
    this.name = name;
    this.roomId = roomId;
    this.closeCode = rowOf(name)?.closeCode ?? FINAL_FROM;
  }

  /** Whether trying again is no use. */
  get isFinal() {
    return this.closeCode >= FINAL_FROM;
  }
}

/**
 * What a WebSocket's close means. Codes outside the table (1006, a proxy's own) are a lost line.
 * @param {number} code @param {string} reason
 */
export function errorOfClose(code, reason) {
  const name = BY_CLOSE_CODE.get(code);
  return name ? new RoomError(name, reason) : new RoomError("line-lost");
}

/** @param {unknown} error anything thrown; a foreign one (no network, no server) is a lost line */
export function asRoomError(error) {
  return error instanceof RoomError ? error : new RoomError("line-lost");
}

/**
 * What a lobby answered. One whose body never comes, as when the page goes away meanwhile, is a lost line, never an answer.
 * @param {Promise<Response>} asked @returns {Promise<any>}
 */
export async function answerOf(asked) {
  const response = await asked.catch((error) => { throw asRoomError(error); });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new RoomError(answer?.error?.name ?? "internal", answer?.error?.text);
  if (!answer) throw new RoomError("line-lost");
  return answer;
}

/** @param {string} name @returns {import("./protocol.js").ErrorKind | undefined} */
function rowOf(name) {
  return Object.hasOwn(ERRORS, name) ? ERRORS[/** @type {ErrorName} */ (name)] : undefined;
}
