"""Pure rules of the gateway: its bounds, which paths and headers pass, and what becomes of a call."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final, Literal
from urllib.parse import unquote_to_bytes

import msgspec

from channels.gateway.documents.reading import DocumentBounds
from kernel.rules import policy

HeaderPair = tuple[bytes, bytes]
Outcome = Literal["committed", "released"]
Failure = Literal[
    "request",
    "upstream",
    "timed-out",
    "cut-short",
    "too-large",
    "too-long",
    "caller-left",
    "key-over",
    "stopped",
    "centre",
]
"""A stream is `too-long` that was held to our limit; `key-over` is what its buyer decides, `stopped` what others do."""


class GatewayRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How large and how long a call may be, what is free, and how long before a change callers are told."""

    connect_seconds: int
    first_byte_seconds: int
    idle_seconds: int
    whole_seconds: int
    stream_idle_seconds: int
    stream_seconds_max: int
    settle_seconds: int
    request_bytes_max: int
    response_bytes_max: int
    header_bytes_max: int
    headers_max: int
    query_bytes_max: int
    free_refusals_per_day: int
    document_bytes_max: int
    document_depth_max: int
    operations_max: int
    notice_days: int
    tests_per_day_max: int
    test_answer_bytes_max: int
    versions_per_day_max: int

    @property
    def bounds(self) -> DocumentBounds:
        """Those of documents."""
        return DocumentBounds(self.document_depth_max, self.operations_max)

    def seconds(self, *, streams: bool) -> int:
        """How long a whole call may take."""
        return self.stream_seconds_max if streams else self.whole_seconds

    def idle(self, *, streams: bool) -> int:
        """How long an answer may pause."""
        return self.stream_idle_seconds if streams else self.idle_seconds

    def expiry(self, at: datetime, *, streams: bool) -> datetime:
        """Until when a call that was let through at a moment must be settled; then it is not charged."""
        return at + timedelta(seconds=self.seconds(streams=streams) + self.settle_seconds)


RULES: Final = policy.load("gateway", GatewayRules, "channels.gateway")

_HOP: Final = frozenset(
    {
        *(b"connection", b"keep-alive", b"proxy-connection", b"proxy-authenticate", b"proxy-authorization", b"te"),
        *(b"trailer", b"transfer-encoding", b"upgrade", b"host"),
    }
)
"""Headers of one connection (RFC 9110 §7.6.1), which go neither way."""
_NOT_SENT: Final = _HOP | {
    *(b"authorization", b"cookie", b"forwarded", b"x-real-ip", b"expect", b"content-length"),
}
_NOT_SENT_LIKE: Final = (b"x-forwarded-", b"x-accel-", b"liutong-")
_NO_CREDENTIAL: Final = _HOP | {b"expect", b"content-length"}
"""What says where a request ends: it would be read otherwise than it was sent, by whoever's connection comes next."""
_OTHERWISE: Final = frozenset(
    {
        *(b"x-http-method-override", b"x-http-method", b"x-method-override"),
        *(b"x-original-url", b"x-original-uri", b"x-rewrite-url", b"x-original-method"),
    }
)
"""Headers by which frameworks take a request for another method or path than it was admitted for."""
_NOT_ANSWERED: Final = _HOP | {
    *(b"set-cookie", b"set-cookie2", b"server", b"via", b"x-powered-by", b"alt-svc", b"strict-transport-security"),
    *(b"content-security-policy", b"clear-site-data", b"location", b"content-location", b"refresh", b"x-request-id"),
    *(b"www-authenticate", b"x-frame-options", b"content-length"),
    *(b"nel", b"report-to", b"reporting-endpoints", b"expect-ct", b"public-key-pins", b"accept-ch"),
    *(b"service-worker-allowed", b"origin-agent-cluster", b"set-login"),
}
_NOT_ANSWERED_LIKE: Final = (b"x-accel-", b"ratelimit", b"x-ratelimit", b"liutong-", b"access-control-")

