// Lets a test look in: what this page shows, and which hooks were called.

/** @type {any} */
const seen = { calls: [], runners: [] };
Object.assign(globalThis, { seen });

/** @param {any} room @param {any} stage */
export function setup(room, stage) {
  Object.assign(seen, { room, stage });
  stage.dress("Leaf", { colour: "#7aa95c" });
}

/** @param {any} room @param {any} stage */
export function draw(room, stage) {
  stage.draw();
  seen.runners = [...stage.scene].filter(({ kind }) => kind === "Runner").map(({ player, x, y, hops }) => ({ name: room.player(player)?.name, x, y, hops }));
}

export const onEvent = (/** @type {any} */ _room, /** @type {any} */ stage, /** @type {string} */ name) => void seen.calls.push(`event ${name} ${stage.particles.all.length}`);
export const onPlayerJoin = (/** @type {any} */ _room, /** @type {any} */ player) => void seen.calls.push(`join ${player.name}`);
export const onPlayerLeave = (/** @type {any} */ _room, /** @type {any} */ player) => void seen.calls.push(`leave ${player.name}`);
export const onChat = (/** @type {any} */ _room, /** @type {any} */ member, /** @type {string} */ text) => void seen.calls.push(`chat ${member.username} ${text}`);
