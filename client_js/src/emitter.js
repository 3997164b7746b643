// Listeners by name. `on` returns the function that undoes it. A listener that throws is reported like any uncaught
// error and stops neither the others nor whoever emitted.

/** @template {Record<string, any[]>} Events */
export class Emitter {
  constructor() {
    /** @type {Map<keyof Events, Set<(...args: any[]) => void>>} */
    this.listeners = new Map();
  }

  /**
   * @template {keyof Events} E
   * @param {E} event @param {(...args: Events[E]) => void} listener @returns {() => void}
   */
  on(event, listener) {
    const listeners = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** @template {keyof Events} E @param {E} event @param {Events[E]} args */
  emit(event, ...args) {
    for (const listener of [...(this.listeners.get(event) ?? [])]) guarded(() => listener(...args));
  }
}

/**
 * Calls what an application handed in: what it throws is reported, not passed on.
 * @template T @param {() => T} call @returns {T | undefined}
 */
export function guarded(call) {
  try {
    return call();
  } catch (error) {
    report(error);
    return undefined;
  }
}

/** Browsers have a function for it; Node gets an uncaught exception. @param {unknown} error */
export function report(error) {
  if (globalThis.reportError) globalThis.reportError(error);
  else queueMicrotask(() => { throw error; });
}
