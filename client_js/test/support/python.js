// A Web Worker with Python whose other end is the test, and a lobby that serves its files.

import { encode as pack, decode as unpack } from "@msgpack/msgpack";
import { encode } from "../../src/codec.js";
import { CLIENT_TO_WORKER, WORKER_TO_CLIENT } from "../../src/protocol.js";
import { settled } from "./fakes.js";

export const PROGRAM = { name: "arena", hash: "h", manifest: {}, main: "def start(world): ..." };

/** Adds to a world what runs games. @returns {FakePython[]} the workers, as they are made */
export function withPython(world, files = { program: PROGRAM }) {
  const workers = [];
  const { fetch } = world.shell;
  world.shell.newWorker = () => {
    const worker = new FakePython();
    workers.push(worker);
    return worker;
  };
  world.shell.fetch = async (url, init) => {
    if (url.endsWith("/offline/engine.json")) return found({ python: "/py/", engine: "/engine.zip", bytes: { "/engine.zip": 9 } });
    if (url.endsWith("/program.json")) return files.program ? found(files.program) : { ok: false, status: 404 };
    return fetch(url, init);
  };
  return workers;
}

const found = (body) => ({ ok: true, status: 200, json: async () => body });

export class FakePython {
  /** What the page has said: messages as they were posted. */
  posted = [];
  isTerminated = false;

  postMessage(message) {
    this.posted.push(message);
  }

  terminate() {
    this.isTerminated = true;
  }

  say(message) {
    this.onmessage?.({ data: message });
  }

  async ready() {
    await settled();
    this.say({ say: "ready" });
    await settled();
  }

  /** The role that was opened, if any, and with what. */
  get opened() {
    const open = this.posted.findLast(({ say }) => say === "open");
    return open && [open.role, unpack(open.setup)];
  }

  /** What the page told the role: as it is, unless it is a message of a room. */
  get heard() {
    return this.posted.filter(({ say }) => say === "tell").map(({ payload }) => unpack(payload));
  }

  forget() {
    this.posted = [];
  }

  /** The role says: messages as [name, fields] for the room, and other news as it is. */
  tell(...values) {
    const packed = values.map((value) => pack(value));
    this.say({ say: "told", packed: Uint8Array.from(packed.flatMap((bytes) => [...bytes])) });
  }
}

/** A worker's message, encoded. */
export const said = (name, fields) => encode(WORKER_TO_CLIENT, name, fields);

/** A client's message as it travels. */
export const kindOf = (name) => CLIENT_TO_WORKER[name].kind;
