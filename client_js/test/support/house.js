// A room without a server for several meshes at once: what members signal and relay arrives when the test says so, in
// order; lines between pages are made of nothing, open when they may, and carry what they are given.

import { packBody, unpackBody } from "../../src/codec.js";
import { Emitter } from "../../src/emitter.js";
import { Mesh } from "../../src/mesh.js";
import { FakeWorld, settled } from "./fakes.js";

const copied = (value) => unpackBody(packBody(value));

/** The same numbers each time. @param {number} seed */
export function seeded(seed) {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
}

export class House {
  constructor() {
    this.world = new FakeWorld();
    /** @type {Map<number, FakeRoom>} */
    this.rooms = new Map();
    this.underWay = [];
    this.signalled = [];
    this.links = [];
    /** Whether two members find a way. */
    this.hasWay = () => true;
    /** What the worker refuses for being too much. */
    this.refuses = () => false;
    this.last = 0;
    this.random = seeded(1);
  }

  /** A member without a mesh. */
  member(role = "player") {
    const number = (this.last += 1);
    const room = new FakeRoom(this, number, role);
    for (const other of this.rooms.values()) {
      room.members.set(other.number, other.row());
      other.members.set(number, room.row());
    }
    this.rooms.set(number, room);
    return room;
  }

  /** A member's page: its mesh, and what it heard from whom. */
  async page(room = this.member(), options = {}) {
    const heard = {};
    const mesh = new Mesh(room, {
      media: new FakeMedia(),
      shell: { ...this.world.shell, window: new EventTarget(), random: this.random },
      openLink: (how) => new FakeLink(mesh.room.house, mesh.room.number, how),
      connectPatienceMs: 3000,
      ...options,
    });
    mesh.on("said", (body, from) => { (heard[from.number] ??= []).push(body); });
    const page = { mesh, room, heard, number: room.number, state: (number) => mesh.peers.get(number)?.state };
    await settled();
    return page;
  }

  /** So many pages, met. */
  async pages(count, options = {}) {
    const pages = [];
    for (let index = 0; index < count; index += 1) pages.push(await this.page(this.member(), options));
    await this.settle();
    return pages;
  }

  /** The page is gone without a word, its member is not. */
  forgetPage(page) {
    for (const link of this.links) if (link.number === page.number) link.close();
    page.room.signals = new Emitter();
    page.room.messages = new Emitter();
    page.room.notices = new Emitter();
    page.room.isDeaf = true;
    return page.room;
  }

  post(to, call) {
    this.underWay.push({ to, call });
  }

  /** All that is under way arrives, and what follows from it. */
  async settle() {
    await settled();
    while (this.underWay.length) {
      this.underWay.shift()?.call();
      await settled();
    }
  }

  /** Time passes, in small steps, and everything arrives. */
  async pass(ms) {
    for (let passed = 0; passed < ms; passed += 20) {
      await this.world.pass(20);
      await this.settle();
    }
  }

  leave(number) {
    this.rooms.delete(number);
    for (const room of this.rooms.values()) {
      const member = room.members.get(number);
      room.members.delete(number);
      if (member) room.notices.emit("left", member, "left");
    }
  }

  away(number) {
    this.rooms.get(number).state = "away";
    for (const room of this.rooms.values()) {
      room.members.get(number).isAway = true;
      room.notices.emit("away", room.members.get(number));
    }
  }

  back(number, { recovered = true } = {}) {
    const own = this.rooms.get(number);
    own.state = "present";
    for (const room of this.rooms.values()) {
      room.members.get(number).isAway = false;
      room.notices.emit("back", room.members.get(number));
    }
    own.notices.emit("resumed", { recovered, lost: 0 });
  }
}

class FakeRoom {
  constructor(house, number, role) {
    this.house = house;
    this.number = number;
    this.role = role;
    this.state = "present";
    this.isOver = false;
    this.signals = new Emitter();
    this.notices = new Emitter();
    this.messages = new Emitter();
    this.members = new Map([[number, this.row()]]);
    this.askIce = async () => ({ iceServers: [], isRelayOnly: false, expiresS: 0 });
  }

  row() {
    return { number: this.number, clientId: `c${this.number}`, username: `m${this.number}`, role: this.role, isAway: false, pingMs: null };
  }

  get me() {
    return this.members.get(this.number);
  }

  member(number) {
    return this.members.get(number) ?? { number, role: "player", isAway: false };
  }

  on(type, listener) {
    return this.messages.on(type, listener);
  }

  signal(name, { to, ...fields }) {
    this.house.signalled.push([this.number, to, name, fields.link, fields.reason]);
    this.house.post(to, () => this.house.rooms.get(to)?.signals.emit("signal", name, { sender: this.number, ...fields }));
  }

  send(type, body, { to }) {
    if (this.house.refuses()) return;
    const bytes = packBody(body);
    this.house.post(to, () => {
      const room = this.house.rooms.get(to);
      room?.messages.emit(type, unpackBody(bytes), room.member(this.number));
    });
  }
}

export class FakeLink {
  constructor(house, number, options) {
    this.house = house;
    this.number = number;
    this.options = options;
    this.id = options.id;
    this.isOpen = this.isClosed = false;
    this.restarts = 0;
    house.links.push(this);
    if (options.isCaller) options.signal("offer", { sdp: packBody("offer") });
  }

  get twin() {
    return this.house.links.find((link) => link.id === this.id && link !== this && !link.isClosed);
  }

  get isWritable() {
    return this.isOpen;
  }

  hear(name) {
    if (name === "offer") this.options.signal("answer", { sdp: packBody("answer") });
    if (name === "answer" && this.twin && this.house.hasWay(this.number, this.twin.number)) this.open();
  }

  open() {
    for (const link of [this, this.twin]) {
      link.isOpen = true;
      link.options.onOpen();
    }
  }

  disturb(hasFailed = false) {
    for (const link of [this, this.twin].filter(Boolean)) {
      link.isOpen = false;
      link.options.onDisturbed(hasFailed);
    }
  }

  write(frame) {
    const { twin } = this;
    const sent = copied(frame);
    this.house.post(twin?.number, () => { if (twin?.isOpen) twin.options.onFrame(sent); });
  }

  writeVolatile(message) {
    this.twin?.options.onVolatile(copied(message));
  }

  restart() {
    this.restarts += 1;
  }

  configure(configuration) {
    this.configuration = configuration;
  }

  send() {}

  close() {
    if (this.isClosed) return;
    const { twin } = this;
    this.isClosed = true;
    if (twin?.isOpen) {
      twin.isOpen = false;
      this.house.post(twin.number, () => { if (!twin.isClosed) twin.options.onCut(); });
    }
  }
}

export class FakeMedia {
  notices = new Emitter();
  tracks = new Map();
  isMuted = false;

  has(slot) {
    return this.tracks.has(slot);
  }
}
