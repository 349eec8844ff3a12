"""What a channel key looks like, how long it serves, and whether it still does; pure but for fresh secrets."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from kernel.rules import policy

_SHAPE: Final = re.compile(r"ltc_([0-9a-f]{12})_([0-9A-Za-z_-]{43})")


class ChannelKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long channel keys serve, and how many at one time."""

    days_default: int
    days_max: int
    at_once_max: int
    overlap_hours: int

    def __post_init__(self) -> None:
        if not 0 < self.days_default <= self.days_max or self.at_once_max < 1 or self.overlap_hours < 0:
            raise ValueError("a key serves some days, and at least one may be in force")

    def end(self, at: datetime, days: int | None) -> datetime:
        """When a key made at a moment expires; never later than the policy lets it."""
        return at + timedelta(days=min(days or self.days_default, self.days_max))

    def overlap_end(self, at: datetime, expires_at: datetime) -> datetime:
        """Until when a key that is replaced at a moment still serves; replacing never lengthens its life."""
        return min(expires_at, at + timedelta(hours=self.overlap_hours))


KEYS: Final = policy.load("channel-keys", ChannelKeys, "channels.keys")


@dataclass(frozen=True, slots=True)
class KeySecret:
    """A key at the moment it is made; the text is never stored."""

    prefix: str
    secret_sha256: bytes
    text: str

    def __repr__(self) -> str:
        return f"KeySecret({self.prefix}_***)"


def make() -> KeySecret:
    """A fresh key `ltc_<prefix>_<secret>`, whose secret has 256 bits of its own."""
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    return KeySecret(prefix, digest(secret), f"ltc_{prefix}_{secret}")


def split(text: str) -> tuple[str, str] | None:
    """Take a presented key apart into prefix and secret; None when it has not the shape of a channel key."""
    match = _SHAPE.fullmatch(text)
    return (match[1], match[2]) if match else None


def digest(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("ascii")).digest()


def matches(secret: str, secret_sha256: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(digest(secret), secret_sha256)
