// Where a pair of members is. Media flow in `connected` only; the channel of messages is open in all of them, and what is
// said waits, goes directly, or goes through the worker. An event that a state does not name is a bug and throws.
//
//   calling     an offer is out, and nothing says yet that the other's page takes part
//   connecting  both take part, and look for a way; messages wait for `connectPatienceMs` at most
//   connected   a direct line (perhaps by a TURN server)
//   broken      it is disturbed; ICE restarts, messages wait for as long
//   relayed     there is none, or none any more: messages go through the worker, and another attempt comes now and then
//   over        one of the two has gone

/** @typedef {"calling" | "connecting" | "connected" | "broken" | "relayed" | "over"} PeerState */
/** @typedef {"answered" | "opened" | "disturbed" | "again" | "given-up" | "end"} PeerEvent */

/** @type {Record<PeerState, Partial<Record<PeerEvent, PeerState>>>} */
export const PEER_STATES = {
  calling: { answered: "connecting", again: "calling", "given-up": "relayed", end: "over" },
  connecting: { answered: "connecting", opened: "connected", again: "connecting", "given-up": "relayed", end: "over" },
  connected: { answered: "connected", disturbed: "broken", again: "broken", "given-up": "relayed", end: "over" },
  broken: { answered: "broken", opened: "connected", disturbed: "broken", again: "broken", "given-up": "relayed", end: "over" },
  relayed: { answered: "relayed", opened: "connected", disturbed: "relayed", again: "relayed", "given-up": "relayed", end: "over" },
  over: { end: "over" },
};

/** @typedef {"none" | "direct" | "worker"} Path */

/** How messages go in each state. @type {Record<PeerState, Path>} */
export const PATHS = {
  calling: "none", connecting: "none", connected: "direct", broken: "none", relayed: "worker", over: "none",
};

/** @param {PeerState} state @param {PeerEvent} event @returns {PeerState} */
export function nextState(state, event) {
  const target = PEER_STATES[state][event];
  if (!target) throw new Error(`"${event}" cannot happen to a pair that is "${state}"`);
  return target;
}
