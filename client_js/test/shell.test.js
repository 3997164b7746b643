import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetGuest } from "../src/identity.js";
import { shelf, shellWith } from "../src/shell.js";
import { forbidStorage, setGlobal } from "./support/globals.js";

function storageOf(room) {
  const items = new Map();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => {
      if (value.length > room) throw new DOMException("full", "QuotaExceededError");
      items.set(key, value);
    },
    removeItem: (key) => items.delete(key),
  };
}

test("a shelf keeps what fits in the browser's storage, and says what did not", (context) => {
  setGlobal(context, "localStorage", { value: storageOf(3) });
  const kept = shelf("localStorage");
  assert.deepEqual([kept.setItem("a", "one"), kept.setItem("b", "three")], [true, false]);
  assert.deepEqual([shelf("localStorage").getItem("a"), kept.getItem("b")], ["one", null]);
  kept.removeItem("a");
  assert.equal(kept.getItem("a"), null);
});

test("where storage is forbidden a shelf is in memory", (context) => {
  forbidStorage(context, "sessionStorage");
  const { tabStorage } = shellWith();
  assert.deepEqual([tabStorage.setItem("a", "one"), tabStorage.getItem("a")], [true, "one"]);
  forgetGuest();
});
