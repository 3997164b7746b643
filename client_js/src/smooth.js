// Motion between updates. What arrives waits until its tick is shown (server-clock.js says when); until then the numbers
// that it moves go there in a straight line. So objects appear and go, and events are heard, when the picture is there.
//
// There is no guessing ahead: when nothing arrives the picture waits. One's own player can be predicted (predict.js). A
// page that never asks for a view costs nothing here, and hears events as they come; so does every game without a clock.

import { CATCH_UP_TICKS } from "./protocol.js";
import { Scene } from "./scene.js";
import { ServerClock } from "./server-clock.js";

/**
 * @typedef {import("./scene.js").GameObject} GameObject
 * @typedef {import("./protocol.js").SceneMessage} SceneMessage
 * @typedef {import("./protocol.js").UpdateMessage} UpdateMessage
 * @typedef {{ tick: number, scene: SceneMessage } | { tick: number, update: UpdateMessage }} Waiting
 * @typedef {{ object: GameObject, field: string, from: number, by: number }} Move
 */

/** What waits longer, as in a page that is hidden, is not waited for. */
const LONGEST_WAIT_MS = 1000;
/** Whoever crosses so much of the known world in a second was put there, and did not go. */
const LEAP_WORLDS_PER_S = 5;

export class Smooth {
  /** @param {number} tickHz @param {Scene} newest @param {(events: any[]) => void} onEvents */
  constructor(tickHz, newest, onEvents) {
    this.tickHz = tickHz;
    this.newest = newest;
    this.onEvents = onEvents;
    this.clock = new ServerClock(tickHz || 1);
    /** Numbers that move evenly, and those of them that are angles in radians: these turn the short way. */
    this.fields = new Set(["x", "y", "angle"]);
    this.angles = new Set(["angle"]);
    /** A step of `x` and `y` in one tick that is a leap, in the game's own units; null: as the known world's size suggests. @type {number | null} */
    this.leap = null;
    /** Events wait for their picture; false: they are told as they come. */
    this.delaysEvents = true;
    /** What is shown, from the first view on. */
    this.scene = new Scene();
    this.isViewed = false;
    /** @type {Waiting[]} */
    this.waiting = [];
    /** The first `movesCount` of them are under way, to the update of tick `movesFor`. @type {Move[]} */
    this.moves = [];
    this.movesCount = 0;
    this.movesFor = -1;
    this.world = new World();
  }

  /** A step in one tick that is a leap. */
  get leapLength() {
    return this.leap ?? this.world.size * LEAP_WORLDS_PER_S * (this.clock.tickMs / 1000);
  }

  /** Shows the newest picture, at once. */
  begin() {
    this.waiting = [];
    this.scene.copy(this.newest);
    this.#still();
  }

  /** A whole picture has come. @param {SceneMessage} message @param {number} nowMs */
  replace(message, nowMs) {
    const isAnew = message.tick < this.clock.newest;
    if (isAnew) this.clock.reset();
    this.clock.arrived(message.tick, nowMs);
    if (isAnew) this.begin();
    else if (this.isViewed) this.#wait({ tick: message.tick, scene: message });
  }

  /** The next update in the row has come. @param {UpdateMessage} update @param {number} nowMs */
  add(update, nowMs) {
    this.clock.arrived(update.tick, nowMs);
    const waits = this.isViewed && this.delaysEvents;
    if (!waits) this.onEvents(update.events);
    if (this.isViewed) this.#wait({ tick: update.tick, update: waits ? update : { ...update, events: [] } });
  }

  /** The picture to draw now: always the same scene, with its objects moved. @param {number} nowMs @returns {Scene} */
  view(nowMs) {
    if (!this.tickHz) return this.newest;
    if (!this.isViewed) this.begin();
    this.isViewed = true;
    const tick = this.clock.shownTick(nowMs);
    for (let next = this.waiting[0]; next && next.tick <= tick; next = this.waiting[0]) this.#showNext();
    const next = this.waiting[0];
    if (next && "update" in next) this.#moveTowards(next.update, tick);
    return this.scene;
  }

