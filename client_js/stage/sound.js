// Sounds of assets/, played by name. A browser allows none before somebody has touched the page: what is asked for until
// then is left out. Whether one wants to hear them is kept on the device.

import { shelf } from "room-cluster";

const KEY = "room-cluster.muted";
/** One more at once is left out. */
export const VOICES_MOST = 16;
/** The same sound again within this time is left out. */
const AGAIN_MS = 40;
const GESTURES = /** @type {const} */ (["pointerdown", "keydown", "touchend"]);

/** @typedef {Pick<ReturnType<typeof shelf>, "getItem" | "setItem">} Kept */
/** @typedef {{ AudioContext?: typeof AudioContext, now?: () => number, kept?: Kept, target?: EventTarget }} Surroundings */

export class Sound {
  /** @param {Surroundings} [around] */
  constructor({ AudioContext = globalThis.AudioContext, now = () => performance.now(), kept = shelf("localStorage"), target = globalThis } = {}) {
    this.#Context = AudioContext;
    this.#now = now;
    this.#kept = kept;
    for (const gesture of GESTURES) target.addEventListener(gesture, () => this.#wake(), { capture: true, passive: true });
    this.#isMuted = kept.getItem(KEY) === "yes";
  }

  /** Called when there is something to hear for the first time, and when it is muted or not any more. */
  onChange = () => {};
  /** @type {typeof AudioContext | undefined} */ #Context;
  /** @type {() => number} */ #now;
  /** @type {Kept} */ #kept;
  /** @type {AudioContext | null} */ #context = null;
  /** Encoded, until there is a context that decodes them. @type {Map<string, ArrayBuffer>} */
  #encoded = new Map();
  /** @type {Map<string, AudioBuffer>} */
  #sounds = new Map();
  /** @type {Map<string, number>} */
  #lastMs = new Map();
  #voices = 0;
  #isMuted = false;

  /** Whether there is anything to hear at all. */
  get hasSounds() {
    return this.#encoded.size + this.#sounds.size > 0;
  }

  get isMuted() {
    return this.#isMuted;
  }

  set isMuted(isMuted) {
    this.#isMuted = isMuted;
    this.#kept.setItem(KEY, isMuted ? "yes" : "no");
    this.onChange();
  }

  /** @param {string} name @param {ArrayBuffer} encoded a file's bytes */
  add(name, encoded) {
    this.#encoded.set(name, encoded);
    if (this.#context) void this.#decode();
    this.onChange();
  }

  /** @param {string} name @param {{ volume?: number }} [how] @returns {boolean} whether it is heard */
  play(name, { volume = 1 } = {}) {
    const sound = this.#sounds.get(name);
    const context = this.#context;
    if (!sound || !context || this.#isMuted || this.#voices >= VOICES_MOST) return false;
    if (this.#now() - (this.#lastMs.get(name) ?? -Infinity) < AGAIN_MS) return false;
    this.#lastMs.set(name, this.#now());
    this.#voices += 1;
    const source = context.createBufferSource();
    const gain = context.createGain();
    source.buffer = sound;
    gain.gain.value = volume;
    source.connect(gain).connect(context.destination);
    source.onended = () => { this.#voices -= 1; };
    source.start();
    return true;
  }

  #wake() {
    if (!this.#Context || !this.hasSounds) return;
    if (!this.#context) {
      this.#context = new this.#Context();
      void this.#decode();
    }
    if (this.#context.state === "suspended") void this.#context.resume();
  }

  async #decode() {
    const waiting = [...this.#encoded];
    this.#encoded.clear();
    for (const [name, encoded] of waiting) {
      // A file that this browser cannot read is a sound that is not heard.
      const sound = await this.#context?.decodeAudioData(encoded).catch(() => null);
      if (sound) this.#sounds.set(name, sound);
    }
  }
}
