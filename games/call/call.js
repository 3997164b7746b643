// A room to see and hear each other in. Everybody begins as a listener; microphone, camera and screen are opened by one's own
// hand. Members and chat are the room's, pictures and sound go from browser to browser (mesh.js).

import { LocalMedia, Mesh } from "room-cluster/mesh";
import { conceal, find } from "room-cluster/pages/dom.js";
import { enterRoom } from "room-cluster/pages/game-page.js";
import { controls, joinIn, turnMicrophone } from "./controls.js";
import { Levels } from "./levels.js";
import { qualityOf } from "./quality.js";
import { tile } from "./tile.js";

const LOOK_EVERY_MS = 2000;

const room = await enterRoom({ title: "Call" });
const media = new LocalMedia();
const mesh = new Mesh(room, { media });
const levels = new Levels();
const tiles = find("#tiles", HTMLElement);
const hear = find("#hear", HTMLButtonElement);

/** Everybody's picture, and the screens that are shown, by number. @type {Map<number, import("./tile.js").Tile>} */
const people = new Map();
/** @type {Map<number, import("./tile.js").Tile>} */
const screens = new Map();

// --- oneself

const me = tile("me");
tiles.append(me.item);
const greeting = find("#greeting", HTMLElement);
find("#join-in", HTMLElement).addEventListener("click", () => joinIn(media));
find("#only-voice", HTMLElement).addEventListener("click", () => turnMicrophone(media));
controls(media, find("#controls", HTMLElement));
/** Where the focus goes on. */
const microphone = find("#controls button", HTMLButtonElement);

function showMe() {
  me.name(room.me.username, room.me.number);
  me.play(media.person, media.has("camera"));
  me.microphone(heardAs(media.has("microphone"), media.isMuted));
  if (media.tracks.size > 0) conceal(greeting, microphone);
  else greeting.hidden = false;
  levels.watch("me", media.isMuted ? null : media.person, me.speaks);
  showScreen(room.me.number, media.has("screen") ? media.screen : null);
}

// --- the others

/** @param {boolean} has @param {boolean} isMuted */
function heardAs(has, isMuted) {
  if (!has) return "off";
  return isMuted ? "muted" : "on";
}

/** @param {number} number */
function tileOf(number) {
  const known = people.get(number);
  if (known) return known;
  const made = tile("other", () => { hear.hidden = false; });
  people.set(number, made);
  tiles.append(made.item);
  return made;
}

/** @param {number} number */
function showPerson(number) {
  const shown = tileOf(number);
  const peer = mesh.peers.get(number);
  const { username } = room.member(number);
  shown.name(username, number);
  shown.play(peer?.media.person ?? null, peer?.media.hasCamera ?? false);
  shown.microphone(heardAs(peer?.media.hasMicrophone ?? false, peer?.media.isMuted ?? false));
  levels.watch(String(number), peer?.media.person ?? null, shown.speaks);
  showScreen(number, peer?.media.screen ?? null);
}

/** @param {number} number @param {MediaStream | null} stream */
function showScreen(number, stream) {
  const known = screens.get(number);
  if (stream) {
    const shown = known ?? tile("screen");
    shown.name(number === room.me.number ? "You" : room.member(number).username, number);
    shown.play(stream, true);
    if (!known) tiles.prepend(shown.item);
    screens.set(number, shown);
  } else if (known) {
    known.item.remove();
    screens.delete(number);
  }
  arrange();
}

/** @param {number} number */
function forget(number) {
  people.get(number)?.item.remove();
  people.delete(number);
  levels.forget(String(number));
  showScreen(number, null);
}

/** The grid follows the number of pictures; a screen gets most of it. */
function arrange() {
  tiles.dataset.count = String(Math.min(people.size + 1, 9));
  tiles.style.setProperty("--people", String(people.size + 1));
  tiles.classList.toggle("showing", screens.size > 0);
}

function showAll() {
  const others = [...room.members.keys()].filter((number) => number !== room.me.number);
  for (const number of people.keys()) if (!others.includes(number)) forget(number);
  others.forEach(showPerson);
  showMe();
  void showQuality();
}

async function showQuality() {
  const all = await mesh.statistics();
  for (const [number, statistics] of all) {
    const peer = mesh.peers.get(number);
    if (peer) people.get(number)?.quality(qualityOf(peer.state, peer.reason, statistics, peer.member.isAway));
  }
  for (const [number, shown] of people) {
    const { isAway } = room.member(number);
    shown.item.classList.toggle("away", isAway);
    if (!mesh.peers.has(number)) shown.quality({ bars: 0, words: isAway ? "away" : "not in the call" });
  }
}

hear.addEventListener("click", () => {
  conceal(hear, microphone);
  levels.wake();
  for (const video of document.querySelectorAll("video")) void video.play();
});
addEventListener("pointerdown", () => levels.wake());
for (const notice of /** @type {const} */ (["peer", "gone", "media"])) mesh.notices.on(notice, showAll);
mesh.notices.on("state", () => void showQuality());
media.notices.on("change", showMe);
for (const notice of /** @type {const} */ (["joined", "left", "renamed", "resumed", "away", "back"])) room.notices.on(notice, showAll);
room.notices.on("over", () => media.stopAll());
setInterval(showQuality, LOOK_EVERY_MS);
showAll();
