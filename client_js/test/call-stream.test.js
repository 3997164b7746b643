import assert from "node:assert/strict";
import { test } from "node:test";
import { KEPT_MESSAGES, Stream } from "../src/call/stream.js";
import { seeded } from "./support/house.js";

const item = (number) => new Uint8Array([number >> 8, number & 255]);
const numberOf = ([high, low]) => high * 256 + low;

test("what is written goes out once, until another path is taken", () => {
  const stream = new Stream();
  [1, 2, 3].forEach((number) => stream.add(item(number)));
  assert.deepEqual(stream.take(1000), { first: 1, items: [item(1), item(2), item(3)] });
  assert.equal(stream.take(1000), null);
  stream.confirm(2);
  stream.rewind();
  assert.deepEqual(stream.take(1000), { first: 3, items: [item(3)] });
});

test("a run is bounded by its bytes, and has one message at least", () => {
  const stream = new Stream();
  stream.add(new Uint8Array(100));
  stream.add(new Uint8Array(100));
  assert.equal(stream.take(10)?.items.length, 1);
  assert.equal(stream.take(1000)?.first, 2);
});

test("what comes too early waits, what comes twice is dropped, a confirmation of the future confirms what there is", () => {
  const stream = new Stream();
  assert.deepEqual(stream.accept({ first: 2, items: [item(2), item(3)] }), []);
  assert.deepEqual(stream.accept({ first: 1, items: [item(1), item(2)] }), [item(1), item(2), item(3)]);
  assert.deepEqual(stream.accept({ first: 1, items: [item(1)] }), []);
  assert.deepEqual(stream.accept({ first: 10 ** 9, items: [item(1)] }), []);
  stream.add(item(1));
  stream.confirm(99);
  assert.deepEqual([stream.acknowledged, stream.isOwed], [1, false]);
});

test("there is a bound, and at it an error", () => {
  const stream = new Stream();
  for (let count = 0; count < KEPT_MESSAGES; count += 1) stream.add(item(count));
  assert.throws(() => stream.add(item(0)), { name: "too-many-requests" });
});

test("whatever is lost, doubled or overtakes: each message is delivered once and in order", () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const random = seeded(seed);
    const [from, to] = [new Stream(), new Stream()];
    const got = [];
    let flying = [];
    let said = 0;
    for (let step = 0; step < 400 || got.length < said; step += 1) {
      if (said < 200 && random() < 0.5) from.add(item((said += 1)));
      if (random() < 0.1) from.rewind();
      const run = from.take(8 + random() * 40);
      if (run) flying.push(run);
      if (random() < 0.3) flying.push(...flying.slice(0, 2));
      if (random() < 0.3) flying.reverse();
      const arriving = flying.splice(0, Math.floor(random() * 3));
      for (const one of arriving) if (random() > 0.2) got.push(...to.accept(one).map(numberOf));
      if (random() < 0.3) from.confirm(to.received);
      if (step > 400) from.rewind();
    }
    assert.deepEqual(got, Array.from({ length: said }, (_, index) => index + 1), `seed ${seed}`);
  }
});
