import assert from "node:assert";
import { test } from "node:test";
import { Client } from "boardgame.io/dist/cjs/client.js";
import { Local } from "boardgame.io/dist/cjs/multiplayer.js";
import { Dots } from "./game.js";

test("who moves is seen by the other", () => {
  const multiplayer = Local();
  const [ada, bea] = ["0", "1"].map((playerID) => Client({ game: Dots, numPlayers: 2, multiplayer, playerID }));
  for (const client of [ada, bea]) client.start();
  ada.moves.move(1, 0);
  assert.deepStrictEqual(bea.getState().G.dots.map(({ x }) => x), [410, 400]);
  for (const client of [ada, bea]) client.stop();
});
