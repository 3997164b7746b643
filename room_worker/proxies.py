"""Which addresses are proxies of ours, so that what they say about where a client comes from counts."""

import ipaddress
from collections.abc import Callable, Iterable
from functools import lru_cache

REMEMBERED = 1024
"""Answers kept; connections come from few addresses, when they come through proxies."""


def is_among(networks: Iterable[str]) -> Callable[[str], bool]:
    """A test for addresses, from addresses and networks such as `10.0.0.0/8`."""
    trusted = tuple(ipaddress.ip_network(network) for network in networks)

    @lru_cache(REMEMBERED)
    def is_trusted(address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        return any(parsed in network for network in trusted)

    return is_trusted
