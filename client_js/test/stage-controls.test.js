import assert from "node:assert/strict";
import { test } from "node:test";
import { inWords, keysFor } from "../stage/bindings.js";
import { Controls } from "../stage/controls.js";
import { alive, padValues } from "../stage/gamepads.js";
import { Keyboard, keepsKey } from "../stage/keyboard.js";

/** @type {import("../stage/bindings.js").Declared[]} */
const INPUTS = [{ name: "fire", type: "button" }, { name: "move", type: "stick" }, { name: "dash", type: "button" }];

class FakeKeyboard {
  down = new Set();
  wanted = [];
  listen(codes) { this.wanted = [...codes]; }
  isDown(codes) { return codes.some((code) => this.down.has(code)); }
}

function controls(sources = {}) {
  const keyboard = new FakeKeyboard();
  return { keyboard, controls: new Controls(INPUTS, { keyboard, ...sources }) };
}

const padWith = ({ axes = [0, 0, 0, 0], pressed = [] } = {}) => ({
  axes, buttons: Array.from({ length: 17 }, (_, index) => ({ pressed: pressed.includes(index), value: Number(pressed.includes(index)) })),
});

test("alone one steers with WASD or arrows, and buttons come in the order of the game's", () => {
  const { keyboard, controls: mine } = controls();
  assert.deepEqual(mine.read(0), { fire: false, move: { x: 0, y: 0 }, dash: false });
  keyboard.down = new Set(["ArrowRight", "Enter"]);
  assert.deepEqual(mine.read(0), { fire: true, move: { x: 1, y: 0 }, dash: false });
  keyboard.down = new Set(["KeyW", "ShiftLeft"]);
  assert.deepEqual(mine.read(0), { fire: false, move: { x: 0, y: -1 }, dash: true });
});

test("a stick is never longer than 1, and opposite keys rest", () => {
  const { keyboard, controls: mine } = controls();
  keyboard.down = new Set(["KeyS", "KeyD"]);
  const { move } = mine.read(0);
  assert.ok(Math.abs(Math.hypot(move.x, move.y) - 1) < 1e-12);
  keyboard.down = new Set(["KeyA", "KeyD"]);
  assert.deepEqual(mine.read(0).move, { x: 0, y: 0 });
});

test("two at one screen: WASD and Space for the first, arrows and Enter for the second", () => {
  const { keyboard, controls: ours } = controls();
  ours.seat(2);
  keyboard.down = new Set(["ArrowLeft", "Space"]);
  assert.deepEqual(ours.read(0), { fire: true, move: { x: 0, y: 0 }, dash: false });
  assert.deepEqual(ours.read(1), { fire: false, move: { x: -1, y: 0 }, dash: false });
  assert.ok(keyboard.wanted.includes("Enter") && keyboard.wanted.includes("KeyW"));
  assert.deepEqual(ours.inWords(1), ["fire: Enter", "move: arrow keys", "dash: right Shift"]);
});

test("whoever comes after the keyboard is full plays with a gamepad", () => {
  const keys = keysFor(INPUTS, 6);
  assert.deepEqual(keys[5], { fire: [], move: { up: [], left: [], down: [], right: [] }, dash: [] });
  assert.equal(inWords(INPUTS, keys[5] ?? {})[0], "fire: gamepad");
});

test("a game's client may bind keys itself, for one player or for each", () => {
  const wished = keysFor(INPUTS, 1, { move: "arrows", fire: ["KeyX", "KeyC"] })[0];
  assert.deepEqual(wished?.fire, ["KeyX", "KeyC"]);
  assert.deepEqual(wished?.move, { up: ["ArrowUp"], left: ["ArrowLeft"], down: ["ArrowDown"], right: ["ArrowRight"] });
  assert.deepEqual(wished?.dash, ["ShiftLeft", "ShiftRight"], "what is not said stays as usual");
  const each = keysFor(INPUTS, 2, [{}, { move: { up: "KeyT", left: "KeyF", down: "KeyG", right: "KeyH" } }]);
  assert.deepEqual(each[1]?.move, { up: ["KeyT"], left: ["KeyF"], down: ["KeyG"], right: ["KeyH"] });
});

test("an axis without a stick is left and right; beside one it has keys of its own", () => {
  assert.deepEqual(keysFor([{ name: "steer", type: "axis" }], 1)[0]?.steer, { less: ["KeyA", "ArrowLeft"], more: ["KeyD", "ArrowRight"] });
  const [keys] = keysFor([{ name: "zoom", type: "axis" }, { name: "move", type: "stick" }], 1);
  assert.deepEqual(keys?.zoom, { less: ["KeyJ"], more: ["KeyL"] });
});

