// One attempt of a pair: an RTCPeerConnection with its two channels of messages, and the signals about it. Who calls makes
// the first offer; from then on both may, by perfect negotiation (W3C webrtc-pc, "Perfect negotiation example"). Offers
// from both sides at the very beginning were seen to wedge ICE in one run of four, hence the roles.
//
// Signals are handled strictly one after the other, as they came.

import { packBody, unpackBody } from "../codec.js";

/** The channel in which nothing is lost, and the one for what the next message replaces. */
const RELIABLE = { negotiated: true, id: 0, ordered: true };
const VOLATILE = { negotiated: true, id: 1, ordered: false, maxRetransmits: 0 };
/** Bytes that may wait in the browser; the rest waits in the channel, which can still take another path. */
const WAITING_BYTES = 256 * 1024;

const utf8 = { encode: new TextEncoder(), decode: new TextDecoder() };

/**
 * @typedef {import("./media.js").Slot} Slot
 * @typedef {import("./media.js").LocalTrack} LocalTrack
 * @typedef {{
 *   id: string,
 *   isCaller: boolean,
 *   configuration: RTCConfiguration,
 *   RTCPeerConnection: typeof RTCPeerConnection,
 *   signal: (name: "offer" | "answer" | "candidate", fields: any) => void,
 *   onOpen: () => void,
 *   onDisturbed: (hasFailed: boolean) => void,
 *   onCut: () => void,
 *   onWritable: () => void,
 *   onFrame: (frame: unknown) => void,
 *   onVolatile: (message: unknown) => void,
 *   onTrack: (track: MediaStreamTrack, streams: readonly MediaStream[]) => void,
 *   onTrouble: (what: string) => void,
 * }} LinkOptions
 *   `onDisturbed`: ICE is disconnected, or has failed; `onCut`: the other end closed the channel; `onTrouble`: for people
 */

export class Link {
  /** @param {LinkOptions} options @param {Map<Slot, LocalTrack>} tracks what to send from the beginning */
  constructor(options, tracks) {
    this.#options = options;
    this.id = options.id;
    const pc = this.pc = new options.RTCPeerConnection(options.configuration);
    pc.onnegotiationneeded = () => this.#negotiate();
    pc.onicecandidate = ({ candidate }) => this.#trickle(candidate);
    pc.onicecandidateerror = ({ errorCode, url }) => options.onTrouble(`${errorCode} ${url}`);
    pc.onconnectionstatechange = () => this.#changed();
    pc.oniceconnectionstatechange = () => this.#changed();
    pc.ontrack = ({ track, streams }) => options.onTrack(track, streams);
    this.#reliable = this.#channel("reliable", RELIABLE, (frame) => options.onFrame(frame));
    this.#volatile = this.#channel("volatile", VOLATILE, (message) => options.onVolatile(message));
    this.#reliable.onopen = () => this.#changed();
    this.#reliable.onclose = () => { if (!this.#isClosed) options.onCut(); };
    this.#reliable.bufferedAmountLowThreshold = WAITING_BYTES / 2;
    this.#reliable.onbufferedamountlow = () => options.onWritable();
    this.#isBorn = options.isCaller;
    this.send(tracks);
  }

  /** @type {LinkOptions} */ #options;
  /** @type {RTCDataChannel} */ #reliable;
  /** @type {RTCDataChannel} */ #volatile;
  /** @type {Map<Slot, RTCRtpTransceiver>} */ #sending = new Map();
  /** Signals in their order, each begun when the one before is done. */
  #handled = Promise.resolve();
  /** Whether this side may offer: from its first answer on, or from the beginning. */
  #isBorn = false;
  #isOffering = false;
  #isIgnoring = false;
  #isClosed = false;

  /** Messages pass. */
  get isOpen() {
    return this.pc.connectionState === "connected" && this.#reliable.readyState === "open";
  }

  get isWritable() {
    return this.isOpen && this.#reliable.bufferedAmount < WAITING_BYTES;
  }

