"""Pure rules of card disputes: what a gateway's word for a state means, and when an officer is reminded."""

from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec

from kernel.rules import policy
from market.card_disputes.states import CardDisputeState

Days = Annotated[int, msgspec.Meta(ge=1, le=30)]


class CardDisputePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days in calendar days."""

    remind_days: Days
    look_days: Days


POLICY: Final = policy.load("card-disputes", CardDisputePolicy, "market.card_disputes")

HELD: Final = "LT-CDP-01"
"""The rule by which disputed money is held, and settled; entries cite it."""

_MEANS: Final = {
    "warning_needs_response": CardDisputeState.WARNED,
    "warning_under_review": CardDisputeState.WARNED,
    "warning_closed": CardDisputeState.CLOSED,
    "prevented": CardDisputeState.CLOSED,
    "needs_response": CardDisputeState.OPEN,
    "under_review": CardDisputeState.ANSWERED,
    "won": CardDisputeState.WON,
    "lost": CardDisputeState.LOST,
}


def state_of(gateway_status: str) -> CardDisputeState | None:
    """Where a dispute stands by the gateway's word; none for a word that nothing is done upon, such as an appeal's."""
    return _MEANS.get(gateway_status)


def next_look(at: datetime, due_by: datetime | None, policy_: CardDisputePolicy) -> datetime:
    """When somebody looks at a dispute again: some days before its last day for evidence, else after some days."""
    later = at + timedelta(days=policy_.look_days)
    if due_by is None or due_by <= at:
        return later
    before = due_by - timedelta(days=policy_.remind_days)
    return before if before > at else min(later, due_by)
