// What a member may ask of its room, over the picture of it: each resolves when the room says that it is done, and rejects
// with what the room refuses.

import { Picture } from "./picture.js";
import { Requests } from "./requests.js";

/**
 * @typedef {import("./picture.js").Doors} Doors
 * @typedef {import("./players.js").Player} Player
 */

export class Asking extends Picture {
  /**
   * @param {import("./protocol.js").RoomJoinedMessage} picture @param {import("./shell.js").Shell} shell
   * @param {(name: any, fields: any) => void} tell
   */
  constructor(picture, shell, tell) {
    super(picture, (text) => tell("chat", { text }));
    this.requests = new Requests(shell, tell);
  }

  /** @type {Promise<void>} */ #adding = Promise.resolve();

  /** Rejects with `username-taken`, `bad-name`, … @param {string} username @returns {Promise<void>} */
  async setUsername(username) {
    if (username !== this.me.username) await this.requests.ask("set-username", { username });
  }

  /** A spectator becomes a player. @returns {Promise<void>} */
  async takeSeat() {
    await this.requests.ask("take-seat", {});
  }

  /** Makes another player the host. @param {number} number @returns {Promise<void>} */
  async handOver(number) {
    await this.requests.ask("hand-over", { number });
  }

  /** @param {number} number @returns {Promise<void>} */
  async kick(number) {
    await this.requests.ask("kick", { number });
  }

  /** Kick, for as long as this room lives. @param {number} number @returns {Promise<void>} */
  async ban(number) {
    await this.requests.ask("ban", { number });
  }

  /** @param {{ doors?: Doors, isLocked?: boolean }} wish @returns {Promise<void>} */
  async setDoors({ doors = this.doors, isLocked = this.isLocked }) {
    await this.requests.ask("set-doors", { doors, isLocked });
  }

  /**
   * The same people into another room in one step: of the same game and name, if no other is given. `quick`: into an open
   * room that has seats for all of them, if there is one. Everybody is rerouted there by the lobby.
   * @param {{ game?: string, name?: string, quick?: boolean }} [wish] @returns {Promise<void>}
   */
  async nextRoom({ game = "", name = "", quick = false } = {}) {
    await this.requests.ask("next-room", { game, name, isQuick: quick });
  }

  /** Ends the room for everyone. @returns {Promise<void>} */
  async closeRoom() {
    await this.requests.ask("close-room", {});
  }

  /** One more person at this screen. Rejects with `room-full`, `bad-name`, … @param {string} [username] @returns {Promise<Player>} */
  addPlayer(username = "") {
    // A room is asked for one at a time, and its answer does not name the question.
    const added = this.#adding.then(() => this.#addPlayer(username));
    this.#adding = added.then(() => {}, () => {});
    return added;
  }

  /** Who was added goes, and frees the seat. @param {Player} player @returns {Promise<void>} */
  async removePlayer({ id }) {
    await this.requests.ask("remove-player", { player: id });
  }

  /** @param {string} username */
  async #addPlayer(username) {
    // It does not travel: it tells that the question is answered (answers.js).
    const before = this.localPlayers;
    await this.requests.ask("add-player", { username, before });
    return /** @type {Player} */ (this.localPlayers.find((player) => !before.includes(player)));
  }
}
