// What one does with one's own microphone, camera and screen. Nothing is opened before a button asks for it, and whatever
// does not open is told in a sentence; one goes on as a listener. No button waits for the browser's question: one that is
// dismissed may stay without an answer for good, and the next press asks again.

import { whyNot } from "room-cluster/mesh";
import { el } from "room-cluster/pages/dom.js";
import { toast } from "room-cluster/pages/toasts.js";
import { icon } from "./tile.js";

/** @typedef {import("room-cluster/mesh").LocalMedia} LocalMedia */

/** @param {LocalMedia} media @param {HTMLElement} place */
export function controls(media, place) {
  const microphone = control(() => turnMicrophone(media));
  const camera = control(() => turnCamera(media));
  const screen = control(() => turnScreen(media));
  const choice = deviceChoice(media);
  screen.hidden = !navigator.mediaDevices?.getDisplayMedia;
  place.append(microphone, camera, screen, choice.button, choice.panel);
  const show = () => {
    const isHeard = media.has("microphone") && !media.isMuted;
    paint(microphone, isHeard ? "mic" : "mic-off", "Microphone", isHeard);
    paint(camera, media.has("camera") ? "camera" : "camera-off", "Camera", media.has("camera"));
    paint(screen, "screen", "Screen", media.has("screen"));
  };
  media.notices.on("change", show);
  media.notices.on("ended", (slot) => {
    if (slot === "screen") toast("Your screen is not shown any more.");
    else toast(slot === "camera" ? "The camera is gone." : "The microphone is gone.");
  });
  show();
}

/** @param {LocalMedia} media */
export async function turnMicrophone(media) {
  if (media.has("microphone")) media.mute(!media.isMuted);
  else await opened(media, { microphone: true }, "microphone");
}

/** @param {LocalMedia} media */
async function turnCamera(media) {
  if (media.has("camera")) media.stop("camera");
  else await opened(media, { camera: true }, "camera");
}

/** @param {LocalMedia} media */
async function turnScreen(media) {
  if (media.has("screen")) return media.stop("screen", "screen-sound");
  // Whoever closes the browser's own question has answered it.
  return media.share().catch((error) => { if (error.name !== "NotAllowedError") toast(`The screen: ${whyNot(error)}`); });
}

/** Both at once; with one of them, if there is no other. @param {LocalMedia} media */
export async function joinIn(media) {
  try {
    await media.open({ microphone: true, camera: true });
  } catch (error) {
    const isMissing = error instanceof Error && error.name === "NotFoundError";
    if (isMissing) await opened(media, { microphone: true }, "camera or microphone");
    else toast(`Camera and microphone: ${whyNot(error)} You can go on listening.`);
  }
}

/** @param {LocalMedia} media @param {Parameters<LocalMedia["open"]>[0]} wish @param {string} what */
async function opened(media, wish, what) {
  await media.open(wish).catch((error) => toast(`The ${what}: ${whyNot(error)} You can go on listening.`));
}

/** @param {() => Promise<unknown>} act */
function control(act) {
  const button = el("button", { type: "button", class: "control" });
  button.addEventListener("click", () => act());
  return button;
}

/** @param {HTMLButtonElement} button @param {string} sign @param {string} label @param {boolean} isOn */
function paint(button, sign, label, isOn) {
  button.setAttribute("aria-pressed", String(isOn));
  button.replaceChildren(icon(sign), el("span", {}, label));
}

/** Which camera and microphone. @param {LocalMedia} media */
function deviceChoice(media) {
  const panel = el("div", { class: "devices card", id: "devices-panel", hidden: true });
  const button = el("button", { type: "button", class: "control", "aria-expanded": "false", "aria-controls": "devices-panel" });
  button.append(icon("devices"), el("span", {}, "Devices"));
  const open = (/** @type {boolean} */ isOpen) => {
    panel.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.addEventListener("click", async () => {
    open(Boolean(panel.hidden));
    if (!panel.hidden) await fill(media, panel);
  });
  panel.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    open(false);
    button.focus();
  });
  media.notices.on("change", () => { if (!panel.hidden) void fill(media, panel); });
  return { button, panel };
}

/** @param {LocalMedia} media @param {HTMLElement} panel */
async function fill(media, panel) {
  const { cameras, microphones } = await media.devices();
  const pick = (/** @type {"camera" | "microphone"} */ slot, /** @type {string} */ label, /** @type {MediaDeviceInfo[]} */ devices) => {
    const select = el("select", { disabled: !media.has(slot) }, ...devices.map(({ deviceId, label: name }, index) =>
      el("option", { value: deviceId, selected: deviceId === media.deviceOf(slot) }, name || `${label} ${index + 1}`)));
    select.addEventListener("change", () => opened(media, { [slot]: select.value }, slot));
    return el("label", { class: "field" }, el("span", {}, label), select);
  };
  const hint = media.has("camera") || media.has("microphone") ? [] : [el("p", { class: "hint" }, "Turn one on first; then it can be changed here.")];
  if (panel.contains(document.activeElement)) return; // Not under somebody's fingers.
  panel.replaceChildren(pick("microphone", "Microphone", microphones), pick("camera", "Camera", cameras), ...hint);
}
