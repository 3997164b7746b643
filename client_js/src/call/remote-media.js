// What one other member lets us hear and see. Tracks come with the line; which of them is what, and whether the microphone
// is muted, its owner says on the channel, so that it is known even of somebody whose media do not arrive.

/** @typedef {{ microphone: boolean, isMuted: boolean, camera: boolean, screen: string }} Shown `screen`: the id of its stream, or empty */

/** @type {Shown} */
const NOTHING = { microphone: false, isMuted: false, camera: false, screen: "" };

export class RemoteMedia {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    this.shown = NOTHING;
    /** By id, those that have tracks. @type {Map<string, MediaStream>} */
    this.streams = new Map();
  }

  /** Microphone and camera, as one stream; null while nothing of it arrives. @returns {MediaStream | null} */
  get person() {
    for (const stream of this.streams.values()) if (stream.id !== this.shown.screen) return stream;
    return null;
  }

  /** @returns {MediaStream | null} */
  get screen() {
    return this.streams.get(this.shown.screen) ?? null;
  }

  get hasMicrophone() {
    return this.shown.microphone;
  }

  get isMuted() {
    return this.shown.isMuted;
  }

  get hasCamera() {
    return this.shown.camera;
  }

  /** @param {MediaStreamTrack} _ @param {readonly MediaStream[]} streams */
  take(_, streams) {
    for (const stream of streams) {
      this.streams.set(stream.id, stream);
      stream.onremovetrack = () => {
        if (!stream.getTracks().length && this.streams.get(stream.id) === stream) this.streams.delete(stream.id);
        this.onChange();
      };
    }
    this.onChange();
  }

  /** What its owner says. @param {any} said */
  told(said) {
    const { microphone, isMuted, camera, screen } = said ?? {};
    this.shown = {
      microphone: microphone === true, isMuted: isMuted === true, camera: camera === true, screen: typeof screen === "string" ? screen : "",
    };
    this.onChange();
  }

  /** Another line: its tracks come anew. */
  reset() {
    if (!this.streams.size) return;
    this.streams.clear();
    this.onChange();
  }
}

/** What to say about oneself. @param {import("./media.js").LocalMedia} media @returns {Shown} */
export function shownOf(media) {
  const screen = media.tracks.get("screen");
  return { microphone: media.has("microphone"), isMuted: media.isMuted, camera: media.has("camera"), screen: screen?.stream.id ?? "" };
}
