// Who is speaking: how loud each stream is, looked at a few times a second. Nothing of it is sent or kept.

const LOOK_EVERY_MS = 150;
/** Above room noise, below a calm voice; of 1. */
const SPEAKING = 0.03;

/** @typedef {{ stream: MediaStream, source: MediaStreamAudioSourceNode, analyser: AnalyserNode }} Ear */

export class Levels {
  /** @type {Map<string, { ear: Ear | null, tell: (isSpeaking: boolean) => void }>} */
  #heard = new Map();
  /** @type {AudioContext | null} */ #context = null;

  /** @param {string} key @param {MediaStream | null} stream @param {(isSpeaking: boolean) => void} tell */
  watch(key, stream, tell) {
    const before = this.#heard.get(key)?.ear ?? null;
    const hasSound = stream?.getAudioTracks().length;
    if (before && before.stream === stream && hasSound) return;
    before?.source.disconnect();
    this.#heard.set(key, { ear: stream && hasSound ? this.#listen(stream) : null, tell });
  }

  /** @param {string} key */
  forget(key) {
    this.#heard.get(key)?.ear?.source.disconnect();
    this.#heard.delete(key);
  }

  /** A browser lets nobody listen before a gesture. */
  wake() {
    void this.#context?.resume();
  }

  /** @param {MediaStream} stream @returns {Ear} */
  #listen(stream) {
    if (!this.#context) {
      this.#context = new AudioContext();
      setInterval(() => this.#look(), LOOK_EVERY_MS);
    }
    const source = this.#context.createMediaStreamSource(stream);
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 512;
    source.connect(analyser);
    return { stream, source, analyser };
  }

  #look() {
    const samples = new Float32Array(512);
    for (const { ear, tell } of this.#heard.values()) {
      if (ear) ear.analyser.getFloatTimeDomainData(samples);
      tell(ear !== null && Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length) > SPEAKING);
    }
  }
}
