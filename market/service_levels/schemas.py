"""What service levels say on the wire."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.service_levels.states import WindowState

Moment = Annotated[datetime, Meta(tz=True)]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]


class AnnounceMaintenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Announce when a listing's service is down for maintenance, and why."""

    starts_at: Moment
    ends_at: Moment
    reason: Reason


class EnterOutage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Enter when the centre itself was down, and why."""

    starts_at: Moment
    ends_at: Moment
    reason: Reason


class ServiceOutageView(msgspec.Struct, frozen=True):
    """A time in which no access counts; without a listing it was the centre's own."""

    id: str
    kind: str
    listing_id: str | None
    reason: str
    starts_at: datetime
    ends_at: datetime
    announced_at: datetime


class ServiceWindowView(msgspec.Struct, frozen=True):
    """One window of one objective of an agreement, as it was counted and judged."""

    id: str
    agreement_id: str
    objective: str
    measure: str
    starts_on: date
    ends_on: date
    closes_at: datetime
    status: WindowState
    good: int
    cured: int
    total: int
    left_out: int
    attained: str | None
    rate: str | None
    fee: MoneyView
    owed: MoneyView
    credit: MoneyView
    ledger_entry_id: str | None
    closed_at: datetime | None


class ServiceRecordLine(msgspec.Struct, frozen=True):
    """How often the objectives of one measure were kept, over all agreements of a listing."""

    measure: str
    windows: int
    met: int
    breached: int
    not_assessed: int


class ServiceRecordView(msgspec.Struct, frozen=True):
    """A listing's record of service, by what was measured; what is still open is not counted."""

    listing_id: str
    lines: list[ServiceRecordLine]
