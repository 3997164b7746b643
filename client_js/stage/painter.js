// Puts a frame on a canvas: the ground, the objects in their layers, sparks, names. It keeps no state of the game, and no
// shadow is blurred here: a darker copy beside the object costs next to nothing.

import { inkOn, shaded } from "./colours.js";
import { bodies, isNamed } from "./looks.js";
import { trace } from "./shapes.js";

/**
 * @typedef {import("./camera.js").Camera} Camera
 * @typedef {import("./camera.js").Box} Box
 * @typedef {import("./looks.js").Look} Look
 * @typedef {import("./particles.js").Particle} Particle
 * @typedef {{ outside: string, ground: string, line: string, ink: string, halo: string, shade: string, font: string }} Theme
 * @typedef {(name: string) => CanvasImageSource & { width: number, height: number } | null} Images
 */

const GRID_PX = 48;
const NAME_PX = 13;
const LEAST_NAMED_PX = 12;
const SHADE = 0.07;

export class Painter {
  /** @param {CanvasRenderingContext2D} context @param {Camera} camera @param {Images} images */
  constructor(context, camera, images) {
    this.context = context;
    this.camera = camera;
    this.images = images;
    /** Device pixels per CSS pixel. */
    this.ratio = 1;
    /** @type {Theme} */
    this.theme = { outside: "#eee", ground: "#fff", line: "#ddd", ink: "#222", halo: "#fff", shade: "rgb(0 0 0 / 20%)", font: "sans-serif" };
  }

  /** @type {Map<string, number>} */
  #widths = new Map();

  /** The world and what is around it. @param {Box} world */
  ground({ x, y, width, height }) {
    const { context, theme, camera } = this;
    this.#onScreen();
    context.fillStyle = theme.outside;
    context.fillRect(0, 0, camera.width, camera.height);
    const [left, top] = camera.toScreen(x, y);
    const [right, bottom] = camera.toScreen(x + width, y + height);
    context.beginPath();
    context.roundRect(left, top, right - left, bottom - top, 10);
    context.fillStyle = theme.ground;
    context.fill();
    context.strokeStyle = theme.line;
    context.lineWidth = 2;
    context.stroke();
    this.#dots({ x, y, width, height }, left, top, right, bottom);
  }

  /** @param {Look[]} looks in order */
  objects(looks) {
    for (const look of looks) this.object(look);
    this.context.globalAlpha = 1;
  }

  /** @param {Look} look */
  object(look) {
    const { context } = this;
    const image = look.image ? this.images(look.image) : null;
    this.inWorld();
    context.globalAlpha = look.opacity * (look.player?.isAway ? 0.45 : 1);
    context.translate(look.x, look.y);
    if (image) this.#image(look, image);
    else if (!look.isOnlyText) this.#shape(look);
    if (look.text) this.#text(look, image !== null);
  }

  /** @param {Particle[]} particles */
  particles(particles) {
    const { context } = this;
    this.inWorld();
    for (const { x, y, dx, dy, age, life, size, colour } of particles) {
      context.globalAlpha = Math.max(0, 1 - age / life);
      context.beginPath();
      context.arc(x, y, dx || dy ? (size / 2) * (1 - (0.6 * age) / life) : size, 0, 2 * Math.PI);
      if (dx || dy) {
        context.fillStyle = colour;
        context.fill();
      } else {
        context.lineWidth = size / 8;
        context.strokeStyle = colour;
        context.stroke();
      }
    }
    context.globalAlpha = 1;
  }

