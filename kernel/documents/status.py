"""Bitstring Status Lists (W3C Recommendation 2025): which credentials have ended, one bit for each; pure functions."""

import base64
import binascii
import gzip
import zlib
from collections.abc import Iterable
from typing import Any, Final

BITS: Final = 131_072
"""The least that the Recommendation allows (16 KiB), so that one list hides which credential is asked about."""

TYPE: Final = "BitstringStatusList"
"""What the claims of a list call themselves."""

PURPOSE: Final = "revocation"


class StatusListInvalid(ValueError):
    """The list is not one of ours to the letter."""


def encode(set_bits: Iterable[int]) -> str:
    """The multibase (base64url) form of the gzipped bits; index 0 is the leftmost bit of the first byte."""
    bits = bytearray(BITS // 8)
    for index in set_bits:
        if not 0 <= index < BITS:
            raise ValueError(f"a status list has the indexes 0 to {BITS - 1}, not {index}")
        bits[index // 8] |= 0x80 >> index % 8
    packed = gzip.compress(bytes(bits), compresslevel=9, mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def decode(text: str) -> bytes:
    """The bits of a list, never more than expected however they were packed; raises StatusListInvalid."""
    if not text.startswith("u") or len(text) > 2 * BITS:
        raise StatusListInvalid("a list is multibase base64url and not longer than its bits")
    try:
        packed = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(wbits=31)
        bits = unpacker.decompress(packed, BITS // 8 + 1)
    except (binascii.Error, ValueError, zlib.error) as problem:
        raise StatusListInvalid(f"the list cannot be unpacked: {problem}") from None
    if len(bits) != BITS // 8 or not unpacker.eof or unpacker.unused_data:
        raise StatusListInvalid(f"the list does not hold exactly {BITS} bits")
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """Whether the bit of an index is set; raises StatusListInvalid beyond the list."""
    if not 0 <= index < 8 * len(bits):
        raise StatusListInvalid(f"index {index} is beyond the list")
    return bool(bits[index // 8] & 0x80 >> index % 8)


def entry(url: str, index: int) -> dict[str, Any]:
    """The `credentialStatus` of a credential."""
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": PURPOSE,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }
