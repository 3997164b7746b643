// How a room's game is doing, for its developer: looked at now and then, it says what happened since the last look.

/**
 * What one page can measure. `jitterMs` and `delayMs`: how far updates spread, and how far behind the picture is for it;
 * rates are per second; `framesPerS` and `scriptMs` (the slowest of 20) are 0 for a page without a stage.
 * @typedef {{
 *   pingMs: number | null, jitterMs: number, delayMs: number, tick: number, objects: number, updatesPerS: number,
 *   bytesInPerS: number, bytesOutPerS: number, framesPerS: number, scriptMs: number, isPredicted: boolean,
 * }} Look
 */

export class Vitals {
  /** @param {import("./room.js").Room} room @param {() => number} now in ms */
  constructor(room, now) {
    this.room = room;
    this.now = now;
    this.before = this.#counts();
    /** The script's time in each frame since the last look, in ms. @type {number[]} */
    this.framesMs = [];
  }

  /** A frame was drawn. @param {number} scriptMs how long its script took */
  frame(scriptMs) {
    this.framesMs.push(scriptMs);
  }

  /** @returns {Look} */
  look() {
    const { room } = this;
    const { clock } = room.smooth;
    const now = this.#counts();
    const passedS = Math.max(1, now.ms - this.before.ms) / 1000;
    const perS = (/** @type {"updates" | "bytesIn" | "bytesOut"} */ count) => (now[count] - this.before[count]) / passedS;
    const framesMs = this.framesMs.sort((one, other) => one - other);
    const look = {
      pingMs: room.pingMs,
      jitterMs: clock.jitterMs,
      delayMs: room.tickHz ? clock.delayMs : 0,
      tick: room.scene.tick,
      objects: room.scene.objects.size,
      updatesPerS: perS("updates"),
      bytesInPerS: perS("bytesIn"),
      bytesOutPerS: perS("bytesOut"),
      framesPerS: framesMs.length / passedS,
      scriptMs: framesMs[Math.floor(framesMs.length * 0.95)] ?? 0,
      isPredicted: room.playing.prediction?.isShown ?? false,
    };
    this.before = now;
    this.framesMs = [];
    return look;
  }

  #counts() {
    const { bytesIn, bytesOut } = this.room.meter;
    return { ms: this.now(), updates: this.room.playing.updates, bytesIn, bytesOut };
  }
}
