"""What transfer reversals say on the wire."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.transfer_reversals.states import TransferReversalState


class DecideReversal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Have Stripe asked again, or leave the amount as the party's debt."""

    decision: Literal["retry", "fail"]
    reason: Annotated[str, Meta(min_length=4, max_length=2000)]


class TransferReversalView(msgspec.Struct, frozen=True):
    """A part or all of a payout's transfer that is taken back, how often that was asked again, and its outcome."""

    id: str
    payout_id: str
    party_id: str
    amount: MoneyView
    because: str
    gateway_reference: str | None
    failure: str | None
    asked: int
    status: TransferReversalState
    due_at: datetime | None
    allowed_actions: list[str]
    created_at: datetime
