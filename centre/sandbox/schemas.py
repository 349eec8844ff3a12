"""The test clock on the wire."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta


class AdvanceClock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Advance by working days, by seconds, or both; only forward."""

    working_days: Annotated[int, Meta(ge=0, le=260)] = 0
    seconds: Annotated[int, Meta(ge=0, le=31_536_000)] = 0


class ClockView(msgspec.Struct, frozen=True):
    """The sandbox's time."""

    now: str
    day_in_china: date
    offset_seconds: int
