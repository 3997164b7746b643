"""Names and shapes: ids, limits, errors, messages, events, records.

No I/O, no clock, no dice, no third-party package: this layer also runs in the browser. Everything in
`client_js/src/protocol.js` and in the tables of `docs/PROTOCOL.md` is generated from here.
"""
