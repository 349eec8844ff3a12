"""What card disputes say on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.card_disputes.states import CardDisputeState

Words = Annotated[str, Meta(min_length=1, max_length=20_000)]


class CardEvidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What speaks for the sale, in the gateway's own fields; what is entered replaces what was before."""

    product_description: Words | None = None
    access_activity_log: Words | None = None
    cancellation_rebuttal: Words | None = None
    refund_refusal_explanation: Words | None = None
    service_date: Annotated[str, Meta(max_length=100)] | None = None
    uncategorized_text: Words | None = None


class CardDisputeView(msgspec.Struct, frozen=True):
    """A card dispute, with what the gateway has taken and given back."""

    id: str
    payment_id: str
    subject_id: str
    buyer: str
    provider: str | None
    amount: MoneyView
    withdrawn: MoneyView
    fee: MoneyView
    reinstated: MoneyView
    reason: str
    gateway_reference: str
    gateway_status: str
    status: CardDisputeState
    allowed_actions: list[str]
    evidence: CardEvidence
    due_by: datetime | None
    sent_at: datetime | None
    look_at: datetime | None
    closed_at: datetime | None
    created_at: datetime
