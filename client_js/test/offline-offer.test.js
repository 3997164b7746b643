import assert from "node:assert/strict";
import { test } from "node:test";
import { OfflineOffer } from "../pages/offline-offer.js";

const GAMES = [{ title: "Course", address: "/games/course/?offline" }];

/** A page's notice: `said` is what stands there, "" nothing. */
function page({ games = GAMES, said = "" } = {}) {
  const here = { said, times: 0 };
  const tell = (text, choices) => {
    if (here.said) return null;
    const own = `${text} ${choices.map(([label]) => label)}`;
    here.said = own;
    here.times += 1;
    return () => { if (here.said === own) here.said = ""; };
  };
  return { here, offer: new OfflineOffer({ kept: async () => games, tell }) };
}

test("what can be played meanwhile is offered once an outage, also when it is dismissed", async () => {
  const { here, offer } = page();
  await offer.make();
  assert.match(here.said, /offline.* Course$/);
  await offer.make();
  here.said = "";
  await offer.make();
  assert.deepEqual([here.said, here.times], ["", 1]);
  offer.withdraw();
  await offer.make();
  assert.equal(here.times, 2);
});

test("it goes when the lobby is there again, and comes no more when it was only being looked up", async () => {
  const { here, offer } = page();
  await offer.make();
  offer.withdraw();
  assert.equal(here.said, "");
  const late = offer.make();
  offer.withdraw();
  await late;
  assert.equal(here.said, "");
});

test("another notice is left alone; once it is gone, the next try offers", async () => {
  const { here, offer } = page({ said: "Your seat is kept." });
  await offer.make();
  assert.equal(here.said, "Your seat is kept.");
  here.said = "";
  await offer.make();
  here.said = "This room has ended.";
  offer.withdraw();
  assert.equal(here.said, "This room has ended.");
});

test("without anything to play nothing is said", async () => {
  const { here, offer } = page({ games: [] });
  await offer.make();
  assert.equal(here.times, 0);
});
