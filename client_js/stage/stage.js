// The usual renderer: what the scene holds, on a canvas, pretty without a line of code. A game's `client.js` may dress its
// classes, draw around and between, or draw everything itself:
//
//   export function setup(room, stage) { stage.dress("Ship", { shape: "ship" }); }
//   export function draw(room, stage, dt) { stage.ground(); stage.objects(); stage.effects(); }
//
// An app without a stage never loads this folder.

import { Camera } from "./camera.js";
import { bodies, inOrder, isNumber, lookOf } from "./looks.js";
import { Painter } from "./painter.js";
import { Particles } from "./particles.js";
import { Sound } from "./sound.js";

/**
 * @typedef {import("./camera.js").Box} Box
 * @typedef {import("./looks.js").Look} Look
 * @typedef {import("./looks.js").GameObject} GameObject
 * @typedef {import("./looks.js").Player} Player
 * @typedef {import("./assets.js").Assets} Assets
 * @typedef {Iterable<GameObject> & { fields: Record<string, any> }} Scene
 * @typedef {Partial<Omit<Look, "id" | "x" | "y" | "player">> & { radius?: number, size?: number, [field: string]: any }} Dress
 * @typedef {{ x: number, y: number, object: GameObject | null }} Press where in the world, and on what
 */

/** Of a world that says nothing about its size (`scene.width`, `scene.height`). What lies outside widens it. */
const USUAL_WORLD = { x: 0, y: 0, width: 800, height: 600 };
const PIXELS_MOST = 3;
const SPARKS = "#ffb52e";

