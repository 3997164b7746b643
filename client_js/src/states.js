// Where a client is: one connection, one table. An event that a state does not name is a bug and throws.
//
//   idle       nothing begun
//   calling    on the way to the lobby: identity, socket, hello
//   waiting    a line was lost, or the lobby could not be reached; the backoff runs
//   lobby      welcomed: the list is live, requests are answered; or it is about to send the client back to its seat
//   rerouting  on the way to a room's worker with a ticket; the lobby's line is closed
//   room       inside a room
//   closed     the end: the application closed it, or an error was final

/** @typedef {"idle" | "calling" | "waiting" | "lobby" | "rerouting" | "room" | "closed"} State */
/** @typedef {"call" | "welcomed" | "lost" | "refused" | "retry" | "reroute" | "joined" | "over" | "close"} Event */

/** @type {Record<State, Partial<Record<Event, State>>>} */
export const STATES = {
  idle: { call: "calling", reroute: "rerouting", close: "closed" },
  calling: { welcomed: "lobby", reroute: "rerouting", lost: "waiting", refused: "closed", close: "closed" },
  waiting: { retry: "calling", reroute: "rerouting", close: "closed" },
  lobby: { reroute: "rerouting", lost: "waiting", refused: "closed", close: "closed" },
  rerouting: { joined: "room", over: "calling", lost: "waiting", close: "closed" },
  room: { over: "calling", lost: "waiting", close: "closed" },
  closed: { close: "closed" },
};

/** @param {State} state @param {Event} event @returns {State} */
export function next(state, event) {
  const target = STATES[state][event];
  if (!target) throw new Error(`"${event}" cannot happen in state "${state}"`);
  return target;
}
