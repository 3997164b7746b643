// How far away the workers are: each address is probed once a minute, a few at a time, by a line that only pings. The
// least of several round trips counts, since everything that disturbs a measurement makes it longer. Of a room's ping
// this is one leg; the other is its host's, which the list brings.

import { Line } from "./line.js";
import { CLIENT_TO_WORKER, WORKER_TO_CLIENT } from "./protocol.js";

/** Less than the PROBES_PER_ADDRESS that one worker allows a whole household. */
export const AT_ONCE = 2;
const PINGS = 5;
const PING_EVERY_MS = 120;
const GIVE_UP_MS = 5000;
const AGAIN_MS = 60_000;
const OLD_MS = 150_000;

/**
 * @typedef {import("./protocol.js").RoomRow} RoomRow
 * @typedef {{ ms: number, atMs: number }} Measured
 * @typedef {{ pingMs: number | null, isEstimate: boolean, isPingOld: boolean }} RoomPing
 * @typedef {{ url: string, token: () => Promise<string>, lobbyMs: () => number | null, onMeasured: () => void }} PingsOptions
 */

export class Pings {
  /** @param {import("./shell.js").Shell} shell @param {PingsOptions} options `url` is the lobby's; `lobbyMs` its round trip */
  constructor(shell, options) {
    this.shell = shell;
    this.options = options;
    /** By address. @type {Map<string, Measured>} */
    this.measured = new Map();
    /** When a probe there began last. @type {Map<string, number>} */
    this.triedAt = new Map();
    /** @type {Set<string>} */
    this.wanted = new Set();
    /** @type {Map<string, Probe>} */
    this.probes = new Map();
    /** @type {any} */
    this.timer = null;
  }

  /** Keeps the pings of these workers fresh. @param {Iterable<string>} addresses as the list's rows have them */
  watch(addresses) {
    this.wanted = new Set([...addresses].filter(Boolean));
    for (const address of this.triedAt.keys()) if (!this.wanted.has(address)) this.triedAt.delete(address);
    this.#next();
  }

  stop() {
    this.wanted.clear();
    this.shell.clearTimeout(this.timer);
    for (const probe of this.probes.values()) probe.end();
    this.probes.clear();
  }

  /** The whole way, from here by the worker to the host. @param {RoomRow} row @returns {RoomPing} */
  of({ address, authority, hostPingMs, isPingOld: isHostPingOld }) {
    const own = this.measured.get(address);
    const hasHostLeg = authority !== "server";
    const ownMs = own?.ms ?? this.options.lobbyMs();
    const legs = [ownMs, hasHostLeg ? hostPingMs : null].filter((leg) => leg !== null);
    const isOwnOld = own !== undefined && this.shell.now() - own.atMs > OLD_MS;
    return {
      pingMs: legs.length ? Math.round(legs.reduce((sum, leg) => sum + leg, 0)) : null,
      isEstimate: !own || (hasHostLeg && hostPingMs === null),
      isPingOld: isOwnOld || (hasHostLeg && hostPingMs !== null && isHostPingOld),
    };
  }

  #next = () => {
    this.shell.clearTimeout(this.timer);
    const isSeen = this.shell.page?.visibilityState !== "hidden";
    for (const address of this.wanted) {
      if (isSeen && this.probes.size < AT_ONCE && !this.probes.has(address) && this.#dueInMs(address) <= 0) this.#probe(address);
    }
    const waiting = [...this.wanted].filter((address) => !this.probes.has(address));
    if (!waiting.length || this.probes.size === AT_ONCE) return;
    const soonest = Math.min(...waiting.map((address) => this.#dueInMs(address)));
    this.timer = this.shell.setTimeout(this.#next, Math.max(soonest, isSeen ? 0 : GIVE_UP_MS));
  };

  /** @param {string} address */
  #dueInMs(address) {
    const triedAt = this.triedAt.get(address);
    return triedAt === undefined ? 0 : triedAt + AGAIN_MS - this.shell.now();
  }

  /** @param {string} address */
  #probe(address) {
    this.triedAt.set(address, this.shell.now());
    const url = reachable(address, this.options.url);
    this.probes.set(address, new Probe(this.shell, url, this.options.token, (ms) => {
      this.probes.delete(address);
      if (ms !== null) this.measured.set(address, { ms, atMs: this.shell.now() });
      this.#next();
      if (ms !== null) this.options.onMeasured();
    }));
  }
}

/** One measurement: hello with the identity, welcome, a few paced pings. */
class Probe {
  /** @type {Line<any> | null} */ #line = null;
  /** @type {number[]} */ #samples = [];
  #isOver = false;

  /** @param {import("./shell.js").Shell} shell @param {string} url @param {() => Promise<string>} token @param {(ms: number | null) => void} done */
  constructor(shell, url, token, done) {
    this.shell = shell;
    this.done = done;
    this.timer = shell.setTimeout(this.#finish, GIVE_UP_MS);
    void this.#dial(url, token);
  }

  /** Silently: nobody waits for it any more. */
  end() {
    this.#isOver = true;
    this.shell.clearTimeout(this.timer);
    this.#line?.close();
  }

  /** @param {string} url @param {() => Promise<string>} token */
  async #dial(url, token) {
    const identity = await token().catch(() => "");
    if (this.#isOver) return;
    this.#line = new Line(this.shell, {
      url,
      token: identity,
      outgoing: CLIENT_TO_WORKER,
      incoming: WORKER_TO_CLIENT,
      onMessage: (name) => { if (name === "welcome") this.#line?.ping(); },
      onOver: this.#finish,
      onRoundTrip: (ms) => this.#sampled(ms),
    });
  }

  /** @param {number} ms */
  #sampled(ms) {
    this.#samples.push(ms);
    if (this.#samples.length >= PINGS) this.#finish();
    else this.shell.setTimeout(() => this.#line?.ping(), PING_EVERY_MS);
  }

  #finish = () => {
    if (this.#isOver) return;
    this.end();
    this.done(this.#samples.length ? Math.min(...this.#samples) : null);
  };
}

/** The address with what this client reached the lobby by. @param {string} address @param {string} lobbyUrl */
export function reachable(address, lobbyUrl) {
  const { hostname, host } = new URL(lobbyUrl);
  return address.replaceAll("{host}", hostname).replaceAll("{netloc}", host);
}
