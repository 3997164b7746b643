// Who calls whom, what becomes of a pair, and one channel over all of it: meshes of several pages without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { House, seeded } from "./support/house.js";

const upTo = (last) => Array.from({ length: last }, (_, index) => index + 1);
const say = (page, to, first, last) => {
  for (let number = first; number <= last; number += 1) page.mesh.send("said", number, { to });
};
const offers = (house) => house.signalled.filter(([, , name]) => name === "offer").map(([from, to]) => [from, to]);

test("the newcomer offers, residents answer", async () => {
  const house = new House();
  const [ada, bea, cem] = await house.pages(3);
  assert.deepEqual(offers(house), [[2, 1], [3, 1], [3, 2]]);
  assert.deepEqual([ada.state(2), ada.state(3), bea.state(1), bea.state(3), cem.state(1), cem.state(2)], Array(6).fill("connected"));
});

test("messages to all, to one, and to nobody; both kinds", async () => {
  const house = new House();
  const [ada, bea, cem] = await house.pages(3);
  ada.mesh.send("said", "all");
  ada.mesh.send("said", "one", { to: bea.number });
  ada.mesh.send("said", "quick", { to: ada.mesh.peers.get(3), volatile: true });
  await house.settle();
  assert.deepEqual([bea.heard[1], cem.heard[1]], [["all", "one"], ["quick", "all"]]);
  assert.throws(() => ada.mesh.send("said", 1, { to: 9 }), { name: "member-unknown" });
  assert.throws(() => ada.mesh.send("said", "x".repeat(48 * 1024)), { name: "message-too-large" });
});

test("two pages that begin at the same moment find each other, and lose nothing of what they said at once", async () => {
  const house = new House();
  const rooms = [house.member(), house.member()];
  const pages = await Promise.all(rooms.map((room) => house.page(room)));
  say(pages[1], 1, 1, 3);
  await house.pass(1000);
  assert.deepEqual([pages[0].state(2), pages[1].state(1)], ["connected", "connected"]);
  assert.deepEqual(pages[0].heard[2], upTo(3));
});

test("a member without a page of the call is no peer until it has one", async () => {
  const house = new House();
  const room = house.member();
  const bea = await house.page();
  await house.pass(20_000);
  assert.equal(bea.state(1), "calling");
  const ada = await house.page(room);
  await house.settle();
  assert.deepEqual([ada.state(2), bea.state(1)], ["connected", "connected"]);
});

test("a pair that finds no way talks through the worker after its patience, and goes over when it finds one", async () => {
  const house = new House();
  house.hasWay = () => false;
  const [ada, bea] = await house.pages(2);
  say(ada, 2, 1, 100);
  await house.pass(2000);
  assert.deepEqual([ada.state(2), bea.heard[1]], ["connecting", undefined]);
  await house.pass(1500);
  assert.deepEqual([ada.state(2), ada.mesh.peers.get(2).reason, bea.heard[1]], ["relayed", "no-way", upTo(100)]);
  house.hasWay = () => true;
  say(ada, 2, 101, 110);
  await house.pass(15_000);
  assert.deepEqual([ada.state(2), ada.mesh.peers.get(2).reason, bea.heard[1]], ["connected", "", upTo(110)]);
});

test("lines that come and go, a worker that refuses: nothing is lost and nothing doubled", async () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const house = new House();
    const random = seeded(seed);
    house.hasWay = () => random() < 0.5;
    house.refuses = () => random() < 0.2;
    const [ada, bea] = await house.pages(2, { connectPatienceMs: 300 });
    const said = [0, 0];
    for (let step = 0; step < 60; step += 1) {
      const count = Math.floor(random() * 5);
      say(ada, 2, said[0] + 1, said[0] += count);
      say(bea, 1, said[1] + 1, said[1] += count);
      const open = house.links.find((link) => link.isOpen);
      if (open && random() < 0.3) open.close();
      else if (open && random() < 0.3) open.disturb(random() < 0.5);
      await house.pass(Math.floor(random() * 20) * 20);
    }
    house.hasWay = () => true;
    house.refuses = () => false;
    await house.pass(60_000);
    assert.deepEqual([bea.heard[1], ada.heard[2]], [upTo(said[0]), upTo(said[1])], `seed ${seed}`);
  }
});

test("a disturbed line: the caller restarts first, the other later, and after its patience the worker carries", async () => {
  const house = new House();
  const [ada, bea] = await house.pages(2, { connectPatienceMs: 6000 });
  const [caller, other] = [bea, ada].map(({ number }) => house.links.findLast((link) => link.number === number));
  caller.disturb();
  assert.deepEqual([ada.state(2), bea.state(1)], ["broken", "broken"]);
  await house.pass(900);
  assert.deepEqual([caller.restarts, other.restarts], [0, 0]);
  await house.pass(200);
  assert.deepEqual([caller.restarts, other.restarts], [1, 0]);
  await house.pass(4000);
  assert.deepEqual([caller.restarts, other.restarts], [2, 1]);
  say(ada, 2, 1, 3);
  await house.pass(1000);
  assert.deepEqual([ada.state(2), ada.mesh.peers.get(2).reason, bea.heard[1]], ["relayed", "line-lost", upTo(3)]);
});

