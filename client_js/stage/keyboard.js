// Which keys are down. Whoever writes, chooses or has a dialog open plays no game meanwhile, and what has the focus keeps
// the keys that it needs itself: a button Space and Enter, a list what scrolls it.

const SCROLLS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Space", "PageUp", "PageDown", "Home", "End"];
const PRESSES = ["Space", "Enter"];
const WRITES = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]:not([contenteditable=false]), dialog";
const IS_PRESSED = "button, a[href], summary, input, [role=button]";
const IS_SCROLLED = "[tabindex]:not(canvas)";

/** @typedef {Pick<KeyboardEvent, "code" | "target" | "ctrlKey" | "metaKey" | "altKey">} Stroke */

export class Keyboard {
  /** @type {Set<string>} */
  #down = new Set();
  /** Pressed since the last look, perhaps let go already. @type {Set<string>} */
  #tapped = new Set();
  /** Only these are taken from the page. @type {Set<string>} */
  #wanted = new Set();

  /** @param {Pick<Window, "addEventListener">} page @param {Pick<Document, "addEventListener">} [place] */
  constructor(page = window, place = document) {
    page.addEventListener("keydown", (event) => this.#press(event));
    page.addEventListener("keyup", (event) => { this.#down.delete(event.code); });
    page.addEventListener("blur", () => this.#release());
    place.addEventListener("visibilitychange", () => this.#release());
    place.addEventListener("focusin", (event) => { if (keepsKey(event.target, "")) this.#release(); });
  }

  /** @param {Iterable<string>} codes */
  listen(codes) {
    this.#wanted = new Set(codes);
  }

  /** Down, or pressed since the last look. @param {string[]} codes */
  isDown(codes) {
    return codes.some((code) => this.#down.has(code) || this.#tapped.has(code));
  }

  /** Everybody has looked. */
  settle() {
    this.#tapped.clear();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.#wanted.has(event.code) || keepsKey(event.target, event.code)) return;
    this.#down.add(event.code);
    this.#tapped.add(event.code);
    event.preventDefault();
  }

  #release() {
    this.#down.clear();
    this.#tapped.clear();
  }
}

/**
 * Whether the element that has the focus needs that key itself; with no key, whether it needs them all.
 * @param {EventTarget | null} target @param {string} code
 */
export function keepsKey(target, code) {
  const element = /** @type {Partial<Element> | null} */ (target);
  if (!element?.matches || !element.closest) return false;
  if (element.closest(WRITES)) return true;
  if (PRESSES.includes(code) && element.closest(IS_PRESSED)) return true;
  return SCROLLS.includes(code) && element.matches(IS_SCROLLED);
}
