// While no lobby can be reached: what can be played meanwhile. It is offered once for as long as that lasts, however often
// the lobby is tried, and only where the page says nothing else.

import { keptGames } from "./keep-offline.js";
import { remark } from "./notice.js";

export class OfflineOffer {
  /** @param {{ kept?: typeof keptGames, tell?: typeof remark }} [around] */
  constructor({ kept = keptGames, tell = remark } = {}) {
    this.#kept = kept;
    this.#tell = tell;
  }

  /** @type {typeof keptGames} */ #kept;
  /** @type {typeof remark} */ #tell;
  #isOut = false;
  /** Takes back what this outage's offer says, once it is made. @type {(() => void) | null} */
  #hide = null;

  /** The lobby cannot be reached; said again after each try. */
  async make() {
    this.#isOut = true;
    const games = this.#hide ? [] : await this.#kept();
    if (!this.#isOut || this.#hide || !games.length) return;
    const choices = games.map(({ address, title }) => /** @type {import("./dom.js").Choice} */ ([title, () => location.assign(address)]));
    this.#hide = this.#tell("You are offline. What was played here before goes on without a network:", choices);
  }

  /** The lobby is there again. */
  withdraw() {
    this.#isOut = false;
    this.#hide?.();
    this.#hide = null;
  }
}
