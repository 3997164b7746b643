import assert from "node:assert/strict";
import { test } from "node:test";
import { qualityOf } from "./quality.js";

const figures = (more = {}) => ({ route: "direct", roundTripMs: 20, lossIn: 0, lossOut: null, kbpsIn: 0, kbpsOut: 0, framesPerS: 10, ...more });

test("near and whole is three bars; far or torn is fewer", () => {
  assert.deepEqual(qualityOf("connected", "", figures(), false), { bars: 3, words: "direct line · 20 ms" });
  assert.equal(qualityOf("connected", "", figures({ roundTripMs: 300 }), false).bars, 2);
  assert.equal(qualityOf("connected", "", figures({ lossOut: 0.2 }), false).bars, 1);
  assert.equal(qualityOf("connected", "", figures({ route: "turn", lossIn: 0.05 }), false).words, "relayed line · 20 ms · 5 % lost");
  assert.equal(qualityOf("connected", "", figures({ route: "none", roundTripMs: null }), false).words, "connected");
});

test("without a line the words say why", () => {
  assert.deepEqual(qualityOf("relayed", "no-way", figures(), false), { bars: 0, words: "no line found: chat only" });
  assert.equal(qualityOf("broken", "", figures(), false).words, "reconnecting");
  assert.equal(qualityOf("broken", "", figures(), true).words, "away");
  assert.equal(qualityOf("connected", "", figures(), true).bars, 3);
});
