// Messages to bytes and back, by the generated tables. What does not fit is a RoomError; nothing half-decoded comes out.
// On this side of the wire a message is its name and an object of its fields; a reference in a scene is its id.

import { decode as unpack, encode as pack } from "@msgpack/msgpack";
import { RoomError } from "./errors.js";
import { FRAME_BYTES } from "./protocol.js";

const TO_PLAYER = 1;
const TO_OBJECT = 2;
const REFERENCE_BYTES = 4;
const FORBIDDEN_KEY = "__proto__";

/**
 * @typedef {import("./protocol.js").Table} Table
 * @typedef {import("./protocol.js").Spec} Spec
 * @typedef {{ name: string, kind: number, counted: boolean, fields: any }} Decoded
 */

/**
 * The message as one msgpack array, checked like an arriving one.
 * @param {Table} table @param {string} name @param {Record<string, any>} fields @returns {Uint8Array}
 */
export function encode(table, name, fields) {
  const spec = table[name];
  if (!spec) throw new RoomError("message-unknown", `There is no message "${name}" in this direction.`);
  const array = spec.fields.map(([key, shape]) => shape.write(fields[key]));
  checkFields(spec, name, array);
  const payload = pack([spec.kind, ...array]);
  if (payload.length > spec.longest) throw new RoomError("message-too-large");
  return payload;
}

/** Decodes what one direction may carry. */
export class Decoder {
  /** @param {Table} table */
  constructor(table) {
    /** @type {Map<unknown, [string, Spec]>} */
    this.specs = new Map(Object.entries(table).map(([name, spec]) => [spec.kind, [name, spec]]));
  }

  /** @param {Uint8Array} payload @param {number} [longest] in bytes @returns {Decoded} */
  decode(payload, longest = FRAME_BYTES) {
    if (payload.length > longest) throw new RoomError("message-too-large");
    const [kind, ...array] = unpackArray(payload);
    const [name, spec] = this.specs.get(kind) ?? unknown(kind);
    checkFields(spec, name, array);
    const fields = Object.fromEntries(spec.fields.map(([key, shape], index) => [key, shape.read(array[index])]));
    return { name, kind: spec.kind, counted: spec.counted, fields };
  }

  /** @param {number} kind @returns {number} the bound of that kind's message; 0 for an unknown kind */
  longest(kind) {
    return this.specs.get(kind)?.[1].longest ?? 0;
  }
}

/** A relayed message's body: any msgpack value. @param {unknown} body @returns {Uint8Array} */
export const packBody = (body) => pack(body, { ignoreUndefined: true });

/** @param {Uint8Array} body @returns {unknown} */
export const unpackBody = (body) => unpack(body);

/** @param {Spec} spec @param {string} name @param {unknown[]} array */
function checkFields(spec, name, array) {
  if (array.length !== spec.fields.length) {
    throw new RoomError("message-malformed", `"${name}" has ${spec.fields.length} fields, not ${array.length}.`);
  }
  for (const [index, [key, shape]] of spec.fields.entries()) {
    if (!shape.fits(array[index])) throw new RoomError("message-malformed", `"${name}.${key}" does not fit.`);
  }
}

/** @param {Uint8Array} payload @returns {unknown[]} */
function unpackArray(payload) {
  let array;
  try {
    array = unpack(payload, { maxExtLength: REFERENCE_BYTES, extensionCodec: REFERENCES, keyDecoder: KEYS });
  } catch {
    throw new RoomError("message-malformed");
  }
  if (!Array.isArray(array) || !array.length) throw new RoomError("message-malformed", "A message is a non-empty array.");
  return array;
}

/** Reads references to players and objects, and nothing else: shared/protocol/references.py. */
const REFERENCES = {
  tryToEncode: () => null,
  decode: (/** @type {Uint8Array} */ bytes, /** @type {number} */ type) => {
    if ((type !== TO_PLAYER && type !== TO_OBJECT) || !bytes.length) throw new RoomError("message-malformed");
    return bytes.reduce((id, byte) => id * 256 + byte, 0);
  },
};

/**
 * The one key that an object here cannot have is read with a space before it: a game may have maps by what people are called.
 */
const KEYS = {
  canBeCached: (/** @type {number} */ length) => length === FORBIDDEN_KEY.length,
  decode: (/** @type {Uint8Array} */ bytes, /** @type {number} */ from, /** @type {number} */ length) => {
    const key = new TextDecoder().decode(bytes.subarray(from, from + length));
    return key === FORBIDDEN_KEY ? ` ${key}` : key;
  },
};

/** @param {unknown} kind @returns {never} */
function unknown(kind) {
  throw new RoomError("message-unknown", `There is no message of kind ${String(kind).slice(0, 40)} here.`);
}
