// What a member says to its room. A message that is counted is kept by the session until the room has confirmed it, and
// said again over the next line if it has not. What piled up while there was no line goes out at a pace that the room
// allows (shared/rules/buckets.py), well within its burst, so that nothing is refused for coming at once.

import { Bucket } from "./bucket.js";

const BEAT_MS = 50;

/** @type {Record<string, import("./bucket.js").Pace>} */
const PACES = {
  "relay": { perS: 60, burst: 60, unitBytes: 1024 }, "as-host": { perS: 120, burst: 120, unitBytes: 1024 },
  "chat": { perS: 2, burst: 4 },
  // A room has one pace for all four.
  "offer": { perS: 5, burst: 20, unitBytes: 2048 }, "answer": { perS: 5, burst: 20, unitBytes: 2048 },
  "candidate": { perS: 15, burst: 90 }, "bye": { perS: 5, burst: 20 },
};
/** @type {import("./bucket.js").Pace} */
const OTHER = { perS: 2, burst: 4 };
/** Messages that share the pace of another one. @type {Record<string, string>} */
const LIKE = { "act": "relay" };

export class Outbox {
  /** @param {import("./shell.js").Shell} shell @param {import("./session.js").Session} session */
  constructor(shell, session) {
    this.shell = shell;
    this.session = session;
    /** @type {((payload: Uint8Array) => void) | null} */
    this.write = null;
    /** How many of the session's kept messages have not gone out over this line: the last ones. */
    this.backlog = 0;
    /** @type {Map<string, Bucket>} */
    this.buckets = new Map();
    /** @type {any} */
    this.timer = null;
    /** @type {(() => void)[]} */
    this.whenSent = [];
  }

  /** @param {string} name @param {Uint8Array} payload */
  add(name, payload) {
    this.session.add({ name, payload });
    this.backlog += 1;
    // With nothing before it a message goes at once: the application's own pace is its own affair.
    if (this.write && this.backlog === 1) this.#writeNext();
  }

  /** A line stands, and the session knows what the room has got: the rest goes out. @param {(payload: Uint8Array) => void} write */
  open(write) {
    this.close();
    this.write = write;
    this.backlog = this.session.kept.length;
    this.#pump();
  }

  close() {
    this.write = null;
    this.shell.clearTimeout(this.timer);
  }

  /** Calls as soon as all that was said has gone out; never, if the line is lost before. @param {() => void} call */
  afterwards(call) {
    this.whenSent = [call];
    this.#settle();
  }

  #pump = () => {
    while (this.write && this.backlog && this.#mayGo(this.#next())) this.#writeNext();
    if (this.write && this.backlog) this.timer = this.shell.setTimeout(this.#pump, BEAT_MS);
    this.#settle();
  };

  #next() {
    return /** @type {import("./session.js").Kept} */ (this.session.kept.at(-this.backlog));
  }

  #writeNext() {
    const { payload } = this.#next();
    this.backlog -= 1;
    this.write?.(payload);
  }

  #settle() {
    if (!this.write || this.backlog) return;
    const calls = this.whenSent;
    this.whenSent = [];
    for (const call of calls) call();
  }

  /** @param {import("./session.js").Kept} message */
  #mayGo({ name, payload }) {
    const kind = LIKE[name] ?? (name in PACES ? name : "other");
    const bucket = this.buckets.get(kind) ?? new Bucket(this.shell, PACES[kind] ?? OTHER);
    this.buckets.set(kind, bucket);
    return bucket.take(payload.length);
  }
}
