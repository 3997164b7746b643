// What a game's `client.js` may export, and when it is called. All of it is optional.
//
//   setup(room, stage)                    once, before the first frame
//   draw(room, stage, dt)                 each frame, instead of the usual drawing (`stage.draw()`)
//   onEvent(room, stage, name, fields)    what the game emits; unless it gives false, the usual sparks and sound follow
//   onPlayerJoin, onPlayerDisconnect, onPlayerReturn, onPlayerLeave(room, player), onClientDisconnect(room, member)
//   onChat(room, member, text)
//   keys                                  which keys stand for which input (stage/bindings.js)

/**
 * @typedef {import("room-cluster").Room} Room
 * @typedef {import("room-cluster").Member} Member
 * @typedef {import("room-cluster/stage/stage.js").Stage} Stage
 * @typedef {(room: Room, player: import("room-cluster/stage/looks.js").Player) => void} OfPlayer
 * @typedef {{
 *   setup?: (room: Room, stage: Stage) => void,
 *   draw?: (room: Room, stage: Stage, dt: number) => void,
 *   onEvent?: (room: Room, stage: Stage, name: string, fields: Record<string, any>) => boolean | void,
 *   onPlayerJoin?: OfPlayer, onPlayerDisconnect?: OfPlayer, onPlayerReturn?: OfPlayer, onPlayerLeave?: OfPlayer,
 *   onClientDisconnect?: (room: Room, member: Member) => void,
 *   onChat?: (room: Room, member: Member, text: string) => void,
 *   keys?: import("room-cluster/stage/bindings.js").Wishes | import("room-cluster/stage/bindings.js").Wishes[],
 * }} Hooks
 */

/** @param {string} script its address, empty: the game has none @returns {Promise<Hooks>} */
export async function readHooks(script) {
  return script ? { ...(await import(script)) } : {};
}

/** @param {Room} room @param {Stage} stage @param {Hooks} hooks */
export function listen(room, stage, hooks) {
  const { notices } = room;
  notices.on("event", (name, fields) => {
    if (hooks.onEvent?.(room, stage, name, fields) !== false) stage.show(name, fields);
  });
  notices.on("player-joined", (player) => hooks.onPlayerJoin?.(room, player));
  notices.on("player-left", (player) => hooks.onPlayerLeave?.(room, player));
  notices.on("away", (member) => {
    hooks.onClientDisconnect?.(room, member);
    playersOf(room, member).forEach((player) => hooks.onPlayerDisconnect?.(room, player));
  });
  notices.on("back", (member) => playersOf(room, member).forEach((player) => hooks.onPlayerReturn?.(room, player)));
  room.chat.on("line", ({ number, text }) => hooks.onChat?.(room, room.member(number), text));
}

/** @param {Room} room @param {Member} member */
function playersOf(room, { number }) {
  return room.players.filter((player) => player.number === number);
}
