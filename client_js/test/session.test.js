import assert from "node:assert/strict";
import { test } from "node:test";
import { KEPT_MESSAGES, Session } from "../src/session.js";
import { JOINED } from "./support/fakes.js";

const message = (byte) => ({ name: "relay", payload: new Uint8Array([byte]) });
const kept = (session) => session.kept.map(({ payload }) => payload[0]);

function inRoom(fields = {}) {
  const session = new Session();
  session.join({ ...JOINED, ...fields });
  session.code = "code-1";
  return session;
}

test("a new one comes with nothing; one with a picture names what it has", () => {
  assert.deepEqual(new Session().hello, { session: "", ownerEpoch: 0, received: -1 });
  const session = inRoom({ ownerEpoch: 3 });
  session.received = 7;
  assert.deepEqual(session.hello, { session: "code-1", ownerEpoch: 3, received: 7 });
});

test("in authority `host` the picture is whole only with the snapshot", () => {
  const session = inRoom({ authority: "host" });
  session.received = 2;
  assert.equal(session.hello.received, -1);
  session.brief();
  assert.equal(session.hello.received, 2);
});

test("what the room has got is forgotten, whatever it says", () => {
  const session = inRoom();
  [1, 2, 3].forEach((byte) => session.add(message(byte)));
  session.confirm(2);
  assert.deepEqual([kept(session), session.confirmed, session.sent], [[3], 2, 3]);
  session.confirm(1);
  session.confirm(99);
  assert.deepEqual([kept(session), session.confirmed, session.keptBytes], [[], 3, 0]);
});

test("a resume tells what is missing there, a picture too; its count goes on from the room's", () => {
  for (const comesBack of [
    (session) => session.resume({ you: 2, received: 2, missed: 0 }),
    (session) => session.join({ ...JOINED, received: 2, hasReturned: true }),
  ]) {
    const session = inRoom();
    [1, 2, 3].forEach((byte) => session.add(message(byte)));
    session.received = 5;
    comesBack(session);
    assert.deepEqual([kept(session), session.sent], [[3], 3]);
  }
  const session = inRoom();
  session.received = 5;
  session.join({ ...JOINED, received: 0 });
  assert.equal(session.received, 0);
});

test("an owner that knows less is told again; whoever is somebody new there says nothing twice", () => {
  const keeping = () => {
    const session = inRoom();
    [1, 2, 3].forEach((byte) => session.add(message(byte)));
    session.confirm(1);
    return session;
  };
  const known = keeping();
  assert.equal(known.join({ ...JOINED, ownerEpoch: 2, received: 0, hasReturned: true }), 0);
  assert.deepEqual([kept(known), known.sent], [[2, 3], 2]);
  for (const picture of [{ hasReturned: false }, { hasReturned: true, you: 5 }]) {
    const stranger = keeping();
    assert.equal(stranger.join({ ...JOINED, ...picture }), 2);
    assert.deepEqual([kept(stranger), stranger.sent, stranger.keptBytes], [[], 0, 0]);
  }
});

test("what a snapshot does not hold yet is known by its count", () => {
  const session = inRoom({ received: 10 });
  [11, 12, 13].forEach((byte) => session.add(message(byte)));
  assert.deepEqual(session.keptAfter(12).map(({ payload }) => payload[0]), [13]);
  assert.equal(session.keptAfter(0).length, 3);
});

test("too much is refused, and not taken", () => {
  const session = inRoom();
  for (let count = 0; count < KEPT_MESSAGES; count += 1) session.add(message(1));
  assert.throws(() => session.add(message(1)), { name: "too-many-requests" });
  assert.equal(session.sent, KEPT_MESSAGES);
});

test("a page's successor goes on with what was kept, and asks for the picture", () => {
  const session = inRoom();
  [1, 2].forEach((byte) => session.add(message(byte)));
  session.confirm(1);
  const successor = new Session(session.saved);
  assert.deepEqual([successor.hello.received, successor.sent, kept(successor)], [-1, 2, [2]]);
});
