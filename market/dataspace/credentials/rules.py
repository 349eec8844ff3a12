"""What a self-issued token says and when it is taken (DCP 1.0, "Validating Self-Issued ID Tokens"); pure."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import msgspec

from kernel.rules import policy

ID_CHARS_MAX: Final = 400
_LATEST: Final = 253_402_300_799
"""The last second that a date can say, beyond which a number is no moment."""


class SelfIssued(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers of self-issued tokens, of the documents that hold their keys, and of our own keys."""

    token_seconds: int
    token_seconds_max: int
    leeway_seconds: int
    document_seconds: int
    retry_seconds: int
    timeout_seconds: int
    document_bytes_max: int
    key_listed_before_seconds: int
    key_listed_after_seconds: int


POLICY: Final = policy.load("self-issued", SelfIssued, "market.dataspace.credentials")


def numbers(on: date) -> SelfIssued:
    """The numbers in force on a day."""
    return POLICY.at(on).body


def claims(issuer: str, audience: str, name: str, at: datetime, known: SelfIssued) -> dict[str, Any]:
    """What a token of ours says; `name` is new for each token."""
    issued = int(at.timestamp())
    return {
        "iss": issuer,
        "sub": issuer,
        "aud": audience,
        "jti": name,
        "iat": issued,
        "exp": issued + known.token_seconds,
    }


def is_valid(said: Mapping[str, Any], issuer: str, audience: str, at: datetime, known: SelfIssued) -> bool:
    """Whether the claims of a token whose signature holds are those of this issuer, for this audience, and now."""
    if said.get("iss") != issuer or said.get("sub") != issuer or not _is_for(said.get("aud"), audience):
        return False
    name, issued, expires = said.get("jti"), _second(said.get("iat")), _second(said.get("exp"))
    if not isinstance(name, str) or not 0 < len(name) <= ID_CHARS_MAX or issued is None or expires is None:
        return False
    starts = _second(said["nbf"]) if "nbf" in said else issued
    now = at.timestamp()
    if starts is None or max(issued, starts) > now + known.leeway_seconds:
        return False
    return issued < expires <= issued + known.token_seconds_max and now < expires + known.leeway_seconds


def _is_for(named: Any, audience: str) -> bool:
    return bool(named in (audience, [audience]))


def _second(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and 0 <= value <= _LATEST else None
