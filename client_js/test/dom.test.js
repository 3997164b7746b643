import assert from "node:assert/strict";
import { test } from "node:test";
import { conceal, pressed, tell } from "../pages/dom.js";
import { settled } from "./support/fakes.js";
import { setGlobal } from "./support/globals.js";

/** Only its attributes. */
function fakeButton() {
  const attributes = new Map();
  return /** @type {any} */ ({
    hasAttribute: (name) => attributes.has(name),
    setAttribute: (name, value) => void attributes.set(name, value),
    removeAttribute: (name) => void attributes.delete(name),
  });
}

test("a button that is pressed again while it is at it does nothing more", async () => {
  const button = fakeButton();
  const done = [];
  const act = () => new Promise((resolve) => done.push(resolve));
  const first = pressed(button, act);
  await pressed(button, act);
  assert.equal(done.length, 1);
  assert.ok(button.hasAttribute("aria-busy"));
  done[0]();
  await first;
  void pressed(button, act);
  await settled();
  assert.equal(done.length, 2);
});

test("a button whose act fails can be pressed again", async () => {
  const button = fakeButton();
  await assert.rejects(pressed(button, () => Promise.reject(new Error("no seat is free"))), /no seat/);
  assert.equal(button.hasAttribute("aria-busy"), false);
});

test("what goes while the focus is in it hands the focus on, and only then", (context) => {
  setGlobal(context, "document", { value: { activeElement: "button" } });
  for (const [inside, handedOn] of [["button", 1], ["text", 0]]) {
    let count = 0;
    const place = /** @type {any} */ ({ hidden: false, contains: (element) => element === inside });
    conceal(place, { focus: () => { count += 1; } });
    assert.deepEqual([place.hidden, count], [true, handedOn]);
  }
});

test("what stands there already is not told anew", () => {
  const told = [];
  const place = /** @type {any} */ ({
    hidden: true,
    get textContent() { return told.at(-1) ?? ""; },
    set textContent(text) { told.push(text); },
  });
  for (const text of ["3 rooms", "3 rooms", "", "", "3 rooms"]) tell(place, text);
  assert.deepEqual([told, place.hidden], [["3 rooms", "", "3 rooms"], false]);
});
