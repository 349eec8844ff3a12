"""Opening subscriptions with their agreements, how they are paid, and how they end."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select

from contracts.agreements.commands import hold, terminate
from contracts.agreements.licensing import terms_of
from contracts.agreements.models import Agreement
from contracts.moments import Moment, follows
from contracts.terms.prices import Plan, Trial
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, locked, one
from kernel.log.record import record
from kernel.money import Money
from kernel.states import Role
from kernel.time.clock import timestamp
from market.orders.models import Order
from market.pricing.periods import instant, period
from market.subscriptions import queries
from market.subscriptions.errors import SpendLimitFaulty, SubscriptionNotYours, SubscriptionOver
from market.subscriptions.models import Subscription, SubscriptionPlan
from market.subscriptions.plans import beat, converted
from market.subscriptions.schemas import EndSubscription, SetCollection, SubscriptionView
from market.subscriptions.states import RUNNING, SUBSCRIPTION, SubscriptionAction, SubscriptionState

OPENED: Final = "LT-SUB-01"
"""The rule by which a subscription opens with its agreement."""


@follows(Moment.IN_FORCE)
async def open_with(act: Act, agreement: Agreement) -> None:
    """An agreement whose price is a plan takes effect: its subscription begins, on trial where the plan has one."""
    terms = terms_of(agreement, act.at)
    if terms is None or not isinstance(terms.price, Plan):
        return
    plan = terms.price
    today = act.at.astimezone(ZoneInfo(plan.zone)).date()
    first = period(beat(plan, today), 0)
    order = await act.session.get_one(Order, agreement.order_id)
    row = Subscription(
        id=ids.new("sub"),
        agreement_id=agreement.id,
        order_id=agreement.order_id,
        provider=agreement.provider,
        buyer=agreement.consumer,
        currency=plan.currency,
        zone=plan.zone,
        anchor_on=today,
        plan=msgspec.to_builtins(plan),
        plan_number=1,
        period=0,
        period_start=first.since,
        period_end=first.until,
        trial_ends_at=None,
        bill_at=act.at,
        billed={},
        opened_by_order=order.amount_minor > 0,
        bills=0,
        credit_minor=0,
        next_plan=None,
        next_plan_at=None,
        collection="invoice",
        spend_limit_minor=None,
        cancel_at=None,
        end_reason=None,
        started_at=act.at,
        ended_at=None,
    )
    own = act.by(SYSTEM)
    await lifecycle.begin(own, row, SUBSCRIPTION, parties=row.parties, agreement=agreement.id, rule=OPENED)
    act.session.add(_plan(row, plan, act.at, "agreed"))
    trial = next((one for one in plan.components if isinstance(one, Trial)), None)
    if trial is not None:
        row.bill_at = None
        row.trial_ends_at = None if trial.days is None else instant(today + timedelta(days=trial.days), plan.zone)
        await step(own, row, SubscriptionAction.TRY, Role.SYSTEM)


def _plan(row: Subscription, plan: Plan, at: datetime, reason: str) -> SubscriptionPlan:
    return SubscriptionPlan(
        subscription_id=row.id, number=row.plan_number, plan=msgspec.to_builtins(plan), effective_at=at, reason=reason
    )


async def step(act: Act, row: Subscription, action: SubscriptionAction, role: Role, **facts: str) -> None:
    """Move a subscription; both parties see the entry."""
    await lifecycle.advance(act, row, SUBSCRIPTION, action, role, parties=row.parties, **facts)


def put_plan(act: Act, row: Subscription, plan: Plan, reason: str) -> None:
    """Let a subscription run on another plan from now on."""
    row.plan, row.plan_number = msgspec.to_builtins(plan), row.plan_number + 1
    act.session.add(_plan(row, plan, act.at, reason))
    facts = {"number": str(row.plan_number), "reason": reason}
    record(act, "market.subscription.replanned", row.id, parties=row.parties, facts=facts)


@follows(Moment.SUCCEEDED)
async def pass_on(act: Act, agreement: Agreement) -> None:
    """Whoever took an agreement over runs its subscription from now on."""
    row = await find_locked(act.session, select(Subscription).where(Subscription.agreement_id == agreement.id))
    if row is not None:
        row.provider = agreement.provider


@follows(Moment.ENDED)
async def end_with(act: Act, agreement: Agreement) -> None:
    """What an agreement ran ends with it; what was used until now is billed as any period."""
    query = select(Subscription).where(Subscription.agreement_id == agreement.id)
    row = await find_locked(act.session, query)
    if row is not None and row.status in RUNNING:
        await end(act, row, SubscriptionAction.END, f"the agreement is {agreement.status}")


async def end(act: Act, row: Subscription, action: SubscriptionAction, reason: str) -> None:
    """Close a subscription that the caller has locked: its last period ends now, and its last bill is drawn up."""
    trial = row.status is SubscriptionState.TRIALING
    row.ended_at, row.end_reason = act.at, reason
    row.bill_at = row.unused_at = None if trial else act.at
    await step(act.by(SYSTEM), row, action, Role.SYSTEM, reason=reason)


async def _own(act: Act, subscription_id: str) -> Subscription:
    """The buyer's own subscription, locked, with time still before it; raises NotFound for a stranger."""
    row = await locked(act.session, Subscription, subscription_id)
    queries.AUDIENCE.require_party(act.actor, row.id, *row.parties)
    if act.actor.party != row.buyer:
        raise SubscriptionNotYours
    if row.status not in RUNNING or row.cancel_at is not None:
        at = "-" if row.cancel_at is None else timestamp(row.cancel_at)
        raise SubscriptionOver(subscription=row.id, state=str(row.status), cancel_at=at)
    return row


