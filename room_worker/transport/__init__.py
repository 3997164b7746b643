"""WebSocket bytes, for the worker's port only: the one place that knows them on the server's side.

In reading order: `edge.py` (what the worker behind it is asked), `server.py` (one port), `lines.py` (its connections),
`connection.py` (one connection: `states.py`, `pulse.py`, `bodies.py`, `outbox.py`), `handshake.py`, `stream.py` and
`frames.py`. The last three do no I/O. Absent: rooms, tickets, rate limits of messages (those are the room's).
"""
