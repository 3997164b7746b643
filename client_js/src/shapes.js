// The shapes of a message's fields, the twins of shared/protocol/fields.py. `fits` judges what travels; `read` and
// `write` turn rows from arrays into objects and back. Texts are measured in code points, as Python measures them.

/**
 * @typedef {{ fits: (value: any) => boolean, read: (value: any) => any, write: (value: any) => any }} Shape
 * @typedef {[name: string, shape: Shape]} FieldSpec
 */

/** @param {(value: any) => boolean} fits @returns {Shape} */
const plain = (fits) => ({ fits, read: same, write: same });
const same = (/** @type {any} */ value) => value;

export const integer = (least = 0, most = Number.MAX_SAFE_INTEGER) =>
  plain((value) => Number.isSafeInteger(value) && value >= least && value <= most);

export const boolean = () => plain((value) => typeof value === "boolean");

/** @param {number} least @param {number} most */
export const text = (least, most) =>
  plain((value) => typeof value === "string" && within(codePoints(value), least, most));

/** @param {number} most */
export const bytes = (most) => plain((value) => value instanceof Uint8Array && value.length <= most);

/** @param {string[]} choices */
export const oneOf = (...choices) => plain((value) => choices.includes(value));

/** @param {Shape} shape */
export const maybe = (shape) => plain((value) => value === null || shape.fits(value));

/** @param {number} entries @param {number} chars */
export const options = (entries, chars) =>
  plain((value) => isMap(value) && Object.keys(value).length <= entries
    && Object.entries(value).every(([key, item]) => within(codePoints(key), 1, chars) && isOption(item, chars)));

/** @param {number} least @param {number} most */
export const number = (least, most) => plain((value) => typeof value === "number" && value >= least && value <= most);

/** Of anything: only a worker says such. */
export const list = () => plain(Array.isArray);
export const map = () => plain(isMap);

/** @param {Shape} shape @param {number} most @returns {Shape} */
export const listOf = (shape, most) => ({
  fits: (value) => Array.isArray(value) && value.length <= most && value.every(shape.fits),
  read: (value) => value.map(shape.read),
  write: (value) => value.map(shape.write),
});

/** @param {FieldSpec[]} fields @returns {Shape} */
export const row = (fields) => ({
  fits: (value) => Array.isArray(value) && value.length === fields.length
    && fields.every(([, shape], index) => shape.fits(value[index])),
  read: (value) => Object.fromEntries(fields.map(([name, shape], index) => [name, shape.read(value[index])])),
  write: (value) => fields.map(([name, shape]) => shape.write(value[name])),
});

/** @param {any} item @param {number} chars */
function isOption(item, chars) {
  if (typeof item === "string") return codePoints(item) <= chars;
  return typeof item === "boolean" || Number.isFinite(item);
}

/** @param {any} value */
function isMap(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** @param {number} size @param {number} least @param {number} most */
function within(size, least, most) {
  return size >= least && size <= most;
}

/** @param {string} value */
function codePoints(value) {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}
