import assert from "node:assert/strict";
import { test } from "node:test";
import { Vitals } from "../src/vitals.js";
import { BALLS, PLAYED, update } from "./support/games.js";
import { insideRoom } from "./support/stories.js";

test("each look tells what happened since the one before", async () => {
  const { world, room } = await insideRoom({}, PLAYED);
  const vitals = new Vitals(room, () => world.ms);
  world.socket.say("scene", BALLS);
  for (let tick = 11; tick <= 20; tick += 1) {
    await world.pass(50);
    world.socket.say("update", update(tick));
    for (const ms of [1, 2, 3]) vitals.frame(ms);
  }
  const look = vitals.look();
  assert.deepEqual([look.tick, look.objects, look.updatesPerS, look.framesPerS, look.scriptMs], [20, 2, 22, 60, 3]);
  assert.ok(look.bytesInPerS > 200 && look.bytesOutPerS === 0, `${look.bytesInPerS} ${look.bytesOutPerS}`);
  assert.deepEqual([look.jitterMs, look.delayMs, look.pingMs, look.isPredicted], [0, 50, null, false]);
  await world.pass(500);
  const { updatesPerS, framesPerS, scriptMs, bytesInPerS } = vitals.look();
  assert.deepEqual([updatesPerS, framesPerS, scriptMs, bytesInPerS], [0, 0, 0, 0]);
});
