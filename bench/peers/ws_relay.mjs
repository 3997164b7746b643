// The same relay on Node: npm `ws` at its fastest. A broadcast is encoded and framed once and the same bytes go to
// every socket; the envelope is decoded and checked, the sender filled in, a token bucket judges each message.
// Absent what ours also does: counting, a log, parts, a bounded outbox, liveness, tickets (its hello names the room).
//
// node ws_relay.mjs RATE_PER_S BURST    prints {"port": …} once it listens

import { decode, encode } from "@msgpack/msgpack";
import { Sender, WebSocketServer } from "ws";

const HELLO = 1, ROOM_JOINED = 30, RELAY = 34, TO_OTHERS = 0;
const FRAME_BYTES = 64 * 1024, BODY_BYTES = 48 * 1024, TYPE_CHARS = 32;
const [ratePerS, burst] = process.argv.slice(2).map(Number);

const rooms = new Map();

class Bucket {
  constructor() {
    this.tokens = burst;
    this.at = performance.now();
  }

  take(now) {
    this.tokens = Math.min(burst, this.tokens + ((now - this.at) / 1000) * ratePerS);
    this.at = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}

const framed = (payload) =>
  Buffer.concat(Sender.frame(payload, { fin: true, rsv1: false, opcode: 2, mask: false, readOnly: false }));

function join(socket, message) {
  const [, , roomId] = message;
  if (!rooms.has(roomId)) rooms.set(roomId, { members: new Map(), last: 0 });
  const room = rooms.get(roomId);
  const member = { room, number: ++room.last, wire: socket._socket, bucket: new Bucket() };
  room.members.set(member.number, member);
  socket.send(encode([ROOM_JOINED, roomId, member.number]));
  return member;
}

function relay(member, message) {
  const [kind, to, type, body] = message;
  const fits =
    kind === RELAY && message.length === 4 && Number.isInteger(to) && typeof type === "string" &&
    type.length <= TYPE_CHARS && body instanceof Uint8Array && body.length <= BODY_BYTES;
  if (!fits) return false;
  if (!member.bucket.take(performance.now())) return true;
  const frame = framed(encode([RELAY, member.number, type, body]));
  for (const other of member.room.members.values()) {
    if (to === TO_OTHERS ? other !== member : other.number === to) other.wire.write(frame);
  }
  return true;
}

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false, maxPayload: FRAME_BYTES });
server.on("connection", (socket) => {
  let member = null;
  socket.on("message", (data) => {
    const message = decode(data);
    if (member) {
      if (!relay(member, message)) socket.close(4526);
    } else if (message[0] === HELLO) member = join(socket, message);
    else socket.close(4527);
  });
  socket.on("close", () => member?.room.members.delete(member.number));
  socket.on("error", () => socket.terminate());
});
server.on("listening", () => console.log(JSON.stringify({ port: server.address().port })));
