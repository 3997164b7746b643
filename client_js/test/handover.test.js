import assert from "node:assert/strict";
import { test } from "node:test";
import { takeFarewell, takeReroute } from "../pages/handover.js";
import { forbidStorage } from "./support/globals.js";

test("where storage is forbidden, no page leaves anything for the next", (context) => {
  forbidStorage(context, "sessionStorage");
  assert.deepEqual([takeFarewell(), takeReroute("r2")], [null, null]);
});
