"""Reading subscriptions."""

from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.terms.prices import Plan
from kernel.act import Act
from kernel.db import one
from kernel.money import Money
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.subscriptions.models import Subscription, SubscriptionPlan
from market.subscriptions.schemas import SubscriptionView
from market.subscriptions.states import SubscriptionState

AUDIENCE: Final = Audience("subscription", (Role.CLEARING, Role.REGULATOR, Role.AUDITOR))
"""Who may read a subscription besides its two parties."""


def plan_of(value: dict[str, Any] | Plan) -> Plan:
    """A stored plan as what it is; one that was read already is given back."""
    return value if isinstance(value, Plan) else msgspec.convert(value, Plan)


@lru_cache(maxsize=1024)
def plan_of_text(value: str) -> Plan:
    """The same of a plan as the database writes it: many subscriptions have one plan, which is read once."""
    return msgspec.json.decode(value, type=Plan)


def view(row: Subscription) -> SubscriptionView:
    """A subscription for the wire."""
    limit = None if row.spend_limit_minor is None else Money(row.spend_limit_minor, row.currency).view()
    return shown(row, SubscriptionView, plan=plan_of(row.plan), spend_limit=limit)


async def visible_subscription(act: Act, subscription_id: str) -> Subscription:
    """A subscription, for its parties and those who watch; raises NotFound for anybody else."""
    row = await one(act.session, Subscription, subscription_id)
    AUDIENCE.require(act.actor, row.id, row.provider, row.buyer)
    return row


async def subscriptions(act: Act, status: str | None, limit: int, cursor: str | None) -> Page[SubscriptionView]:
    """The subscriptions that the actor may read, newest first."""
    query = select(Subscription).where(AUDIENCE.among(act.actor, Subscription.provider, Subscription.buyer))
    if status is not None:
        query = query.where(Subscription.status == SubscriptionState(status))
    rows = await fetch(act.session, query, Subscription.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(view)


async def of_agreement(session: AsyncSession, agreement_id: str) -> Subscription | None:
    """The subscription that an agreement runs, if it has a plan."""
    query = select(Subscription).where(Subscription.agreement_id == agreement_id)
    return await session.scalar(query)


async def plans_before(session: AsyncSession, subscription_id: str, moment: datetime) -> list[Plan]:
    """The plan that a subscription began with and those that went into use before a moment, in their order."""
    query = select(SubscriptionPlan).where(SubscriptionPlan.subscription_id == subscription_id)
    first, *others = (await session.scalars(query.order_by(SubscriptionPlan.number))).all()
    return [plan_of(one.plan) for one in (first, *(other for other in others if other.effective_at < moment))]
