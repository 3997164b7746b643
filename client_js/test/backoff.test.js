import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs } from "../src/backoff.js";

test("the bound doubles with each try up to 15 s, and chance fills all of it", () => {
  const bounds = [0, 1, 2, 3, 4, 5, 6, 1000].map((tries) => backoffMs(tries, () => 1));
  assert.deepEqual(bounds, [500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  assert.equal(backoffMs(5, () => 0), 0);
  assert.equal(backoffMs(2, () => 0.25), 500);
  assert.equal(backoffMs(9, () => 1, 2000), 2000);
});
