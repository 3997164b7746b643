// A browser whose owner allows a page no storage: to look at it is an error.

/** For the time of a test. @param {any} context the test's @param {"sessionStorage" | "localStorage"} name */
export function forbidStorage(context, name) {
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  const get = () => { throw new DOMException("forbidden", "SecurityError"); };
  Object.defineProperty(globalThis, name, { configurable: true, get });
  context.after(() => {
    if (before) Object.defineProperty(globalThis, name, before);
    else delete globalThis[name];
  });
}
