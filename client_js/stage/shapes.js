// Outlines by name, around the middle, within `width` by `height`; what points somewhere points to the right, as angle 0
// does. An unknown name is a circle, so that a typing mistake is seen and not a crash.

/** @typedef {Pick<CanvasRenderingContext2D, "moveTo" | "lineTo" | "closePath" | "ellipse" | "roundRect" | "arc">} Path */
/** @typedef {(path: Path, width: number, height: number) => void} Trace */

const TURN = 2 * Math.PI;
const STAR_DEPTH = 0.45;

/** @type {Record<string, Trace>} */
export const SHAPES = {
  circle: (path, width, height) => path.ellipse(0, 0, width / 2, height / 2, 0, 0, TURN),
  rectangle: (path, width, height) => path.roundRect(-width / 2, -height / 2, width, height, Math.min(width, height) * 0.08),
  card: (path, width, height) => path.roundRect(-width / 2, -height / 2, width, height, Math.min(width, height) * 0.12),
  pill: (path, width, height) => path.roundRect(-width / 2, -height / 2, width, height, Math.min(width, height) / 2),
  triangle: polygon(3),
  diamond: polygon(4),
  pentagon: polygon(5),
  hexagon: polygon(6),
  octagon: polygon(8),
  star: (path, width, height) => corners(path, 10, (index) => (index % 2 ? STAR_DEPTH : 1), width, height, -TURN / 4),
  ship: (path, width, height) => lines(path, [[0.5, 0], [-0.45, 0.42], [-0.25, 0], [-0.45, -0.42]], width, height),
  arrow: (path, width, height) => lines(path, [[0.5, 0], [0, 0.5], [0, 0.2], [-0.5, 0.2], [-0.5, -0.2], [0, -0.2], [0, -0.5]], width, height),
  cross: (path, width, height) => lines(path, CROSS, width, height),
  heart: (path, width, height) => lines(path, HEART, width, height),
};
const [NEAR, FAR] = [0.17, 0.5];
/** @type {[number, number][]} */
const CROSS = [
  [-NEAR, -FAR], [NEAR, -FAR], [NEAR, -NEAR], [FAR, -NEAR], [FAR, NEAR], [NEAR, NEAR], [NEAR, FAR], [-NEAR, FAR],
  [-NEAR, NEAR], [-FAR, NEAR], [-FAR, -NEAR], [-NEAR, -NEAR],
];
/** @type {[number, number][]} */
const HEART = Array.from({ length: 32 }, (_, index) => {
  const angle = (index / 32) * TURN;
  const y = 13 * Math.cos(angle) - 5 * Math.cos(2 * angle) - 2 * Math.cos(3 * angle) - Math.cos(4 * angle);
  return [0.5 * Math.sin(angle) ** 3, -(y + 2.5) / 29];
});
/** @type {Record<string, string>} */
const OTHER_NAMES = { rect: "rectangle", square: "rectangle", box: "rectangle", ball: "circle", disc: "circle", plus: "cross" };

/**
 * Begins no path, fills nothing. `points` (of a "polygon") are [x, y] around the middle, in units of the world.
 * @param {Path} path @param {string} shape @param {number} width @param {number} height @param {[number, number][] | null} [points]
 */
export function trace(path, shape, width, height, points = null) {
  if (shape === "polygon" && points?.length) return lines(path, points, 1, 1);
  const draw = SHAPES[OTHER_NAMES[shape] ?? shape] ?? SHAPES.circle;
  draw?.(path, width, height);
}

/** @param {number} count @returns {Trace} */
function polygon(count) {
  return (path, width, height) => corners(path, count, () => 1, width, height, 0);
}

/** @param {Path} path @param {number} count @param {(index: number) => number} reach @param {number} width @param {number} height @param {number} start */
function corners(path, count, reach, width, height, start) {
  const points = Array.from({ length: count }, (_, index) => /** @type {[number, number]} */ ([
    (Math.cos(start + (index / count) * TURN) * reach(index)) / 2,
    (Math.sin(start + (index / count) * TURN) * reach(index)) / 2,
  ]));
  lines(path, points, width, height);
}

/** @param {Path} path @param {[number, number][]} points @param {number} width @param {number} height */
function lines(path, points, width, height) {
  points.forEach(([x, y], index) => {
    if (index === 0) path.moveTo(x * width, y * height);
    else path.lineTo(x * width, y * height);
  });
  path.closePath();
}