test("a disturbed line that recovers goes on", async () => {
  const house = new House();
  const [ada, bea] = await house.pages(2);
  const link = house.links.at(-1);
  link.disturb(true);
  say(ada, 2, 1, 3);
  link.open();
  await house.settle();
  assert.deepEqual([ada.state(2), bea.heard[1]], ["connected", upTo(3)]);
});

test("signals of an older attempt are nobody's", async () => {
  const house = new House();
  const [ada, bea] = await house.pages(2);
  const old = ada.mesh.peers.get(2).way.link.id;
  bea.mesh.peers.get(1).way.begin();
  await house.settle();
  assert.notEqual(ada.mesh.peers.get(2).way.link.id, old);
  const links = house.links.length;
  bea.room.signal("candidate", { to: 1, link: old });
  bea.room.signal("offer", { to: 1, link: "", sdp: new Uint8Array() });
  ada.room.signal("offer", { to: 2, link: "unknown.1", sdp: new Uint8Array() });
  ada.room.signal("answer", { to: 2, link: old, sdp: new Uint8Array() });
  await house.settle();
  assert.equal(bea.state(1), "connected");
  assert.equal(house.links.filter(({ number }) => number === 2).length, 2, "who came later is not called");
  assert.ok(house.links.length <= links + 1);
});

test("a page that begins anew is a new peer, whichever of the two it is", async () => {
  for (const which of [0, 1]) {
    const house = new House();
    const pages = await house.pages(2);
    const other = pages[1 - which];
    const seen = [];
    other.mesh.notices.on("gone", () => seen.push("gone"));
    other.mesh.notices.on("peer", () => seen.push("peer"));
    say(other, pages[which].number, 1, 2);
    await house.settle();
    const again = await house.page(house.forgetPage(pages[which]));
    await house.settle();
    say(other, again.number, 3, 4);
    say(again, other.number, 1, 2);
    await house.pass(500);
    assert.deepEqual([seen, again.state(other.number)], [["gone", "peer"], "connected"]);
    assert.deepEqual([again.heard[other.number], other.heard[again.number]], [[3, 4], [1, 2]]);
  }
});

test("who leaves the call, or the room, is gone at once", async () => {
  const house = new House();
  const [ada, bea, cem] = await house.pages(3);
  cem.mesh.close();
  await house.settle();
  assert.deepEqual([[...ada.mesh.peers.keys()], [...bea.mesh.peers.keys()], cem.mesh.isOver], [[2], [1], true]);
  house.leave(2);
  await house.settle();
  assert.deepEqual([...ada.mesh.peers.keys()], []);
});

test("into another room with the same listeners", async () => {
  const house = new House();
  const next = new House();
  const [ada, bea] = await house.pages(2);
  const cem = await next.page();
  ada.mesh.moveTo(next.member());
  await house.settle();
  await next.settle();
  cem.mesh.send("said", "welcome");
  await next.settle();
  assert.deepEqual([[...bea.mesh.peers.keys()], [...ada.mesh.peers.keys()], ada.heard[1]], [[], [1], ["welcome"]]);
});

test("as many lines as one can bear; with the others one talks through the worker", async () => {
  const house = new House();
  const [ada, bea, cem] = await house.pages(3, { mostPeers: 1 });
  assert.deepEqual([ada.state(2), bea.state(1)], ["connected", "connected"]);
  assert.deepEqual([ada.state(3), cem.state(1), cem.state(2)], ["relayed", "relayed", "relayed"]);
  assert.equal(cem.mesh.peers.get(1).reason, "mesh-full");
  say(cem, 1, 1, 5);
  say(bea, 3, 1, 5);
  await house.pass(500);
  assert.deepEqual([ada.heard[3], cem.heard[2]], [upTo(5), upTo(5)]);
});

test("a browser without WebRTC talks to all through the worker, whoever came first", async () => {
  for (const which of [0, 1, 2]) {
    const house = new House();
    const pages = [];
    for (const index of [0, 1, 2]) {
      const options = index === which ? { openLink: () => { throw new ReferenceError("RTCPeerConnection is not defined"); } } : {};
      pages.push(await house.page(house.member(), options));
    }
    await house.settle();
    const [without] = pages.splice(which, 1);
    const [one, other] = pages;
    assert.deepEqual([one.state(other.number), other.state(one.number)], ["connected", "connected"]);
    assert.deepEqual(pages.map(({ number }) => without.state(number)), ["relayed", "relayed"]);
    assert.match(without.mesh.peers.get(one.number).way.troubles[0], /ReferenceError/);
    say(without, other.number, 1, 3);
    say(one, without.number, 1, 3);
    await house.pass(500);
    assert.deepEqual([other.heard[without.number], without.heard[one.number]], [upTo(3), upTo(3)]);
  }
});

