// Which change of the room answers which question: a success is told to everybody, not to the one who asked. A whole
// picture that comes instead of the notice answers as well.

/** @typedef {import("./room.js").Room} Room */

/** @type {Record<string, (fields: any, room: Room) => boolean>} */
const IS_DONE = {
  "set-username": ({ username }, room) => room.me.username === cleaned(username),
  "take-seat": (_, room) => room.me.role === "player",
  "hand-over": ({ number }, room) => room.host?.number === number,
  "set-doors": ({ doors, isLocked }, room) => room.doors === doors && room.isLocked === isLocked,
  "kick": ({ number }, room) => !room.members.has(number),
  "add-player": ({ before }, room) => room.localPlayers.some((player) => !before.includes(player)),
  "remove-player": ({ player }, room) => !room.player(player),
  "ban": ({ number }, room) => !room.members.has(number),
};

/** A name as the room keeps it: of all that is blank, only plain spaces are folded. @param {string} name */
const cleaned = (name) => name.normalize("NFC").trim().split(/ +/).join(" ");

/** The reason for a room's end that answers a question. @type {Record<string, string>} */
const ENDS_WITH = { "close-room": "room-closed", "next-room": "next-room", "leave-room": "left" };

/** @param {Room} room @returns {(name: string, fields: any) => boolean} */
export const isDone = (room) => (name, fields) => IS_DONE[name]?.(fields, room) ?? false;

/** @param {string} reason @returns {(name: string) => boolean} */
export const endsWith = (reason) => (name) => ENDS_WITH[name] === reason;