  /** @param {Waiting} waiting */
  #wait(waiting) {
    this.waiting.push(waiting);
    const oldest = waiting.tick - LONGEST_WAIT_MS / this.clock.tickMs;
    while ((this.waiting[0]?.tick ?? Infinity) < oldest) this.#showNext();
  }

  #showNext() {
    const next = this.waiting.shift();
    if (next) this.#show(next);
  }

  /** @param {Waiting} next */
  #show(next) {
    this.#still();
    if ("scene" in next) return this.scene.show(next.scene);
    this.scene.apply(next.update);
    if (next.update.events.length) this.onEvents(next.update.events);
    return undefined;
  }

  /** Nothing moves any more. */
  #still() {
    this.movesCount = 0;
    this.movesFor = -1;
  }

  /** @param {UpdateMessage} update @param {number} tick */
  #moveTowards(update, tick) {
    if (this.movesFor !== update.tick) this.#findMoves(update);
    const ticks = update.tick - update.base;
    // A room says at most so many ticks in one update; what ends a longer rest has moved in its last tick.
    const start = ticks > CATCH_UP_TICKS ? update.tick - 1 : update.base;
    const share = Math.max(0, (tick - start) / (update.tick - start));
    for (let index = 0; index < this.movesCount; index += 1) {
      const { object, field, from, by } = /** @type {Move} */ (this.moves[index]);
      object[field] = from + by * share;
    }
  }

  /** @param {UpdateMessage} update */
  #findMoves(update) {
    this.#still();
    this.movesFor = update.tick;
    const most = this.leapLength;
    for (const row of update.changed) {
      const before = this.movesCount;
      this.scene.eachChange(row, this.#note);
      if (this.#isLeap(before, most)) this.movesCount = before;
    }
  }

  /** Notes one move in place of an older one. @type {(object: GameObject, field: string, to: any) => void} */
  #note = (object, field, to) => {
    const from = object[field];
    if (typeof to !== "number" || typeof from !== "number" || !this.fields.has(field)) return;
    const move = (this.moves[this.movesCount] ??= { object, field, from, by: 0 });
    move.object = object;
    move.field = field;
    move.from = from;
    move.by = this.angles.has(field) ? turn(to - from) : to - from;
    this.movesCount += 1;
  };

  /** Whether one object's moves, from that index on, are no way that it went. @param {number} first @param {number} most */
  #isLeap(first, most) {
    let x = 0;
    let y = 0;
    for (let index = first; index < this.movesCount; index += 1) {
      const { field, by } = /** @type {Move} */ (this.moves[index]);
      if (field === "x") x = by;
      else if (field === "y") y = by;
    }
    if (!x && !y) return false;
    const { object } = /** @type {Move} */ (this.moves[first]);
    const isKnown = this.world.isInside(object.x + x, object.y + y);
    this.world.add(object.x, object.y);
    this.world.add(object.x + x, object.y + y);
    return Math.hypot(x, y) > most && (isKnown || this.leap !== null);
  }
}

/** Where anything has been: a box. What leaves it explores, and does not leap. */
class World {
  left = Infinity;
  right = -Infinity;
  top = Infinity;
  bottom = -Infinity;

  get size() {
    return Math.max(0, this.right - this.left, this.bottom - this.top);
  }

  /** @param {number} x @param {number} y */
  isInside(x, y) {
    return !(x < this.left || x > this.right || y < this.top || y > this.bottom);
  }

  /** @param {number} x @param {number} y */
  add(x, y) {
    if (x < this.left) this.left = x;
    if (x > this.right) this.right = x;
    if (y < this.top) this.top = y;
    if (y > this.bottom) this.bottom = y;
  }
}

/** The short way round. @param {number} angle */
export function turn(angle) {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
