import assert from "node:assert/strict";
import { test } from "node:test";
import { Camera, fitted, overview } from "../stage/camera.js";

const WORLD = { x: 0, y: 0, width: 1600, height: 900 };

test("the whole world is seen, in the middle, with a margin", () => {
  const { x, y, scale } = fitted(WORLD, { width: 1000, height: 1000 });
  assert.deepEqual([x, y], [800, 450]);
  assert.equal(scale, (1000 * 0.96) / 1600);
});

test("what is at a place on the canvas is at that place in the world", () => {
  const camera = new Camera();
  camera.resize(800, 600);
  camera.move(0, WORLD, []);
  assert.deepEqual(camera.toScreen(800, 450), [400, 300]);
  for (const point of /** @type {[number, number][]} */ ([[0, 0], [1600, 900], [17, 333]])) {
    const [x, y] = camera.toWorld(...camera.toScreen(...point));
    assert.ok(Math.hypot(x - point[0], y - point[1]) < 1e-9);
  }
});

test("on a screen where one would be too small the camera comes closer and follows, up to the world's edge", () => {
  const phone = { width: 360, height: 600 };
  const { scale } = overview(WORLD, phone, [{ x: 800, y: 450, size: 40 }]);
  assert.equal(scale * 40, 28);
  const left = overview(WORLD, phone, [{ x: 0, y: 450, size: 40 }]);
  assert.ok(left.x - phone.width / 2 / scale > -0.05 * 360 / scale, "nearly nothing of the outside is seen");
  assert.equal(left.y, 450, "a world that fits stands in the middle");
  assert.deepEqual(overview(WORLD, { width: 1600, height: 900 }, [{ x: 0, y: 0, size: 40 }]), fitted(WORLD, { width: 1600, height: 900 }));
});

test("two at one screen are both seen, however far apart", () => {
  const view = { width: 360, height: 600 };
  const sights = [{ x: 100, y: 100, size: 20 }, { x: 1500, y: 800, size: 20 }];
  const { x, scale } = overview(WORLD, view, sights);
  for (const sight of sights) assert.ok(Math.abs(sight.x - x) * scale <= view.width / 2);
});

test("it is there at once, and later catches up at the same pace whatever the frame rate", () => {
  const [once, often] = [new Camera(), new Camera()];
  for (const camera of [once, often]) {
    camera.resize(100, 100);
    camera.follow(() => ({ x: 0, y: 0 }), 1);
    camera.move(0.5, WORLD, []);
    assert.deepEqual([camera.x, camera.scale], [0, 1]);
    camera.follow(() => ({ x: 100, y: 0 }), 1);
  }
  once.move(0.2, WORLD, []);
  for (let frame = 0; frame < 20; frame += 1) often.move(0.01, WORLD, []);
  assert.ok(once.x > 60 && once.x < 100);
  assert.ok(Math.abs(once.x - often.x) < 1e-9);
});
