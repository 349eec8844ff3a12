"""What payments say on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.payments.states import InboxState, PaymentState

Method = Literal["bank_transfer", "card"]
BankReference = Annotated[str, Meta(min_length=4, max_length=64, pattern=r"^[0-9A-Za-z._/-]+$(?!\n)")]


class OpenPayment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Start paying an order; bank transfer unless said otherwise."""

    method: Method = "bank_transfer"
    return_url: Annotated[str, Meta(max_length=500, pattern=r"^https?://")] | None = None


class ConfirmTransfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The clearing officer saw the money on the centre's account."""

    bank_reference: BankReference
    amount: MoneyView
    received_on: date


class TransferInstructions(msgspec.Struct, frozen=True):
    """How to pay by bank transfer; the reference must be quoted, it is how the money is recognised."""

    account_name: str
    account_number: str
    bank: str
    reference: str
    note: str


class PaymentView(msgspec.Struct, frozen=True):
    """A payment: for an order, for a bill, or to top up the payer's prepaid balance.

    `amount` is what has to come; of an order that an award led to `set_off` is the winner's deposit, which makes it the
    price. `refunded` is what of both goes back or has gone back; the refunds themselves are at `/v1/refunds`.
    """

    id: str
    subject: Literal["order", "bill", "top-up"]
    order_id: str | None
    bill_id: str | None
    payer: str
    method: str
    amount: MoneyView
    set_off: Annotated[MoneyView, Meta(description="抵作价款的保证金 · the deposit that is set off against the price")]
    status: PaymentState
    allowed_actions: list[str]
    checkout_url: str | None
    instructions: TransferInstructions | None
    bank_reference: str | None
    received_on: date | None
    failure: str | None
    refunded: MoneyView
    created_at: datetime


class WebhookAnswer(msgspec.Struct, frozen=True):
    """What became of a reported event."""

    outcome: Literal["stored", "known", "ignored"]


class InboxEventView(msgspec.Struct, frozen=True):
    """A reported event, without its body."""

    id: str
    source: str
    external_id: str
    kind: str
    status: InboxState
    received_at: datetime
    handled_at: datetime | None
    attempts: int
    next_attempt_at: datetime | None
    last_error: str | None
