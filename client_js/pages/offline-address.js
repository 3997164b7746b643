// Where a game is played offline: its own page, told so. `/games/<name>/?offline&options={"orbs":9}`

/** @typedef {Record<string, string | number | boolean>} Options */

/** @param {string} game @param {Options} [options] */
export function offlineAddress(game, options = {}) {
  const chosen = Object.keys(options).length ? `&options=${encodeURIComponent(JSON.stringify(options))}` : "";
  return `/games/${encodeURIComponent(game)}/?offline${chosen}`;
}

/** @param {string} search the address from its ? on @returns {Options | null} null: this is not about offline play */
export function offlineOptions(search) {
  const asked = new URLSearchParams(search);
  if (!asked.has("offline")) return null;
  try {
    const options = JSON.parse(asked.get("options") ?? "{}");
    return options && typeof options === "object" ? options : {};
  } catch {
    return {};
  }
}
