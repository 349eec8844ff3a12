"""What Stripe's balance transactions say on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.stripe_balance.states import StripeMatchState

EntryId = Annotated[str, Meta(pattern=r"^lgr_[0-9a-z]{26}$(?!\n)", examples=["lgr_" + "0" * 26])]


class StripeTransactionView(msgspec.Struct, frozen=True):
    """A balance transaction and what became of it: `owner` settles it by `due_at`, and `reason` says why it waits.

    `net` moved on the balance: `amount` less `fee`. `entry_ids` are the entries of the books that it proves; what an
    officer proposed, and with which entries, waits for another one.
    """

    id: str
    reference: str
    kind: str
    amount: MoneyView
    fee: MoneyView
    net: MoneyView
    source: str | None
    exchange_rate: str | None
    created_at: datetime
    status: StripeMatchState | None
    reason: str | None
    entry_ids: list[str]
    bank_entry_id: str | None
    note: str | None
    proposed_by: str | None
    proposed_entry_ids: list[str]
    owner: str | None
    due_at: datetime | None
    allowed_actions: list[str]


class StripeFigureView(msgspec.Struct, frozen=True):
    """One currency of a reading: what Stripe says stands on the balance, and what its transactions sum to."""

    at_stripe: MoneyView
    by_transactions: MoneyView


class StripeReadingView(msgspec.Struct, frozen=True):
    """A reading of the whole balance; nothing up to `through_at` is missing."""

    id: str
    through_at: datetime | None
    figures: list[StripeFigureView]
    read_at: datetime


class ExplainTransaction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What moved: the entries that it was booked with already, or, where none is named, a cost of the centre's."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    entry_ids: Annotated[list[EntryId], Meta(max_length=20)] = []


class ArriveTransaction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The line of the bank's statement that the money arrived with."""

    bank_entry_id: Annotated[str, Meta(pattern=r"^ben_[0-9a-z]{26}$(?!\n)", examples=["ben_" + "0" * 26])]
    reason: Annotated[str, Meta(min_length=1, max_length=500)]
