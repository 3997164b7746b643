"""A node and its worker processes, in which rooms run: each worker holds many rooms behind one port.

In reading order: `node.py` (one machine's supervisor), `slot.py` and `process.py` (a worker as its node sees it),
`worker.py` (what runs inside), `doorkeeper.py` (who may come in), `rooms.py` and `room_shell.py` with `seated.py`,
`room_lines.py`, `held_back.py` and `deeds.py` (the rooms), `clerk.py`, `next_rooms.py` and `renewal.py` (the
directory), `transport/` (the sockets). What a room decides is in `shared.room`.
Absent: the lobby, HTTP beyond the WebSocket handshake, Redis by name, settings read from anywhere.
"""
