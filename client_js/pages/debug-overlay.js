// What a developer wants to see while playing, in a corner (debug-key.js says when). It can make the line worse
// (src/simulate.js). Whoever draws frames announces them as measures (stage/frames.js).

import { Vitals } from "room-cluster";
import { MEASURE } from "../stage/frames.js";
import { el } from "./dom.js";

/**
 * @typedef {import("room-cluster").Room} Room
 * @typedef {ReturnType<Vitals["look"]>} Look
 */

const LOOK_EVERY_MS = 500;

/** @type {[label: string, show: (look: Look) => string][]} */
const ROWS = [
  ["Ping", ({ pingMs }) => (pingMs === null ? "–" : ms(pingMs))],
  ["Jitter", ({ jitterMs }) => ms(jitterMs)],
  ["Picture behind", ({ delayMs, isPredicted }) => `${ms(delayMs)}${isPredicted ? ", own ahead" : ""}`],
  ["Tick", ({ tick }) => String(tick)],
  ["Objects", ({ objects }) => String(objects)],
  ["Updates", ({ updatesPerS }) => `${updatesPerS.toFixed(0)}/s`],
  ["In", ({ bytesInPerS }) => bytes(bytesInPerS)],
  ["Out", ({ bytesOutPerS }) => bytes(bytesOutPerS)],
  ["Frames", ({ framesPerS }) => (framesPerS ? `${framesPerS.toFixed(0)}/s` : "–")],
  ["Script, 95 %", ({ framesPerS, scriptMs }) => (framesPerS ? `${scriptMs.toFixed(1)} ms` : "–")],
];

/** @type {[label: string, key: "latencyMs" | "jitterMs" | "loss", most: number, step: number, show: (value: number) => string][]} */
const WEATHER = [
  ["Latency a way", "latencyMs", 500, 10, ms],
  ["Jitter", "jitterMs", 200, 5, ms],
  ["Loss", "loss", 0.3, 0.01, (share) => `${(share * 100).toFixed(0)} %`],
];

/** @param {Room} room @returns {() => void} what hides it */
export function showOverlay(room) {
  const vitals = new Vitals(room, () => performance.now());
  const values = ROWS.map(() => el("dd", {}, "–"));
  const rows = ROWS.flatMap(([label], index) => [el("dt", {}, label), values[index] ?? ""]);
  const panel = el("aside", { class: "debug-overlay", "aria-label": "Debug overlay" },
    el("link", { rel: "stylesheet", href: new URL("debug-overlay.css", import.meta.url).href }),
    el("dl", {}, ...rows),
    el("details", { hidden: room.isOffline }, el("summary", {}, "Make the line worse"), ...WEATHER.map((row) => slider(room, row))));
  document.body.append(panel);
  const timer = setInterval(() => {
    const look = vitals.look();
    ROWS.forEach(([, text], index) => { /** @type {HTMLElement} */ (values[index]).textContent = text(look); });
  }, LOOK_EVERY_MS);
  const observer = new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === MEASURE) vitals.frame(duration);
  });
  observer.observe({ type: "measure" });
  return () => {
    clearInterval(timer);
    observer.disconnect();
    panel.remove();
  };
}

/** @param {Room} room @param {typeof WEATHER[number]} row */
function slider(room, [label, key, most, step, show]) {
  const input = el("input", { type: "range", min: 0, max: most, step, value: room.weather[key] });
  const value = el("output", {}, show(room.weather[key]));
  input.addEventListener("input", () => {
    room.weather[key] = input.valueAsNumber;
    value.textContent = show(input.valueAsNumber);
  });
  return el("label", {}, el("span", {}, label), input, value);
}

/** @param {number} value */
function ms(value) {
  return `${value.toFixed(0)} ms`;
}

/** @param {number} perS */
function bytes(perS) {
  return perS < 1000 ? `${perS.toFixed(0)} B/s` : `${(perS / 1000).toFixed(1)} kB/s`;
}
