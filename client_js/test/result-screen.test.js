import assert from "node:assert/strict";
import { test } from "node:test";
import { factsOf, sentenceOf } from "../pages/result-screen.js";

const names = { 1: "Ann", 2: "Bob", 3: "Cyd" };
const room = /** @type {any} */ ({ player: (id) => (names[id] ? { id, name: names[id] } : null), localPlayers: [{ id: 1 }] });

test("who won, in a sentence", () => {
  assert.equal(sentenceOf(room, { winner: 2 }), "Bob wins");
  assert.equal(sentenceOf(room, { winner: 1 }), "You win!");
  assert.equal(sentenceOf({ ...room, localPlayers: [{ id: 1 }, { id: 4 }] }, { winner: 1 }), "Ann wins");
  assert.equal(sentenceOf(room, { winner: "The red team" }), "The red team wins");
  assert.equal(sentenceOf(room, { winners: [2, 3] }), "Bob and Cyd win");
  assert.equal(sentenceOf(room, { winner: null }), "A draw");
  assert.equal(sentenceOf(room, { winner: 9 }), "Somebody who left wins");
  assert.equal(sentenceOf(room, { text: "Everybody lost", winner: 1 }), "Everybody lost");
  assert.equal(sentenceOf(room, {}), "The game is over.");
});

test("what else the game says: numbers and texts, and those of each player", () => {
  assert.deepEqual(factsOf(room, { winner: 1, rounds_played: 3, scores: { 1: 4, 2: 9 }, cards: [1, 2], nothing: null }), [
    ["rounds played", "3"], ["Ann", "4"], ["Bob", "9"],
  ]);
});