async def cancel(act: Act, subscription_id: str, data: EndSubscription) -> SubscriptionView:
    """The buyer gives the subscription up: it runs to the end of its period, and its agreement ends with it.

    Raises SubscriptionNotYours for the provider and SubscriptionOver.
    """
    row = await _own(act, subscription_id)
    row.cancel_at, row.end_reason = row.period_end, data.reason
    facts = {"reason": data.reason, "cancel_at": timestamp(row.cancel_at)}
    record(act, "market.subscription.given_up", row.id, parties=row.parties, facts=facts)
    return queries.view(row)


async def convert(act: Act, subscription_id: str) -> SubscriptionView:
    """The buyer makes a subscription of its trial: periods are reckoned from today, and the first bill follows.

    Raises IllegalTransition where there is no trial.
    """
    row = await _own(act, subscription_id)
    await step(act, row, SubscriptionAction.CONVERT, Role.BUYER)
    plan = converted(queries.plan_of(row.plan))
    put_plan(act, row, plan, "converted")
    row.anchor_on = act.at.astimezone(ZoneInfo(row.zone)).date()
    first = period(beat(plan, row.anchor_on), 0)
    row.period, row.period_start, row.period_end = 0, first.since, first.until
    row.opened_by_order, row.started_at, row.trial_ends_at, row.bill_at = False, act.at, None, act.at
    return queries.view(row)


async def set_collection(act: Act, subscription_id: str, data: SetCollection) -> SubscriptionView:
    """The buyer says how it pays, and the most that a period's uses may come to; from now on, for every use."""
    row = await _own(act, subscription_id)
    limit = None if data.spend_limit is None else Money.of(data.spend_limit, "/spend_limit")
    if limit is not None and (limit.currency != row.currency or limit.minor < 0):
        raise SpendLimitFaulty(currency=row.currency)
    row.collection, row.spend_limit_minor = data.collection, None if limit is None else limit.minor
    facts = {"collection": data.collection, "spend_limit": None if limit is None else str(limit)}
    record(act, "market.subscription.collected_by", row.id, parties=row.parties, facts=facts)
    return queries.view(row)


async def held(act: Act, subscription_id: str) -> Subscription:
    """A subscription whose agreement is to end with it, locked after that and its order, as everywhere."""
    await hold(act, (await one(act.session, Subscription, subscription_id)).agreement_id)
    return await locked(act.session, Subscription, subscription_id)


async def lapse(act: Act, subscription_id: str) -> bool:
    """A trial that nobody made a subscription of is over; says whether it was. Its agreement ends with it."""
    row = await held(act, subscription_id)
    if row.status is not SubscriptionState.TRIALING or row.trial_ends_at is None or row.trial_ends_at > act.at:
        return False
    await end(act, row, SubscriptionAction.END, "the trial was not made a subscription")
    await terminate(act, row.agreement_id, "the trial is over")
    return True
