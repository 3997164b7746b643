// Bad weather on purpose, between a socket and its line: latency, jitter and loss, to see how a game feels far away. A
// WebSocket loses nothing: what is lost on the way comes again after a while, and all that is behind it waits. So does it here.

/** How long a lost packet takes to be noticed and to come again, beside a round trip. */
const AGAIN_MS = 200;

/** What a developer sets; nothing by default. One for all lines of a client. */
export class Weather {
  /** Added to each way, so twice to a ping. */
  latencyMs = 0;
  /** Up to so much more, by chance. */
  jitterMs = 0;
  /** The share of frames that are lost at first, 0 to 1. */
  loss = 0;

  get isCalm() {
    return !this.latencyMs && !this.jitterMs && !this.loss;
  }

  /** @param {() => number} random @returns {number} what one frame takes longer, in ms */
  delayMs(random) {
    const again = random() < this.loss ? AGAIN_MS + 2 * this.latencyMs : 0;
    return this.latencyMs + this.jitterMs * random() + again;
  }
}

/** One direction of a line: what goes in comes out in the same order, later. @template T */
export class Lane {
  /** @param {import("./shell.js").Shell} shell @param {(item: T) => void} deliver */
  constructor(shell, deliver) {
    this.shell = shell;
    this.deliver = deliver;
    this.lastMs = 0;
    this.underWay = 0;
  }

  /** @param {T} item */
  pass(item) {
    const { weather, random } = this.shell;
    if (weather.isCalm && !this.underWay) return this.deliver(item);
    const now = this.shell.now();
    this.lastMs = Math.max(this.lastMs, now + weather.delayMs(random));
    this.underWay += 1;
    this.shell.setTimeout(() => {
      this.underWay -= 1;
      this.deliver(item);
    }, this.lastMs - now);
    return undefined;
  }
}
