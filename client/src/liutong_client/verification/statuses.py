"""Which credentials have ended: Bitstring Status Lists (W3C Recommendation 2025), each signed by its issuer."""

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from liutong_client.verification.encodings import Unreadable

TYPE: Final = "BitstringStatusList"
PURPOSE: Final = "revocation"
BYTES: Final = 16_384
"""131,072 bits, the least that the Recommendation allows, and what the centre issues."""


@dataclass(frozen=True, slots=True)
class StatusList:
    """The bits of a list whose signature holds, where it is published, and as of when."""

    url: str
    bits: bytes
    as_of: str

    @staticmethod
    def of(document: Mapping[str, Any]) -> "StatusList":
        """The list in a credential whose signature was checked; raises Unreadable."""
        claims = document.get("credentialSubject")
        if not isinstance(claims, dict) or (claims.get("type"), claims.get("statusPurpose")) != (TYPE, PURPOSE):
            raise Unreadable("不是状态列表 · not a status list of revocations")
        return StatusList(str(document.get("id")), _bits(claims.get("encodedList")), str(document.get("validFrom")))

    def has_ended(self, index: int) -> bool:
        """Whether the credential of an index has ended; raises Unreadable beyond the list."""
        if not 0 <= index < 8 * len(self.bits):
            raise Unreadable(f"超出状态列表 · index {index} is beyond the list")
        return bool(self.bits[index // 8] & 0x80 >> index % 8)


def _bits(text: Any) -> bytes:
    """The bits of a list, never more than expected however they were packed."""
    if not isinstance(text, str) or not text.startswith("u") or len(text) > 16 * BYTES:
        raise Unreadable("状态列表编码有误 · the list is not multibase base64url")
    try:
        packed = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(wbits=31)
        bits = unpacker.decompress(packed, BYTES + 1)
    except (binascii.Error, ValueError, zlib.error) as problem:
        raise Unreadable(f"状态列表无法解压 · the list cannot be unpacked: {problem}") from None
    if len(bits) != BYTES or not unpacker.eof:
        raise Unreadable("状态列表长度有误 · the list does not have its length")
    return bits
