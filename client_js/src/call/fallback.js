// The path through the worker, for pairs without a line of their own: few large relays instead of many small ones, and all
// pairs of this member in turn, so that together they stay well within what a room lets one member say.
//
// It stands still while this member or the other is away: what waits in the channel is not lost with a line.

/**
 * @typedef {import("./channel.js").Channel} Channel
 * @typedef {import("./channel.js").Frame} Frame
 */

/** A room takes 60 relays a second of one member, and counts each KiB as one more; half of it is left to the application. */
const EVERY_MS = 40;

export class Fallback {
  /** @param {import("../shell.js").Shell} shell */
  constructor(shell) {
    this.shell = shell;
    /** Who waits, in turn. @type {Map<Channel, () => boolean>} */
    this.waiting = new Map();
    /** When the next one may go. */
    this.freeMs = -Infinity;
    /** @type {any} */
    this.timer = null;
  }

  /**
   * The path of one pair. `isOpen`: whether both are there.
   * @param {(frame: Frame) => void} write @param {() => boolean} isOpen @returns {import("./channel.js").Path}
   */
  path(write, isOpen) {
    return {
      write: (frame) => {
        const bytes = frame[2].reduce((sum, item) => sum + item.length, 0);
        this.freeMs = this.shell.now() + EVERY_MS * (1 + Math.floor(bytes / 1024));
        write(frame);
      },
      ready: (channel) => {
        this.waiting.set(channel, isOpen);
        this.#plan();
        return false;
      },
    };
  }

  /** Somebody is back: perhaps more may go out. */
  wake() {
    this.#plan();
  }

  close() {
    this.shell.clearTimeout(this.timer);
    this.waiting.clear();
  }

  #plan() {
    this.timer ??= this.shell.setTimeout(() => {
      this.timer = null;
      this.#next();
    }, Math.max(0, this.freeMs - this.shell.now()));
  }

  /** Whoever waited longest says one frame, and waits again if there is more. */
  #next() {
    for (const [channel, isOpen] of this.waiting) {
      if (!channel.path || !channel.isWaiting) this.waiting.delete(channel);
      else if (isOpen()) {
        this.waiting.delete(channel);
        channel.writeOne();
        channel.flush();
        break;
      }
    }
    if ([...this.waiting.values()].some((isOpen) => isOpen())) this.#plan();
  }
}