  /** Whose is whose: below what stands for each player. @param {Look[]} looks */
  names(looks) {
    const found = bodies(looks);
    this.#onScreen();
    const { context, theme, camera } = this;
    context.font = `650 ${NAME_PX}px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    for (const look of found.values()) {
      const { player, width, height, x, y } = look;
      if (!player || width * camera.scale < LEAST_NAMED_PX || !isNamed(look, found)) continue;
      const [left, top] = camera.toScreen(x, y);
      const half = this.#widthOf(player.name) / 2 + 3;
      const middle = Math.max(half, Math.min(camera.width - half, left));
      this.#haloed(player.name, middle, top + (Math.max(width, height) / 2) * camera.scale + 5, player.isAway ? 0.55 : 1);
    }
  }

  /** For a game's own drawing: one unit is one of the world. */
  inWorld() {
    const { camera, ratio } = this;
    const scale = camera.scale * ratio;
    this.context.setTransform(scale, 0, 0, scale, (camera.width / 2 - camera.x * camera.scale) * ratio, (camera.height / 2 - camera.y * camera.scale) * ratio);
  }

  /** Of a name, measured once. @param {string} name */
  #widthOf(name) {
    const width = this.#widths.get(name) ?? this.context.measureText(name).width;
    this.#widths.set(name, width);
    return width;
  }

  #onScreen() {
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
  }

  /** @param {Look} look */
  #shape({ shape, width, height, points, angle, colour }) {
    const { context, camera, theme } = this;
    const line = Math.min(Math.max(width, height) * 0.07, 3 / camera.scale);
    context.save();
    context.translate(0, Math.min(height * SHADE * 1.6, 6 / camera.scale));
    context.rotate(angle);
    context.beginPath();
    trace(context, shape, width, height, points);
    context.fillStyle = theme.shade;
    context.fill();
    context.restore();
    context.save();
    context.rotate(angle);
    context.beginPath();
    trace(context, shape, width - line, height - line, points);
    context.fillStyle = colour;
    context.fill();
    context.lineWidth = line;
    context.lineJoin = "round";
    context.strokeStyle = shaded(colour, -0.28);
    context.stroke();
    context.restore();
  }

  /** @param {Look} look @param {CanvasImageSource & { width: number, height: number }} image */
  #image({ width, height, isSized, angle }, image) {
    const { context } = this;
    const share = image.width / image.height;
    const wide = isSized ? (width === height ? Math.min(width, width * share) : width) : image.width;
    const high = isSized ? (width === height ? Math.min(height, height / share) : height) : image.height;
    context.rotate(angle);
    context.drawImage(image, -wide / 2, -high / 2, wide, high);
    context.rotate(-angle);
  }

  /** @param {Look} look @param {boolean} isOnImage */
  #text({ text, width, height, isOnlyText, colour }, isOnImage) {
    const { context, theme } = this;
    context.textAlign = "center";
    context.textBaseline = "middle";
    // Fonts below a few pixels are set coarsely: text is set large and drawn small.
    const em = isOnlyText ? height : Math.min(height * 0.55, (width * 1.5) / Math.max(2, text.length));
    context.scale(em / 100, em / 100);
    context.font = `700 100px ${theme.font}`;
    if (isOnlyText || isOnImage) {
      context.lineWidth = 18;
      context.lineJoin = "round";
      context.strokeStyle = theme.halo;
      context.strokeText(text, 0, 4);
    }
    context.fillStyle = isOnlyText || isOnImage ? theme.ink : inkOn(colour);
    context.fillText(text, 0, 4);
  }

  /** @param {string} text @param {number} x @param {number} y @param {number} opacity */
  #haloed(text, x, y, opacity) {
    const { context, theme } = this;
    context.globalAlpha = opacity;
    context.strokeStyle = theme.halo;
    context.lineWidth = 4;
    context.strokeText(text, x, y);
    context.fillStyle = theme.ink;
    context.fillText(text, x, y);
    context.globalAlpha = 1;
  }

  /** Something to see movement by. @param {Box} world @param {number} left @param {number} top @param {number} right @param {number} bottom */
  #dots(world, left, top, right, bottom) {
    const { context, camera, theme } = this;
    const step = stepFor(GRID_PX / camera.scale);
    context.fillStyle = theme.line;
    context.beginPath();
    for (let x = Math.ceil(world.x / step) * step + step / 2; x < world.x + world.width; x += step) {
      const across = camera.toScreen(x, 0)[0];
      if (across < Math.max(0, left) || across > Math.min(camera.width, right)) continue;
      for (let y = Math.ceil(world.y / step) * step + step / 2; y < world.y + world.height; y += step) {
        const down = camera.toScreen(0, y)[1];
        if (down > Math.max(0, top) && down < Math.min(camera.height, bottom)) context.rect(across - 1, down - 1, 2, 2);
      }
    }
    context.fill();
  }
}

/** A round number of units at or above it, so that dots stay where they are while the camera comes closer. @param {number} least */
export function stepFor(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10);
}