test("a gamepad: stick past its dead zone, cross, buttons in order", () => {
  assert.deepEqual(alive(0.1, -0.1), { x: 0, y: 0 });
  assert.ok(Math.abs(alive(1, 0).x - 1) < 1e-12);
  const values = padValues(INPUTS, padWith({ axes: [0.05, 0, 0, 0], pressed: [0, 14] }));
  assert.deepEqual(values, { fire: true, move: { x: -1, y: 0 }, dash: false });
  assert.equal(padValues([{ name: "steer", type: "axis" }], padWith({ axes: [-1, 0, 0, 0] })).steer, -1);
});

test("alone any gamepad is one's own; together the first is the first player's", () => {
  const pad = padWith({ pressed: [0] });
  const { controls: both } = controls({ pads: () => [pad] });
  assert.equal(both.read(0).fire, true);
  both.seat(2);
  assert.deepEqual([both.read(0).fire, both.read(1).fire], [true, false]);
});

test("fingers steer the first player, beside keys", () => {
  const { keyboard, controls: ours } = controls({ touch: { values: { move: { x: 0.5, y: 0 }, fire: true } } });
  ours.seat(2);
  assert.deepEqual(ours.read(0), { fire: true, move: { x: 0.5, y: 0 }, dash: false });
  assert.deepEqual(ours.read(1).move, { x: 0, y: 0 });
  keyboard.down = new Set(["KeyD"]);
  assert.deepEqual(ours.read(0).move, { x: 1, y: 0 });
});

// --- the keyboard

/** An element that matches the given selectors, and stands in others. */
const element = ({ is = "", within = "" } = {}) => ({
  matches: (selector) => Boolean(is) && selector.includes(is),
  closest: (selector) => ((is && selector.includes(is)) || (within && selector.includes(within)) ? {} : null),
});

function keyboard(codes = ["KeyW", "Space"]) {
  const page = new EventTarget();
  const place = new EventTarget();
  const keys = new Keyboard(page, place);
  keys.listen(codes);
  const stroke = (type, code, { target = null, ...more } = {}) => {
    const event = Object.assign(new Event(type, { cancelable: true }), { code, ...more });
    Object.defineProperty(event, "target", { value: target });
    page.dispatchEvent(event);
    return event.defaultPrevented;
  };
  return { keys, page, place, stroke };
}

test("keys of the game are taken from the page, others are left to it", () => {
  const { keys, stroke } = keyboard();
  assert.equal(stroke("keydown", "Space"), true);
  assert.equal(stroke("keydown", "KeyP"), false);
  assert.equal(keys.isDown(["Space"]), true);
  keys.settle();
  stroke("keyup", "Space");
  assert.equal(keys.isDown(["Space"]), false);
});

test("a key that was tapped between two looks is seen once", () => {
  const { keys, stroke } = keyboard();
  stroke("keydown", "Space");
  stroke("keyup", "Space");
  assert.equal(keys.isDown(["Space"]), true);
  keys.settle();
  assert.equal(keys.isDown(["Space"]), false);
});

test("typing moves nobody, nor does a shortcut", () => {
  const { keys, stroke } = keyboard();
  assert.equal(stroke("keydown", "KeyW", { target: element({ is: "input" }) }), false);
  assert.equal(stroke("keydown", "KeyW", { ctrlKey: true }), false);
  assert.equal(keys.isDown(["KeyW"]), false);
});

test("what is held is let go when the page loses the focus, or one begins to write", () => {
  const { keys, page, place, stroke } = keyboard();
  stroke("keydown", "KeyW");
  page.dispatchEvent(new Event("blur"));
  assert.equal(keys.isDown(["KeyW"]), false);
  stroke("keydown", "KeyW");
  const focus = new Event("focusin");
  Object.defineProperty(focus, "target", { value: element({ is: "textarea" }) });
  place.dispatchEvent(focus);
  assert.equal(keys.isDown(["KeyW"]), false);
});

test("what has the focus keeps the keys that it needs", () => {
  assert.equal(keepsKey(element({ is: "summary" }), "Space"), true);
  assert.equal(keepsKey(element({ is: "summary" }), "KeyW"), false);
  assert.equal(keepsKey(element({ is: "[tabindex]" }), "ArrowDown"), true);
  assert.equal(keepsKey(element({ is: "[tabindex]" }), "KeyS"), false);
  assert.equal(keepsKey(element({ within: "dialog" }), "KeyW"), true);
  assert.equal(keepsKey(null, "KeyW"), false);
});
