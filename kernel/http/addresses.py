"""Whose address a request came from: the peer's own, and what a proxy says of it only where the operator trusts it."""

import ipaddress
from functools import lru_cache
from typing import Final

from litestar.types import Scope

from kernel.settings import words

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

HOUSEHOLD_BITS: Final = 64
"""A subscriber of IPv6 is given this much at least, and may call from any address in it."""

HOPS_MAX: Final = 16
"""No honest path has more proxies in a row."""

LOCAL: Final = "local"
"""A caller on a socket of this machine, which has no address."""


@lru_cache(maxsize=8)
def networks(text: str) -> tuple[Network, ...]:
    """The networks of a setting; raises ValueError naming what is none."""
    return tuple(ipaddress.ip_network(word) for word in words(text))


def caller(scope: Scope, trusted_proxies: str) -> str:
    """The address that a request counts for: of IPv6 the /64, of IPv4 the address itself.

    `X-Forwarded-For` is read from its end, which the nearest proxy wrote, and only as far as proxies are trusted:
    whatever stands before the first stranger was written by that stranger.
    """
    client = scope.get("client")
    at = _address(client[0]) if client else None
    if at is None:
        return client[0] if client else LOCAL
    trusted = networks(trusted_proxies)
    for hop in _hops(scope) if trusted else ():
        if not _among(at, trusted):
            break
        before = _address(hop)
        if before is None:
            break
        at = before
    return _counted(at)


def _hops(scope: Scope) -> list[str]:
    """What proxies wrote, nearest first; several lines of the field are one list."""
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return ",".join(lines).split(",")[: -HOPS_MAX - 1 : -1]


def _address(text: str) -> Address | None:
    """An address as a proxy writes it, with or without a port; None where it is none."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _among(address: Address, trusted: tuple[Network, ...]) -> bool:
    return any(address.version == network.version and address in network for network in trusted)


def _counted(address: Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((int(address), HOUSEHOLD_BITS), strict=False))
