// Prediction of one's own players, the page's side: numbers what they hold, asks a Web Worker that runs the same `main.py`
// where their objects will be by the time the input arrives, and lays that over the view. What the server says later
// corrects it, smoothly. It knows only what travels: a game whose `_fields` or chance decide moves is predicted wrongly.
//
// The worker (offline/predictor.js: `openPredictor(room) → Promise<Port>`; a Port is a Worker or looks like one, with
// `postMessage`, `onmessage`, `terminate`) speaks so; bytes are Uint8Array:
//
//   page → worker
//     { say: "players", players: [[id, name, isAway, isMine]…], options }   before the first picture, and when they change
//     { say: "picture", payload }        a `scene` or `update`, encoded, as it came, in order and without a gap
//     { say: "ahead", tick, inputs: [[player, tick, values]…] }
//                                        replay from the last picture up to `tick`; an input holds from its `tick` on, the
//                                        oldest comes first, each player's first one is what the picture's own tick used;
//                                        a tick at or before the picture's counts as the one after it
//   worker → page
//     { say: "ready" }                   pictures may come
//     { say: "ahead", tick, from, objects }   `from`: the picture's tick; `objects`: msgpack of [[id, {field: value}]…], those
//                                        whose `player` is one's own, with the fields that are numbers, as they are at `tick`
//     { say: "over", text }              no prediction any more; the page goes on without
export {};
