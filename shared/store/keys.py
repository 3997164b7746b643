"""Every Redis key and channel of a realm. Lua scripts get theirs from the same table (`lua_head`).

All keys of a realm begin with `rc:{realm}:`. The braces are Redis Cluster's hash tag: one realm lies in one slot, so
that a script may touch any of its keys, and realms are what a cluster of Redis servers is sharded by.
"""

import re
from enum import StrEnum

from shared.protocol.events import CHANNEL_OF, Channel


class Key(StrEnum):
    """A key's shape after the prefix; each `{}` is filled by one argument of the Lua function of the same name."""

    NUMBER = "number"
    """string: the last session number given out; numbers only rise, also through a Redis that lost its data"""
    BEAT = "beat"
    """hash since_ms, last_ms: since when sweeps have followed each other closely enough to trust ended leases"""

    ROOM = "room:{}"
    """hash: a room's record (shared/store/records.py)"""
    SEATS = "seats:{}"
    """hash: a room's clients to their seats (scripts/common/seats.lua)"""
    CLIENT = "client:{}"
    """string: the room in which a client has a seat"""
    NAMES = "names:{}"
    """hash: a game's folded room names to room ids"""
    INVITES = "invites"
    """hash: invite codes to their private rooms"""
    CREATOR = "creator:{}"
    """set: living rooms that a client has created"""
    ROOMS = "rooms"
    """set: all rooms, unborn ones and orphans too; its size is what the limit of rooms counts"""
    WAITING = "waiting"
    """sorted set: rooms placed or adopted that nobody has claimed yet, by the end of their last hold"""
    RENEWED = "renewed"
    """sorted set: rooms that were claimed, by their owner's last renewal (or that claim)"""
    ORPHANS = "orphans"
    """sorted set: durable rooms whose owner's lease has ended, by the time at which that was seen"""

    WORKER = "worker:{}"
    """hash: a worker's record"""
    WORKER_GAMES = "worker-games:{}"
    """hash: the games of a worker to the hash of each one's code"""
    WORKER_ROOMS = "worker-rooms:{}"
    """set: the rooms that a worker owns"""
    WORKERS = "workers"
    """sorted set: workers by the end of their lease"""

    CLOSED = "closed:{}"
    """string, expires: a closed room's reason, so that a late owner does not bring it back"""
    ENDED = "ended:{}"
    """string, expires: the rooms that ended with a worker which its node declared dead"""
    LEFT = "left:{}"
    """string, expires: sessions of this client up to this number are over"""
    CHARGE = "charge:{}"
    """string, expires: this room was running when its worker hung or died"""
    REQUEST = "request:{}:{}:{}"
    """string, expires: the answer already given to (script, client, request id)"""
    BUCKET = "bucket:{}"
    """hash tokens, at_ms, expires: a token bucket"""


class Keys:
    """The keys of one realm that Python itself names; all others are made inside the scripts."""

    def __init__(self, realm: str) -> None:
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", realm):
            raise ValueError(f"a realm's name is 1 to 64 letters, digits, dots, dashes or underscores, not {realm!r}")
        self.prefix = f"rc:{{{realm}}}:"
        self.rooms = self.prefix + Key.ROOMS
        self.invites = self.prefix + Key.INVITES

    def channel(self, channel: Channel) -> str:
        return f"{self.prefix}events:{channel}"


def lua_head() -> str:
    """The tables `key` and `channel_of`, which stand before every script. KEYS[1] is the realm's prefix."""
    shapes = ",\n".join(f"  {key.name.lower()} = {_lua_shape(key)}" for key in Key)
    channels = ",\n".join(f"  {event.__name__} = KEYS[1] .. 'events:{name}'" for event, name in CHANNEL_OF.items())
    return f"local key = {{\n{shapes}\n}}\nlocal channel_of = {{\n{channels}\n}}\n"


def _lua_shape(key: Key) -> str:
    names = ("a", "b", "c")[: key.count("{}")]
    text = "KEYS[1] .. '" + key.format(*(f"' .. {name} .. '" for name in names)) + "'"
    return f"function({', '.join(names)}) return {text} end" if names else text
