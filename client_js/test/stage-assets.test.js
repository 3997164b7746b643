import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { loadAssets, readManifest } from "../stage/assets.js";
import { Frames, MEASURE } from "../stage/frames.js";
import { Sound, VOICES_MOST } from "../stage/sound.js";
import { forbidStorage } from "./support/globals.js";

const BASE = "/games/racing/assets/";
const FILES = {
  [`${BASE}ship.0123456789ab.png`]: "a picture",
  [`${BASE}hit.0123456789ab.ogg`]: "a sound",
  [`${BASE}maps/one.0123456789ab.json`]: '{"walls": 3}',
  [`${BASE}changed.png`]: "what it is now",
};
const fetchFrom = (files, asked = []) => async (url) => {
  asked.push(url);
  return url in files ? new Response(files[url]) : new Response("", { status: 404 });
};
const manifestOf = (...names) => ({
  title: "Arena", client: "", offline: false,
  assets: Object.fromEntries(names.map((name) => [name, { url: BASE + name.replace(/(\.[a-z]+)$/, ".0123456789ab$1"), bytes: 10 }])),
});
const decode = async (blob) => `decoded ${await blob.text()}`;

test("the manifest is asked for by the game's name", async () => {
  const asked = [];
  await readManifest("racing", { fetch: fetchFrom({ "/games/racing/assets.json": "{}" }, asked) });
  assert.deepEqual(asked, ["/games/racing/assets.json"]);
  await assert.rejects(readManifest("chess", { fetch: fetchFrom({}) }), /chess/);
});

test("files are found by their names, with or without the ending", async () => {
  const shares = [];
  const manifest = manifestOf("ship.png", "hit.ogg", "maps/one.json");
  const assets = await loadAssets(manifest, { fetch: fetchFrom(FILES), decode, onProgress: (share) => shares.push(share) });
  assert.equal(assets.image("ship"), "decoded a picture");
  assert.equal(assets.image("ship.png"), assets.image("ship"));
  assert.deepEqual(assets.files.get("maps/one"), { walls: 3 });
  assert.equal(new TextDecoder().decode(assets.sounds.get("hit")), "a sound");
  assert.deepEqual(shares, [...shares].sort((one, other) => one - other), "it only goes forward");
  assert.equal(shares.at(-1), 1);
});

test("a file that changed since is found by its plain name; one that is not there is left out", async () => {
  const warn = mock.method(console, "warn", () => {});
  const assets = await loadAssets(manifestOf("changed.png", "gone.png"), { fetch: fetchFrom(FILES), decode });
  assert.equal(assets.image("changed"), "decoded what it is now");
  assert.equal(assets.image("gone"), null);
  assert.equal(warn.mock.callCount(), 1);
  warn.mock.restore();
});

test("a game without assets is ready at once", async () => {
  assert.equal((await loadAssets(manifestOf(), { fetch: fetchFrom({}) })).images.size, 0);
});

// --- sound

class FakeAudio {
  static all = [];
  state = "running";
  started = 0;
  sources = [];
  constructor() { FakeAudio.all.push(this); }
  async decodeAudioData(bytes) {
    if (bytes.byteLength === 0) throw new Error("not a sound");
    return { bytes };
  }
  createGain() { return { gain: { value: 1 }, connect: () => {} }; }
  createBufferSource() {
    const source = { connect: (node) => node, start: () => { this.started += 1; } };
    this.sources.push(source);
    return source;
  }
}

function sound() {
  FakeAudio.all = [];
  const target = new EventTarget();
  const kept = new Map();
  const clock = { ms: 0 };
  const shelf = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => Boolean(kept.set(key, value)) };
  const speaker = new Sound(/** @type {any} */ ({ AudioContext: FakeAudio, target, kept: shelf, now: () => clock.ms }));
  const touch = async () => {
    target.dispatchEvent(new Event("pointerdown"));
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { speaker, touch, clock, kept };
}

test("nothing is heard, and nothing is opened, before somebody touches the page", async () => {
  const { speaker, touch } = sound();
  await touch();
  assert.equal(FakeAudio.all.length, 0, "a game without sounds opens none");
  speaker.add("hit", new ArrayBuffer(4));
  assert.equal(speaker.play("hit"), false);
  assert.equal(FakeAudio.all.length, 0);
  await touch();
  assert.equal(speaker.play("hit"), true);
  assert.equal(speaker.play("no such sound"), false);
});

test("the same sound twice at once is heard once, and voices are bounded", async () => {
  const { speaker, touch, clock } = sound();
  for (let name = 0; name <= VOICES_MOST; name += 1) speaker.add(String(name), new ArrayBuffer(4));
  speaker.add("broken", new ArrayBuffer(0));
  await touch();
  assert.equal(speaker.play("broken"), false);
  assert.deepEqual([speaker.play("0"), speaker.play("0")], [true, false]);
  clock.ms = 100;
  for (let name = 1; name < VOICES_MOST; name += 1) assert.equal(speaker.play(String(name)), true);
  assert.equal(speaker.play(String(VOICES_MOST)), false);
  FakeAudio.all[0].sources[0].onended();
  assert.equal(speaker.play(String(VOICES_MOST)), true);
});

test("whether one wants to hear it is kept", async () => {
  const { speaker, touch, kept } = sound();
  speaker.add("hit", new ArrayBuffer(4));
  await touch();
  let told = 0;
  speaker.onChange = () => { told += 1; };
  speaker.isMuted = true;
  assert.equal(speaker.play("hit"), false);
  assert.deepEqual([told, [...kept.values()]], [1, ["yes"]]);
});

test("where storage is forbidden, sounds are heard", (context) => {
  forbidStorage(context, "localStorage");
  assert.equal(new Sound({ target: new EventTarget() }).isMuted, false);
});

// --- the loop

test("each frame is drawn with its time, measured, and the measure is not kept", () => {
  const clock = { ms: 1000 };
  const calls = [];
  const measured = [];
  const screen = /** @type {any} */ ({
    requestAnimationFrame: (call) => calls.push(call),
    cancelAnimationFrame: () => calls.splice(0),
    performance: { now: () => clock.ms, measure: (name, { start, end }) => measured.push([name, end - start]), clearMeasures: () => {} },
  });
  const steps = [];
  const frames = new Frames((dt) => {
    steps.push(dt);
    clock.ms += 4;
  }, screen);
  const frame = (ms) => {
    clock.ms = ms;
    calls.shift()();
  };
  frames.start();
  frames.start();
  assert.equal(calls.length, 1, "one loop, however often it is started");
  frame(1000);
  frame(1020);
  frame(9000);
  assert.deepEqual(steps, [0, 0.02, 0.1], "after a pause no frame is longer than a tenth of a second");
  assert.deepEqual(measured[0], [MEASURE, 4]);
  frames.stop();
  assert.equal(calls.length, 0);
});
