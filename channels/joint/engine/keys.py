"""Identifiers as keyed digests (HMAC, RFC 2104) under a key that one process draws and that ends with it.

The engine has SHA-256 and no HMAC, so the two passes are written out; the digest is cut to 128 bits, as section 5 of
the RFC allows, and kept as a UUID, which takes sixteen bytes a row.
"""

from secrets import token_bytes
from typing import Final

from channels.computing.grammar.emitting import quoted

KEY: Final = "key"
"""What the identifier is called in the joined table; every other column begins with the name of its side."""
_BLOCK_BYTES: Final = 64
"""Of SHA-256: a key as long as that goes into both passes as it is."""
_TRIMMED: Final = r"regexp_replace({0}, '^[\s\p{{Z}}]+|[\s\p{{Z}}]+$', '', 'g')"
_NORMALISED: Final = {
    "exact": "{0}",
    "trimmed": _TRIMMED,
    "caseless": f"lower(nfc_normalize({_TRIMMED}))",
    "digits": "regexp_replace({0}, '[^0-9]', '', 'g')",
}


class RunKey:
    """The key of one run, as what the two passes begin with."""

    def __init__(self, key: bytes | None = None) -> None:
        """Draw a key, or take one of the block's length."""
        drawn = token_bytes(_BLOCK_BYTES) if key is None else key
        self.marks: Final = [bytes(byte ^ 0x5C for byte in drawn), bytes(byte ^ 0x36 for byte in drawn)]
        """Bound to the marks of `digest`, in their order."""


def normalised(column: str, normalisation: str) -> str:
    """An identifier as it is compared; null for what has none, which joins with nothing."""
    written = _NORMALISED[normalisation].format(f"TRY_CAST({quoted(column)} AS VARCHAR)")
    return f"nullif({written}, '')"


def digest(column: str, normalisation: str) -> str:
    """The keyed digest of an identifier, whose two marks are bound to the key's; null where there is none."""
    inner = f"unhex(sha256(?::BLOB || encode({normalised(column, normalisation)})))"
    return f"left(sha256(?::BLOB || {inner}), 32)::UUID"