_PATH: Final = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=:@/%-]*")
_BROKEN: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_HIDING: Final = re.compile(rb"%(?:2[fFeE]|5[cC]|[01][0-9a-fA-F]|7[fF])")
"""An escape that hides a slash, a dot, a backslash or a control character, also from whoever decodes twice."""
_QUERY: Final = re.compile(rb"[!-~]*")


def readable_path(raw: bytes) -> str | None:
    """A raw path decoded once; None for one with an empty or upward segment, or an escape that hides something."""
    if not _PATH.fullmatch(raw) or _BROKEN.search(raw) or b"//" in raw:
        return None
    # What follows a semicolon is dropped by servers that know parameters of a segment, and `..;` leads upward there.
    if any(part.partition(b";")[0] in (b".", b"..") for part in raw.split(b"/")):
        return None
    decoded = unquote_to_bytes(raw)
    if _HIDING.search(raw) or _HIDING.search(decoded):
        return None
    try:
        return decoded.decode()
    except UnicodeDecodeError:
        return None


def readable_query(raw: bytes, bytes_max: int) -> bool:
    """Whether a query can be passed on as it is."""
    return len(raw) <= bytes_max and _QUERY.fullmatch(raw) is not None


def is_ambiguous(headers: Iterable[HeaderPair]) -> bool:
    """Whether the end of a body can be read in two ways (RFC 9112 §6.3)."""
    names = [name for name, _ in headers]
    lengths = names.count(b"content-length")
    return lengths > 1 or (lengths == 1 and b"transfer-encoding" in names)


def sent(headers: Iterable[HeaderPair], credential_header: str | None) -> list[HeaderPair]:
    """What of a caller's headers goes to the upstream: neither its key nor anything that speaks for us."""
    pairs = list(headers)
    named = _named(pairs)
    own = {credential_header.lower().encode()} if credential_header is not None else set()
    return [
        (name, value)
        for name, value in pairs
        if name not in named and not _is_ours(name.replace(b"_", b"-"), own)  # Many upstreams read both alike.
    ]


def _is_ours(name: bytes, own: Collection[bytes]) -> bool:
    return name in _NOT_SENT or name in _OTHERWISE or name in own or name.startswith(_NOT_SENT_LIKE)


def may_carry_credential(header: str) -> bool:
    """Whether an upstream's credential may stand in a header: in none that the connection or the gateway needs."""
    name = header.lower().encode()
    return name not in _NO_CREDENTIAL and name not in _OTHERWISE and not name.startswith(_NOT_SENT_LIKE)


def answered(headers: Iterable[HeaderPair]) -> list[HeaderPair]:
    """What of an upstream's headers goes to the caller, names in small letters; its length is added where it holds."""
    pairs = [(name.lower(), value) for name, value in headers]
    named = _named(pairs)
    return [
        (name, value)
        for name, value in pairs
        if name not in _NOT_ANSWERED and name not in named and not name.startswith(_NOT_ANSWERED_LIKE)
    ]


def _named(headers: Collection[HeaderPair]) -> set[bytes]:
    """The names that a Connection header lists, which end with it."""
    listed = b",".join(value for name, value in headers if name == b"connection")
    return {name.strip().lower() for name in listed.split(b",") if name.strip()}


def moved(location: str, base_url: str, here: str) -> str | None:
    """Where a redirect leads through us; None where it leads away from the upstream, which is never followed."""
    base = base_url.rstrip("/")
    if location == base or location.startswith((base + "/", base + "?")):
        return here + location.removeprefix(base)
    return None


_CALLERS_OWN: Final = (None, "caller-left", "key-over", "too-large", "too-long")
"""What ends an answer by what its caller asks or does; an upstream's silence or cut is none of it."""


def outcome(status: int | None, failure: Failure | None, *, has_begun: bool) -> Outcome:
    """What becomes of a call: an answer of success is charged, and whatever failed is not.

    A caller who ends its own answer after the first byte of a success has had it; before it, there was none.
    """
    success = has_begun and status is not None and 200 <= status < 400
    return "committed" if success and failure in _CALLERS_OWN else "released"


CALL_NAME: Final = re.compile(rb"[!-~]{1,255}")
"""What a caller may name a call by, in Idempotency-Key."""
