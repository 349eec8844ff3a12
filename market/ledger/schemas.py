"""What the books say on the wire."""

from datetime import date, datetime

import msgspec

from kernel.money import MoneyView


class BalanceView(msgspec.Struct, frozen=True):
    """What an account holds in one currency: credits less debits."""

    account: str
    balance: MoneyView


class TrialBalanceView(msgspec.Struct, frozen=True):
    """The sum of all balances of a currency (试算平衡); it is zero or the books are broken."""

    currency: str
    debits_minor: int
    credits_minor: int
    difference_minor: int


class StatementLine(msgspec.Struct, frozen=True):
    """One posting as one of its two accounts sees it; what leaves the account has a minus."""

    id: str
    entry_id: str
    reference: str
    kind: str
    subject: str
    posted_at: datetime
    counter_account: str
    amount: MoneyView


class AccountLine(StatementLine, frozen=True):
    """One posting of an account's statement, with the day that it counts for and what the account holds after it."""

    booked_on: date
    balance: MoneyView


class PostingView(msgspec.Struct, frozen=True):
    """One movement of an entry: out of the account that it debits, into the one that it credits (分录)."""

    id: str
    debit: str
    credit: str
    amount: MoneyView


class EntryView(msgspec.Struct, frozen=True):
    """An entry of the journal (记账凭证): `booked_on` is the day that it counts for, `corrects` what it puts right."""

    id: str
    reference: str
    kind: str
    subject: str
    posted_at: datetime
    booked_on: date
    corrects: str | None
    corrected_by: str | None
    postings: list[PostingView]
