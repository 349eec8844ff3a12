"""What closing says on the wire."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.closing.states import ClosingState, CorrectionState

Reason = Annotated[str, Meta(min_length=1, max_length=400, description="理由 · the reason")]
Path = Annotated[str, Meta(min_length=1, max_length=80)]


class FigureView(msgspec.Struct, frozen=True):
    """One thing that was compared before a month was closed: what was looked at, in figures."""

    name: str
    subject: str
    amount: MoneyView | None
    fault: str | None


class MonthClosingView(msgspec.Struct, frozen=True):
    """A closing of a month; `previous_id` is the one that was opened again before it."""

    id: str
    month: date
    n: int
    previous_id: str | None
    status: ClosingState
    allowed_actions: list[str]
    figures: list[FigureView]
    entry_count: int | None
    last_entry_id: str | None
    balances_sha256: str | None
    closed_at: datetime | None
    reason: str | None
    due_at: datetime | None


class AskReopening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a month is to be opened again."""

    reason: Reason


class CorrectionLeg(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A posting that is booked in the place of those that are taken back."""

    debit: Path
    credit: Path
    amount: MoneyView


class ProposeCorrection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Put an entry right: its postings are taken back, and others booked in their place where there are any."""

    entry_id: Annotated[str, Meta(pattern="^lgr_", max_length=40)]
    reason: Reason
    legs: Annotated[list[CorrectionLeg], Meta(max_length=20)] = []
    booked_on: date | None = None


class LedgerCorrectionView(msgspec.Struct, frozen=True):
    """A correction; `booked_entry_id` is the entry that it became."""

    id: str
    entry_id: str
    booked_on: date
    reason: str
    legs: list[CorrectionLeg]
    proposed_by: str
    booked_entry_id: str | None
    status: CorrectionState
    allowed_actions: list[str]
    due_at: datetime | None
    created_at: datetime
