"""API keys: `ltk_<prefix>_<secret>`, shown once, stored as SHA-256 (the secret has 256 bits of its own)."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final

_SHAPE: Final = re.compile(r"^ltk_(test|live)_([0-9a-z]{12})_([0-9A-Za-z_-]{43})$")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key at the moment it is made; the text is never stored."""

    prefix: str
    secret_sha256: bytes
    text: str

    def __repr__(self) -> str:
        return f"NewKey({self.prefix}_***)"


def make(*, sandbox: bool) -> NewKey:
    """Make a key; `test` and `live` keys tell each other apart at a glance."""
    prefix = secrets.token_hex(6)
    secret = secrets.token_urlsafe(32)
    kind = "test" if sandbox else "live"
    return NewKey(f"{kind}_{prefix}", _digest(secret), f"ltk_{kind}_{prefix}_{secret}")


def split(text: str) -> tuple[str, str] | None:
    """Take a presented key apart into prefix and secret; None when it has not the shape of a key."""
    match = _SHAPE.fullmatch(text)
    return (f"{match[1]}_{match[2]}", match[3]) if match else None


def matches(secret: str, secret_sha256: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(_digest(secret), secret_sha256)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("ascii")).digest()
