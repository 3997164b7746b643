// How the arena looks: blocks, orbs that glow, ships with what they hold around them, the score on top. What happens in it
// is main.py's alone.

/** @typedef {import("room-cluster").Room} Room */
/** @typedef {import("room-cluster/stage/stage.js").Stage} Stage */

const GOLD = "#ffb52e";
const DRONE = "#8a93a3";
const TURN = 2 * Math.PI;
/** Small orbs around a ship, a ring after the other. */
const RING = 12;

const board = Object.assign(document.createElement("ol"), { className: "board" });
const style = Object.assign(document.createElement("style"), { textContent: `
  .board { position: absolute; inset: 0.6rem 0 auto; display: flex; flex-wrap: wrap; justify-content: center; gap: 0.35rem; padding: 0 0.6rem; pointer-events: none; font-weight: 700; font-variant-numeric: tabular-nums; }
  .board li { display: flex; gap: 0.45rem; max-width: 11rem; padding: 0.1rem 0.75rem; border-radius: 999px; background: var(--card); color: var(--ink); border: 2px solid var(--own, var(--line-strong)); box-shadow: var(--shade); }
  .board li:first-child { background: var(--ink); color: var(--paper); border-color: var(--ink); }
  .board span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  @media (max-width: 52rem) { .board { font-size: 0.8rem; } .board li:nth-child(n + 4):not(.own) { display: none; } }` });

/** @param {Room} _room @param {Stage} stage */
export function setup(_room, stage) {
  stage.dress("Orb", { colour: GOLD, layer: 1 });
  stage.dress("Shot", { colour: "#ff6b4a", layer: 1 });
  stage.dress("Ship", ({ player, dazed_s: dazed }) => ({
    shape: "ship", layer: 2, width: 58, height: 50, opacity: dazed ? 0.65 : 1, ...(player ? {} : { colour: DRONE }),
  }));
  stage.place.append(style, board);
}

/** @param {Room} room @param {Stage} stage @param {number} dt */
export function draw(room, stage, dt) {
  const ships = [...stage.scene].filter(({ kind }) => kind === "Ship");
  stage.ground();
  stage.inWorld((context) => {
    drawBlocks(context, stage.scene.fields.blocks ?? []);
    for (const { kind, x, y, radius } of stage.scene) if (kind === "Orb") drawDisc(context, x, y, 2.2 * radius, `${GOLD}38`);
  });
  leaveTrails(stage, ships, dt);
  stage.effects();
  stage.objects();
  stage.inWorld((context) => ships.forEach((ship) => drawHoard(context, ship)));
  stage.names();
  showBoard(room, ships, stage.scene.fields.seconds ?? 0);
}

/** @param {CanvasRenderingContext2D} context @param {number[][]} blocks */
function drawBlocks(context, blocks) {
  for (const [colour, lift] of /** @type {const} */ ([["#2b3350", 0], ["#4a5580", 9]])) {
    context.fillStyle = colour;
    context.beginPath();
    for (const [x = 0, y = 0, width = 0, height = 0] of blocks) context.roundRect(x, y - lift, width, height, 14);
    context.fill();
  }
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius @param {string} colour */
function drawDisc(context, x, y, radius, colour) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, TURN);
  context.fill();
}

/** What a ship holds goes round it. @param {CanvasRenderingContext2D} context @param {import("room-cluster").GameObject} ship */
function drawHoard(context, { x, y, orbs }) {
  for (let index = 0; index < orbs; index += 1) {
    const ring = Math.floor(index / RING);
    const angle = (index / Math.min(RING, orbs - ring * RING)) * TURN + (performance.now() / 900) * (ring % 2 ? -1 : 1);
    const reach = 40 + 10 * ring;
    drawDisc(context, x + reach * Math.cos(angle), y + reach * Math.sin(angle), 4, GOLD);
  }
}

/** @type {Map<number, { x: number, y: number }>} */
const before = new Map();

/** @param {Stage} stage @param {import("room-cluster").GameObject[]} ships @param {number} dt */
function leaveTrails(stage, ships, dt) {
  for (const { id, x, y, angle, dazed_s: dazed } of ships) {
    const last = before.get(id) ?? { x, y };
    before.set(id, { x, y });
    const speed = Math.hypot(x - last.x, y - last.y) / (dt || 1);
    if (speed < 120 || speed > 2000 || dazed || stage.particles.isCalm()) continue;
    stage.particles.burst(x - 26 * Math.cos(angle), y - 26 * Math.sin(angle), { colour: "#ff9d5c", count: 1, size: 9, speed: 60, life: 0.4, angle: angle + Math.PI, spread: 0.8 });
  }
}

let shown = "";

/** @param {Room} room @param {import("room-cluster").GameObject[]} ships @param {number} seconds */
function showBoard(room, ships, seconds) {
  const rows = [...ships].sort((one, other) => other.orbs - one.orbs || one.id - other.id)
    .map(({ player, orbs }) => {
      const { name = "Drone", colour = DRONE, isLocal = false } = room.player(player) ?? {};
      return { name, colour, isLocal, orbs };
    });
  const now = JSON.stringify([seconds, rows]);
  if (now === shown) return;
  shown = now;
  board.replaceChildren(chip(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`), ...rows.map(({ name, colour, isLocal, orbs }) => chip(name, String(orbs), colour, isLocal)));
}

/** @param {string} name @param {string} [count] @param {string} [colour] @param {boolean} [isOwn] */
function chip(name, count = "", colour = "", isOwn = false) {
  const item = Object.assign(document.createElement("li"), { className: isOwn ? "own" : "" });
  if (colour) item.style.setProperty("--own", colour);
  item.append(Object.assign(document.createElement("span"), { textContent: name }), count);
  return item;
}
