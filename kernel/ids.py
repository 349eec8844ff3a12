"""Public identifiers: a prefix that names the kind and a UUIDv7 in Crockford base32, so that ids sort by time.

The text is the primary key itself (decision 0002): logs, URLs, rows and documents show one and the same id.
"""

import re
from typing import Final
from uuid import UUID

from uuid_utils.compat import uuid7

from kernel.errors import NotFound

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS: Final = tuple(high + low for high in _ALPHABET for low in _ALPHABET)
"""Two digits at once: ids are made on the hot paths."""

_SHAPE: Final = re.compile(r"[a-z]{3}_[0-7][0-9a-hjkmnp-tv-z]{25}")


def new(prefix: str) -> str:
    """Make an id such as `ord_06a…`; ids made later in one process sort later (RFC 9562, UUIDv7)."""
    number = uuid7().int
    pairs = [_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)]
    return f"{prefix}_{''.join(pairs)}"


def is_id(prefix: str, text: str) -> bool:
    """Say whether the text has the shape of an id of this kind."""
    return text.startswith(prefix + "_") and _SHAPE.fullmatch(text) is not None


def uuid_of(text: str) -> UUID:
    """The UUID that an id spells, for those who want one; raises ValueError for what is no id."""
    if not _SHAPE.fullmatch(text):
        raise ValueError(f"not an id: {text[:40]!r}")
    number = 0
    for digit in text[4:]:
        number = number << 5 | _ALPHABET.index(digit)
    return UUID(int=number)


def require(prefix: str, text: str) -> str:
    """Give the id back, or raise NotFound: an id of another shape cannot name anything here."""
    if not is_id(prefix, text):
        raise NotFound(kind=prefix, id=text[:40])
    return text
