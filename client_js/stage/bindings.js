// Which keys, pad buttons and touch areas stand for which declared input. Keys are named by their place on the keyboard
// (`KeyboardEvent.code`), so that WASD is where the fingers are on every layout.
//
// `client.js` may say otherwise: `export const keys = { move: "arrows", fire: ["Space"] }`, or a list of such, one per local
// player. A stick is "wasd", "arrows", "ijkl" or { up, left, down, right }; an axis { less, more }; a button a list.

/**
 * @typedef {{ name: string, type: "stick" | "axis" | "button" }} Declared
 * @typedef {{ up: string[], left: string[], down: string[], right: string[] }} StickKeys
 * @typedef {{ less: string[], more: string[] }} AxisKeys
 * @typedef {Record<string, StickKeys | AxisKeys | string[]>} Keys by the input's name
 * @typedef {Record<string, string | string[] | Record<string, string | string[]>>} Wishes
 */

/** @param {string} up @param {string} left @param {string} down @param {string} right @returns {StickKeys} */
const cross = (up, left, down, right) => ({ up: [up], left: [left], down: [down], right: [right] });

/** @type {Record<string, StickKeys>} */
const CROSSES = {
  wasd: cross("KeyW", "KeyA", "KeyS", "KeyD"),
  arrows: cross("ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight"),
  ijkl: cross("KeyI", "KeyJ", "KeyK", "KeyL"),
  numpad: cross("Numpad8", "Numpad4", "Numpad5", "Numpad6"),
};

/**
 * What a player has at the keyboard: crosses for its sticks and axes in turn, keys for its buttons in turn.
 * @typedef {{ crosses: string[][], buttons: string[][] }} Place
 */

/** @type {Place} */
const ALONE = {
  crosses: [["wasd", "arrows"], ["ijkl"]],
  buttons: [["Space", "Enter"], ["ShiftLeft", "ShiftRight"], ["KeyE", "Period"], ["KeyQ", "Comma"], ["KeyR"], ["KeyF"], ["KeyC"], ["KeyX"]],
};
/** Side by side. Whoever comes after them plays with a gamepad. @type {Place[]} */
const TOGETHER = [
  { crosses: [["wasd"]], buttons: [["Space"], ["ShiftLeft"], ["KeyE"], ["KeyQ"], ["KeyR"], ["KeyF"]] },
  { crosses: [["arrows"]], buttons: [["Enter"], ["ShiftRight"], ["Period"], ["Comma"], ["Slash"], ["Minus"]] },
  { crosses: [["ijkl"]], buttons: [["KeyO"], ["KeyU"], ["KeyP"], ["KeyY"]] },
  { crosses: [["numpad"]], buttons: [["Numpad0"], ["NumpadEnter"], ["Numpad9"], ["Numpad7"]] },
];

/**
 * @param {Declared[]} inputs @param {number} players at this screen @param {Wishes | Wishes[] | null} [wishes] of the game's client
 * @returns {Keys[]} per local player
 */
export function keysFor(inputs, players, wishes = null) {
  return Array.from({ length: players }, (_, index) => {
    const usual = usualKeys(inputs, players === 1 ? ALONE : TOGETHER[index] ?? { crosses: [], buttons: [] });
    const wished = Array.isArray(wishes) ? wishes[index] : index === 0 ? wishes : null;
    return { ...usual, ...(wished ? asKeys(inputs, wished) : {}) };
  });
}

/** @param {Declared[]} inputs @param {Place} place @returns {Keys} */
function usualKeys(inputs, { crosses, buttons }) {
  /** @type {Keys} */
  const keys = {};
  // Sticks first: an axis beside a stick gets the next cross.
  const ways = [...inputs].filter(({ type }) => type !== "button").sort((one, other) => Number(one.type === "axis") - Number(other.type === "axis"));
  ways.forEach(({ name, type }, index) => {
    const stick = together((crosses[index] ?? []).map((cross) => CROSSES[cross]));
    keys[name] = type === "stick" ? stick : { less: stick.left, more: stick.right };
  });
  inputs.filter(({ type }) => type === "button").forEach(({ name }, index) => { keys[name] = buttons[index] ?? []; });
  return keys;
}

/** @param {Declared[]} inputs @param {Wishes} wishes @returns {Keys} */
function asKeys(inputs, wishes) {
  /** @type {Keys} */
  const keys = {};
  for (const { name, type } of inputs) {
    const wish = wishes[name];
    if (wish === undefined) continue;
    if (typeof wish === "string" || Array.isArray(wish)) {
      const codes = listed(wish);
      const stick = together(codes.map((code) => CROSSES[code.toLowerCase()]));
      keys[name] = type === "stick" ? stick : type === "axis" ? { less: stick.left, more: stick.right } : codes;
    } else if (type === "stick") {
      keys[name] = { up: listed(wish.up), left: listed(wish.left), down: listed(wish.down), right: listed(wish.right) };
    } else {
      keys[name] = { less: listed(wish.less), more: listed(wish.more) };
    }
  }
  return keys;
}

/** @param {(StickKeys | undefined)[]} sticks @returns {StickKeys} */
function together(sticks) {
  const all = (/** @type {keyof StickKeys} */ way) => sticks.flatMap((stick) => stick?.[way] ?? []);
  return { up: all("up"), left: all("left"), down: all("down"), right: all("right") };
}

/** @param {string | string[] | undefined} codes */
function listed(codes) {
  return codes === undefined ? [] : typeof codes === "string" ? [codes] : codes;
}

// --- in words

/** @type {Record<string, string>} */
const WORDS = {
  Space: "Space", Enter: "Enter", ShiftLeft: "Shift", ShiftRight: "right Shift", Period: ".", Comma: ",", Slash: "/", Minus: "-", NumpadEnter: "Enter",
};

/**
 * How a player's keys are called, for people: ["move: W A S D or arrow keys", "fire: Space or Enter"].
 * @param {Declared[]} inputs @param {Keys} keys @returns {string[]}
 */
export function inWords(inputs, keys) {
  return inputs.map(({ name }) => {
    const bound = keys[name] ?? [];
    const said = Array.isArray(bound) ? bound.map(wordOf) : "up" in bound ? crossesOf(bound) : pairsOf(bound);
    return `${name.replaceAll("_", " ")}: ${said.join(" or ") || "gamepad"}`;
  });
}

/** @param {StickKeys} keys */
function crossesOf({ up, left, down, right }) {
  return up.map((code, index) => {
    if (code === "ArrowUp") return "arrow keys";
    return [code, left[index], down[index], right[index]].map((each) => wordOf(each ?? "")).join(" ");
  });
}

/** @param {AxisKeys} keys */
function pairsOf({ less, more }) {
  return less.map((code, index) => `${wordOf(code)} ${wordOf(more[index] ?? "")}`);
}

/** @param {string} code */
function wordOf(code) {
  const word = code.replace(/^(Key|Digit)/, "").replace(/^Numpad/, "keypad ").replace("Arrow", "").toLowerCase();
  return WORDS[code] ?? (word.length === 1 ? word.toUpperCase() : word);
}
