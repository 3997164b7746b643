"""What goes out at the end of a loop turn, in order: frames and to whom.

Work for a message is one append. `take` joins once per distinct view: members of the same sets, about whom no frame
says anything special, share one bytes object; only who is left out of a frame, or is alone meant by it, or is slow, has
a join of its own.
"""

from collections.abc import Collection
from typing import TypeAlias

from shared.room.audience import EVERYONE, Audience

Entry: TypeAlias = tuple[bytes, Audience, bool]
"""(frame, audience, whether it is volatile)"""
Plain: TypeAlias = tuple[bytes, int, bool]
"""The same, as one member's view has it: no set is among the audiences any more."""
Output: TypeAlias = list[tuple[int, bytes]]


class Batch:
    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._sealed: dict[int, list[tuple[bytes, bool]]] = {}

    def post(self, frame: bytes, audience: Audience, *, is_volatile: bool = False) -> None:
        self._entries.append((frame, audience, is_volatile))

    def seal(self, present: Collection[int]) -> None:
        """Fixes what waits for these members. To be called before one joins or goes: what is posted before is not
        for a newcomer, and what is posted after not for who has gone."""
        entries, self._entries = self._entries, []
        for number, joined in _views(entries, present, ()):
            self._sealed.setdefault(number, []).append((joined, False))

    def post_sealed(self, frame: bytes, number: int, *, is_volatile: bool = False) -> None:
        """For one who is no member any more, or not present to `take`."""
        self._sealed.setdefault(number, []).append((frame, is_volatile))

    def forget(self, number: int) -> None:
        """What is fixed for this member is for a line that it no longer has."""
        self._sealed.pop(number, None)

    def take(self, present: Collection[int], slow: Collection[int] = ()) -> Output:
        """(number, joined bytes), each number once. The `slow` get no volatile frames."""
        entries, self._entries = self._entries, []
        views = _views(entries, present, slow)
        if not self._sealed:
            return views
        sealed, self._sealed = self._sealed, {}
        for number, joined in views:
            sealed.setdefault(number, []).append((joined, False))
        joins = [(number, _join_sealed(pieces, number in slow)) for number, pieces in sealed.items()]
        return [view for view in joins if view[1]]


def _views(entries: list[Entry], present: Collection[int], slow: Collection[int]) -> Output:
    if len(entries) == 1:
        return _view_of_one(entries[0], present, slow)
    if not entries:
        return []
    sets = list({audience for _, audience, _ in entries if type(audience) is frozenset})
    special = {abs(audience) for _, audience, _ in entries if type(audience) is int}
    special.update(slow)
    shared: dict[tuple[bool, ...], bytes] = {}
    views: Output = []
    for number in present:
        view = tuple([number in members for members in sets]) if sets else ()
        joined = None if number in special else shared.get(view)
        if joined is None:
            plain: list[Plain] = _plain(entries, number) if sets else entries  # type: ignore[assignment]
            if number in special:
                joined = _join_for(number, plain, number in slow)
            else:
                joined = shared[view] = b"".join([frame for frame, audience, _ in plain if audience <= EVERYONE])
        if joined:
            views.append((number, joined))
    return views


def _join_sealed(pieces: list[tuple[bytes, bool]], is_slow: bool) -> bytes:
    return b"".join([frame for frame, is_volatile in pieces if not (is_volatile and is_slow)])


def _view_of_one(entry: Entry, present: Collection[int], slow: Collection[int]) -> Output:
    frame, audience, is_volatile = entry
    if isinstance(audience, frozenset):
        meant = [(number, frame) for number in present if number in audience]
    elif audience > 0:
        meant = [(audience, frame)] if audience in present else []
    else:
        left_out = -audience
        meant = [(number, frame) for number in present if number != left_out]
    if is_volatile and slow:
        meant = [view for view in meant if view[0] not in slow]
    return meant


def _plain(entries: list[Entry], number: int) -> list[Plain]:
    """As far as this member is concerned, a frame for a set is for everyone or for nobody."""
    plain: list[Plain] = []
    for frame, audience, is_volatile in entries:
        if isinstance(audience, int):
            plain.append((frame, audience, is_volatile))
        elif number in audience:
            plain.append((frame, EVERYONE, is_volatile))
    return plain


def _join_for(number: int, entries: list[Plain], is_slow: bool) -> bytes:
    if is_slow:
        entries = [entry for entry in entries if not entry[2]]
    left_out = -number
    return b"".join(
        [frame for frame, meant, _ in entries if meant == number or (meant <= EVERYONE and meant != left_out)]
    )
