// A world in which nothing moves by itself: a clock that jumps from timer to timer, sockets whose other end is the test,
// an HTTP side that hands out identities, and a page that hides when told.

import { encode as pack, decode as unpack } from "@msgpack/msgpack";
import * as protocol from "../../src/protocol.js";
import { Meter } from "../../src/meter.js";
import { memoryShelf } from "../../src/shell.js";
import { Weather } from "../../src/simulate.js";

/** What `FakeWorld.answer` gives for an answer whose body never comes. */
export const BROKEN_OFF = {};

export class FakeWorld {
  constructor() {
    this.ms = 1_700_000_000_000;
    this.timers = [];
    this.sockets = [];
    this.requests = [];
    this.answer = () => ({ client_id: "guest7", username: "Ada", token: "identity-1", expires_s: 86_400 });
    this.page = new FakePage();
    this.window = new EventTarget();
    const world = this;
    this.shell = {
      WebSocket: class extends FakeSocket {
        constructor(url) {
          super(url);
          world.sockets.push(this);
        }
      },
      fetch: async (url, init) => {
        const body = this.answer(url, init);
        this.requests.push({ url, headers: init.headers, body: JSON.parse(init.body) });
        const json = async () => {
          if (body === BROKEN_OFF) throw new TypeError("the page goes away");
          return body;
        };
        return { ok: !body.error, json };
      },
      now: () => this.ms,
      setTimeout: (call, ms) => {
        const timer = { at: this.ms + ms, call };
        this.timers.push(timer);
        return timer;
      },
      clearTimeout: (timer) => { this.timers = this.timers.filter((other) => other !== timer); },
      random: () => 0.5,
      tabStorage: memoryShelf(),
      deviceStorage: memoryShelf(),
      page: this.page,
      window: this.window,
      weather: new Weather(),
      meter: new Meter(),
    };
  }

  get socket() {
    return this.sockets.at(-1);
  }

  /** Lets `ms` pass: each timer that falls due is called at its own time, and promises settle in between. */
  async pass(ms) {
    const end = this.ms + ms;
    await settled();
    for (;;) {
      const due = this.timers.filter((timer) => timer.at <= end).sort((one, other) => one.at - other.at)[0];
      if (!due) break;
      this.shell.clearTimeout(due);
      this.ms = Math.max(this.ms, due.at);
      due.call();
      await settled();
    }
    this.ms = end;
  }

  /** The page is reloaded or closed; what was on it hears nothing any more. */
  leavePage() {
    this.window.dispatchEvent(new Event("pagehide"));
    this.timers = [];
    this.page = this.shell.page = new FakePage();
    this.window = this.shell.window = new EventTarget();
  }

  /** The machine slept: the clock jumped, no timer was called meanwhile. */
  sleep(ms) {
    this.ms += ms;
  }
}

/** Lets every promise that can settle do so. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** What is reported like an uncaught error during a test, by its message. */
export function reporting(context) {
  const messages = [];
  globalThis.reportError = (error) => messages.push(error.message);
  context.after(() => { delete globalThis.reportError; });
  return messages;
}

export class FakePage extends EventTarget {
  visibilityState = "visible";

  show(isVisible) {
    this.visibilityState = isVisible ? "visible" : "hidden";
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

const TABLES = {
  lobby: { from: protocol.CLIENT_TO_LOBBY, to: protocol.LOBBY_TO_CLIENT },
  worker: { from: protocol.CLIENT_TO_WORKER, to: protocol.WORKER_TO_CLIENT },
};

/** The client's socket, with the server's end in the test's hand: `accept`, `say`, `heard`, `end`. */
export class FakeSocket {
  constructor(url) {
    this.url = url;
    this.payloads = [];
    this.isClosed = false;
    this.readyState = 1;
    this.side = url.endsWith("/ws") ? TABLES.lobby : TABLES.worker;
  }

  send(payload) {
    this.payloads.push(payload);
  }

  /** Forgets what the client has said so far. */
  forget() {
    this.payloads = [];
  }

  close(code) {
    this.isClosed = true;
    this.closeCode = code;
  }

  accept() {
    this.onopen();
  }

  /** Says a message as an object of its fields, in the table's order. */
  say(name, fields = {}) {
    const spec = this.side.to[name];
    this.sayBytes(pack([spec.kind, ...spec.fields.map(([key, shape]) => shape.write(fields[key]))]));
  }

  sayBytes(bytes) {
    this.onmessage({ data: bytes.slice().buffer });
  }

  end(code, reason = "") {
    this.onclose({ code, reason });
  }

  /** What the client has said: `[name, fields]` each, without pings and pongs. */
  get heard() {
    return this.all.filter(([name]) => name !== "ping" && name !== "pong");
  }

  get all() {
    return this.payloads.map((payload) => {
      const [kind, ...values] = unpack(payload);
      const [name, spec] = Object.entries(this.side.from).find(([, row]) => row.kind === kind);
      return [name, Object.fromEntries(spec.fields.map(([key], index) => [key, values[index]]))];
    });
  }

  /** The last message of that name. */
  last(name) {
    return this.all.filter(([other]) => other === name).at(-1)?.[1];
  }
}

export const ROOM_ROW = {
  roomId: "r1", game: "chat", name: "Tea", hostName: "Ada", players: 1, seats: 8, spectators: 0, spectatorSeats: 4,
  isLocked: false, authority: "none", options: {}, createdMs: 1, hostPingMs: null, isPingOld: false, address: "",
};

export const JOINED = {
  roomId: "r1", game: "chat", name: "Tea", seats: 8, authority: "none", options: {}, ownerEpoch: 1, hostEpoch: 1, host: 1,
  doors: "public", isLocked: false, invite: "", spectatorSeats: 4, you: 2, hasReturned: false, received: 0,
  addedPlayers: [], hasMain: false, tickHz: 0, inputs: [], localPlayers: 1,
  members: [
    { number: 1, clientId: "c1", username: "Bea", role: "player", isAway: false },
    { number: 2, clientId: "guest7", username: "Ada", role: "player", isAway: false },
  ],
  chat: [{ number: 1, username: "Bea", text: "hello", sentMs: 5 }],
};
