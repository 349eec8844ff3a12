"""What files are for and how long they are kept; what an upload's headers promise; pure."""

import base64
import re
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from kernel.rules import policy
from kernel.rules.policy import Confidence
from kernel.storage.errors import DigestUnreadable
from kernel.time.clock import day_in_china


class Purpose(StrEnum):
    """What a file is kept for."""

    DATA = "data"
    EVIDENCE = "evidence"
    CONTRACT = "contract"
    REPORT = "report"
    PAYMENT = "payment"


class PurposeRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long files of one purpose are kept at least; 0 is as long as something refers to them."""

    name: Purpose
    years: int
    basis: str
    confidence: Confidence


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All purposes."""

    purpose: list[PurposeRule]


RETENTION: Final = policy.load("retention", Retention, "kernel.storage")
_DICTIONARY: Final = re.compile(r"\s*sha-256\s*=\s*:([A-Za-z0-9+/]{43}=):\s*")


def retention_until(purpose: Purpose, at: datetime) -> datetime | None:
    """Until when a file must be kept, or None where only references keep it."""
    rules = {rule.name: rule for rule in RETENTION.at(day_in_china(at)).body.purpose}
    years = rules[purpose].years
    if years == 0:
        return None
    # A leap day's anniversary in a common year is the first of March: kept a day longer, never shorter.
    is_leap_day = (at.month, at.day) == (2, 29)
    return at.replace(year=at.year + years, month=3, day=1) if is_leap_day else at.replace(year=at.year + years)


def declared_sha256(repr_digest: str | None) -> str | None:
    """The SHA-256 in hexadecimal digits that a Repr-Digest header (RFC 9530) promises, if it promises one.

    Other algorithms are passed over, as the RFC allows; raises DigestUnreadable for a header with no SHA-256 in it.
    """
    if repr_digest is None:
        return None
    for member in repr_digest.split(","):
        match = _DICTIONARY.fullmatch(member)
        if match is not None:
            return base64.b64decode(match.group(1)).hex()
    raise DigestUnreadable


def repr_digest(sha256: str) -> str:
    """The Repr-Digest header of a file."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode('ascii')}:"
