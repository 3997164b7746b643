// What one's own players hold. Only changes are said, no oftener than the game looks (a game of turns: at once), and all
// of it again after a return. A button that was pressed and released in between counts as pressed once. Values are
// rounded as the server rounds them (shared/game/inputs.py), so that prediction starts from the same numbers.

/**
 * @typedef {import("./protocol.js").InputRow} InputRow
 * @typedef {{ x: number, y: number }} Stick
 * @typedef {Record<string, Stick | number | boolean>} Held by the names that the game declares
 * @typedef {{
 *   values: number[], taps: boolean[], said: number[] | null, number: number,
 * }} Holding `said`: the values that the server knows; `number`: how often they were said
 * @typedef {(input: import("./protocol.js").SendInputMessage) => void} Say
 */

/** How many numbers each takes. */
const SIZES = { stick: 2, axis: 1, button: 1 };
/** Sticks and axes come in steps of this. */
const STEPS = 64;

export class Inputs {
  /** @param {import("./shell.js").Shell} shell @param {{ inputs: InputRow[], tickHz: number }} game @param {Say} say */
  constructor(shell, { inputs, tickHz }, say) {
    this.shell = shell;
    this.say = say;
    this.everyMs = tickHz ? 1000 / tickHz : 0;
    /** Where each declared input's numbers begin. @type {Map<string, { type: InputRow["type"], at: number }>} */
    this.places = new Map();
    /** @type {boolean[]} */
    this.isButton = [];
    for (const { name, type } of inputs) {
      this.places.set(name, { type, at: this.isButton.length });
      for (let count = 0; count < SIZES[type]; count += 1) this.isButton.push(type === "button");
    }
    /** By player. @type {Map<number, Holding>} */
    this.holdings = new Map();
    /** Who predicts numbers what is said. */
    this.isNumbered = false;
    this.saidMs = -Infinity;
    /** @type {any} */
    this.timer = null;
  }

  /**
   * What is not named stays as it is. Throws TypeError for a name that the game does not declare.
   * @param {number} player @param {Held} held
   */
  hold(player, held) {
    const holding = this.#holdingOf(player);
    for (const [name, value] of Object.entries(held)) {
      const place = this.places.get(name);
      if (!place) throw new TypeError(`This game declares no input "${name}".`);
      numbersOf(place.type, value).forEach((number, index) => {
        holding.values[place.at + index] = number;
        if (number && place.type === "button") holding.taps[place.at + index] = true;
      });
    }
    this.#flushSoon();
  }

  /** The server may have forgotten all of it. */
  again() {
    for (const holding of this.holdings.values()) holding.said = null;
    this.#flush();
  }

  /** That player is gone. @param {number} player */
  forget(player) {
    this.holdings.delete(player);
  }

  close() {
    this.holdings.clear();
    this.shell.clearTimeout(this.timer);
  }

  /** @param {number} player */
  #holdingOf(player) {
    let holding = this.holdings.get(player);
    if (!holding) {
      const nothing = this.isButton.map(() => 0);
      holding = { values: nothing, taps: this.isButton.map(() => false), said: [...nothing], number: 0 };
      this.holdings.set(player, holding);
    }
    return holding;
  }

  #flushSoon() {
    const waitMs = this.saidMs + this.everyMs - this.shell.now();
    if (waitMs <= 0) return this.#flush();
    this.timer ??= this.shell.setTimeout(() => this.#flush(), waitMs);
    return undefined;
  }

  #flush() {
    this.shell.clearTimeout(this.timer);
    this.timer = null;
    let isTapped = false;
    for (const [player, holding] of this.holdings) {
      const values = holding.values.map((value, index) => (holding.taps[index] ? 1 : value));
      isTapped ||= values.some((value, index) => value !== holding.values[index]);
      holding.taps.fill(false);
      if (holding.said && values.every((value, index) => value === holding.said?.[index])) continue;
      holding.said = values;
      holding.number += 1;
      this.saidMs = this.shell.now();
      this.say({ player, number: this.isNumbered ? holding.number : 0, values });
    }
    if (isTapped) this.#flushSoon();
  }
}

/** @param {InputRow["type"]} type @param {Stick | number | boolean} value @returns {number[]} */
function numbersOf(type, value) {
  if (type === "button") return [value ? 1 : 0];
  if (type === "axis") return [steps(Number(value)) / STEPS];
  const { x, y } = /** @type {Stick} */ (value);
  return roundedStick(x, y);
}

/** Onto the grid, and no longer than 1. @param {number} x @param {number} y @returns {[number, number]} */
export function roundedStick(x, y) {
  const across = steps(x);
  const down = steps(y);
  const square = across * across + down * down;
  if (square <= STEPS * STEPS) return [across / STEPS, down / STEPS];
  const length = Math.sqrt(square);
  return [Math.trunc((across * STEPS) / length) / STEPS, Math.trunc((down * STEPS) / length) / STEPS];
}

/** What is not a number rests. @param {number} value */
const steps = (value) => Math.floor(Math.max(-1, Math.min(1, value || 0)) * STEPS + STEPS + 0.5) - STEPS;
