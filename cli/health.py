"""Whether the parts of these settings answer on this machine: the health checks of containers, which have no curl."""

import http.client
import os
import ssl

from shared.settings import Settings

ANSWER_S = 3.0
HERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}
"""Where somebody answers who listens everywhere."""


def lobby_answers(settings: Settings, path: str = "/healthz") -> bool:
    return _status(settings, settings.lobby_host, settings.lobby_port, path) == 200


def workers_answer(settings: Settings) -> bool:
    """A worker serves WebSockets only; any HTTP answer shows that its loop turns."""
    first, count = settings.worker_ports, settings.workers or os.cpu_count() or 1
    return all(_status(settings, settings.worker_host, port, "/") for port in range(first, first + count))


def _status(settings: Settings, host: str, port: int, path: str) -> int:
    """The HTTP status of a GET, or 0. A certificate of the public name cannot fit this address, so none is checked."""
    address = HERE.get(host, host)
    connection: http.client.HTTPConnection
    if settings.tls_certificate:
        unchecked = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(address, port, timeout=ANSWER_S, context=unchecked)
    else:
        connection = http.client.HTTPConnection(address, port, timeout=ANSWER_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