test("while one is away the other two's line lives on, and nothing is signalled to whom it would not reach", async () => {
  const house = new House();
  const [ada, bea] = await house.pages(2, { connectPatienceMs: 500 });
  house.away(2);
  say(ada, 2, 1, 3);
  await house.settle();
  assert.deepEqual(bea.heard[1], upTo(3));
  house.links.at(-1).disturb(true);
  say(ada, 2, 4, 6);
  house.signalled.length = 0;
  await house.pass(60_000);
  assert.deepEqual([ada.state(2), house.signalled, bea.heard[1]], [undefined, [], upTo(3)]);
  house.back(2);
  await house.pass(1000);
  assert.deepEqual([ada.state(2), bea.heard[1]], ["connected", upTo(6)]);
});

test("a page that falls silent with its line is gone until it is back, and then has missed nothing", async () => {
  const house = new House();
  const [ada, bea] = await house.pages(2);
  const seen = [];
  ada.mesh.notices.on("gone", () => seen.push("gone"));
  ada.mesh.notices.on("peer", () => seen.push("peer"));
  house.away(2);
  for (const link of house.links) link.isOpen = false; // The network is gone; nobody says so.
  say(ada, 2, 1, 3);
  await house.pass(2000);
  assert.deepEqual([seen, [...ada.mesh.peers.keys()], bea.heard[1]], [["gone"], [], undefined]);
  house.back(2);
  house.links.at(-1).open();
  await house.pass(6000);
  assert.deepEqual([seen, ada.state(2), bea.heard[1]], [["gone", "peer"], "connected", upTo(3)]);
});

test("after a return that missed something all pairs are made sure of", async () => {
  const house = new House();
  house.hasWay = () => false;
  const [ada, bea] = await house.pages(2);
  house.hasWay = () => true;
  house.underWay.length = 0;
  house.away(1);
  const cem = await house.page();
  house.underWay.length = 0; // The offers to the one who is away are lost.
  house.back(1, { recovered: false });
  await house.pass(100);
  assert.deepEqual([ada.state(2), ada.state(3), bea.state(1), cem.state(1)], Array(4).fill("connected"));
});

test("spectators have lines of their own, but say nothing through the worker", async () => {
  const house = new House();
  const ada = await house.page();
  const eve = await house.page(house.member("spectator"));
  await house.settle();
  assert.equal(ada.state(2), "connected");
  house.hasWay = () => false;
  house.links.at(-1).disturb(true);
  say(ada, 2, 1, 2);
  await house.pass(5000);
  assert.deepEqual([ada.state(2), eve.heard[1]], ["relayed", undefined]);
  const without = await house.page(house.member(), { spectators: false });
  await house.settle();
  assert.deepEqual([...without.mesh.peers.keys()], [1]);
});

test("one who takes nothing in is told to the sender, and keeps nothing from the others", async () => {
  const house = new House();
  const [ada, bea, cem] = await house.pages(3);
  for (const link of house.links) link.write = () => {};
  const written = house.links.find(({ number, twin }) => number === 1 && twin?.number === 3);
  const got = [];
  written.write = ([, , items]) => got.push(...items);
  assert.throws(() => { for (let count = 0; count < 5000; count += 1) ada.mesh.send("said", count); }, { name: "too-many-requests" });
  assert.ok(got.length > 1900);
  assert.equal(bea.state(3) ?? cem.state(2), "connected");
});

test("a call that nobody answers, and spectators without a line, are no error", async () => {
  const house = new House();
  house.member();
  const bea = await house.page();
  const eve = await house.page(house.member("spectator"));
  house.hasWay = () => false;
  await house.pass(100);
  for (const link of house.links.filter(({ isOpen }) => isOpen)) link.disturb(true);
  await house.pass(5000);
  for (let count = 0; count < 5000; count += 1) bea.mesh.send("said", count);
  assert.deepEqual([bea.state(1), bea.state(3), eve.state(2)], ["calling", "relayed", "relayed"]);
});

test("what a member lets others see is known of it, also through the worker", async () => {
  const house = new House();
  house.hasWay = () => false;
  const [ada, bea] = await house.pages(2);
  bea.mesh.media.tracks.set("microphone", {});
  bea.mesh.media.isMuted = true;
  bea.mesh.media.notices.emit("change");
  await house.pass(4000);
  const { hasMicrophone, isMuted, hasCamera } = ada.mesh.peers.get(2).media;
  assert.deepEqual([hasMicrophone, isMuted, hasCamera], [true, true, false]);
});

test("whoever sends nonsense harms nobody", async () => {
  const house = new House();
  const [ada, bea] = await house.pages(2);
  const { call } = ada.mesh.peers.get(2);
  for (const body of [null, 5, [], [call], [call, 0, "x", {}], [call, 0, 1, [5]], [call, 0, 1, [new Uint8Array([0xc1])]]]) {
    bea.room.send(":call", body, { to: 1 });
    bea.room.send(":volatile", body, { to: 1 });
  }
  await house.settle();
  assert.equal(ada.state(2), "connected");
});
