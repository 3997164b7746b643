// One WebSocket from hello to its typed end. It answers pings, measures the round trip, splits and joins parts, counts
// what is counted, and notices silence; what the messages mean is not its business. A line is used once; the counts may
// outlive it (session.js).
//
// Liveness is the page's own (a browser answers WebSocket pings even for a frozen page). Timers of a hidden page run
// late, so silence seen by a late beat, or by a page that just returned, is first asked about with a short deadline.

import { Decoder } from "./codec.js";
import { asRoomError, errorOfClose, RoomError } from "./errors.js";
import { Joiner, split } from "./parts.js";
import { PING_EVERY_S, SILENT_AFTER_S, WIRE_VERSION } from "./protocol.js";
import { Lane } from "./simulate.js";

const PROBE_MS = 2000;
const SMOOTHING = 1 / 8;
const CLOSE_NORMAL = 1000;
/** `WebSocket.OPEN`. */
const OPEN = 1;

/** What a hello says when there is nothing to come back to. */
const NOTHING = { session: "", ownerEpoch: 0, received: -1 };

/**
 * @template {Record<string, any>} Out
 * @typedef {{
 *   url: string,
 *   token: string,
 *   back?: Pick<import("./protocol.js").HelloMessage, "session" | "ownerEpoch" | "received">,
 *   counts?: { received: number },
 *   outgoing: import("./protocol.js").Table,
 *   incoming: import("./protocol.js").Table,
 *   onMessage: (name: any, fields: any, payload: Uint8Array) => void,
 *   onOver: (error: RoomError) => void,
 *   onAcknowledged?: (received: number) => void,
 *   onRoundTrip?: (ms: number) => void,
 *   _out?: Out,
 * }} LineOptions
 */

/** @template {Record<string, any>} Out the messages that may be sent: name to fields */
export class Line {
  /** @param {import("./shell.js").Shell} shell @param {LineOptions<Out>} options */
  constructor(shell, options) {
    this.shell = shell;
    this.options = options;
    /** @type {"opening" | "open" | "over"} */
    this.state = "opening";
    /** Counted messages that have arrived. */
    this.counts = options.counts ?? { received: 0 };
    /** Smoothed, in milliseconds; null until measured. @type {number | null} */
    this.roundTripMs = null;
    this.decoder = new Decoder(options.incoming);
    this.joiner = new Joiner((kind) => (kind === options.incoming.part?.kind ? 0 : this.decoder.longest(kind)));
    this.heardAt = this.beatAt = shell.now();
    /** @type {any} */
    this.probeTimer = null;
    this.beatTimer = shell.setTimeout(this.#beat, PING_EVERY_S * 1000);
    shell.page?.addEventListener("visibilitychange", this.#pageChanged);
    /** @type {Lane<Uint8Array>} */
    this.wayOut = new Lane(shell, (payload) => this.#write(payload));
    /** @type {Lane<unknown>} */
    this.wayIn = new Lane(shell, (data) => this.#heard(data));
    this.socket = this.#dial(options.url);
  }

  /**
   * Sends one message; nothing happens on a line that is not open (its end is announced by `onOver`).
   * @template {keyof Out & string} K @param {K} name @param {Out[K]} fields
   */
  send(name, fields) {
    if (this.state !== "open") return;
    for (const payload of split(this.options.outgoing, name, fields)) this.sendPayload(payload);
  }

  /** A message that was encoded before. @param {Uint8Array} payload */
  sendPayload(payload) {
    if (this.state === "open") this.wayOut.pass(payload);
  }

  /** Measures the round trip now, beside the regular beat. */
  ping() {
    this.#send("ping", { stamp: Math.round(this.shell.now()), received: this.counts.received });
  }

  /** Ends the line from this side, silently: `onOver` is not called. */
  close() {
    this.#release();
  }

  /** @param {string} url @returns {WebSocket | null} */
  #dial(url) {
    try {
      const socket = new this.shell.WebSocket(url);
      socket.binaryType = "arraybuffer";
      socket.onopen = this.#opened;
      socket.onmessage = ({ data }) => this.wayIn.pass(data);
      socket.onclose = (event) => this.#end(errorOfClose(event.code, event.reason));
      return socket;
    } catch {
      // A malformed address, or one that the page's policy forbids: told like any other failure, never from inside `new`.
      queueMicrotask(() => this.#end(new RoomError("line-lost")));
      return null;
    }
  }

  #opened = () => {
    this.state = "open";
    this.#send("hello", { version: WIRE_VERSION, token: this.options.token, ...(this.options.back ?? NOTHING) });
  };

  /** @param {Uint8Array} payload */
  #write(payload) {
    // Already closing: what is said now is lost, as on a line that has just broken; browsers complain aloud about trying.
    if (this.state !== "open" || this.socket?.readyState !== OPEN) return;
    this.shell.meter.said(payload.length);
    this.socket.send(/** @type {Uint8Array<ArrayBuffer>} */ (payload));
  }

  /** @param {unknown} data */
  #heard(data) {
    if (this.state === "over") return;
    this.heardAt = this.shell.now();
    this.#endProbe();
    try {
      if (!(data instanceof ArrayBuffer)) throw new RoomError("text-frame");
      this.shell.meter.heard(data.byteLength);
      const payload = new Uint8Array(data);
      this.#receive(this.decoder.decode(payload), payload);
    } catch (error) {
      if (!(error instanceof RoomError)) throw error;
      this.#end(error);
    }
  }

  /** @param {import("./codec.js").Decoded} message @param {Uint8Array} payload its bytes */
  #receive({ name, counted, fields }, payload) {
    if (counted) this.counts.received += 1;
    if (name === "ping") this.#answer(fields);
    else if (name === "pong") this.#measure(this.shell.now() - fields.stamp);
    else if (name === "part") this.#join(fields);
    else if (this.state !== "over") this.options.onMessage(name, fields, payload);
  }

