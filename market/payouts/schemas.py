"""What payouts say on the wire."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.banking.schemas import BankCode, Name, Reason
from market.ledger.schemas import StatementLine
from market.payouts.states import BatchState, PayeeState, PayoutState

Channel = Literal["bank", "stripe"]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)", examples=["CNY"])]
PayoutId = Annotated[str, Meta(max_length=40, examples=["pyt_" + "0" * 26])]


class DeclarePayeeAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the caller's party is to be paid: an account with its bank's code, an IBAN with its BIC, or Stripe's id."""

    holder: Name
    number: Annotated[str, Meta(pattern=r"^[0-9A-Za-z_ ]{5,42}$(?!\n)", examples=["6222021234567890"])]
    currency: Currency
    channel: Channel = "bank"
    bank_code: BankCode | None = None
    bank_name: Name | None = None


class ConfirmPayeeAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code that the clearing officer gave by the registered contact, not by this API."""

    code: Annotated[str, Meta(min_length=12, max_length=20, examples=["0000-0000-0000"])]


class PayeeAccountView(msgspec.Struct, frozen=True):
    """Bank details of a party; money follows them from `usable_from` on, once confirmed."""

    id: str
    party_id: str
    channel: Channel
    holder: str
    number: str
    bank_code: str | None
    bank_name: str | None
    currency: str
    status: PayeeState
    allowed_actions: list[str]
    code_issued_at: datetime | None
    usable_from: datetime
    lapses_at: datetime
    end_reason: str | None
    created_at: datetime


class PayeeCodeView(msgspec.Struct, frozen=True):
    """A code for the second channel, shown once: give it by the contact that is registered for the party."""

    SHOWN_ONCE: ClassVar[tuple[str, ...]] = ("code",)

    payee_account_id: str
    party_name: str
    contact: dict[str, str]
    code: str | None
    issued_at: datetime


class PayoutStandingView(msgspec.Struct, frozen=True):
    """What is owed in one currency and what of it is due: `blocks` say why nothing is, in words of the policy."""

    currency: str
    balance: MoneyView
    held: MoneyView
    due: MoneyView
    blocks: list[str]
    next_day: date


class PayoutView(msgspec.Struct, frozen=True):
    """A payout; `previous_id` is the one that came back before."""

    id: str
    party_id: str
    payee_account_id: str
    batch_id: str | None
    previous_id: str | None
    amount: MoneyView
    status: PayoutState
    bank_status: str | None
    bank_reason: str | None
    transfer_reference: str | None
    payout_reference: str | None
    confirmed_on: date | None
    returned_on: date | None
    due_at: datetime | None
    created_at: datetime


class PayoutAdviceView(msgspec.Struct, frozen=True):
    """What a payout pays: the movements of what was owed since the payout before, and the balances around them."""

    payout: PayoutView
    payee_name: str
    account_holder: str
    account_number: str
    opening_balance: MoneyView
    lines: list[StatementLine]
    line_count: int
    closing_balance: MoneyView


class ProposeBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A batch of what is due: all that fits, or the payouts named; by one of the centre's accounts, or by Stripe."""

    channel: Channel = "bank"
    bank_account_id: Annotated[str, Meta(max_length=40, examples=["bac_" + "0" * 26])] | None = None
    currency: Currency = "CNY"
    payout_ids: Annotated[list[PayoutId], Meta(max_length=1000)] = []
    execution_on: date | None = None


class ApproveBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Approval is for the batch whose digest this is."""

    digest: Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)")]


class RefuseBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the batch does not leave; its payouts are owed again."""

    reason: Reason


class BatchApprovalView(msgspec.Struct, frozen=True):
    """One officer's approval."""

    key_id: str
    approved_at: datetime


class PayoutBatchView(msgspec.Struct, frozen=True):
    """Payouts that leave together."""

    id: str
    channel: Channel
    bank_account_id: str | None
    currency: str
    payout_count: int
    total: MoneyView
    execution_on: date
    digest: str
    proposed_by: str
    approvals: list[BatchApprovalView]
    approvals_needed: int
    payouts: list[PayoutView]
    status: BatchState
    due_at: datetime
    end_reason: str | None
    form: str | None
    file_sha256: str | None
    created_at: datetime


class BatchLineView(msgspec.Struct, frozen=True):
    """A batch in a list, without its payouts."""

    id: str
    channel: Channel
    currency: str
    payout_count: int
    total: MoneyView
    execution_on: date
    status: BatchState
    due_at: datetime
    created_at: datetime


class StatusReportView(msgspec.Struct, frozen=True):
    """What a bank's pain.002 said: how many payouts it took, settled, rejected; `unknown` names none of the batch."""

    accepted: int
    settled: int
    rejected: int
    unknown: int
