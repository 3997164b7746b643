import assert from "node:assert";
import { test } from "node:test";
import { boot } from "@colyseus/testing";
import app from "./app.config.js";

test("who moves is seen by the other", async () => {
  const server = await boot(app);
  const room = await server.createRoom("dots");
  const ada = await server.connectTo(room);
  const bea = await server.connectTo(room);
  ada.send("move", { x: 1, y: 0 });
  await room.waitForMessage("move");
  await room.waitForNextSimulationTick();
  await room.waitForNextPatch();
  assert.ok(bea.state.dots.get(ada.sessionId).x > 400);
  await server.shutdown();
});
