// Where the world is on the canvas: pure geometry in CSS pixels, y downwards. It shows the whole world as long as one can
// see oneself in it; on a screen too small for that it comes closer and follows one's own players.

/**
 * `x` and `y` are the upper left corner.
 * @typedef {{ x: number, y: number, width: number, height: number }} Box
 * @typedef {{ x: number, y: number, size: number }} Sight somebody who has to be seen: the middle, and how large
 * @typedef {{ x: number, y: number, scale: number }} Shot where the camera looks, and pixels per unit of the world
 */

/** Around the world, as a share of the canvas. */
const MARGIN = 0.02;
/** One's own player is at least so large; when it has to come closer, then so close. */
const LEAST_PX = 17;
const NEAR_PX = 28;
/** How fast the camera catches up, per second. */
const HASTE = 6;

export class Camera {
  /** Of the canvas. */
  width = 1;
  height = 1;
  x = 0;
  y = 0;
  scale = 1;
  #isPlaced = false;
  /** @type {((view: { width: number, height: number }) => Shot) | null} */
  #own = null;

  /** @param {number} width @param {number} height in CSS pixels */
  resize(width, height) {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.#isPlaced = false;
  }

  /** Shows this part of the world from now on. @param {Box} box */
  fit(box) {
    this.#own = (view) => fitted(box, view);
  }

  /** Looks at what `where` gives, `scale` pixels per unit. @param {() => { x: number, y: number }} where @param {number} scale */
  follow(where, scale) {
    this.#own = () => ({ ...where(), scale });
  }

  /** As it does by itself. */
  free() {
    this.#own = null;
  }

  /**
   * One frame on. @param {number} dt seconds @param {Box} world @param {Sight[]} sights one's own players
   */
  move(dt, world, sights) {
    const { x, y, scale } = this.#own ? this.#own(this) : overview(world, this, sights);
    const share = this.#isPlaced ? 1 - Math.exp(-HASTE * dt) : 1;
    this.#isPlaced = true;
    this.x += (x - this.x) * share;
    this.y += (y - this.y) * share;
    this.scale += (scale - this.scale) * share;
  }

  /** @param {number} x @param {number} y of the world @returns {[x: number, y: number]} on the canvas */
  toScreen(x, y) {
    return [(x - this.x) * this.scale + this.width / 2, (y - this.y) * this.scale + this.height / 2];
  }

  /** @param {number} x @param {number} y on the canvas @returns {[x: number, y: number]} of the world */
  toWorld(x, y) {
    return [(x - this.width / 2) / this.scale + this.x, (y - this.height / 2) / this.scale + this.y];
  }
}

/** All of the box, as large as it can be. @param {Box} box @param {{ width: number, height: number }} view @returns {Shot} */
export function fitted({ x, y, width, height }, view) {
  const scale = (1 - 2 * MARGIN) * Math.min(view.width / Math.max(width, 1e-6), view.height / Math.max(height, 1e-6));
  return { x: x + width / 2, y: y + height / 2, scale };
}

/**
 * All of the world, or, where that would make one's own players too small to see, the part around them.
 * @param {Box} world @param {{ width: number, height: number }} view @param {Sight[]} sights @returns {Shot}
 */
export function overview(world, view, sights) {
  const whole = fitted(world, view);
  if (!sights.length) return whole;
  const smallest = Math.min(...sights.map(({ size }) => size));
  if (smallest * whole.scale >= LEAST_PX) return whole;
  const around = boxAround(sights);
  const scale = Math.max(whole.scale, Math.min(NEAR_PX / smallest, fitted(around, view).scale));
  return {
    x: kept(around.x + around.width / 2, world.x, world.width, view.width / scale),
    y: kept(around.y + around.height / 2, world.y, world.height, view.height / scale),
    scale,
  };
}

/** What holds them all with some room to move. @param {Sight[]} sights @returns {Box} */
function boxAround(sights) {
  const near = 4 * Math.max(...sights.map(({ size }) => size));
  const left = Math.min(...sights.map(({ x }) => x)) - near;
  const top = Math.min(...sights.map(({ y }) => y)) - near;
  const right = Math.max(...sights.map(({ x }) => x)) + near;
  const bottom = Math.max(...sights.map(({ y }) => y)) + near;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * The middle of what is seen, so that no more of the outside is seen than must be.
 * @param {number} middle @param {number} start @param {number} length @param {number} seen
 */
function kept(middle, start, length, seen) {
  if (seen >= length) return start + length / 2;
  const margin = seen * MARGIN;
  return Math.min(start + length - seen / 2 + margin, Math.max(start + seen / 2 - margin, middle));
}
