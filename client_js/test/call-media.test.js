import assert from "node:assert/strict";
import { test } from "node:test";
import { LocalMedia, whyNot } from "../src/call/media.js";
import { RemoteMedia, shownOf } from "../src/call/remote-media.js";

class FakeStream {
  constructor(id = "s") {
    this.id = id;
    this.tracks = [];
  }

  getTracks() { return this.tracks; }
  addTrack(track) { this.tracks.push(track); }
  removeTrack(track) { this.tracks = this.tracks.filter((other) => other !== track); }
}

const track = (kind) => ({ kind, enabled: true, isStopped: false, stop() { this.isStopped = true; }, getSettings: () => ({ deviceId: `${kind}-1` }) });

function media() {
  const asked = [];
  const stream = (...kinds) => Object.assign(new FakeStream(), { tracks: kinds.map(track) });
  const source = {
    getUserMedia: async (wish) => { asked.push(wish); return stream(...(wish.audio ? ["audio"] : []), ...(wish.video ? ["video"] : [])); },
    getDisplayMedia: async () => stream("video"),
  };
  return { asked, local: new LocalMedia({ source, MediaStream: FakeStream, video: { width: 160 }, audio: {} }) };
}

test("nothing is opened unasked, and what is open is sent by its slot", async () => {
  const { asked, local } = media();
  assert.deepEqual([asked, local.tracks.size], [[], 0]);
  await local.open({ microphone: true });
  assert.deepEqual([asked, [...local.tracks.keys()]], [[{ audio: {}, video: false }], ["microphone"]]);
  await local.share();
  assert.deepEqual(shownOf(local), { microphone: true, isMuted: false, camera: false, screen: "s" });
});

test("another device takes the place of the one before, which goes dark", async () => {
  const { asked, local } = media();
  await local.open({ microphone: true, camera: true });
  const before = local.tracks.get("camera").track;
  await local.open({ camera: "other" });
  assert.deepEqual(asked[1], { audio: false, video: { width: 160, deviceId: { exact: "other" } } });
  assert.deepEqual([before.isStopped, local.person.tracks.length, local.deviceOf("camera")], [true, 2, "video-1"]);
});

test("muted stays muted, whatever is opened", async () => {
  const { local } = media();
  local.mute(true);
  await local.open({ microphone: true });
  assert.equal(local.tracks.get("microphone").track.enabled, false);
  local.mute(false);
  assert.equal(local.tracks.get("microphone").track.enabled, true);
});

test("what ends by itself is told", async () => {
  const { local } = media();
  const ended = [];
  local.notices.on("ended", (slot) => ended.push(slot));
  await local.share();
  local.tracks.get("screen").track.onended();
  assert.deepEqual([ended, local.has("screen")], [["screen"], false]);
});

test("which of somebody's streams is the screen, its owner says, before or after it arrives", () => {
  const remote = new RemoteMedia(() => {});
  const [face, screen] = [new FakeStream("a"), new FakeStream("b")];
  remote.take(track("video"), [screen]);
  assert.equal(remote.person, screen);
  remote.told({ microphone: true, isMuted: true, camera: true, screen: "b" });
  remote.take(track("video"), [face]);
  assert.deepEqual([remote.person, remote.screen, remote.isMuted, remote.hasCamera], [face, screen, true, true]);
  screen.onremovetrack();
  assert.equal(remote.screen, null);
  remote.told("nonsense");
  assert.equal(remote.hasCamera, false);
});

test("a page that did not come by https has no devices, and is told why", async () => {
  const local = new LocalMedia({ source: undefined, MediaStream: FakeStream });
  await assert.rejects(local.open({ camera: true }), (error) => whyNot(error).includes("https"));
  assert.deepEqual(await local.devices(), { cameras: [], microphones: [] });
});

test("why a device does not open is a sentence", () => {
  const named = (name) => whyNot(Object.assign(new Error(), { name }));
  assert.notEqual(named("NotAllowedError"), named("NotFoundError"));
  assert.match(whyNot("?"), /\.$/);
});
