// When a pair tries what. Only the caller (the member that came later) begins attempts; it also restarts ICE first, and the
// other one only when nothing came of that: two who restart at once get into each other's way.

/** A way that was found and disturbed: first restart, then the next ones. */
const CALLER_RESTART_MS = [1000, 4000, 8000];
const OTHER_RESTART_MS = [5000, 8000];
/** Attempts from nothing while messages go through the worker. */
const ATTEMPT_MS = [2000, 10_000, 20_000, 40_000, 80_000, 120_000];

/** @param {boolean} isCaller @param {number} restarts how many there were @param {boolean} hasFailed ICE itself gave up */
export function restartAfterMs(isCaller, restarts, hasFailed) {
  if (isCaller && hasFailed && restarts === 0) return 0;
  return nth(isCaller ? CALLER_RESTART_MS : OTHER_RESTART_MS, restarts);
}

/** @param {number} attempts how many failed in a row @param {() => number} random from 0 to 1: pairs do not retry in step */
export function attemptAfterMs(attempts, random) {
  return nth(ATTEMPT_MS, attempts) * (0.8 + 0.4 * random());
}

/** @param {number[]} list @param {number} index @returns {number} */
function nth(list, index) {
  return /** @type {number} */ (list[Math.min(index, list.length - 1)]);
}
