// @ts-nocheck: what a test drives by globals of the window, which no type describes.
// A member of a call that does what a test tells it. `?id=` is the room to join (none: one is opened), `media` opens camera and
// microphone, `watch` joins as a spectator, `patience` is in ms, `most` the lines it can bear; `drop` takes away all ways of
// the pair with the member of that number, until `isCut` is false.

import { connect, enter } from "room-cluster";
import { LocalMedia, Mesh } from "room-cluster/mesh";

const wish = new URLSearchParams(location.search);

/** Every connection that was ever made here. @type {RTCPeerConnection[]} */
const connections = window.connections = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration) {
    super(configuration);
    connections.push(this);
  }
};

/** Reloaded, it takes up its seat again. */
async function arrive() {
  const id = wish.get("id");
  if (id) return (await enter({ roomId: id, as: wish.has("watch") ? "spectator" : "player" })).room;
  const kept = sessionStorage.getItem("test.room");
  if (kept) return (await enter({ roomId: kept })).room;
  const lobby = await connect();
  const room = await lobby.create("mesh", { name: `Call ${Math.random()}` });
  sessionStorage.setItem("test.room", room.id);
  return room;
}

/** Takes the ways out of what is signalled to one member, as a network without any would. @param {any} room @param {number} number */
function withoutWays(room, number) {
  const signal = room.signal.bind(room);
  room.signal = (name, fields) => {
    if (fields.to !== number || !window.isCut) return signal(name, fields);
    if (name === "candidate") return undefined;
    if (!fields.sdp) return signal(name, fields);
    const sdp = new TextDecoder().decode(fields.sdp).replaceAll(/a=candidate.*\r\n/g, "");
    return signal(name, { ...fields, sdp: new TextEncoder().encode(sdp) });
  };
}

const room = window.room = await arrive();
window.isCut = true;
for (const number of wish.getAll("drop")) withoutWays(room, Number(number));

const media = window.media = new LocalMedia({ video: { width: 160, height: 120, frameRate: 10 } });
if (wish.has("media")) await media.open({ microphone: true, camera: true });

const begunMs = performance.now();
const mesh = window.mesh = new Mesh(room, {
  media,
  connectPatienceMs: Number(wish.get("patience") ?? 5000),
  mostPeers: Number(wish.get("most") ?? 7),
});

/** What each member said, in order. @type {Record<number, unknown[]>} */
const heard = window.heard = {};
mesh.on("said", (body, from) => { (heard[from.number] ??= []).push(body); });
mesh.on("ping", (body, from) => mesh.send("said", `echo ${body}`, { to: from }));
/** Each member in a <video>, since what nobody shows is not decoded. @type {Map<number, HTMLVideoElement>} */
const videos = window.videos = new Map();
mesh.notices.on("peer", (peer) => {
  const video = Object.assign(document.createElement("video"), { autoplay: true, playsInline: true, width: 160 });
  document.body.append(video);
  videos.set(peer.number, video);
});
mesh.notices.on("media", (peer) => { videos.get(peer.number).srcObject = peer.media.person; });
mesh.notices.on("gone", ({ number }) => {
  videos.get(number)?.remove();
  videos.delete(number);
});
window.states = [];
window.meshedMs = 0;
mesh.notices.on("state", (peer) => {
  window.states.push([Math.round(performance.now() - begunMs), peer.number, peer.state]);
  if (peer.state === "connected" && window.isMeshed(mesh.peers.size)) window.meshedMs = Math.round(performance.now() - begunMs);
});
window.isMeshed = (count) => mesh.peers.size === count && [...mesh.peers.values()].every(({ state }) => state === "connected");
window.trouble = () => [...mesh.peers.values()].map(({ number, state, reason, way }) => ({ number, state, reason, troubles: way.troubles }));

/** How many lines bring pictures and sound that are decoded. */
window.heardAndSeen = async () => {
  const open = connections.filter(({ connectionState }) => connectionState === "connected");
  const reports = await Promise.all(open.map((connection) => connection.getStats()));
  const inbound = reports.map((report) => [...report.values()].filter(({ type }) => type === "inbound-rtp"));
  const has = (entries, kind, field) => entries.some((entry) => entry.kind === kind && entry[field] > 3);
  return inbound.filter((entries) => has(entries, "video", "framesDecoded") && has(entries, "audio", "packetsReceived")).length;
};
window.isHere = true;
