// The page of every game that brings none of its own: into the room, online or offline, then the stage, what the game's
// `client.js` says, and a loop. From here on it makes no difference where the room runs.

import { enterRoom } from "room-cluster/pages/game-page.js";
import { loadAssets, readManifest } from "room-cluster/stage/assets.js";
import { Controls } from "room-cluster/stage/controls.js";
import { Frames } from "room-cluster/stage/frames.js";
import { pads } from "room-cluster/stage/gamepads.js";
import { Keyboard } from "room-cluster/stage/keyboard.js";
import { Stage } from "room-cluster/stage/stage.js";
import { Touch } from "room-cluster/stage/touch.js";
import { listen, readHooks } from "./client-hooks.js";
import { el, find } from "./dom.js";
import { keepForOffline } from "./keep-offline.js";
import { offlineAddress, offlineOptions } from "./offline-address.js";
import { enterOffline } from "./offline-page.js";
import { playBar } from "./play-bar.js";
import { showResult } from "./result-screen.js";
import { toast } from "./toasts.js";
import { waitingScreen } from "./waiting.js";

/**
 * @typedef {import("room-cluster").Room} Room
 * @typedef {import("./client-hooks.js").Hooks} Hooks
 * @typedef {import("room-cluster/stage/assets.js").Assets} Assets
 */

const main = find("#stage", HTMLElement);
const game = location.pathname.split("/").at(-2) ?? "";
const isOffline = offlineOptions(location.search) !== null;

const manifest = await readManifest(game).catch(() => askAgain());
document.title = manifest.title;
if (manifest.offline) keepForOffline(game);
const progress = el("progress", { max: 1, value: 0, "aria-label": "Loading" });
const loading = Promise.all([
  loadAssets(manifest, { onProgress: (share) => { progress.value = share; } }),
  readHooks(manifest.client).catch((error) => complain("This game's own page cannot be read. You see it drawn plainly.", error)),
]);

const room = isOffline
  ? await enterOffline(game, manifest.title)
  : await enterRoom({ title: manifest.title, offline: manifest.offline ? offlineAddress(game) : "", staysForResult: true });

const place = el("div", { class: "stage" });
const waiting = el("div", { class: "waiting" }, el("div", { class: "loading" }, el("p", { role: "status" }, `Getting ${manifest.title} ready…`), progress));
main.append(place, waiting);
const [assets, hooks] = await loading;
waiting.remove();
play(room, hooks, assets);

/** @param {Room} room @param {Hooks} hooks @param {Assets} assets */
function play(room, hooks, assets) {
  const stage = new Stage(place);
  const touch = new Touch(place, room.inputs);
  const controls = new Controls(room.inputs, { keyboard: new Keyboard(), pads, touch, keys: hooks.keys });
  const bar = playBar(room, controls, stage.sound);
  main.append(bar.bar);
  stage.use(assets);
  stage.canvas.setAttribute("aria-label", manifest.title);
  stage.canvas.setAttribute("aria-describedby", bar.how.id);
  const seat = () => {
    controls.seat(Math.max(1, room.localPlayers.length));
    touch.enable(room.localPlayers.length > 0 && !room.result);
    bar.show();
  };
  for (const notice of /** @type {const} */ (["seat", "player-joined", "player-left", "renamed", "resumed", "result", "over"])) room.notices.on(notice, seat);
  seat();
  begin(room, stage, hooks);
  const frames = loop(room, stage, controls, hooks);
  tellEnd(room, frames);
}

/** @param {Room} room @param {Stage} stage @param {Hooks} hooks */
function begin(room, stage, hooks) {
  try {
    hooks.setup?.(room, stage);
  } catch (error) {
    complain("This game's own page did not begin well.", error);
  }
  listen(room, stage, hooks);
}

/** @param {Room} room @param {Stage} stage @param {Controls} controls @param {Hooks} hooks */
function loop(room, stage, controls, hooks) {
  const caption = el("p", { class: "caption", role: "status" });
  place.append(caption);
  const hold = () => {
    room.localPlayers.forEach((player, index) => room.input(controls.read(index), { player }));
    controls.settle();
  };
  // A hidden page draws no frames: what was held is let go now, or never.
  document.addEventListener("visibilitychange", hold);
  const frames = new Frames((dt) => {
    hold();
    const scene = room.view();
    stage.begin(scene, room.players, dt);
    drawWith(hooks, stage, dt);
    const text = typeof scene.fields.text === "string" ? scene.fields.text : "";
    if (caption.textContent !== text) caption.textContent = text;
  });
  frames.start();
  return frames;
}

/** @param {Room} room @param {Frames} frames */
function tellEnd(room, frames) {
  const show = (/** @type {Record<string, any>} */ result) => showResult(place, room, result, isOffline);
  if (room.result) show(room.result);
  room.notices.on("result", show);
  room.notices.on("over", () => frames.stop());
  room.notices.on("reloaded", ({ isKept, text }) => {
    toast(isKept ? "The game was changed and goes on." : `The game was changed and begins again. ${text}`);
  });
}

/**
 * A drawing that fails is told once; the usual one takes its place, so that the game can still be seen.
 * @param {Hooks} hooks @param {Stage} stage @param {number} dt
 */
function drawWith(hooks, stage, dt) {
  if (!hooks.draw) return stage.draw();
  try {
    hooks.draw(room, stage, dt);
  } catch (error) {
    delete hooks.draw;
    complain("This game's own drawing failed. You see it drawn plainly.", error);
  }
  return undefined;
}

/** For people here, for its author in the console. @param {string} text @param {unknown} error @returns {Hooks} */
function complain(text, error) {
  toast(text);
  reportError(error);
  return {};
}

/** Without its list of files there is nothing to play. @returns {Promise<never>} */
function askAgain() {
  return waitingScreen("").ask("This game cannot be reached right now.", [
    ["Try again", () => location.reload()],
    ["Back to the list", () => location.assign("/")],
  ]).then(() => new Promise(() => {}));
}
