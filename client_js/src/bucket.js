// How fast messages of one class go out. The room has its own (shared/rules/buckets.py), and drops what is over it.

/**
 * Messages a second, and at once. One counts once more for each whole `unitBytes` of it.
 * @typedef {{ perS: number, burst: number, unitBytes?: number }} Pace
 */

export class Bucket {
  /** @param {import("./shell.js").Shell} shell @param {Pace} pace */
  constructor(shell, pace) {
    this.#shell = shell;
    this.#pace = pace;
    this.#allowed = pace.burst;
    this.#atMs = shell.now();
  }

  /** @type {import("./shell.js").Shell} */ #shell;
  /** @type {Pace} */ #pace;
  #allowed;
  #atMs;

  /** Whether one more message is within the pace; if so, it is counted. What is longer than a burst counts as one. @param {number} bytes */
  take(bytes) {
    const { perS, burst, unitBytes = Infinity } = this.#pace;
    const cost = Math.min(burst, 1 + Math.floor(bytes / unitBytes));
    const now = this.#shell.now();
    this.#allowed = Math.min(burst, this.#allowed + ((now - this.#atMs) / 1000) * perS);
    this.#atMs = now;
    if (this.#allowed < cost) return false;
    this.#allowed -= cost;
    return true;
  }
}
