"""What refunds say on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.payments.schemas import BankReference
from market.refunds.states import RefundState

Reason = Annotated[str, Meta(min_length=1, max_length=400, description="原因 · why")]
SubjectId = Annotated[
    str,
    Meta(
        pattern="^(ord|prt|bil|pay)_",
        max_length=40,
        description="所退之事的编号：订单、交付批次、账单或充值支付 · "
        "the id of an order, of a part of its delivery, of a bill, or of the payment of a top-up",
    ),
]


class AskRefund(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Pay back a part or the whole of what was paid for an order, for a bill or as a top-up."""

    subject_id: SubjectId
    amount: MoneyView
    reason: Reason


class DecideRefund(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a refund is approved or refused."""

    reason: Reason


class ConfirmRefund(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The clearing officer has sent the money back by bank."""

    bank_reference: BankReference
    sent_on: date


class ResendRefund(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Send a refund that has failed another way: by bank, or to the buyer's prepaid balance."""

    method: Literal["bank_transfer", "prepaid"]
    reason: Reason


class RefundView(msgspec.Struct, frozen=True):
    """A refund; `method` is the way that it goes, `failure` why the last way came to nothing."""

    id: str
    subject: Literal["order", "part", "bill", "top-up"]
    subject_id: str
    payment_id: str | None
    buyer: str
    provider: str | None
    amount: MoneyView
    reason: str
    because: str | None
    method: Literal["card", "bank_transfer", "prepaid"]
    status: RefundState
    allowed_actions: list[str]
    decision_reason: str | None
    attempts: int
    gateway_reference: str | None
    bank_reference: str | None
    sent_on: date | None
    failure: str | None
    due_at: datetime | None
    created_at: datetime


class ShareTakenBackView(msgspec.Struct, frozen=True):
    """What a refund took back of one share of a settlement."""

    n: int
    kind: str
    party_id: str | None
    amount: MoneyView
