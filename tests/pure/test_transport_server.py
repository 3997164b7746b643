"""The same on real sockets, over plain asyncio and uvloop, with the library's own client at the other end."""

import asyncio
import socket
import ssl
import subprocess

import pytest
import uvloop
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from room_worker.transport.frames import encode_frames
from room_worker.transport.server import serve
from shared.clock import Clock
from shared.protocol.errors import HELLO_CROWDED, ROOM_CLOSED, TEXT_FRAME, WORKER_STOPPING
from shared.protocol.limits import OUTBOX_BYTES, WAITING_HELLOS, WIRE_VERSION
from shared.protocol.messages import WORKER_TO_CLIENT, Chat, Hello, SendChat
from shared.wire.codec import Decoder, encode
from tests.support.fake_line import FakeVisitor

HELLO = encode(Hello(WIRE_VERSION, "ticket", "", 0, -1))
decode = Decoder(WORKER_TO_CLIENT).decode


class Echo:
    """Says what it hears; the lines by order of arrival."""

    def __init__(self):
        self.lines, self.visitors = [], []

    async def hello(self, line, hello):
        visitor = FakeVisitor(on_message=lambda message: line.write(encode_frames(Chat(1, message.text, 0))))
        self.lines.append(line)
        self.visitors.append(visitor)
        return visitor


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request):
    def run_on_loop(scenario, *arguments):
        with asyncio.Runner(loop_factory=request.param) as runner:
            runner.run(asyncio.wait_for(scenario(*arguments), 10))

    return run_on_loop


async def open_port(handler, **options):
    sock = socket.create_server(("127.0.0.1", 0))
    port = sock.getsockname()[1]
    return port, await serve(handler, sock=sock, clock=Clock(), **options)


async def heard(client):
    """The next message other than a ping."""
    while True:
        message = decode(await client.recv())
        if isinstance(message, Chat):
            return message


async def send_for_ever(client):
    while True:
        await client.send(encode(SendChat("and on")))
        await asyncio.sleep(0)


def test_talk_and_leave(run):
    async def scenario():
        echo = Echo()
        port, server = await open_port(echo)
        async with connect(f"ws://127.0.0.1:{port}", compression=None) as client:
            await client.send(HELLO)
            await client.send(encode(SendChat("hi")))
            assert await heard(client) == Chat(1, "hi", 0)
            echo.lines[0].close(ROOM_CLOSED)
            with pytest.raises(ConnectionClosed) as closed:
                await heard(client)
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (ROOM_CLOSED.close_code, ROOM_CLOSED.text)
        await server.close(WORKER_STOPPING)

    run(scenario)


def test_a_typed_close_arrives_even_while_the_client_keeps_sending(run):
    async def scenario():
        port, server = await open_port(Echo())
        async with connect(f"ws://127.0.0.1:{port}", compression=None) as client:
            await client.send(HELLO)
            await client.send("text")
            with pytest.raises(ConnectionClosed) as closed:
                await send_for_ever(client)
            assert closed.value.rcvd.code == TEXT_FRAME.close_code
        await server.close(WORKER_STOPPING)

    run(scenario)


def test_a_member_that_stops_reading_gets_it_all_later(run):
    async def scenario():
        echo = Echo()
        port, server = await open_port(echo)
        async with connect(f"ws://127.0.0.1:{port}", compression=None, max_queue=1) as client:
            await client.send(HELLO)
            await client.send(encode(SendChat("ready")))
            await heard(client)
            chats = [Chat(1, f"{number:0>500}", 0) for number in range(OUTBOX_BYTES // 600)]
            for chat in chats:
                echo.lines[0].write(encode_frames(chat))
            assert [await heard(client) for _ in chats] == chats
            # A client that closes here may wait in vain: the library reads on only once the last ping is taken, too.
            echo.lines[0].close(ROOM_CLOSED)
            with pytest.raises(ConnectionClosed):
                await heard(client)
        await server.close(WORKER_STOPPING)

    run(scenario)


def test_closing_the_port_tells_everyone(run):
    async def scenario():
        echo = Echo()
        port, server = await open_port(echo)
        async with connect(f"ws://127.0.0.1:{port}", compression=None) as client:
            await client.send(HELLO)
            await client.send(encode(SendChat("hi")))
            await heard(client)
            async with connect(f"ws://127.0.0.1:{port}", compression=None) as waiting:
                await server.close(WORKER_STOPPING)
                for each in (client, waiting):
                    with pytest.raises(ConnectionClosed) as closed:
                        await heard(each)
                    assert closed.value.rcvd.code == WORKER_STOPPING.close_code
        assert echo.visitors[0].lost_as == [WORKER_STOPPING]
        assert server.connections == 0
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)

    run(scenario)


def test_a_flood_of_connections_without_hello_keeps_nobody_out(run):
    async def scenario():
        port, server = await open_port(Echo())
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(WAITING_HELLOS + 10)]
        async with connect(f"ws://127.0.0.1:{port}", compression=None) as client:
            await client.send(HELLO)
            await client.send(encode(SendChat("still served")))
            await heard(client)
        assert (await silent[0][0].read()).startswith(b"HTTP/1.1 %d" % HELLO_CROWDED.http_status)
        for _, writer in silent:
            writer.close()
        await server.close(WORKER_STOPPING)

    run(scenario)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    names = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    try:
        subprocess.run([*command, *names, *subject, "-days", "1"], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("needs the openssl program to make a certificate")
    return folder


def test_over_tls(run, certificate):
    async def scenario():
        theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        theirs.load_cert_chain(certificate / "certificate.pem", certificate / "key.pem")
        ours = ssl.create_default_context(cafile=certificate / "certificate.pem")
        port, server = await open_port(Echo(), ssl=theirs)
        async with connect(f"wss://localhost:{port}", ssl=ours, compression=None, host="127.0.0.1") as client:
            await client.send(HELLO)
            await client.send(encode(SendChat("hi")))
            assert await heard(client) == Chat(1, "hi", 0)
            await client.send("text")
            with pytest.raises(ConnectionClosed) as closed:
                await heard(client)
            assert closed.value.rcvd.code == TEXT_FRAME.close_code
        await server.close(WORKER_STOPPING)

    run(scenario)
