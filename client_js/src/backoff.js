// How long to wait before calling again: exponential with full jitter, so that a thousand clients of one lost server do
// not return in step (Brooker, "Exponential Backoff And Jitter", 2015).

const BASE_MS = 500;
const LONGEST_MS = 15_000;
/** While a seat waits: its grace time is short. */
export const LONGEST_TO_A_SEAT_MS = 2000;

/**
 * @param {number} tries failed ones in a row; 0 after a line that had worked
 * @param {() => number} random from 0 up to 1
 * @param {number} [longestMs]
 */
export function backoffMs(tries, random, longestMs = LONGEST_MS) {
  return random() * Math.min(longestMs, BASE_MS * 2 ** Math.min(tries, 30));
}
