"""The reference that a payer quotes: nine characters of Crockford's base32 and one that checks them, after `LT`.

The check character makes the sum of all ten, each times a power of its own in the field of 32 elements, zero. So one
wrong character and two neighbours exchanged are found without fail: no two powers are alike, and none is nought.
"""

import hashlib
import re
import unicodedata
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 9
_READ_AS: Final = str.maketrans("OIL", "011")
_PREFIX: Final = "LT".translate(_READ_AS)
_QUOTED: Final = re.compile(rf"(?={_PREFIX}([{_ALPHABET}]{{{_LENGTH + 1}}}))")
_EARLIER: Final = re.compile(rf"(?={_PREFIX}([{_ALPHABET}]{{12}}))")
_TEXT_MAX: Final = 2_000


def reference_of(payment_id: str) -> str:
    """The reference of a payment, in groups that are easy to read and to type: always the same for the same payment."""
    number = int.from_bytes(hashlib.sha256(payment_id.encode()).digest()[:8], "big")
    digits = [number >> 5 * place & 31 for place in range(_LENGTH)]
    body = "".join(_ALPHABET[digit] for digit in (*digits, _check(digits)))
    return f"LT-{body[:5]}-{body[5:]}"


def references_in(text: str) -> list[str]:
    """Every reference that a remittance text may quote, as it was given out, the first first.

    Spaces, hyphens, letter case, full-width characters and O for 0, I or L for 1 make no difference.
    """
    plain = unicodedata.normalize("NFKC", text[:_TEXT_MAX]).upper()
    plain = "".join(each for each in plain if each.isascii() and each.isalnum()).translate(_READ_AS)
    quoted = [found[1] for found in _QUOTED.finditer(plain) if _holds(found[1])]
    # References given out before there was a check character are longer, and are known by being open.
    earlier = [found[1] for found in _EARLIER.finditer(plain)]
    named = [f"LT-{each[:5]}-{each[5:]}" for each in quoted]
    named += [f"LT-{each[:4]}-{each[4:8]}-{each[8:]}" for each in earlier]
    return list(dict.fromkeys(named))


def _check(digits: list[int]) -> int:
    """The last digit: with power 0 it counts once, so that it is the sum of the others."""
    total = 0
    for digit in digits:
        total = _doubled(total ^ digit)
    return total


def _holds(body: str) -> bool:
    *digits, check = (_ALPHABET.index(each) for each in body)
    return _check(digits) == check


def _doubled(element: int) -> int:
    """Times the generator of the field of 32 elements (x⁵ + x² + 1)."""
    shifted = element << 1
    return shifted ^ 0b100101 if shifted & 32 else shifted
