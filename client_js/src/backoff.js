// How long to wait before calling again: exponential with full jitter, so that a thousand clients of one lost server do
// not return in step (Brooker, "Exponential Backoff And Jitter", 2015).

const BASE_MS = 500;
const LONGEST_MS = 15_000;

/**
 * @param {number} tries failed ones in a row; 0 after a line that had worked
 * @param {() => number} random from 0 up to 1
 */
export function backoffMs(tries, random) {
  return random() * Math.min(LONGEST_MS, BASE_MS * 2 ** Math.min(tries, 30));
}
