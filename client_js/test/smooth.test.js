import assert from "node:assert/strict";
import { test } from "node:test";
import { Scene } from "../src/scene.js";
import { Smooth, turn } from "../src/smooth.js";
import { BALLS, update } from "./support/games.js";

const TICK_MS = 50;
/** Where a whole number of eighths is. */
const at = (place) => place * 8;

/** A view of the two balls, with a worker in the test's hand: `say` lets a tick pass and brings its update. */
function viewed() {
  const newest = new Scene();
  const events = [];
  const story = { newest, events, ms: BALLS.tick * TICK_MS, tick: BALLS.tick };
  story.smooth = new Smooth(1000 / TICK_MS, newest, (told) => events.push(...told.map(([name]) => name)));
  newest.show(BALLS);
  story.smooth.replace(BALLS, story.ms);
  story.say = (changes = {}) => {
    story.tick += 1;
    story.ms = Math.max(story.ms, story.tick * TICK_MS);
    const message = update(story.tick, changes);
    newest.apply(message);
    story.smooth.add(message, story.ms);
  };
  story.look = (ms = 0) => story.smooth.view(story.ms + ms);
  story.smooth.view(story.ms);
  return story;
}

test("an object goes from one place to the next in a straight line, a tick behind", () => {
  const { say, look, newest } = viewed();
  say({ changed: [[1, 0, at(11), 1, at(22)]] });
  const ball = look().find(1);
  assert.deepEqual([newest.find(1).x, ball.x, ball.y], [11, 1, 2]);
  const seen = [10, 20, 30, 40, 50].map((ms) => { look(ms); return ball.x; });
  assert.deepEqual(seen.map((x) => x.toFixed(6)), ["3.000000", "5.000000", "7.000000", "9.000000", "11.000000"]);
  assert.equal(ball.y, 22);
});

test("even updates make even motion", () => {
  const { say, look } = viewed();
  const seen = [];
  for (let tick = 1; tick <= 40; tick += 1) {
    say({ changed: [[1, 0, at(1 + tick * 5)]] });
    for (let ms = 0; ms < TICK_MS; ms += 10) seen.push(look(ms).find(1).x);
  }
  for (let index = 1; index < seen.length; index += 1) assert.ok(Math.abs(seen[index] - seen[index - 1] - 1) < 1e-6);
});

test("objects come and go, and other fields change, when the picture is there", () => {
  const { say, look } = viewed();
  say({ added: [[3, 0, 0, 0, 0, "new"]], removed: [2], changed: [[1, 3, "hit"]], fields: { score: 1 } });
  const before = look(49);
  assert.deepEqual([[...before.objects.keys()], before.find(1).label, before.fields.score], [[1, 2], null, 0]);
  const after = look(50);
  assert.equal(after, before);
  assert.deepEqual([[...after.objects.keys()], after.find(1).label, after.fields.score, after.tick], [[1, 3], "hit", 1, 11]);
});

test("events are heard with their picture; or as they come", () => {
  const { say, look, events, smooth } = viewed();
  say({ events: [["boom", {}], ["pling", {}]] });
  look(49);
  assert.deepEqual(events, []);
  look(50);
  assert.deepEqual(events, ["boom", "pling"]);
  smooth.delaysEvents = false;
  say({ events: [["now", {}]] });
  assert.deepEqual(events, ["boom", "pling", "now"]);
  look(50);
  assert.equal(events.length, 3);
});

test("a page that never looks hears events at once, and keeps nothing", () => {
  const events = [];
  const smooth = new Smooth(20, new Scene(), (told) => events.push(...told));
  smooth.add(update(1, { events: [["boom", {}]] }), 50);
  assert.deepEqual([events, smooth.waiting], [[["boom", {}]], []]);
});

test("without a clock the newest picture is shown", () => {
  const newest = new Scene();
  newest.show(BALLS);
  const smooth = new Smooth(0, newest, () => {});
  assert.equal(smooth.view(0), newest);
});

test("angles turn the short way", () => {
  const { say, look } = viewed();
  say({ changed: [[1, 2, 3]] });
  look(50);
  say({ changed: [[1, 2, -3]] });
  assert.ok(Math.abs(look(25).find(1).angle - Math.PI) < 1e-6);
  assert.equal(look(50).find(1).angle, -3);
  assert.ok(Math.abs(turn(7) - (7 - 2 * Math.PI)) < 1e-9);
});

