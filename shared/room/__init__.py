"""The room itself: a pure object that is told what happened and when, and says what is to be sent and done.

No socket, no clock, no dice, no third-party package: workers, the browser's offline runtime and the tests run the
same code. Start with `room.py`; `effects.py` is what a shell performs, `code.py` what a game may hook into.
"""
