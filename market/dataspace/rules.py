"""The dated numbers of the protocol's processes; pure."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import msgspec

from kernel.rules import policy
from kernel.states import Machine, Role
from market.dataspace.states import NEGOTIATION, SENT_BY, DataspaceSide


class Sending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a message is tried again."""

    retry_seconds: list[int]
    jitter_percent: int
    timeout_seconds: int
    answer_bytes_max: int


class Tokens(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How counterparties' tokens are replaced, and how many counterparties a participant may have."""

    overlap_hours: int
    counterparties_max: int


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bounds of what is received and of a page of the catalogue."""

    body_bytes_max: int
    page_max: int


class Dataspace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All numbers of the protocol."""

    negotiation_hours: Mapping[str, int]
    transfer_hours: Mapping[str, int]
    sending: Sending
    tokens: Tokens
    wire: Wire


POLICY: Final = policy.load("dataspace", Dataspace, "market.dataspace")
BODY_BYTES_MAX: Final = 262_144
"""The bound of the launch set; routes are built before there is a day to ask a policy for."""


def numbers(on: date) -> Dataspace:
    """The numbers in force on a day."""
    return POLICY.at(on).body


def due_at(machine: Machine[Any, Any], state: StrEnum, at: datetime, on: date) -> datetime | None:
    """When a state entered now has waited too long; None for one that may stand, or is final."""
    known = numbers(on)
    hours = (known.negotiation_hours if machine is NEGOTIATION else known.transfer_hours).get(str(state))
    return None if hours is None else at + timedelta(hours=hours)


def may_send(state: StrEnum, action: StrEnum, side: DataspaceSide) -> bool:
    """Whether the protocol's diagram lets a side send what does this in this state."""
    allowed = next((by for (where, what), by in SENT_BY.items() if (where, what) == (state, action)), None)
    return allowed is None or side.role in allowed


def retry_delay(attempts: int, spread: float, sending: Sending) -> timedelta:
    """How long to wait after so many failures; `spread` in [0, 1) keeps retries apart."""
    seconds = sending.retry_seconds[min(attempts, len(sending.retry_seconds)) - 1]
    return timedelta(seconds=seconds * (1 + (2 * spread - 1) * sending.jitter_percent / 100))


OWNERS: Final = (Role.PROVIDER, Role.DEVELOPER, Role.BUYER)
"""Roles whose parties may be participants."""
