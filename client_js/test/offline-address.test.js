import assert from "node:assert/strict";
import { test } from "node:test";
import { offlineAddress, offlineOptions } from "../pages/offline-address.js";

const searchOf = (address) => new URL(address, "http://here").search;

test("what is chosen for offline play stands in the address", () => {
  assert.equal(offlineAddress("racing"), "/games/racing/?offline");
  const options = { orbs: 9, mode: "calm & \"quick\"", teams: true };
  assert.deepEqual(offlineOptions(searchOf(offlineAddress("racing", options))), options);
  assert.deepEqual(offlineOptions("?offline"), {});
});

test("an address that is not about it, or that somebody has broken", () => {
  assert.equal(offlineOptions(""), null);
  assert.equal(offlineOptions("?options={}"), null);
  assert.deepEqual(offlineOptions("?offline&options={broken"), {});
  assert.deepEqual(offlineOptions("?offline&options=3"), {});
});
