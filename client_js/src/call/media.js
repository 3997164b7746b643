// What this member lets others hear and see: a microphone, a camera, a screen. It belongs to no call: it is opened once,
// and goes along into the next room. Nothing is opened unasked.

import { Emitter } from "../emitter.js";

/** @typedef {"microphone" | "camera" | "screen" | "screen-sound"} Slot */
/** @typedef {{ track: MediaStreamTrack, stream: MediaStream }} LocalTrack */
/** @typedef {{ change: [], ended: [slot: Slot] }} MediaNotices `ended`: not by this program (unplugged, or stopped by the browser's own button) */

/** Enough for faces in a grid, and bearable for a mesh. @type {MediaTrackConstraints} */
const USUAL_VIDEO = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24 } };
/** @type {MediaTrackConstraints} */
const USUAL_AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export class LocalMedia {
  /**
   * @param {{ video?: MediaTrackConstraints, audio?: MediaTrackConstraints, source?: MediaDevices,
   *   MediaStream?: typeof MediaStream }} [options]
   */
  constructor({ video = USUAL_VIDEO, audio = USUAL_AUDIO, source = globalThis.navigator?.mediaDevices, MediaStream: Stream = globalThis.MediaStream } = {}) {
    this.#wishes = { microphone: audio, camera: video };
    this.#source = source;
    /** Microphone and camera, to be shown to oneself. */
    this.person = new Stream();
    this.screen = new Stream();
  }

  /** @type {Emitter<MediaNotices>} */
  notices = new Emitter();
  /** The microphone is open, and says nothing. */
  isMuted = false;
  /** @type {Record<"microphone" | "camera", MediaTrackConstraints>} */ #wishes;
  /** Undefined on a page that came neither by https nor from this machine. @type {MediaDevices | undefined} */ #source;
  /** @type {Map<Slot, LocalTrack>} */ #open = new Map();

  /** What is sent, by slot. @returns {Map<Slot, LocalTrack>} */
  get tracks() {
    return this.#open;
  }

  /** @param {Slot} slot */
  has(slot) {
    return this.#open.has(slot);
  }

  /**
   * Opens one or both, or another device of that kind. Rejects with the browser's own error: see `whyNot`.
   * @param {{ microphone?: boolean | string, camera?: boolean | string }} wish a text is a device's id
   */
  async open({ microphone = false, camera = false }) {
    const stream = await this.#devices.getUserMedia({
      audio: microphone !== false && withDevice(this.#wishes.microphone, microphone),
      video: camera !== false && withDevice(this.#wishes.camera, camera),
    });
    for (const track of stream.getTracks()) this.#take(track.kind === "audio" ? "microphone" : "camera", track, this.person);
    this.notices.emit("change");
  }

  /** Shows a window, a tab or the screen, with its sound where the browser offers that. */
  async share() {
    const stream = await this.#devices.getDisplayMedia({ video: true, audio: true });
    for (const track of stream.getTracks()) this.#take(track.kind === "audio" ? "screen-sound" : "screen", track, this.screen);
    this.notices.emit("change");
  }

  /** @param {boolean} isMuted */
  mute(isMuted) {
    this.isMuted = isMuted;
    const microphone = this.#open.get("microphone");
    if (microphone) microphone.track.enabled = !isMuted;
    this.notices.emit("change");
  }

  /** Stops them; the camera's light goes out. @param {Slot[]} slots */
  stop(...slots) {
    for (const slot of slots) this.#drop(slot);
    this.notices.emit("change");
  }

  stopAll() {
    this.stop(...this.#open.keys());
  }

  /** The cameras and microphones there are; they have names once one of them was allowed. */
  async devices() {
    const all = await this.#source?.enumerateDevices() ?? [];
    const some = (/** @type {MediaDeviceKind} */ kind) => all.filter((device) => device.kind === kind && device.deviceId);
    return { cameras: some("videoinput"), microphones: some("audioinput") };
  }

  /** The device in use, or empty. @param {"camera" | "microphone"} slot */
  deviceOf(slot) {
    return this.#open.get(slot)?.track.getSettings().deviceId ?? "";
  }

  get #devices() {
    if (!this.#source) throw new DOMException("not by https", "InsecureContextError");
    return this.#source;
  }

  /** @param {Slot} slot @param {MediaStreamTrack} track @param {MediaStream} stream */
  #take(slot, track, stream) {
    this.#drop(slot);
    if (slot === "microphone") track.enabled = !this.isMuted;
    track.onended = () => {
      this.stop(slot);
      this.notices.emit("ended", slot);
    };
    stream.addTrack(track);
    this.#open.set(slot, { track, stream });
  }

  /** @param {Slot} slot */
  #drop(slot) {
    const open = this.#open.get(slot);
    if (!open) return;
    open.track.onended = null;
    open.track.stop();
    open.stream.removeTrack(open.track);
    this.#open.delete(slot);
  }
}

/** @param {MediaTrackConstraints} wish @param {boolean | string} device @returns {MediaTrackConstraints} */
function withDevice(wish, device) {
  return typeof device === "string" ? { ...wish, deviceId: { exact: device } } : wish;
}

/** Why a device could not be opened, as a sentence for people. @param {unknown} error */
export function whyNot(error) {
  const name = error instanceof Error ? error.name : "";
  if (name === "InsecureContextError") return "A page that does not come by https has none.";
  if (name === "NotAllowedError" || name === "SecurityError") return "The browser was not allowed to use it.";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "There is no such device here.";
  if (name === "NotReadableError" || name === "AbortError") return "The device is in use by another program.";
  return "It could not be opened.";
}
