// What the address of a room's page says behind its #: the room (`#qr7pnwgtkh`), an invite code (`#invite=x7k2m9qd`), or
// both, and whether one only watches (`#qr7pnwgtkh&watch`). Nothing behind a # is sent to a server or stands in its logs.

/** @typedef {{ roomId: string, invite: string, isWatching: boolean }} RoomAddress */

/** @param {string} hash @returns {RoomAddress} */
export function readAddress(hash) {
  const parts = decodeURIComponent(hash.slice(1)).split("&");
  const roomId = parts.find((part) => part !== "watch" && !part.includes("=")) ?? "";
  const invite = parts.find((part) => part.startsWith("invite="))?.slice("invite=".length) ?? "";
  return { roomId, invite, isWatching: parts.includes("watch") };
}

/** @param {Partial<RoomAddress>} address */
export function hashOf({ roomId = "", invite = "", isWatching = false }) {
  const parts = [roomId, invite && `invite=${invite}`, isWatching && "watch"].filter(Boolean);
  return `#${parts.map((part) => encodeURIComponent(String(part)).replace("%3D", "=")).join("&")}`;
}

/** Keeps this page's address as it should be opened again. @param {import("room-cluster").Room} room */
export function keepAddress(room) {
  const show = () => {
    const hash = hashOf({ roomId: room.id, invite: room.invite, isWatching: room.me.role === "spectator" });
    if (hash !== location.hash) history.replaceState(null, "", hash);
  };
  room.notices.on("doors", show);
  room.notices.on("seat", show);
  room.notices.on("resumed", show);
  show();
}

/** What to send to a friend. @param {import("room-cluster").Room} room */
export function inviteLink(room) {
  return new URL(hashOf(room.invite ? { invite: room.invite } : { roomId: room.id }), location.href).href;
}
