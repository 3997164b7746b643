// Where a session outlives its page. In the tab's storage it survives a reload; when the page goes it is *parked* there,
// with all that the room has not confirmed, and for the device too, together with the identity that it belongs to: a
// closed tab reopened can offer to return. Only a parked session is taken up again, so that a duplicated tab does not
// push its twin out.

import { GRACE_S } from "./protocol.js";

const SESSION_KEY = "room-cluster.session";
const LAST_KEY = "room-cluster.last-session";

/**
 * @typedef {import("./session.js").SavedSession} SavedSession
 * @typedef {import("./identity.js").Identity} Identity
 * @typedef {{ name: string, payload: string }} PackedMessage
 * @typedef {Omit<SavedSession, "kept"> & { kept: PackedMessage[], clientId: string, isParked: boolean, savedMs: number }} Stored
 * @typedef {{ identity: import("./identity.js").Kept, session: Stored }} LastSession
 * @typedef {{ roomId: string, game: string, roomName: string, awayMs: number, isOwn: boolean }} LastRoom
 *   `isOwn`: this tab was there; else a closed one, by another identity
 */

export class SessionStore {
  /** @param {import("./shell.js").Shell} shell @param {Identity} identity */
  constructor(shell, identity) {
    this.shell = shell;
    this.identity = identity;
  }

  /** The client is in its room. @param {import("./session.js").Session} session */
  keep(session) {
    write(this.shell.tabStorage, SESSION_KEY, this.#stored({ ...session.saved, kept: [] }, false));
    this.#forgetLast();
  }

  /** The page goes; perhaps it comes back. @param {import("./session.js").Session} session */
  park(session) {
    const parked = this.#stored(session.saved, true);
    // A full storage takes at least the way back.
    if (!write(this.shell.tabStorage, SESSION_KEY, parked)) {
      write(this.shell.tabStorage, SESSION_KEY, { ...parked, kept: [] });
    }
    const last = { identity: this.identity.kept, session: { ...parked, kept: [] } };
    write(this.shell.deviceStorage, LAST_KEY, last);
  }

  /** It is over. */
  forget() {
    this.shell.tabStorage.removeItem(SESSION_KEY);
    this.#forgetLast();
  }

  /** Takes up this room's parked session. @param {string} roomId @returns {SavedSession | null} */
  take(roomId) {
    const stored = this.#ofTab();
    if (!stored?.isParked || stored.roomId !== roomId) return null;
    write(this.shell.tabStorage, SESSION_KEY, { ...stored, isParked: false });
    return { ...stored, kept: stored.kept.map(({ name, payload }) => ({ name, payload: bytesOf(payload) })) };
  }

  /**
   * The room that this tab, or a closed one of this browser, was in a moment ago.
   * @returns {LastRoom | null}
   */
  lastRoom() {
    const own = this.#ofTab();
    const stored = own ?? this.#ofDevice()?.session;
    if (!stored?.isParked) return null;
    const { roomId, game, roomName, savedMs } = stored;
    const awayMs = this.shell.now() - savedMs;
    if (awayMs < GRACE_S * 1000) return { roomId, game, roomName, awayMs, isOwn: stored === own };
    if (stored !== own) this.shell.deviceStorage.removeItem(LAST_KEY);
    return null;
  }

  /** From now on this tab is the client whose tab was closed; the next page that is opened here takes its session up. */
  adopt() {
    const last = this.#ofTab() ? null : this.#ofDevice();
    if (!last) return;
    this.identity.become(last.identity);
    write(this.shell.tabStorage, SESSION_KEY, last.session);
    this.shell.deviceStorage.removeItem(LAST_KEY);
  }

  /** @param {SavedSession} saved @param {boolean} isParked @returns {Stored} */
  #stored({ kept, ...saved }, isParked) {
    const packed = kept.map(({ name, payload }) => ({ name, payload: textOf(payload) }));
    return { ...saved, kept: packed, clientId: this.identity.clientId, isParked, savedMs: this.shell.now() };
  }

  /** @returns {Stored | null} */
  #ofTab() {
    const stored = read(this.shell.tabStorage, SESSION_KEY);
    return stored?.clientId === this.identity.clientId ? stored : null;
  }

  /** @returns {LastSession | null} */
  #ofDevice() {
    return read(this.shell.deviceStorage, LAST_KEY);
  }

  #forgetLast() {
    if (this.#ofDevice()?.session.clientId === this.identity.clientId) this.shell.deviceStorage.removeItem(LAST_KEY);
  }
}

/** @param {import("./shell.js").Shelf} shelf @param {string} key @param {unknown} value @returns {boolean} whether it fitted */
function write(shelf, key, value) {
  return shelf.setItem(key, JSON.stringify(value)) !== false; // a browser's own storage says nothing where it fits
}

/** @param {import("./shell.js").Shelf} shelf @param {string} key */
function read(shelf, key) {
  try {
    return JSON.parse(shelf.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** Storage holds texts. @param {Uint8Array} bytes */
function textOf(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** @param {string} text */
function bytesOf(text) {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
