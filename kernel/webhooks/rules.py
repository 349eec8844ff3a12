"""Pure rules of webhooks: which addresses, which events, which secrets, when again."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
import msgspec

from kernel.errors import FieldError
from kernel.rules import policy
from kernel.text import Text
from kernel.time.clock import timestamp
from kernel.webhooks.schemas import Message, MessageData

TESTED: Final = "kernel.webhook.tested"
"""The kind of a test: it goes to the address that it is about, whatever that one has asked for."""

KINDS: Final[set[str]] = set()
"""Every kind of event and the leading parts of each, which the centre puts in when it is assembled."""

_NAME: Final = re.compile(r"^[a-z0-9]([a-z0-9._-]{0,252}[a-z0-9.])?$")

_NOT_PUBLIC: Final = tuple(
    ipaddress.ip_network(network) for network in ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b::/96", "3fff::/20")
)
"""Counted as global by older tables: protocol assignments with a cloud's metadata, relays, documentation."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Secrets = Sequence[Mapping[str, Any]]


class Webhooks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers of sending."""

    retry_seconds: list[int]
    jitter_percent: int
    timeout_seconds: int
    disable_after_days: int
    previous_secret_hours: int
    endpoints_max: int
    payload_bytes_max: int
    history_days: int


POLICY: Final = policy.load("webhooks", Webhooks, "kernel.webhooks")


def address_allowed(address: Address, *, sandbox: bool) -> bool:
    """Say whether messages may go to a network address: public ones, and in the sandbox this machine too.

    Addresses that carry another inside (mapped, 6to4, NAT64) are refused, since they may lead anywhere.
    """
    if address.is_loopback:
        return sandbox
    if isinstance(address, ipaddress.IPv6Address) and (
        address.ipv4_mapped is not None or address.sixtofour is not None or address.is_site_local
    ):
        return False
    if any(address in network for network in _NOT_PUBLIC):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def url_fault(text: str, *, sandbox: bool) -> Text | None:
    """What is wrong with an address as it is written; names are resolved and checked again before each message."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        return Text("网址无法解析", "This is not a URL")
    if url.scheme not in (("https", "http") if sandbox else ("https",)):
        return Text("请使用 https 地址", "Use an https address")
    host = url.raw_host.decode("ascii").lower()
    if not host or url.userinfo or url.fragment or not 0 < (url.port or 443) < 65536:
        return Text(
            "网址须含主机名与有效端口，且不得含用户名或片段", "Give a host and a port, and no user name or fragment"
        )
    return None if _public_host(host, sandbox=sandbox) else Text("该地址不在公网上", "This is not a public address")


def _public_host(host: str, *, sandbox: bool) -> bool:
    try:
        return address_allowed(ipaddress.ip_address(host), sandbox=sandbox)
    except ValueError:
        name = host.rstrip(".")
        local = name == "localhost" or name.endswith(".localhost")
        return _NAME.fullmatch(host) is not None and (sandbox or not local)


def kind_faults(kinds: Sequence[str]) -> list[FieldError]:
    """What is asked for and never happens, with the kinds that begin alike or else all slices."""
    faults = []
    for position, kind in enumerate(kinds):
        if kind in KINDS:
            continue
        alike = sorted(known for known in KINDS if known.startswith(kind.partition(".")[0] + "."))
        listed = ", ".join(alike or sorted(known for known in KINDS if "." not in known))
        text = Text(f"没有此类事件；可用：{listed}", f"There is no such kind of event; use one of {listed}")
        faults.append(FieldError(f"/kinds/{position}", text))
    return faults


def wants(endpoint_id: str, kinds: Sequence[str], kind: str, subject: str) -> bool:
    """Say whether an address wants an event: no kinds means all; `market.order` means everything under it."""
    if kind == TESTED:
        return subject == endpoint_id
    return not kinds or any(kind == wanted or kind.startswith(wanted + ".") for wanted in kinds)


def retry_delay(attempts: int, spread: float, numbers: Webhooks) -> timedelta | None:
    """How long to wait after `attempts` failures, or None to give up; `spread` in [0, 1) keeps retries apart."""
    if attempts > len(numbers.retry_seconds):
        return None
    jitter = 1 + (2 * spread - 1) * numbers.jitter_percent / 100
    return timedelta(seconds=numbers.retry_seconds[attempts - 1] * jitter)


def valid_secrets(secrets: Secrets, at: datetime) -> list[str]:
    """The secrets that sign a message now, newest first."""
    return [
        str(each["secret"])
        for each in secrets
        if each["expires_at"] is None or datetime.fromisoformat(each["expires_at"]) > at
    ]


def rotated(secrets: Secrets, new: str, until: datetime) -> list[dict[str, Any]]:
    """The secrets after a rotation: the new one, and the last one until a moment; older ones end now."""
    last = str(secrets[0]["secret"])
    return [{"secret": new, "expires_at": None}, {"secret": last, "expires_at": timestamp(until)}]


def body(
    entry_id: str,
    index: int,
    kind: str,
    subject: str,
    at: datetime,
    facts: Mapping[str, Any],
    *,
    bytes_max: int,
) -> bytes:
    """The message's bytes; they are the same at every attempt, and facts too long to send are null, not cut."""
    data = MessageData(id=entry_id, index=index, subject=subject, facts=dict(facts))
    message = msgspec.json.encode(Message(type=kind, timestamp=timestamp(at), data=data))
    if len(message) < bytes_max:
        return message
    thin = MessageData(id=entry_id, index=index, subject=subject, facts=None)
    return msgspec.json.encode(Message(type=kind, timestamp=timestamp(at), data=thin))
