"""Keys `<kind>_<prefix>_<secret>`, shown once, stored as SHA-256 (the secret has 256 bits of its own).

Those of the API are of the kinds `ltk_test` and `ltk_live`; other packages have kinds of their own.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final

_FAMILY: Final = "ltk_"
"""What keys of the API begin with, which is not part of their prefix."""
_REST: Final = "([0-9A-Za-z_-]{43})"
API: Final = re.compile(f"{_FAMILY}((?:test|live)_[0-9a-z]{{12}})_{_REST}")


def shape(kind: str) -> re.Pattern[str]:
    """The shape of keys of a kind, for `split`."""
    return re.compile(f"({kind}_[0-9a-f]{{12}})_{_REST}")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key at the moment it is made; the text is never stored."""

    prefix: str
    secret_sha256: bytes
    text: str

    def __repr__(self) -> str:
        return f"NewKey({self.prefix}_***)"


def make(kind: str) -> NewKey:
    """Make a key of a kind; `ltk_test` and `ltk_live` tell each other apart at a glance."""
    prefix, secret = f"{kind}_{secrets.token_hex(6)}", secrets.token_urlsafe(32)
    return NewKey(prefix.removeprefix(_FAMILY), _digest(secret), f"{prefix}_{secret}")


def split(text: str, shape: re.Pattern[str] = API) -> tuple[str, str] | None:
    """Take a presented key apart into prefix and secret; None when it has not the shape of its kind."""
    match = shape.fullmatch(text)
    return (match[1], match[2]) if match else None


def matches(secret: str, secret_sha256: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(_digest(secret), secret_sha256)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("ascii")).digest()
