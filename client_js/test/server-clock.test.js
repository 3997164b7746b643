import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "../src/server-clock.js";

const TICK_MS = 50;

/** Frames of 10 ms over ticks that arrive `lateMs(tick)` after their time; what is shown in each frame. */
function shown(lateMs, { ticks = 100, clock = new ServerClock(1000 / TICK_MS), lostMs = () => 0 } = {}) {
  const arrivals = [];
  let lost = 0;
  for (let tick = 1; tick <= ticks; tick += 1) {
    lost += lostMs(tick);
    const atMs = tick * TICK_MS + lost + lateMs(tick);
    arrivals.push([Math.max(atMs, arrivals.at(-1)?.[0] ?? 0), tick]);
  }
  const frames = [];
  for (let nowMs = arrivals[0][0]; nowMs <= ticks * TICK_MS + lost; nowMs += 10) {
    while (arrivals[0]?.[0] <= nowMs) {
      const [atMs, tick] = arrivals.shift();
      clock.arrived(tick, atMs);
    }
    frames.push({ nowMs, tick: clock.shownTick(nowMs) });
  }
  return { clock, frames };
}
const steps = (frames) => frames.slice(1).map(({ tick }, index) => tick - frames[index].tick);
/** How long ago what is shown happened, in ms. */
const age = ({ nowMs, tick }) => nowMs - tick * TICK_MS;

/** Lateness by chance, the same in each run. */
function noise(mostMs, seed = 7) {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return (state / 2147483647) * mostMs;
  };
}

test("even arrivals make even motion, one tick behind", () => {
  const { frames } = shown(() => 30);
  for (const step of steps(frames)) assert.ok(Math.abs(step - 0.2) < 1e-9, `a step of ${step}`);
  assert.ok(Math.abs(age(frames.at(-1)) - (30 + TICK_MS)) < 1e-6);
});

test("jitter makes it wait longer, so that motion stays even", () => {
  const { frames, clock } = shown(noise(60));
  const settled = steps(frames.slice(100));
  assert.ok(Math.min(...settled) > 0.15 && Math.max(...settled) < 0.25, `${Math.min(...settled)} to ${Math.max(...settled)}`);
  assert.ok(clock.jitterMs > 40 && clock.delayMs < 120, `${clock.jitterMs} ${clock.delayMs}`);
});

test("it waits four ticks at most", () => {
  const { clock } = shown(noise(1000));
  assert.equal(clock.delayMs, 4 * TICK_MS);
});

test("nothing goes back, and nothing is shown that has not arrived: a stall and a burst", () => {
  const stall = (tick) => (tick >= 40 && tick < 50 ? (50 - tick) * TICK_MS : 0);
  const { frames } = shown(stall);
  assert.ok(steps(frames).every((step) => step >= 0 && step < 0.4), `${Math.max(...steps(frames))}`);
  const stood = frames.find(({ nowMs }) => nowMs === 2300);
  assert.equal(stood.tick, 39);
  assert.ok(age(frames.at(-1)) <= 4 * TICK_MS + 1, `${age(frames.at(-1))}`);
});

test("after a long silence it jumps ahead", () => {
  const stall = (tick) => (tick >= 40 && tick < 80 ? (80 - tick) * TICK_MS : 0);
  const { frames } = shown(stall);
  const after = frames.find(({ nowMs }) => nowMs === 4100);
  assert.ok(age(after) <= 5 * TICK_MS, `${age(after)}`);
});

test("a server that lost time is followed", () => {
  const { frames } = shown(() => 0, { ticks: 200, lostMs: (tick) => (tick === 40 ? 700 : 0) });
  const { nowMs, tick } = frames.at(-1);
  assert.ok(nowMs - 700 - tick * TICK_MS <= 2 * TICK_MS);
  assert.ok(steps(frames).every((step) => step >= 0));
});

test("a client's clock that runs a little fast is followed", () => {
  const { frames } = shown((tick) => tick * 0.05, { ticks: 2000 });
  const settled = steps(frames.slice(200));
  assert.ok(Math.min(...settled) > 0.17 && Math.max(...settled) < 0.23);
});

test("what is said now gets there a round trip later than what comes now was said", () => {
  const { clock } = shown(() => 30);
  assert.ok(Math.abs(clock.tickAhead(5030, 60) - 101.2) < 1e-9);
});
