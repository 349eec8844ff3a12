"""What safekeeping says on the wire."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from kernel.rules.policy import PolicyRef
from kernel.safekeeping.states import FindingState


class WrappingKeysView(msgspec.Struct, frozen=True):
    """The versions of the keys that wrap data keys, with when each was made, and those that were destroyed."""

    current: str
    versions: dict[str, datetime]
    destroyed: dict[str, datetime]
    policy: PolicyRef


class Detection(msgspec.Struct, frozen=True):
    """How likely a night finds at least one altered file if such a share of all were altered: 1 - (1 - f)^n."""

    altered_share: str
    probability: str


class IntegrityNightView(msgspec.Struct, frozen=True):
    """One night's reading."""

    id: str
    night: date
    stored: int
    drawn: int
    checked: int
    faults: int
    detection: list[Detection]
    created_at: datetime


class IntegrityFindingView(msgspec.Struct, frozen=True):
    """An object that is not as it was stored; nobody is given it until it is dealt with."""

    id: str
    file_id: str | None
    fault: str
    note: str | None
    status: FindingState
    allowed_actions: list[str]
    due_at: datetime | None
    created_at: datetime


class DeclareLost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Say that a file cannot be restored, and what follows."""

    note: Annotated[str, Meta(min_length=1, max_length=400)]
