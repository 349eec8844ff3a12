"""What transfer reversals say on the wire."""

from datetime import datetime

import msgspec

from kernel.money import MoneyView
from market.transfer_reversals.states import TransferReversalState


class TransferReversalView(msgspec.Struct, frozen=True):
    """A part or the whole of a payout's transfer that is taken back, and what became of it."""

    id: str
    payout_id: str
    party_id: str
    amount: MoneyView
    because: str
    gateway_reference: str | None
    failure: str | None
    status: TransferReversalState
    due_at: datetime | None
    created_at: datetime
