"""What withholding says on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.withholding.states import WithheldState

Basis = Annotated[str, Meta(min_length=1, max_length=400, description="依据 · what the decision rests on")]
PartyId = Annotated[str, Meta(pattern="^pty_", max_length=40)]


class WithholdShare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Keep a party's share of an order back: now, or when the order is settled."""

    party_id: PartyId
    basis: Basis


class DecideShare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the decision rests on."""

    basis: Basis


class RedirectShare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who gets the share instead, and what the decision rests on."""

    party_id: PartyId
    basis: Basis


class WithheldShareView(msgspec.Struct, frozen=True):
    """A share that is or was kept back; `held` is what refunds have left of it."""

    id: str
    order_id: str
    party_id: str
    asset_id: str | None
    amount: MoneyView
    held: MoneyView
    ground: str
    reference: str | None
    basis: str
    status: WithheldState
    allowed_actions: list[str]
    due_at: datetime
    redirected_to: str | None
    decision_basis: str | None
    created_at: datetime
