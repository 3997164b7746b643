// Sparks: what an event looks like for half a second. They live in the page alone. Whoever asked the system for less motion
// gets a ring that fades instead.

/**
 * @typedef {{ x: number, y: number, dx: number, dy: number, age: number, life: number, size: number, colour: string }} Particle
 * @typedef {{
 *   colour?: string, count?: number, speed?: number, size?: number, life?: number, angle?: number, spread?: number,
 * }} Burst `speed` and `size` in units of the world, `life` in seconds, `angle` and `spread` in radians
 */

/** More at once push out the oldest. */
export const PARTICLES_MOST = 400;
const BURST_MOST = 80;
/** What air does to their speed, per second. */
const DRAG = 3;

export class Particles {
  /** @param {{ random?: () => number, isCalm?: () => boolean }} [how] */
  constructor({ random = Math.random, isCalm = () => false } = {}) {
    this.random = random;
    this.isCalm = isCalm;
  }

  /** @type {Particle[]} */
  all = [];

  /** @param {number} x @param {number} y @param {Burst} [how] */
  burst(x, y, { colour = "#ffcf7d", count = 16, speed = 120, size = 6, life = 0.6, angle = 0, spread = 2 * Math.PI } = {}) {
    if (this.isCalm()) {
      this.all.push({ x, y, dx: 0, dy: 0, age: 0, life, size: size * 4, colour });
    } else {
      for (let index = 0; index < Math.min(count, BURST_MOST); index += 1) {
        const way = angle + (this.random() - 0.5) * spread;
        const haste = speed * (0.35 + 0.65 * this.random());
        const dx = Math.cos(way) * haste;
        const dy = Math.sin(way) * haste;
        this.all.push({ x, y, dx, dy, age: 0, life: life * (0.6 + 0.4 * this.random()), size: size * (0.5 + 0.5 * this.random()), colour });
      }
    }
    if (this.all.length > PARTICLES_MOST) this.all.splice(0, this.all.length - PARTICLES_MOST);
  }

  /** @param {number} dt seconds */
  move(dt) {
    const slower = Math.exp(-DRAG * dt);
    for (const particle of this.all) {
      particle.age += dt;
      particle.x += particle.dx * dt;
      particle.y += particle.dy * dt;
      particle.dx *= slower;
      particle.dy *= slower;
    }
    if (this.all.some(isOver)) this.all = this.all.filter((particle) => !isOver(particle));
  }
}

/** @param {Particle} particle */
const isOver = ({ age, life }) => age >= life;