test("a leap is a leap: within the known world, or as the game says", () => {
  const { say, look, smooth } = viewed();
  for (let tick = 1; tick <= 50; tick += 1) {
    say({ changed: [[1, 0, at(1 + tick * 10)]] });
    look();
  }
  look(50);
  say({ changed: [[1, 0, at(1)]] });
  assert.equal(look(25).find(1).x, 501);
  assert.equal(look(50).find(1).x, 1);
  say({ changed: [[1, 0, at(101)]] });
  assert.equal(look(25).find(1).x, 51);
  look(50);
  smooth.leap = 5;
  say({ changed: [[1, 0, at(111)]] });
  assert.deepEqual([look(25).find(1).x, look(50).find(1).x], [101, 111]);
});

test("nothing goes back when many come late at once", () => {
  const { say, look } = viewed();
  const seen = [];
  for (let tick = 1; tick <= 60; tick += 1) {
    const isStalled = tick > 30 && tick <= 36;
    say({ changed: [[1, 0, at(1 + tick * 5)]] });
    if (!isStalled) for (let ms = 0; ms < (tick === 30 ? 7 : 1) * TICK_MS; ms += 10) seen.push(look(ms).find(1).x);
  }
  for (let index = 1; index < seen.length; index += 1) {
    assert.ok(seen[index] >= seen[index - 1] && seen[index] - seen[index - 1] < 2.5, `${seen[index - 1]} to ${seen[index]}`);
  }
});

test("what rested begins to move with its update's own tick", () => {
  const { say, look, smooth, newest } = viewed();
  say();
  look(50);
  const message = { ...update(31, { changed: [[1, 0, at(11)]] }), base: 11 };
  newest.apply(message);
  smooth.add(message, 31 * TICK_MS);
  assert.deepEqual([smooth.view(30.9 * TICK_MS).find(1).x, smooth.view(31.5 * TICK_MS).find(1).x], [1, 6]);
});

test("a page that was hidden does not pile up what it missed", () => {
  const { say, smooth, events } = viewed();
  for (let tick = 1; tick <= 100; tick += 1) say({ changed: [[1, 0, at(tick)]], events: [[`${tick}`, {}]] });
  assert.ok(smooth.waiting.length <= 21, `${smooth.waiting.length} wait`);
  assert.deepEqual(events, Array.from({ length: events.length }, (_, index) => `${index + 1}`));
  assert.ok(events.length >= 79);
});

test("a fresh scene is shown in its turn; one whose ticks begin anew, at once", () => {
  const { look, smooth, newest, tick, ms } = viewed();
  const fresh = { ...BALLS, tick: tick + 1, objects: [[1, 0, at(9), at(9), 0]] };
  newest.show(fresh);
  smooth.replace(fresh, ms + TICK_MS);
  assert.equal(look(TICK_MS).objects.size, 2);
  assert.deepEqual([look(2 * TICK_MS).objects.size, look(2 * TICK_MS).find(1).x], [1, 9]);
  newest.show({ ...BALLS, tick: 0 });
  smooth.replace({ ...BALLS, tick: 0 }, ms + 2 * TICK_MS);
  assert.deepEqual([look(2 * TICK_MS).objects.size, look().tick], [2, 0]);
});

test("sixty moving objects take far less than a millisecond a frame", () => {
  const newest = new Scene();
  const smooth = new Smooth(20, newest, () => {});
  const ids = Array.from({ length: 60 }, (_, index) => index + 1);
  newest.show({ ...BALLS, objects: ids.map((id) => [id, 0, id, id, 0]) });
  smooth.replace({ ...BALLS, objects: ids.map((id) => [id, 0, id, id, 0]) }, 500);
  smooth.view(500);
  const from = performance.now();
  const frames = 3000;
  for (let frame = 0; frame < frames; frame += 1) {
    if (frame % 3 === 0) {
      const tick = 11 + frame / 3;
      const message = update(tick, { changed: ids.map((id) => [id, 0, id * tick, 1, id + tick, 2, tick]) });
      newest.apply(message);
      smooth.add(message, tick * 50);
    }
    smooth.view((11 + frame / 3) * 50);
  }
  const frameMs = (performance.now() - from) / frames;
  assert.ok(frameMs < 1, `${frameMs} ms`);
});
