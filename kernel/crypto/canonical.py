"""One byte form for every value that is hashed or signed: RFC 8785 canonical JSON."""

import hashlib
from typing import Any

import msgspec
import rfc8785


def dumps(value: Any) -> bytes:
    """Canonical JSON of plain values and Structs; Decimals and times become strings first."""
    return rfc8785.dumps(msgspec.to_builtins(value, str_keys=True))


def sha256_hex(data: bytes) -> str:
    """SHA-256 as lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest(value: Any) -> str:
    """The digest of a value's canonical form, as `sha256:…`."""
    return "sha256:" + sha256_hex(dumps(value))
