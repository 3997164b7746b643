// Scenes and updates as a worker would say them.

/** Two balls at tick 10, at (1, 2) and (5, 6). */
export const BALLS = {
  tick: 10,
  classes: [["Ball", ["x", "y", "angle", "label"], [1 / 8, 1 / 8, 0, 0]]],
  fields: { score: 0 },
  objects: [[1, 0, 8, 16, 0], [2, 0, 40, 48, 0]],
};

/** What follows the tick before; places are in eighths. */
export function update(tick, changes = {}) {
  return { tick, base: tick - 1, classes: [], fields: {}, added: [], changed: [], removed: [], events: [], inputs: [], ...changes };
}

/** A room's `room-joined` of a game at 20 Hz. */
export const PLAYED = {
  authority: "server", game: "arena", hasMain: true, tickHz: 20, localPlayers: 3,
  inputs: [{ name: "move", type: "stick" }, { name: "gas", type: "axis" }, { name: "fire", type: "button" }],
};
