// How well one hears and sees somebody, as bars and in words. `quality.test.js` is beside it.

/** @typedef {import("room-cluster/mesh").Statistics} Statistics */
/** @typedef {{ bars: 0 | 1 | 2 | 3, words: string }} Quality `bars`: 0 without a line for picture and sound */

const REASONS = {
  "no-way": "no line found: chat only",
  "line-lost": "line lost: chat only",
  "mesh-full": "too many lines: chat only",
};
const ROUTES = { direct: "direct line", turn: "relayed line", worker: "", none: "" };

/** From good to bad: what a quality may have at most. */
const LEVELS = [{ bars: 3, roundTripMs: 150, loss: 0.02 }, { bars: 2, roundTripMs: 350, loss: 0.08 }];

/**
 * @param {string} state @param {string} reason @param {Statistics} statistics @param {boolean} isAway @returns {Quality}
 */
export function qualityOf(state, reason, { route, roundTripMs, lossIn, lossOut }, isAway) {
  if (isAway && state !== "connected") return { bars: 0, words: "away" };
  if (state === "relayed") return { bars: 0, words: REASONS[/** @type {keyof typeof REASONS} */ (reason)] ?? "chat only" };
  if (state === "calling") return { bars: 0, words: "calling" };
  if (state !== "connected") return { bars: 0, words: state === "broken" ? "reconnecting" : "connecting" };
  const loss = Math.max(lossIn ?? 0, lossOut ?? 0);
  const level = LEVELS.find((each) => (roundTripMs ?? 0) <= each.roundTripMs && loss <= each.loss);
  const words = [ROUTES[route], roundTripMs !== null && `${roundTripMs} ms`, loss >= 0.01 && `${Math.round(loss * 100)} % lost`];
  return { bars: /** @type {1 | 2 | 3} */ (level?.bars ?? 1), words: words.filter(Boolean).join(" · ") || "connected" };
}
