"""Uses and meters on the wire."""

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from kernel.money import MoneyView

BATCH_MAX: Final = 1_000

EventId = Annotated[str, Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z._:-]{0,99}$(?!\n)", examples=["req-20261123-000017"])]
UseState = Literal["reserved", "counted", "released"]
UseReason = Literal["included", "charged", "covered", "capped", "trial", "correction", "not_charged"]
Failure = Literal["provider", "centre", "unanswered"]


class ReportedUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A use under a meter of a plan, by a name that the reporter gives it once and for ever.

    `quantity` is how much was used; of a correction it is the difference, with its sign, and `corrects` names the use
    that it corrects. `subject` is whom or what a meter of unique subjects counts.
    """

    event_id: EventId
    subscription_id: Annotated[str, Meta(pattern=r"^sub_[0-9a-z]{26}$(?!\n)")]
    meter: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$(?!\n)", examples=["queries"])]
    quantity: Annotated[int, Meta(ge=-(10**12), le=10**12)]
    occurred_at: Annotated[datetime, Meta(tz=True)]
    subject: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    corrects: EventId | None = None


class ReportUses(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Uses to be counted, all or none; with `hold` they wait for their outcome and count once it was delivered."""

    events: Annotated[list[ReportedUse], Meta(min_length=1, max_length=BATCH_MAX)]
    hold: bool = False


class FinishUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the answer that a use was held for was delivered; if not, whose failure it was: nothing is charged."""

    delivered: bool
    failure: Literal["provider", "centre"] | None = None


class UseResult(msgspec.Struct, frozen=True):
    """What became of a reported use: stored now or known before, and the reason for its price, also for none."""

    event_id: str
    outcome: Literal["stored", "known"]
    state: UseState
    reason: UseReason


class ReportedView(msgspec.Struct, frozen=True):
    """What became of each reported use, in their order."""

    results: list[UseResult]


class UsageEventView(msgspec.Struct, frozen=True):
    """A use as it is kept."""

    source: str
    event_id: str
    subscription_id: str
    meter: str
    period_start: datetime
    quantity: int
    subject: str | None
    occurred_at: datetime
    received_at: datetime
    corrects: str | None
    digest: str
    state: UseState
    reason: UseReason
    late: bool
    hold_until: datetime | None
    failure: Failure | None


class MeterUsage(msgspec.Struct, frozen=True):
    """What a meter has counted in a period, with the digest of the uses that it has counted.

    `used` is the quantity that is billed; what is reserved waits for its outcome, `late` came after the period was
    frozen and is on a later bill, and `not_charged` failed.
    """

    meter: str
    period_start: datetime
    period_end: datetime
    used: int
    reserved: int
    late: int
    not_charged: int
    events: int
    frozen_at: datetime | None
    usage_digest: str
    rated: MoneyView
