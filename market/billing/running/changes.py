"""A plan changed by an amendment: dearer at once, with credit for what was paid; cheaper from the next period.

A dearer one waits too where it leaves out, or prices otherwise, what the running period is billed for at its end.
"""

from datetime import date

import msgspec
from sqlalchemy import select

from contracts.agreements.licensing import terms_of
from contracts.agreements.models import Agreement
from contracts.moments import Moment, follows
from contracts.terms.prices import Plan
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked
from kernel.log.record import record
from kernel.time.clock import timestamp
from market.billing import rules
from market.billing.running.ahead import for_whole, paid_ahead
from market.billing.running.drawing import Drawn
from market.billing.running.issuing import store, values
from market.numbering.commands import take
from market.pricing.changes import change
from market.pricing.charging import Due, charge
from market.pricing.periods import Period, number_at, period
from market.pricing.usage import NOTHING
from market.subscriptions.commands import put_plan
from market.subscriptions.models import Subscription
from market.subscriptions.plans import advance, arrears, beat
from market.subscriptions.queries import plan_of
from market.subscriptions.states import RUNNING, SubscriptionState


@follows(Moment.AMENDED)
async def replan(act: Act, agreement: Agreement) -> None:
    """An amendment that has taken effect says another plan than the one that runs."""
    terms = terms_of(agreement, act.at)
    query = select(Subscription).where(Subscription.agreement_id == agreement.id)
    row = await find_locked(act.session, query)
    if row is None or terms is None or not isinstance(terms.price, Plan) or row.status not in RUNNING:
        return
    old, new = plan_of(row.plan), terms.price
    if new == old:
        row.next_plan = row.next_plan_at = None
    elif row.status is SubscriptionState.TRIALING:
        put_plan(act, row, new, "amended on trial")
    elif beat(old, row.anchor_on) == beat(new, row.anchor_on) and _dearer(old, new) and _keeps(old, new):
        await _upgrade(act, row, old, new)
    else:
        row.next_plan, row.next_plan_at = msgspec.to_builtins(new), row.period_end
        facts = {"from": timestamp(row.period_end)}
        record(act.by(SYSTEM), "market.subscription.downgraded", row.id, parties=row.parties, facts=facts)


def _dearer(old: Plan, new: Plan) -> bool:
    """Whether a plan costs more in advance than another: only that is charged at once."""
    before, after = (charge(one, NOTHING, _any(one), due=Due.BEGIN) for one in (old, new))
    return sum(one.amount_minor for one in after) > sum(one.amount_minor for one in before)


def _keeps(old: Plan, new: Plan) -> bool:
    """Whether a plan bills the end of a period as another does: what differs is billed first by the old one.

    A use was made at the price that stood then, so a tariff, a share, or a bound of the period changes with a period.
    """
    bounds = ("minimum", "maximum", "coupon") if arrears(old) else ()
    same = all(getattr(old, name) == getattr(new, name) for name in bounds)
    return same and all(one in arrears(new) for one in arrears(old))


def _any(plan: Plan) -> Period:
    """A whole period of a plan, whichever."""
    return period(beat(plan, date(2024, 1, 1)), 1)


async def _upgrade(act: Act, row: Subscription, old: Plan, new: Plan) -> None:
    cadence = beat(old, row.anchor_on)
    within = period(cadence, number_at(cadence, act.at))
    paid = for_whole(await paid_ahead(act, row, within, advance(old)), act.at, within)
    lines = change(old, new, act.at, within, paid)
    put_plan(act, row, new, "upgraded")
    row.next_plan = row.next_plan_at = None
    drawn = Drawn(lines=list(lines))
    total = sum(one.amount_minor for one in lines)
    drawn.carried = (0, -total) if total < 0 else (-min(row.credit_minor, total), 0)
    [number] = await take(act, rules.SERIES)
    await act.session.flush()
    await store(act.by(SYSTEM), [values(act.by(SYSTEM), row, drawn, number, "change")])
    row.bills += 1
    row.credit_minor += sum(drawn.carried)
