// How an object of the scene looks, from the fields that it has. All of them are optional but `x` and `y`:
//
//   shape     a name of shapes.js, or "polygon" with `points`        image   a file of assets/, with or without its ending
//   colour    any CSS colour; else its `player`'s, else one by its class     text    what stands on it
//   radius, or size, or width and height    angle (radians)    layer (0; higher is nearer)    opacity (0 to 1)
//
// Pure: what an object is drawn with is `painter.js`'s business.

import { colourOfKind } from "./colours.js";

/**
 * @typedef {{ id: number, kind: string, [field: string]: any }} GameObject
 * @typedef {{ id: number, name: string, colour: string, isLocal: boolean, isAway: boolean }} Player
 * @typedef {{
 *   id: number, x: number, y: number, width: number, height: number, isSized: boolean, angle: number, layer: number, opacity: number,
 *   shape: string, points: [number, number][] | null, colour: string, image: string, text: string, isOnlyText: boolean,
 *   player: Player | null,
 * }} Look
 */

/** Without any size: the share of the world that it is wide. */
const USUAL_SHARE = 1 / 25;
/** Smaller things of a player are not labelled with its name. */
const LEAST_NAMED = 0.5;

/**
 * @param {GameObject} object @param {{ player: (id: unknown) => Player | null, extent: number }} around `extent`: the world's longer side
 * @returns {Look | null} null: there is nothing to draw
 */
export function lookOf(object, { player: find, extent }) {
  const { x, y } = object;
  if (!isNumber(x) || !isNumber(y)) return null;
  const opacity = isNumber(object.opacity) ? Math.min(1, Math.max(0, object.opacity)) : 1;
  if (opacity === 0 || object.visible === false) return null;
  const player = find(object.player);
  const text = object.text === null || object.text === undefined ? "" : String(object.text);
  const shape = typeof object.shape === "string" ? object.shape : "";
  const image = typeof object.image === "string" ? object.image : "";
  const colour = typeof object.colour === "string" && object.colour ? object.colour : player?.colour ?? "";
  const isBox = isNumber(object.width) || isNumber(object.height);
  const size = sizeOf(object);
  const isOnlyText = text !== "" && !shape && !image && !colour && !isBox && !isNumber(object.radius);
  const usual = extent * USUAL_SHARE;
  return {
    id: object.id, x, y, opacity, text, image, player, isOnlyText,
    width: size?.[0] ?? usual,
    height: size?.[1] ?? usual,
    isSized: size !== null,
    angle: isNumber(object.angle) ? object.angle : 0,
    layer: isNumber(object.layer) ? object.layer : 0,
    shape: shape || (isBox ? "rectangle" : "circle"),
    points: Array.isArray(object.points) ? object.points : null,
    colour: colour || colourOfKind(object.kind),
  };
}

/** What is nearer comes later; in one layer, what came later into the scene. @param {Look[]} looks */
export function inOrder(looks) {
  return looks.sort((one, other) => one.layer - other.layer || one.id - other.id);
}

/**
 * Which object stands for each player, so that its name is below it: the largest of its own, and of those the oldest.
 * @param {Look[]} looks @returns {Map<number, Look>} by the player's id
 */
export function bodies(looks) {
  /** @type {Map<number, Look>} */
  const found = new Map();
  for (const look of looks) {
    if (!look.player) continue;
    const before = found.get(look.player.id);
    const gain = before ? look.width * look.height - before.width * before.height : 1;
    if (gain > 0 || (gain === 0 && before && look.id < before.id)) found.set(look.player.id, look);
  }
  return found;
}

/** Whether it is large enough for a name, among the others' bodies. @param {Look} look @param {Map<number, Look>} all */
export function isNamed(look, all) {
  const largest = Math.max(...[...all.values()].map(({ width }) => width));
  return look.width >= LEAST_NAMED * largest;
}

/** @param {GameObject} object @returns {[width: number, height: number] | null} */
function sizeOf({ width, height, radius, size }) {
  if (isNumber(width) || isNumber(height)) return [isNumber(width) ? width : height, isNumber(height) ? height : width];
  if (isNumber(radius)) return [2 * radius, 2 * radius];
  return isNumber(size) ? [size, size] : null;
}

/** @param {unknown} value @returns {value is number} */
export function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}