  /** @param {import("./protocol.js").PingMessage} ping */
  #answer({ stamp, received }) {
    this.#send("pong", { stamp });
    this.options.onAcknowledged?.(received);
  }

  /** @param {import("./protocol.js").PartMessage} part */
  #join(part) {
    const payload = this.joiner.add(part);
    if (payload) this.#receive(this.decoder.decode(payload, this.decoder.longest(part.kind)), payload);
  }

  #beat = () => {
    const now = this.shell.now();
    const isLate = now - this.beatAt > 2 * PING_EVERY_S * 1000;
    this.beatAt = now;
    this.beatTimer = this.shell.setTimeout(this.#beat, PING_EVERY_S * 1000);
    const isSilent = now - this.heardAt >= SILENT_AFTER_S * 1000;
    if (isSilent && !isLate) this.#end(new RoomError("line-silent"));
    else if (isSilent) this.#probe();
    else this.ping();
  };

  #pageChanged = () => {
    if (this.shell.page?.visibilityState === "visible") this.#probe();
  };

  /** Asks at once, and gives the other side 2 s to say anything at all. A line that is opening cannot be asked. */
  #probe() {
    if (this.state !== "open" || this.probeTimer !== null) return;
    this.ping();
    this.probeTimer = this.shell.setTimeout(() => this.#end(new RoomError("line-silent")), PROBE_MS);
  }

  #endProbe() {
    this.shell.clearTimeout(this.probeTimer);
    this.probeTimer = null;
  }

  /** @param {number} ms */
  #measure(ms) {
    const sample = Math.max(0, ms);
    this.roundTripMs = this.roundTripMs === null ? sample : this.roundTripMs + (sample - this.roundTripMs) * SMOOTHING;
    this.options.onRoundTrip?.(sample);
  }

  /** What every line may send, whatever `Out` says. @param {"hello" | "ping" | "pong"} name @param {any} fields */
  #send(name, fields) {
    this.send(name, fields);
  }

  /** @param {unknown} error */
  #end(error) {
    if (this.state === "over") return;
    this.#release();
    this.options.onOver(asRoomError(error));
  }

  #release() {
    if (this.state === "over") return;
    this.state = "over";
    this.shell.clearTimeout(this.beatTimer);
    this.#endProbe();
    this.shell.page?.removeEventListener("visibilitychange", this.#pageChanged);
    this.socket?.close(CLOSE_NORMAL);
  }
}
