"""The secrets with which a member comes back: hashed, and changing at each return without locking their owner out.

Two are valid at most: the one given last, and the one its owner came with, until it has confirmed the new one. A
member without a line has said nothing, so the new code may have been lost on the way; then the older still opens. A
whole picture, with which a member counts anew, may have been lost with it: then the count of one who comes with the
older code says nothing. That is not saved, as no count outlives its owner epoch.
"""

from collections.abc import Sequence
from hashlib import sha256
from hmac import compare_digest


class SessionCodes:
    __slots__ = ("_is_older_after_picture", "_newest", "_older")

    def __init__(self, saved: Sequence[str] = ("", "")) -> None:
        self._newest, self._older = saved
        self._is_older_after_picture = True

    def fits(self, code: str) -> bool:
        hashed = _hashed(code)
        return compare_digest(hashed, self._newest) or compare_digest(hashed, self._older)

    def is_after_picture(self, code: str) -> bool:
        """Whether one who comes with this code, which fits, has got the picture that it was sent last."""
        return self._is_older_after_picture or compare_digest(_hashed(code), self._newest)

    def renew(self, code: str, used: str = "", *, with_picture: bool) -> None:
        """From now on `code`. Who came with no code (`used`) took over: whoever has an older one is another."""
        self._newest, self._older = _hashed(code), _hashed(used) if used else ""
        self._is_older_after_picture = not with_picture

    def confirm(self, code: str) -> None:
        """Its owner has kept it. A code that is not the newest says nothing."""
        if compare_digest(_hashed(code), self._newest):
            self._older = ""

    def save(self) -> list[str]:
        return [self._newest, self._older]


def _hashed(code: str) -> str:
    return sha256(code.encode()).hexdigest()
