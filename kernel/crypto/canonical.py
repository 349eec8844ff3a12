"""One byte form for every value that is hashed or signed: RFC 8785 canonical JSON."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import rfc8785

_INTEGER_MAX: Final = 2**53 - 1
"""Beyond it RFC 8785 knows no integer."""

_SORTED: Final = msgspec.json.Encoder(order="sorted")


def dumps(value: Any) -> bytes:
    """Canonical JSON of plain values and Structs; Decimals and times become strings first. Raises ValueError."""
    plain = msgspec.to_builtins(value, str_keys=True)
    if _is_simple(plain):
        try:
            return _SORTED.encode(plain)
        except UnicodeEncodeError:
            pass  # Half a surrogate pair; the other way refuses it in its own words.
    return rfc8785.dumps(plain)


def _is_simple(value: Any) -> bool:
    """Whether sorted JSON is the canonical form already, and is made many times faster.

    The two differ in how numbers with a fraction are written, in how large integers may be, and in the order of
    names that are not ASCII.
    """
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        kind = type(inner)
        if kind is str or inner is None or kind is bool:
            continue
        if kind is dict:
            if not all(type(name) is str and name.isascii() for name in inner):
                return False
            waiting.extend(inner.values())
        elif kind is list:
            waiting.extend(inner)
        elif kind is not int or not -_INTEGER_MAX <= inner <= _INTEGER_MAX:
            return False
    return True


def sha256_hex(data: bytes) -> str:
    """SHA-256 as lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest(value: Any) -> str:
    """The digest of a value's canonical form, as `sha256:…`."""
    return "sha256:" + sha256_hex(dumps(value))


def commitment(salt: bytes, facts: Mapping[str, Any]) -> str:
    """Commit to facts without showing them; whoever is given salt and facts can check it."""
    return "sha256:" + sha256_hex(salt + dumps(dict(facts)))
