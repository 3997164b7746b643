// How a pair's line is doing, in figures for people, from what the browser counts (W3C webrtc-stats).

/**
 * `loss`: the share of packets that did not arrive since the last look, 0 to 1, null without any; `kbps`: thousands of bits
 * a second since then.
 * @typedef {{
 *   route: "none" | "direct" | "turn" | "worker",
 *   roundTripMs: number | null,
 *   lossIn: number | null,
 *   lossOut: number | null,
 *   kbpsIn: number,
 *   kbpsOut: number,
 *   framesPerS: number,
 * }} Statistics
 * @typedef {{ atMs: number, bytesIn: number, bytesOut: number, packetsIn: number, lostIn: number }} Sample
 */

/** @type {Statistics} */
export const NO_STATISTICS = { route: "none", roundTripMs: null, lossIn: null, lossOut: null, kbpsIn: 0, kbpsOut: 0, framesPerS: 0 };

/**
 * @param {Iterable<any>} report the entries of an RTCStatsReport @param {Sample | null} before what the last look gave
 * @returns {{ statistics: Statistics, sample: Sample }}
 */
export function summarise(report, before) {
  const entries = new Map([...report].map((entry) => [entry.id, entry]));
  const all = (/** @type {string} */ type) => [...entries.values()].filter((entry) => entry.type === type);
  const pair = chosenPair(entries, all);
  const inbound = all("inbound-rtp");
  const sample = {
    atMs: pair?.timestamp ?? 0,
    bytesIn: pair?.bytesReceived ?? 0,
    bytesOut: pair?.bytesSent ?? 0,
    packetsIn: sum(inbound, "packetsReceived"),
    lostIn: sum(inbound, "packetsLost"),
  };
  const passedMs = before ? sample.atMs - before.atMs : 0;
  const rate = (/** @type {number} */ now, /** @type {number} */ then) => (passedMs > 0 && now >= then ? Math.round(((now - then) * 8) / passedMs) : 0);
  const statistics = {
    route: routeOf(pair, entries),
    roundTripMs: typeof pair?.currentRoundTripTime === "number" ? Math.round(pair.currentRoundTripTime * 1000) : null,
    lossIn: share(sample.lostIn - (before?.lostIn ?? 0), sample.packetsIn - (before?.packetsIn ?? 0)),
    lossOut: worst(all("remote-inbound-rtp")),
    kbpsIn: rate(sample.bytesIn, before?.bytesIn ?? 0),
    kbpsOut: rate(sample.bytesOut, before?.bytesOut ?? 0),
    framesPerS: Math.round(sum(inbound, "framesPerSecond")),
  };
  return { statistics, sample };
}

/** The pair of candidates in use. @param {Map<string, any>} entries @param {(type: string) => any[]} all */
function chosenPair(entries, all) {
  const named = all("transport").map(({ selectedCandidatePairId }) => entries.get(selectedCandidatePairId)).find(Boolean);
  return named ?? all("candidate-pair").find(({ nominated, state }) => nominated && state === "succeeded") ?? null;
}

/** @param {any} pair @param {Map<string, any>} entries @returns {"none" | "direct" | "turn"} */
function routeOf(pair, entries) {
  if (!pair) return "none";
  const kinds = [pair.localCandidateId, pair.remoteCandidateId].map((id) => entries.get(id)?.candidateType);
  return kinds.includes("relay") ? "turn" : "direct";
}

/** @param {any[]} entries @param {string} field @returns {number} */
function sum(entries, field) {
  return entries.reduce((total, entry) => total + (entry[field] ?? 0), 0);
}

/** @param {number} lost @param {number} arrived @returns {number | null} */
function share(lost, arrived) {
  const missing = Math.max(0, lost);
  return arrived + missing > 0 ? missing / (arrived + missing) : null;
}

/** @param {any[]} reports what the other end says about what we send @returns {number | null} */
function worst(reports) {
  const losses = reports.map(({ fractionLost }) => fractionLost).filter((loss) => typeof loss === "number");
  return losses.length ? Math.max(...losses) : null;
}