  /** @param {unknown} frame */
  write(frame) {
    if (this.#reliable.readyState === "open") this.#reliable.send(bytes(frame));
  }

  /** @param {unknown} message */
  writeVolatile(message) {
    const { readyState, bufferedAmount } = this.#volatile;
    if (readyState === "open" && bufferedAmount < WAITING_BYTES) this.#volatile.send(bytes(message));
  }

  /** A signal about this link. @param {"offer" | "answer" | "candidate"} name @param {any} fields */
  hear(name, fields) {
    this.#handled = this.#handled
      .then(() => (this.#isClosed ? undefined : this.#handlers[name](fields)))
      .catch((error) => this.#options.onTrouble(`${name}: ${error.message}`));
  }

  /** Looks for a way anew; what runs goes on meanwhile. @param {RTCConfiguration} configuration */
  restart(configuration) {
    this.configure(configuration);
    this.pc.restartIce();
  }

  /** Other servers or credentials, from the next restart on. @param {RTCConfiguration} configuration */
  configure(configuration) {
    if (this.#isClosed) return;
    this.pc.setConfiguration(configuration);
  }

  /** Sends these tracks and no others. Each slot keeps its place in the description, so that it does not grow. @param {Map<Slot, LocalTrack>} tracks */
  send(tracks) {
    if (this.#isClosed) return;
    for (const [slot, transceiver] of this.#sending) {
      if (!tracks.has(slot)) aim(transceiver, null, false);
    }
    for (const [slot, { track, stream }] of tracks) {
      const transceiver = this.#sending.get(slot);
      if (transceiver) {
        transceiver.sender.setStreams(stream);
        aim(transceiver, track, true);
      } else this.#sending.set(slot, this.#add(track, stream));
    }
  }

  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.pc.close();
  }

  /** @param {MediaStreamTrack} track @param {MediaStream} stream @returns {RTCRtpTransceiver} */
  #add(track, stream) {
    const sender = this.pc.addTrack(track, stream);
    return /** @type {RTCRtpTransceiver} */ (this.pc.getTransceivers().find((transceiver) => transceiver.sender === sender));
  }

  /** @param {string} name @param {RTCDataChannelInit} how @param {(message: unknown) => void} hear */
  #channel(name, how, hear) {
    const channel = this.pc.createDataChannel(name, how);
    channel.binaryType = "arraybuffer";
    channel.onmessage = ({ data }) => {
      try {
        hear(unpackBody(new Uint8Array(data)));
      } catch {
        this.#options.onTrouble(`a message on ${name} cannot be read`);
      }
    };
    return channel;
  }

  async #negotiate() {
    if (!this.#isBorn || this.#isClosed) return;
    try {
      this.#isOffering = true;
      await this.pc.setLocalDescription();
      this.#describe("offer");
    } catch (error) {
      this.#options.onTrouble(`offering: ${/** @type {Error} */ (error).message}`);
    } finally {
      this.#isOffering = false;
    }
  }

  /** Signals what is set, unless it was taken back meanwhile. @param {"offer" | "answer"} type */
  #describe(type) {
    const description = this.pc.localDescription;
    if (this.#isClosed || description?.type !== type) return;
    this.#options.signal(type, { sdp: utf8.encode.encode(description.sdp) });
  }

  /** @param {RTCIceCandidate | null} candidate */
  #trickle(candidate) {
    if (!candidate || this.#isClosed) return;
    const { candidate: line, sdpMid: mid, usernameFragment: fragment } = candidate;
    this.#options.signal("candidate", { candidate: line, mid: mid ?? "", fragment: fragment ?? "" });
  }

  /** @type {Record<"offer" | "answer" | "candidate", (fields: any) => Promise<void>>} */
  #handlers = {
    offer: async ({ sdp }) => {
      const collides = this.#isOffering || this.pc.signalingState !== "stable";
      // Who was here first goes on with its own offer; who came later takes its own back.
      this.#isIgnoring = collides && !this.#options.isCaller;
      if (this.#isIgnoring) return;
      await this.pc.setRemoteDescription({ type: "offer", sdp: utf8.decode.decode(sdp) });
      this.#isBorn = true;
      await this.pc.setLocalDescription();
      this.#describe("answer");
    },
    answer: async ({ sdp }) => {
      if (this.pc.signalingState !== "have-local-offer") return;
      await this.pc.setRemoteDescription({ type: "answer", sdp: utf8.decode.decode(sdp) });
    },
    candidate: async ({ candidate, mid, fragment }) => {
      try {
        await this.pc.addIceCandidate({ candidate, sdpMid: mid, ...(fragment && { usernameFragment: fragment }) });
      } catch (error) {
        if (!this.#isIgnoring) throw error;
      }
    },
  };

  #changed() {
    if (this.#isClosed) return;
    const { connectionState, iceConnectionState } = this.pc;
    const hasFailed = connectionState === "failed" || iceConnectionState === "failed";
    if (this.isOpen) this.#options.onOpen();
    else if (hasFailed || connectionState === "disconnected") this.#options.onDisturbed(hasFailed);
  }
}

/** @param {RTCRtpTransceiver} transceiver @param {MediaStreamTrack | null} track @param {boolean} isSending */
function aim(transceiver, track, isSending) {
  if (transceiver.sender.track !== track) void transceiver.sender.replaceTrack(track).catch(() => {});
  const isHearing = transceiver.direction === "recvonly" || transceiver.direction === "sendrecv";
  if (isSending) transceiver.direction = isHearing ? "sendrecv" : "sendonly";
  else transceiver.direction = isHearing ? "recvonly" : "inactive";
}

/** @param {unknown} message @returns {ArrayBuffer} */
function bytes(message) {
  return /** @type {ArrayBuffer} */ (packBody(message).slice().buffer);
}
