import assert from "node:assert/strict";
import { test } from "node:test";
import { inkOn, parse, shaded } from "../stage/colours.js";
import { bodies, inOrder, isNamed, lookOf } from "../stage/looks.js";
import { stepFor } from "../stage/painter.js";
import { PARTICLES_MOST, Particles } from "../stage/particles.js";
import { SHAPES, trace } from "../stage/shapes.js";

const ANN = { id: 3, name: "Ann", colour: "#e6194b", isLocal: true, isAway: false };
const around = { player: (id) => (id === 3 ? ANN : null), extent: 1000 };
const look = (fields) => lookOf({ id: 1, kind: "Thing", x: 10, y: 20, ...fields }, around);

test("what has no place is not drawn, nor what is not to be seen", () => {
  assert.equal(look({ x: null }), null);
  assert.equal(look({ y: "3" }), null);
  assert.equal(look({ visible: false }), null);
  assert.equal(look({ opacity: 0 }), null);
});

test("only x and y: a circle of a usual size in the colour of its class", () => {
  const plain = look({});
  assert.deepEqual([plain?.shape, plain?.width, plain?.isSized, plain?.layer], ["circle", 40, false, 0]);
  assert.equal(plain?.colour, look({ id: 2 })?.colour);
});

test("sizes: a radius, a size, or width and height, which make it a rectangle", () => {
  assert.deepEqual([look({ radius: 5 })?.width, look({ size: 8 })?.height], [10, 8]);
  const box = look({ width: 30, height: 10 });
  assert.deepEqual([box?.shape, box?.width, box?.height], ["rectangle", 30, 10]);
  assert.equal(look({ width: 30, height: 10, shape: "pill" })?.shape, "pill");
});

test("a player's thing has the player's colour, unless it has one of its own", () => {
  assert.equal(look({ player: 3 })?.colour, "#e6194b");
  assert.equal(look({ player: 3, colour: "gold" })?.colour, "gold");
  assert.equal(look({ player: 99 })?.player, null);
});

test("text alone is only text; with a shape it stands on it", () => {
  assert.equal(look({ text: "7", size: 20 })?.isOnlyText, true);
  assert.equal(look({ text: 7, shape: "card" })?.text, "7");
  assert.equal(look({ text: "7", shape: "card" })?.isOnlyText, false);
  assert.equal(look({ text: null })?.text, "");
});

test("nearer layers come later, and in one layer what came later", () => {
  const looks = [look({ id: 5 }), look({ id: 2, layer: 1 }), look({ id: 9, layer: -1 }), look({ id: 4 })];
  assert.deepEqual(inOrder(looks.map((each) => each ?? assert.fail())).map(({ id }) => id), [9, 4, 5, 2]);
});

test("a player's name stands at the largest of its things, not at each shot", () => {
  const ship = look({ id: 7, player: 3, radius: 20 });
  const shot = look({ id: 2, player: 3, radius: 3 });
  const found = bodies([shot, ship, look({ id: 1, radius: 50 })].map((each) => each ?? assert.fail()));
  assert.deepEqual([...found].map(([player, { id }]) => [player, id]), [[3, 7]]);
  const all = new Map([[3, ship], [4, shot]].map(([id, each]) => [id, each ?? assert.fail()]));
  assert.equal(isNamed(/** @type {any} */ (shot), /** @type {any} */ (all)), false);
});

test("text is readable on every colour of a player", () => {
  assert.equal(inkOn("#ffff00"), "#17141c");
  assert.equal(inkOn("#a01030"), "#ffffff");
  assert.deepEqual(parse("#0f8"), [0, 255, 136]);
  assert.equal(shaded("#808080", -0.5), "#404040");
  assert.equal(shaded("hsl(0 0% 50%)", -0.5), "hsl(0 0% 50%)");
});

test("every shape stays within its box, and an unknown one is a circle", () => {
  for (const shape of [...Object.keys(SHAPES), "no such thing"]) {
    const path = recorder();
    trace(path, shape, 40, 20);
    assert.ok(path.points.length > 0, shape);
    for (const [x, y] of path.points) assert.ok(Math.abs(x) <= 20.001 && Math.abs(y) <= 10.001, `${shape}: ${x}, ${y}`);
  }
  const polygon = recorder();
  trace(polygon, "polygon", 1, 1, [[0, 0], [300, 0], [0, 300]]);
  assert.deepEqual(polygon.points, [[0, 0], [300, 0], [0, 300]]);
});

function recorder() {
  const points = [];
  const add = (x, y) => points.push([x, y]);
  return {
    points, moveTo: add, lineTo: add, closePath: () => {},
    ellipse: (x, y, width, height) => points.push([x - width, y - height], [x + width, y + height]),
    arc: (x, y, radius) => points.push([x - radius, y], [x + radius, y]),
    roundRect: (x, y, width, height) => points.push([x, y], [x + width, y + height]),
  };
}

test("the dots of the ground stand on round numbers", () => {
  assert.deepEqual([48, 1, 0.03, 101].map(stepFor), [50, 1, 0.05, 200]);
});

test("sparks fly apart, slow down and are gone; the oldest make room", () => {
  const sparks = new Particles({ random: () => 0.5 });
  sparks.burst(0, 0, { count: 4, speed: 100, life: 0.5 });
  sparks.move(0.1);
  assert.equal(sparks.all.length, 4);
  assert.ok(sparks.all.every(({ x, dx }) => x > 0 && dx < 100));
  sparks.move(0.5);
  assert.equal(sparks.all.length, 0);
  for (let count = 0; count < 20; count += 1) sparks.burst(count, 0, { count: 1000 });
  assert.equal(sparks.all.length, PARTICLES_MOST);
  assert.equal(sparks.all.at(-1)?.x, 19);
});

test("whoever wants less motion sees one ring that stands still", () => {
  const sparks = new Particles({ isCalm: () => true });
  sparks.burst(5, 6, { count: 30 });
  sparks.move(0.1);
  assert.deepEqual(sparks.all.map(({ x, y }) => [x, y]), [[5, 6]]);
});
