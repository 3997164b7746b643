"""What a game's `main.py` sees, and the engine that runs it, wherever the authority is.

In reading order: `world.py` and `scene.py` (what the game holds), `inputs.py` (what its players hold and do),
`values.py`, `picture.py`, `views.py` and `delta.py` (from the scene to updates and back), `engine.py`, `saving.py`,
then `guard.py`, `program.py`, `trig.py`, `replay.py`. Absent: clocks, chance, I/O, third-party packages, the format on
the wire.
"""
