"""How a lobby and workers listen: one place that knows what an address means."""

import socket


def listen(host: str, port: int, backlog: int) -> socket.socket:
    """Port 0 takes any free one. `::` is every address of this machine, old ones too. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    is_dual = host == "::" and socket.has_dualstack_ipv6()
    return socket.create_server((host, port), family=family, backlog=backlog, dualstack_ipv6=is_dual)