export class Stage {
  /** @param {HTMLElement} place becomes the stage: a canvas, and whatever a game puts over it */
  constructor(place) {
    this.place = place;
    this.canvas = document.createElement("canvas");
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    place.prepend(this.canvas);
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d", { alpha: false }));
    this.painter = new Painter(this.context, this.camera, (name) => this.assets?.image(name) ?? null);
    this.canvas.addEventListener("pointerdown", (event) => this.#press(event));
    const calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.particles = new Particles({ isCalm: () => calm.matches });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#paint());
    new ResizeObserver(() => this.#resize()).observe(this.canvas);
    this.#resize();
  }

  camera = new Camera();
  sound = new Sound();
  /** @type {Assets | null} */
  assets = null;
  /** What is shown in this frame. @type {Scene} */
  scene = Object.assign(/** @type {GameObject[]} */ ([]), { fields: {} });
  /** What there is to draw of it, in order. @type {Look[]} */
  looks = [];
  /** The part of the plane that is the world. @type {Box} */
  world = { ...USUAL_WORLD };
  /** Called when somebody presses on the stage. @type {(press: Press) => void} */
  onPress = () => {};
  /** @type {Map<string, Dress | ((object: any) => Dress)>} */
  #dresses = new Map();
  /** @type {(id: unknown) => Player | null} */
  #player = () => null;

  /**
   * How the objects of a class look, beside what their own fields say: fields, or a function that gives them.
   * @param {string} kind @param {Dress | ((object: any) => Dress)} dress
   */
  dress(kind, dress) {
    this.#dresses.set(kind, dress);
  }

  /** @param {Assets} assets */
  use(assets) {
    this.assets = assets;
    for (const [name, encoded] of assets.sounds) this.sound.add(name, encoded);
  }

  // --- a frame

  /**
   * What everything else in this frame draws. @param {Scene} scene @param {Iterable<Player>} players @param {number} dt seconds
   */
  begin(scene, players, dt) {
    const known = new Map([...players].map((player) => [player.id, player]));
    this.scene = scene;
    this.#player = (id) => (isNumber(id) ? known.get(id) ?? null : null);
    this.#measure();
    const extent = Math.max(this.world.width, this.world.height);
    this.looks = inOrder([...scene].flatMap((object) => lookOf(this.#dressed(object), { player: this.#player, extent }) ?? []));
    this.camera.move(dt, this.world, sightsOf(this.looks));
    this.particles.move(dt);
  }

  /** All of it, as usual. */
  draw() {
    this.ground();
    this.objects();
    this.effects();
    this.names();
  }

  ground() {
    this.painter.ground(this.world);
  }

  /** All of them, or those that a test lets through. @param {(look: Look) => boolean} [isMeant] */
  objects(isMeant) {
    this.painter.objects(isMeant ? this.looks.filter(isMeant) : this.looks);
  }

  effects() {
    this.painter.particles(this.particles.all);
  }

  /** The players' names. */
  names() {
    this.painter.names(this.looks);
  }

  /** Draws in units of the world. @param {(context: CanvasRenderingContext2D) => void} draw */
  inWorld(draw) {
    this.painter.inWorld();
    this.context.save();
    draw(this.context);
    this.context.restore();
  }

  // --- what happens

  /** What an event of the game looks and sounds like as long as nobody says otherwise. @param {string} name @param {Record<string, any>} fields */
  show(name, fields) {
    this.sound.play(name);
    const { x, y, colour, player } = fields;
    if (!isNumber(x) || !isNumber(y)) return;
    const size = Math.max(this.world.width, this.world.height) / 160;
    this.particles.burst(x, y, { colour: typeof colour === "string" ? colour : this.#player(player)?.colour ?? SPARKS, size, speed: size * 26 });
  }

  /** The nearest thing at that place of the world. @param {number} x @param {number} y @returns {GameObject | null} */
  pick(x, y) {
    for (const look of [...this.looks].reverse()) {
      const [dx, dy] = turned(x - look.x, y - look.y, -look.angle);
      if (Math.abs(dx) > look.width / 2 || Math.abs(dy) > look.height / 2) continue;
      for (const object of this.scene) if (object.id === look.id) return object;
    }
    return null;
  }

  /** @param {PointerEvent} event */
  #press(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = this.camera.toWorld(event.clientX - box.left, event.clientY - box.top);
    this.onPress({ x, y, object: this.pick(x, y) });
  }

  /** @param {GameObject} object @returns {GameObject} */
  #dressed(object) {
    const dress = this.#dresses.get(object.kind);
    if (!dress) return object;
    const extra = typeof dress === "function" ? dress(object) : dress;
    return { ...object, ...extra };
  }

  /** How large the world is. */
  #measure() {
    const { width, height } = this.scene.fields;
    if (isNumber(width) && isNumber(height) && width > 0 && height > 0) {
      this.world = { x: 0, y: 0, width, height };
      return;
    }
    for (const { x, y } of this.scene) if (isNumber(x) && isNumber(y)) this.world = widened(this.world, x, y);
  }

  #resize() {
    const ratio = Math.min(PIXELS_MOST, globalThis.devicePixelRatio || 1);
    const { clientWidth, clientHeight } = this.canvas;
    this.canvas.width = Math.max(1, Math.round(clientWidth * ratio));
    this.canvas.height = Math.max(1, Math.round(clientHeight * ratio));
    this.painter.ratio = ratio;
    this.camera.resize(clientWidth, clientHeight);
    this.#paint();
  }

  /** The page's colours: light and dark follow the system. */
  #paint() {
    const style = getComputedStyle(this.place);
    const read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    this.painter.theme = {
      outside: read("--stage-outside"), ground: read("--stage-ground"), line: read("--stage-line"),
      ink: read("--ink"), halo: read("--stage-ground"), shade: read("--stage-shade"), font: read("--face"),
    };
  }
}

/** What the camera keeps its eye on: of each player at this screen what stands for it. @param {Look[]} looks @returns {import("./camera.js").Sight[]} */
function sightsOf(looks) {
  const own = looks.filter(({ player }) => player?.isLocal);
  return [...bodies(own).values()].map(({ x, y, width, height }) => ({ x, y, size: Math.max(width, height) }));
}

/** @param {Box} box @param {number} x @param {number} y @returns {Box} */
function widened(box, x, y) {
  const left = Math.min(box.x, x);
  const top = Math.min(box.y, y);
  const width = Math.max(box.x + box.width, x) - left;
  const height = Math.max(box.y + box.height, y) - top;
  return width === box.width && height === box.height ? box : { x: left, y: top, width, height };
}

/** @param {number} x @param {number} y @param {number} angle @returns {[number, number]} */
function turned(x, y, angle) {
  return [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)];
}
