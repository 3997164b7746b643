// The servers that help two browsers to find a way (STUN) or lend them one (TURN). The lobby names them, with a credential
// that lives some minutes; it is renewed at half of its life for as long as the call lasts.
//
// As long as the lobby has not answered there are no servers and only relayed ways are allowed: a cluster that hides its
// people's addresses must not show them because it was not asked in time.

import { answerOf } from "../errors.js";

/** @typedef {{ iceServers: RTCIceServer[], isRelayOnly: boolean, expiresS: number }} Ice `expiresS` is 0 if nothing expires */
/** @typedef {() => Promise<Ice>} AskIce */

const AGAIN_AFTER_MS = [500, 1000, 2000, 5000, 10_000, 30_000];
/** How many answers a newcomer waits for before it goes on without. */
const PATIENT_TRIES = 3;

/** @type {RTCConfiguration} */
const NOTHING = { iceServers: [], iceTransportPolicy: "relay" };

export class IceServers {
  /** @param {import("../shell.js").Shell} shell @param {AskIce} ask @param {() => void} onRenewed */
  constructor(shell, ask, onRenewed) {
    this.shell = shell;
    this.ask = ask;
    this.onRenewed = onRenewed;
    /** For every line from now on. @type {RTCConfiguration} */
    this.configuration = NOTHING;
    this.isOver = false;
    /** @type {any} */
    this.timer = null;
    this.tries = 0;
    /** Resolves with the first answer, or when there is none for a while. @type {Promise<void>} */
    this.ready = new Promise((resolve) => { this.isReady = resolve; });
    void this.#fetch();
  }

  close() {
    this.isOver = true;
    this.shell.clearTimeout(this.timer);
  }

  async #fetch() {
    try {
      const { iceServers, isRelayOnly, expiresS } = await this.ask();
      if (this.isOver) return;
      this.tries = 0;
      this.configuration = { iceServers, iceTransportPolicy: isRelayOnly ? "relay" : "all" };
      this.isReady?.();
      this.onRenewed();
      if (expiresS) this.#later((expiresS * 1000) / 2);
    } catch {
      if (this.isOver) return;
      this.#later(AGAIN_AFTER_MS[Math.min(this.tries, AGAIN_AFTER_MS.length - 1)] ?? 0);
      this.tries += 1;
      if (this.tries >= PATIENT_TRIES) this.isReady?.();
    }
  }

  /** @param {number} ms */
  #later(ms) {
    this.timer = this.shell.setTimeout(() => void this.#fetch(), ms);
  }
}

/**
 * Asks the lobby, which gives credentials to members of rooms only.
 * @param {import("../shell.js").Shell} shell @param {string} url @param {import("../identity.js").Identity} identity
 * @returns {Promise<Ice>}
 */
export async function askLobby(shell, url, identity) {
  const headers = { authorization: `Bearer ${await identity.token()}` };
  const answer = await answerOf(shell.fetch(`${url}/api/ice`, { method: "POST", headers }));
  return { iceServers: answer.ice_servers, isRelayOnly: answer.relay_only, expiresS: answer.expires_s };
}
