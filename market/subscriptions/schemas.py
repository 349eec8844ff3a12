"""What subscriptions say on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from contracts.terms.prices import Plan
from kernel.money import MoneyView
from market.subscriptions.states import SubscriptionState

Collection = Literal["invoice", "prepaid"]


class SetCollection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the buyer pays: bills that wait, or the prepaid balance; and the most that a period's uses may cost."""

    collection: Collection
    spend_limit: MoneyView | None = None


class EndSubscription(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a subscription is given up at the end of its period."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class SubscriptionView(msgspec.Struct, frozen=True):
    """A subscription: `period` counts from 0, and the present one is from `period_start` to before `period_end`."""

    id: str
    agreement_id: str
    order_id: str
    provider: str
    buyer: str
    currency: str
    zone: str
    anchor_on: date
    plan: Plan
    plan_number: int
    status: SubscriptionState
    period: int
    period_start: datetime
    period_end: datetime
    trial_ends_at: datetime | None
    bill_at: datetime | None
    collection: Collection
    spend_limit: MoneyView | None
    cancel_at: datetime | None
    end_reason: str | None
    started_at: datetime
    ended_at: datetime | None
