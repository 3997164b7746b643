// The Web Worker of a prediction (predict.js says what travels), which runs the room's own game: browser_worker/predict.py.

import { packBody } from "../codec.js";
import { shellWith } from "../shell.js";
import { Engine, fetchProgram } from "./engine.js";

/**
 * Rejects with `game-unknown` where browsers do not get the game's code, with `line-lost` where it cannot be loaded.
 * @param {import("../room.js").Room} room @returns {Promise<import("../predict.js").Port>}
 */
export async function openPredictor(room) {
  const shell = shellWith();
  const program = await fetchProgram(shell, room.home, room.game);
  return new Predictor(await Engine.boot(shell, room.home), program);
}

/** Looks like the worker itself. */
class Predictor {
  /** @param {Engine} engine @param {any} program */
  constructor(engine, program) {
    this.engine = engine;
    /** @type {((event: { data: any }) => void) | null} */
    this.onmessage = null;
    engine.open("predict", { program }, {
      onNews: ([say, ...rest]) => this.#hear(say === "ready" ? { say } : { say, tick: rest[0], before: rest[1], objects: rest[2] }),
      onOver: (error) => this.#hear({ say: "over", text: error.message }),
    });
  }

  /** @param {any} message */
  postMessage(message) {
    if (!this.engine.isOver) this.engine.tell(packBody(message));
  }

  terminate() {
    this.engine.close();
  }

  /** @param {any} data */
  #hear(data) {
    this.onmessage?.({ data });
  }
}
