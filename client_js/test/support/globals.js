// What a browser has as globals, for the time of a test.

/** @param {any} context the test's @param {string} name @param {PropertyDescriptor} property */
export function setGlobal(context, name, property) {
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { configurable: true, ...property });
  context.after(() => {
    if (before) Object.defineProperty(globalThis, name, before);
    else delete globalThis[name];
  });
}

/** A browser whose owner allows a page no storage: to look at it is an error. @param {any} context @param {"sessionStorage" | "localStorage"} name */
export function forbidStorage(context, name) {
  setGlobal(context, name, { get: () => { throw new DOMException("forbidden", "SecurityError"); } });
}
