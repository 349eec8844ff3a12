"""Unified social credit codes (统一社会信用代码), GB 32100-2015: 18 characters with a check character."""

from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Digits and capitals without I, O, S, V, Z: 31 values."""

_WEIGHTS: Final = tuple(pow(3, position, 31) for position in range(17))


def check_character(first17: str) -> str:
    """Compute the 18th character: C18 = (31 - Σ Ci·3^(i-1) mod 31) mod 31; raises ValueError for a bad character."""
    total = sum(_ALPHABET.index(character) * weight for character, weight in zip(first17, _WEIGHTS, strict=True))
    return _ALPHABET[(31 - total % 31) % 31]


def is_valid(code: str) -> bool:
    """Say whether a code is 18 allowed characters, with the region digits and the right check character."""
    if len(code) != 18 or any(character not in _ALPHABET for character in code) or not code[2:8].isdigit():
        return False
    return check_character(code[:17]) == code[17]
