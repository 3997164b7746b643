import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_STATISTICS, summarise } from "../src/call/statistics.js";

const report = (atMs, { kind = "host", bytes = 0, got = 0, lost = 0 } = {}) => [
  { id: "t", type: "transport", selectedCandidatePairId: "p" },
  { id: "p", type: "candidate-pair", timestamp: atMs, currentRoundTripTime: 0.0214, bytesReceived: bytes, bytesSent: 2 * bytes, localCandidateId: "l", remoteCandidateId: "r" },
  { id: "l", type: "local-candidate", candidateType: "host" },
  { id: "r", type: "remote-candidate", candidateType: kind },
  { id: "v", type: "inbound-rtp", kind: "video", packetsReceived: got, packetsLost: lost, framesPerSecond: 9.8 },
  { id: "o", type: "remote-inbound-rtp", fractionLost: 0.25 },
];

test("figures are of the time since the last look", () => {
  const first = summarise(report(1000, { bytes: 1000, got: 50, lost: 50 }), null);
  assert.deepEqual([first.statistics.kbpsIn, first.statistics.lossIn], [0, 0.5]);
  const { statistics } = summarise(report(3000, { bytes: 26_000, got: 140, lost: 60 }), first.sample);
  assert.deepEqual(statistics, { route: "direct", roundTripMs: 21, lossIn: 0.1, lossOut: 0.25, kbpsIn: 100, kbpsOut: 200, framesPerS: 10 });
});

test("relayed on either side is a way by the TURN server", () => {
  assert.equal(summarise(report(1, { kind: "relay" }), null).statistics.route, "turn");
});

test("counters that start over are no rate below zero", () => {
  const first = summarise(report(1000, { bytes: 9000, got: 90 }), null);
  const { statistics } = summarise(report(2000, { bytes: 10, got: 1 }), first.sample);
  assert.deepEqual([statistics.kbpsIn, statistics.lossIn], [0, null]);
});

test("without a pair there is nothing to say", () => {
  assert.deepEqual(summarise([], null).statistics, NO_STATISTICS);
});
