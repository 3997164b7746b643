// F2 shows and hides the debug overlay, `?debug` in the address shows it from the start. Until then nothing of it is loaded.

const KEY = "F2";

/** @param {import("room-cluster").Room} room */
export function debugKey(room) {
  /** @type {Promise<() => void> | null} */
  let shown = null;
  const toggle = () => {
    if (shown) void shown.then((hide) => hide());
    shown = shown ? null : import("./debug-overlay.js").then(({ showOverlay }) => showOverlay(room));
  };
  addEventListener("keydown", (event) => {
    if (event.key !== KEY || event.repeat) return;
    event.preventDefault();
    toggle();
  });
  if (new URLSearchParams(location.search).has("debug")) toggle();
}
