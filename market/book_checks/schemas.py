"""What checks of the books say on the wire."""

from datetime import datetime

import msgspec

from market.book_checks.states import BookCheckState
from market.ledger.schemas import TrialBalanceView


class FaultDetail(msgspec.Struct, frozen=True):
    """What is wrong, in both languages."""

    zh: str
    en: str


class BookFaultView(msgspec.Struct, frozen=True):
    """Something in the books that cannot be right."""

    subject: str
    detail: FaultDetail


class BookReportView(msgspec.Struct, frozen=True):
    """The figures of `liutong ledger check --json`: whether the books hold, counts, trial balance, faults."""

    holds: bool
    entries: int
    postings: int
    trial: list[TrialBalanceView]
    faults: list[BookFaultView]


class BookCheckView(msgspec.Struct, frozen=True):
    """A check of the books: how far it is, and what it found; `report.faults` are the first of `fault_count`."""

    id: str
    requested_by: str | None
    status: BookCheckState
    allowed_actions: list[str]
    steps_done: int
    steps: int
    fault_count: int | None
    report: BookReportView | None
    created_at: datetime
    ended_at: datetime | None
