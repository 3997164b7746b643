"""A lobby line in virtual time: hello in time, silence, pings, a client that does not read, and typed closes."""

import asyncio
from typing import Any

from starlette.websockets import WebSocket

from lobby.line import Line
from shared.protocol import limits
from shared.protocol.errors import MESSAGE_MALFORMED, WORKER_STOPPING, RoomError
from shared.protocol.messages import LOBBY_TO_CLIENT, Ping, Pong
from shared.wire.codec import Decoder, encode
from tests.support.virtual_time import run

PONG = encode(Pong(0))


class Peer:
    """The other end of an accepted WebSocket: `say` what it says, look at what it `got` and how it was `closed`."""

    def __init__(self) -> None:
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.got: list[bytes] = []
        self.closed: tuple[int, str] | None = None
        self.reads = asyncio.Event()
        self.reads.set()
        self.inbox.put_nowait({"type": "websocket.connect"})

    def say(self, payload: bytes) -> None:
        self.inbox.put_nowait({"type": "websocket.receive", "bytes": payload})

    async def line(self) -> Line:
        scope = {"type": "websocket", "headers": [], "path": "/ws", "query_string": b""}
        socket = WebSocket(scope, self.inbox.get, self._take)
        await socket.accept()
        return Line(socket, asyncio.get_running_loop().time)

    async def _take(self, message: Any) -> None:
        await self.reads.wait()
        if message["type"] == "websocket.send":
            self.got.append(message["bytes"])
        elif message["type"] == "websocket.close":
            self.closed = message["code"], message["reason"]


async def ignore(payload: bytes) -> None:
    pass


def now() -> float:
    return asyncio.get_running_loop().time()


def test_no_hello_is_hello_late() -> None:
    async def main() -> None:
        peer = Peer()
        await (await peer.line()).run(ignore)
        assert (peer.closed, now()) == ((4006, "No hello arrived in time."), limits.HELLO_S)
        assert peer.got == [], "nothing is said to somebody who has not said hello"

    run(main())


def test_silence_is_noticed_and_the_lobby_pings_meanwhile() -> None:
    async def main() -> None:
        peer = Peer()
        peer.say(PONG)
        await (await peer.line()).run(ignore)
        assert peer.closed == (4001, "Nothing was heard from you for a while.")
        assert now() == limits.SILENT_AFTER_S
        pings = [Decoder(LOBBY_TO_CLIENT).decode(payload) for payload in peer.got]
        assert [type(ping) for ping in pings] == [Ping] * 4

    run(main())


def test_a_text_frame_is_refused() -> None:
    async def main() -> None:
        peer = Peer()
        peer.inbox.put_nowait({"type": "websocket.receive", "text": "hello"})
        await (await peer.line()).run(ignore)
        assert peer.closed is not None
        assert peer.closed[0] == 4529

    run(main())


def test_payloads_are_dealt_with_one_after_the_other() -> None:
    async def main() -> None:
        peer, seen = Peer(), []

        async def receive(payload: bytes) -> None:
            seen.append(payload)
            await asyncio.sleep(1)
            seen.append(payload)

        for payload in (b"a", b"b"):
            peer.say(payload)
        peer.inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await (await peer.line()).run(receive)
        assert seen == [b"a", b"a", b"b", b"b"]
        assert peer.closed is None, "who went by itself needs no close"

    run(main())


def test_a_typed_error_closes_with_its_code_after_what_was_sent_before() -> None:
    async def main() -> None:
        peer = Peer()
        line = await peer.line()

        async def receive(payload: bytes) -> None:
            line.send(Pong(7))
            raise RoomError(MESSAGE_MALFORMED, "é" * 100)

        peer.say(b"x")
        await line.run(receive)
        assert peer.got == [encode(Pong(7))]
        assert peer.closed == (4526, "é" * 61), "a reason has at most 123 bytes"

    run(main())


def test_a_failure_of_ours_is_internal() -> None:
    async def main() -> None:
        peer = Peer()

        async def receive(payload: bytes) -> None:
            raise KeyError("a bug")

        peer.say(b"x")
        await (await peer.line()).run(receive)
        assert peer.closed == (4015, "Something went wrong on our side.")

    run(main())


def test_a_client_that_does_not_read_is_cut_and_what_waits_for_it_is_bounded() -> None:
    async def main() -> None:
        peer = Peer()
        line = await peer.line()
        peer.say(PONG)
        running = asyncio.create_task(line.run(ignore))
        await asyncio.sleep(0.1)
        peer.reads.clear()
        chunk = bytes(limits.PART_BYTES)
        for _ in range(2 * limits.OUTBOX_BYTES // len(chunk)):
            line.write([chunk])
        assert not line.is_clear
        begun = now()
        await running
        assert now() - begun == limits.CLOSE_S, "it gets that long to take the close frame"

    run(main())


def test_a_line_is_clear_when_all_was_taken() -> None:
    async def main() -> None:
        peer = Peer()
        line = await peer.line()
        running = asyncio.create_task(line.run(ignore))
        line.write([b"a", b"b"])
        assert not line.is_clear
        await asyncio.sleep(0.1)
        assert line.is_clear
        line.close(WORKER_STOPPING)
        line.write([b"too late"])
        await running
        assert peer.got == [b"a", b"b"]
        assert peer.closed == (4002, WORKER_STOPPING.text)

    run(main())
