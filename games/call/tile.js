// One picture of the call: a person, or a screen that somebody shows. Without a picture there is a face with an initial.

import { el, face, memberHue, paintFace } from "room-cluster/pages/dom.js";

/**
 * @typedef {{
 *   item: HTMLLIElement,
 *   name: (text: string, number: number) => void,
 *   play: (stream: MediaStream | null, hasPicture: boolean) => void,
 *   microphone: (state: "off" | "muted" | "on") => void,
 *   quality: (quality: import("./quality.js").Quality | null) => void,
 *   speaks: (isSpeaking: boolean) => void,
 * }} Tile
 */

const MICROPHONES = { off: "listens", muted: "muted", on: "" };

/** @param {"me" | "other" | "screen"} kind @param {() => void} [onBlocked] the browser wants a gesture before it plays sound @returns {Tile} */
export function tile(kind, onBlocked = () => {}) {
  const video = el("video", { playsinline: true, "aria-hidden": "true", hidden: true });
  video.muted = kind === "me";
  const initial = face("", 0);
  const name = el("span", { class: "who" });
  const silent = el("span", { class: "silent", hidden: true });
  const bars = el("span", { class: "bars", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  const words = el("span", { class: "words" });
  const mark = el("span", { class: "ping quality", hidden: true }, bars, words);
  const item = el("li", { class: `tile ${kind}` }, video, initial, mark, el("div", { class: "plate" }, name, silent));
  return {
    item,
    name: (text, number) => {
      item.dataset.hue = String(memberHue(number));
      paintFace(initial, text, memberHue(number));
      name.textContent = { me: "You", other: text, screen: `${text} shows` }[kind];
    },
    play: (stream, hasPicture) => {
      if (video.srcObject !== stream) {
        video.srcObject = stream;
        if (stream) video.play().catch((error) => { if (error.name === "NotAllowedError") onBlocked(); });
      }
      video.hidden = !hasPicture || !stream;
      initial.hidden = !video.hidden;
    },
    microphone: (state) => {
      silent.hidden = state === "on";
      silent.replaceChildren(icon("mic-off"), el("span", {}, MICROPHONES[state]));
    },
    quality: (quality) => {
      mark.hidden = !quality;
      if (!quality) return;
      mark.dataset.level = String(quality.bars);
      bars.hidden = quality.bars === 0;
      words.textContent = quality.words;
    },
    speaks: (isSpeaking) => void item.classList.toggle("speaking", isSpeaking),
  };
}

/** One of the symbols in the page. @param {string} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}
