// Replays games under Pyodide, for tests/js/test_same_everywhere.py. From stdin `{ engine, games, seed, ticks }`, where
// `engine` is the path of the zip; to stdout `{ [name]: [hash of each tick] }`.

import { readFileSync } from "node:fs";
import { loadPyodide } from "../../client_js/node_modules/pyodide/pyodide.mjs";

const asked = readFileSync(0, "utf8");
const python = await loadPyodide({ jsglobals: {} });
python.unpackArchive(new Uint8Array(readFileSync(JSON.parse(asked).engine)), "zip", { extractDir: "/engine" });
python.runPython("import json, sys; sys.path.insert(0, '/engine')");
python.runPython(readFileSync(new URL("replay.py", import.meta.url), "utf8"));
const replayAll = python.runPython(`
def replay_all(asked):
    asked = json.loads(asked)
    return json.dumps({game["name"]: replay(game, asked["seed"], asked["ticks"]) for game in asked["games"]})
replay_all
`);
process.stdout.write(replayAll(asked));
