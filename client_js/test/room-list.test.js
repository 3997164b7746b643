import assert from "node:assert/strict";
import { test } from "node:test";
import { orderBy, RoomList } from "../src/room-list.js";
import { ROOM_ROW } from "./support/fakes.js";

/** Without measurements of one's own: what the lobby says is the ping. */
const PINGS = { watch() {}, stop() {}, of: ({ hostPingMs, isPingOld }) => ({ pingMs: hostPingMs, isEstimate: true, isPingOld }) };

const row = (roomId, fields = {}) => ({ ...ROOM_ROW, roomId, ...fields });
const ids = (rows) => rows.map(({ roomId }) => roomId).join(" ");

test("nothing is asked before the first watch; a new line asks again", () => {
  const asked = [];
  const list = new RoomList((name, fields) => asked.push([name, fields]), PINGS);
  list.resume();
  list.watch({ game: "chat", sort: "name" });
  list.resume();
  const wanted = ["all-rooms", { game: "chat", options: {}, sort: "name", openOnly: false, most: 200 }];
  assert.deepEqual(asked, [wanted, wanted]);
});

test("changes are applied and put in the asked order", () => {
  const list = new RoomList(() => {}, PINGS);
  const seen = [];
  list.on("change", (rows, more) => seen.push([ids(rows), more]));
  list.watch({ sort: "newest" });
  list.replace({ rooms: [row("b", { createdMs: 2 }), row("a", { createdMs: 1 })], more: 0 });
  list.apply({ changed: [row("c", { createdMs: 3 }), row("a", { createdMs: 1, players: 5 })], removed: ["b"], more: 4 });
  assert.deepEqual(seen, [["b a", 0], ["c a", 4]]);
  assert.equal(list.get("a").players, 5);
  assert.equal(list.get("b"), undefined);
});

test("each sort has the lobby's order; of equals the newer stands first, then the id decides", () => {
  const rows = [
    row("a", { name: "Zebra", players: 1, seats: 2, createdMs: 1, pingMs: 20 }),
    row("b", { name: "ähre", players: 3, seats: 8, createdMs: 2 }),
    row("d", { name: "apple", players: 8, seats: 8, createdMs: 3, pingMs: 5 }),
    row("c", { name: "Apple", players: 4, seats: 8, createdMs: 3, pingMs: 20 }),
  ];
  const sorted = (sort) => ids(rows.toSorted(orderBy(sort)));
  assert.equal(sorted("newest"), "c d b a");
  assert.equal(sorted("name"), "c d a b");
  assert.equal(sorted("fullest"), "d c a b");
  assert.equal(sorted("emptiest"), "b c a d");
  assert.equal(sorted("ping"), "d c a b");
});
