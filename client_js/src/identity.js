// Who this client is: a guest's identity token from the lobby, kept per tab (two tabs are two people, a reload is the
// same one), and a device id kept per browser. A token is exchanged for a new one at half of its life, also while nobody asks
// for it: who came back to a seat with one that has ended would be a new guest.

import { answerOf } from "./errors.js";
import { ALPHABET } from "./protocol.js";
import { drawId, shelf } from "./shell.js";

const IDENTITY_KEY = "room-cluster.identity";
const DEVICE_KEY = "room-cluster.device";
const DEVICE_ID_CHARS = 16;
/** An exchange that failed is tried again at half of what is left, but not sooner. */
const SOONEST_MS = 1000;
/** What a browser's timer can bear. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * What lies in the tab's storage. `isRenamed`: the token still says another name than the lobby has confirmed since.
 * @typedef {{
 *   clientId: string, username: string, token: string, takenMs: number, expiresMs: number, isRenamed: boolean,
 * }} Kept
 */

export class Identity {
  /** @param {import("./shell.js").Shell} shell @param {string} url the lobby's, such as `http://localhost:8000` */
  constructor(shell, url) {
    this.shell = shell;
    this.url = url;
    this.kept = keptIn(shell.tabStorage);
    this.#watch();
  }

  /** @type {any} */ #timer = null;
  #isClosed = false;
  #deviceId = "";

  get clientId() {
    return this.kept?.clientId ?? "";
  }

  get username() {
    return this.kept?.username ?? "";
  }

  /** A token that is good for now. @returns {Promise<string>} */
  async token() {
    const now = this.shell.now();
    if (!this.kept || now >= this.kept.expiresMs) return this.#take("");
    const isYoung = now < (this.kept.takenMs + this.kept.expiresMs) / 2;
    if (isYoung && !this.kept.isRenamed) return this.kept.token;
    // The old one still serves when the exchange fails.
    return this.#take(this.kept.token).catch(() => /** @type {Kept} */ (this.kept).token);
  }

  /** The lobby did not accept the token: the next one is a new guest's, of the same name. */
  forget() {
    if (this.kept) this.#keep({ ...this.kept, expiresMs: 0 });
  }

  /** From now on this tab is the client of a closed one. @param {Kept} kept */
  become(kept) {
    this.#keep(kept);
  }

  /** The lobby confirmed another name: the next token is to carry it. @param {string} username */
  rename(username) {
    if (this.kept && username !== this.kept.username) this.#keep({ ...this.kept, username, isRenamed: true });
  }

  /** Nobody needs it any more. */
  close() {
    this.#isClosed = true;
    this.shell.clearTimeout(this.#timer);
  }

  /** One that has ended is left to whoever asks for a token. */
  #watch() {
    this.shell.clearTimeout(this.#timer);
    const { takenMs, expiresMs } = this.kept ?? { takenMs: 0, expiresMs: 0 };
    const now = this.shell.now();
    if (this.#isClosed || expiresMs <= now) return;
    const halfMs = (takenMs + expiresMs) / 2 - now;
    const waitMs = halfMs > 0 ? halfMs : Math.max(SOONEST_MS, (expiresMs - now) / 2);
    this.#timer = this.shell.setTimeout(() => void this.#renew(), Math.min(LONGEST_MS, waitMs));
  }

  async #renew() {
    if (this.kept && this.shell.now() < this.kept.expiresMs) await this.token();
    this.#watch();
  }

  /** @param {string} token the one to exchange, or empty @returns {Promise<string>} */
  async #take(token) {
    const takenMs = this.shell.now();
    const answer = await this.#post(token);
    this.#keep({
      clientId: answer.client_id,
      username: answer.username,
      token: answer.token,
      takenMs,
      expiresMs: takenMs + answer.expires_s * 1000,
      isRenamed: false,
    });
    return answer.token;
  }

  /** @param {string} token */
  async #post(token) {
    const body = JSON.stringify({ username: this.username, device_id: this.deviceId() });
    /** @type {Record<string, string>} */
    const headers = { "content-type": "application/json" };
    if (token) headers.authorization = `Bearer ${token}`;
    return answerOf(this.shell.fetch(`${this.url}/api/clients`, { method: "POST", headers, body }));
  }

  deviceId() {
    const { deviceStorage, random } = this.shell;
    const kept = deviceStorage.getItem(DEVICE_KEY);
    if (kept) return kept;
    // A full storage does not keep it: then it is this page's.
    this.#deviceId ||= drawId(random, ALPHABET, DEVICE_ID_CHARS);
    deviceStorage.setItem(DEVICE_KEY, this.#deviceId);
    return this.#deviceId;
  }

  /** @param {Kept} kept */
  #keep(kept) {
    this.kept = kept;
    this.shell.tabStorage.setItem(IDENTITY_KEY, JSON.stringify(kept));
    this.#watch();
  }
}

/** @param {import("./shell.js").Shelf} tabStorage @returns {Kept | null} */
function keptIn(tabStorage) {
  try {
    return JSON.parse(tabStorage.getItem(IDENTITY_KEY) ?? "null");
  } catch {
    return null;
  }
}

/** What this tab's guest was called last, or empty. @param {import("./shell.js").Shelf} tabStorage */
export function lastUsername(tabStorage) {
  return keptIn(tabStorage)?.username ?? "";
}

/** From the next page on this tab is another guest. @param {import("./shell.js").Shelf} [tabStorage] */
export function forgetGuest(tabStorage = shelf("sessionStorage")) {
  tabStorage.removeItem(IDENTITY_KEY);
}
