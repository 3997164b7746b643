import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

const { exports, files } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

test("all that can be imported is packed", () => {
  for (const target of Object.values(exports)) {
    assert.ok(existsSync(new URL(`../${target.replace("*", "")}`, import.meta.url)), target);
    assert.ok(files.some((folder) => target.startsWith(`./${folder}/`)), target);
  }
});
