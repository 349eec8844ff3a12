"""What bank accounts, statements and their lines say on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.banking.states import MatchState

PaymentFormat = Literal["pain.001.001.03", "pain.001.001.09"]
Name = Annotated[str, Meta(min_length=1, max_length=140)]
AccountNumber = Annotated[str, Meta(min_length=5, max_length=40, pattern=r"^[0-9A-Za-z -]+$(?!\n)")]
BankCode = Annotated[
    str, Meta(pattern=r"^([0-9]{12}|[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?)$(?!\n)", examples=["102100099996"])
]
"""Twelve digits of CNAPS (联行号), or a BIC."""

Reason = Annotated[str, Meta(min_length=1, max_length=500)]
Form = Literal["camt.053", "csv"]


class OpenBankAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An account of the centre; `opening_balance` is what the first statement opens with."""

    holder: Name
    number: AccountNumber
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)", examples=["CNY"])]
    bank_name: Name
    bank_code: BankCode
    opening_balance: MoneyView
    payment_format: PaymentFormat = "pain.001.001.09"


class BankAccountView(msgspec.Struct, frozen=True):
    """An account of the centre, with the closing balance of its last statement."""

    id: str
    holder: str
    number: str
    currency: str
    bank_name: str
    bank_code: str
    payment_format: PaymentFormat
    opening_balance: MoneyView
    closing_balance: MoneyView | None
    closes_on: date | None
    created_at: datetime


class BankStatementView(msgspec.Struct, frozen=True):
    """A statement as it was imported, and how many of its lines stand where; `unread` are not looked at yet."""

    id: str
    account_id: str
    form: str
    number: str
    sequence: int | None
    opens_on: date
    closes_on: date
    opening_balance: MoneyView
    closing_balance: MoneyView
    entry_count: int
    credit_total: MoneyView
    debit_total: MoneyView
    file_sha256: str
    outcomes: dict[str, int]
    imported_at: datetime


class BankEntryView(msgspec.Struct, frozen=True):
    """A line of a statement and what became of it: `owner` settles it by `due_at`, and `reason` says why it waits."""

    id: str
    account_id: str
    statement_id: str
    credit: bool
    amount: MoneyView
    booked_on: date
    value_on: date | None
    bank_reference: str | None
    end_to_end_id: str | None
    remittance: str
    counterparty: str | None
    counterparty_account: str | None
    status: MatchState | None
    outcome: str | None
    reason: str | None
    payment_ids: list[str]
    party_id: str | None
    held_amount: MoneyView
    note: str | None
    owner: str | None
    due_at: datetime | None
    allowed_actions: list[str]


class AssignEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The payments that a line pays, whole; what is left over is kept for the buyer."""

    payment_ids: Annotated[
        list[Annotated[str, Meta(max_length=40, examples=["pay_" + "0" * 26])]], Meta(min_length=1, max_length=12)
    ]
    reason: Reason


class PrepayEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The party for which the money is kept."""

    party_id: Annotated[str, Meta(max_length=40, examples=["pty_" + "0" * 26])]
    reason: Reason


class ReturnEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the money goes back to where it came from."""

    reason: Reason


class ExplainEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the bank took money for, where it was a fee of its own."""

    reason: Reason


class ProfileView(msgspec.Struct, frozen=True):
    """A way in which a bank writes its table."""

    id: str
    zh: str
    en: str
    headings: list[str]
