"""What this machine knows about its own addresses. Asks the routing table only; nothing is sent."""

import ipaddress
import socket
from itertools import islice
from random import SystemRandom

from shared.listening import listen

ELSEWHERE = "192.0.2.1"
"""An address kept for documentation (RFC 5737): the way to it is the way to everywhere."""
UNHANDED = range(20_000, 32_000)


def own_address(towards: str = ELSEWHERE) -> str:
    """The address from which this machine would speak to `towards`. Raises OSError when there is no way."""
    family = socket.AF_INET6 if ipaddress.ip_address(towards).version == 6 else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((towards, 9))  # connecting a datagram socket only chooses a route
        return str(probe.getsockname()[0])


def own_address_in(network: str) -> str:
    """This machine's own address in a network such as `172.30.81.0/24`. Raises ValueError when it has none."""
    parsed = ipaddress.ip_network(network)
    try:
        address = own_address(str(next(parsed.hosts())))
    except OSError:
        address = ""
    if not address or ipaddress.ip_address(address) not in parsed:
        raise ValueError(f"this machine has no address in {network}")
    return address


def is_free(host: str, port: int) -> bool:
    """Whether one could listen there now."""
    try:
        with listen(host, port, backlog=1):
            return True
    except OSError:
        return False


def free_ports(host: str, count: int) -> list[int]:
    """Ports that are free now, from below those that the kernel hands to outgoing connections in the meantime."""
    candidates = SystemRandom().sample(UNHANDED, len(UNHANDED))
    return list(islice((port for port in candidates if is_free(host, port)), count))
