// Gamepads in the standard layout: the first local player has the first one. The left stick and the cross steer, the right
// stick is the second one, buttons come in the order of the game's.

/** What a resting stick may say. */
const DEAD = 0.18;
const CROSS = { up: 12, down: 13, left: 14, right: 15 };
/** Lower face, right face, left face, upper face, then shoulders. */
const BUTTONS = [0, 1, 2, 3, 5, 4, 7, 6];

/**
 * @typedef {{ axes: readonly number[], buttons: readonly { pressed: boolean, value: number }[] }} Pad
 * @typedef {import("./bindings.js").Declared} Declared
 * @typedef {import("./controls.js").Values} Values
 */

/** @param {Declared[]} inputs @param {Pad} pad @returns {Values} */
export function padValues(inputs, pad) {
  /** @type {Values} */
  const values = {};
  const sticks = inputs.filter(({ type }) => type === "stick");
  const isDown = (/** @type {number} */ index) => pad.buttons[index]?.pressed ?? false;
  const cross = { x: Number(isDown(CROSS.right)) - Number(isDown(CROSS.left)), y: Number(isDown(CROSS.down)) - Number(isDown(CROSS.up)) };
  sticks.forEach(({ name }, index) => {
    const stick = alive(pad.axes[2 * index] ?? 0, pad.axes[2 * index + 1] ?? 0);
    values[name] = index === 0 && (cross.x || cross.y) ? cross : stick;
  });
  inputs.filter(({ type }) => type === "axis").forEach(({ name }, index) => {
    const x = alive(pad.axes[2 * (sticks.length + index)] ?? 0, 0).x;
    values[name] = sticks.length || index ? x : x || cross.x;
  });
  inputs.filter(({ type }) => type === "button").forEach(({ name }, index) => { values[name] = isDown(BUTTONS[index] ?? -1); });
  return values;
}

/** Nothing within the dead zone, and from its edge on the whole range. @param {number} x @param {number} y */
export function alive(x, y) {
  const length = Math.hypot(x, y);
  if (length <= DEAD) return { x: 0, y: 0 };
  const share = Math.min(1, (length - DEAD) / (1 - DEAD)) / length;
  return { x: x * share, y: y * share };
}

/** Those that are plugged in, in order. @returns {Pad[]} */
export function pads() {
  return [...(globalThis.navigator?.getGamepads?.() ?? [])].flatMap((pad) => (pad?.connected ? [pad] : []));
}
