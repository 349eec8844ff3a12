"""What clawbacks say on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.clawbacks.states import WriteOffState

Reason = Annotated[str, Meta(min_length=1, max_length=400, description="原因 · why")]


class ProposeWriteOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Give up a part or the whole of what a party owes for refunds."""

    party_id: Annotated[str, Meta(pattern="^pty_", max_length=40)]
    amount: MoneyView
    reason: Reason


class DecideWriteOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why it is written off, or not."""

    reason: Reason


class ClawbackView(msgspec.Struct, frozen=True):
    """What a party owes for refunds of money that it has had, in one currency."""

    party_id: str
    owed: MoneyView


class WriteOffView(msgspec.Struct, frozen=True):
    """A proposal to write off, and what became of it."""

    id: str
    party_id: str
    amount: MoneyView
    reason: str
    status: WriteOffState
    allowed_actions: list[str]
    decision_reason: str | None
    due_at: datetime | None
    created_at: datetime
