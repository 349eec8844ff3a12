"""The cost of an audit, billed to a buyer that declared too little revenue (审计费用由少申报方承担).

Source: what licences of shared revenue agree on by custom: an audit is paid for by whoever orders it, and by whoever
declared where it finds more than a threshold, mostly five per cent, above what was declared.
"""

from contracts.agreements.models import Agreement
from contracts.terms.prices import RevenueShare, Seller
from kernel.act import Act
from kernel.money import Money
from market.billing import errors, rules
from market.billing.models import Bill, RevenueDeclaration
from market.billing.running.drawing import Drawn
from market.billing.running.issuing import store, values
from market.numbering.commands import take
from market.pricing.lines import ONE, Line, LineKind, Reason, Step, StepKind, shown
from market.pricing.periods import number_at, period
from market.pricing.revenue import beyond_tolerance
from market.pricing.tariffs import exact
from market.pricing.usage import Revenue
from market.splits import queries as splits
from market.subscriptions.models import Subscription
from market.subscriptions.plans import cadence_of
from market.subscriptions.queries import plan_of


async def issue(act: Act, row: Subscription, found: RevenueDeclaration, part: RevenueShare, cost: Money) -> None:
    """Bill what an audit of a period cost its provider, once, by a bill of its own; the subscription is locked.

    Raises AuditCostBilled, AuditCostNotOwed within the tolerance, and AuditCostOfCentre where the centre itself sells.
    """
    if found.cost_bill_id is not None:
        raise errors.AuditCostBilled(bill=found.cost_bill_id)
    agreement = await act.session.get_one(Agreement, row.agreement_id)
    if (await splits.tree_of(act.session, agreement)).seller is Seller.PRINCIPAL:
        raise errors.AuditCostOfCentre
    if not beyond_tolerance(part, Revenue(found.declared, found.audited)):
        raise errors.AuditCostNotOwed(
            declared=f"{found.declared or '—'} {row.currency}",
            audited=f"{found.audited} {row.currency}",
            tolerance=part.audit_tolerance,
        )
    [number] = await take(act, rules.SERIES)
    await act.session.flush()
    made = values(act, row, Drawn(lines=[_line(row, found, part, cost)]), number, "audit-cost")
    await store(act, [made])
    row.bills += 1
    bill = await act.session.get_one(Bill, made[0]["id"])
    found.cost_bill_id = bill.id


def _line(row: Subscription, found: RevenueDeclaration, part: RevenueShare, cost: Money) -> Line:
    """The one line, with the figures by which the cost is owed."""
    cadence = cadence_of(plan_of(row.plan), part, row.anchor_on)
    within = period(cadence, number_at(cadence, found.period_start))
    declared, audited = found.declared or "0", found.audited or "0"
    above = exact(audited, row.currency) - exact(declared, row.currency)
    formula = f"{audited} - {declared} > {declared} × {part.audit_tolerance}"
    return Line(
        kind=LineKind.AUDIT_COST,
        component=part.name,
        period_start=within.since,
        period_end=within.until if row.ended_at is None else min(within.until, row.ended_at),
        quantity=None,
        unit_price=None,
        exact=shown(cost.minor * ONE, row.currency),
        amount_minor=cost.minor,
        currency=row.currency,
        reason=Reason.AUDIT_COST,
        trace=(Step(StepKind.BOUND, formula, shown(above, row.currency)),),
    )
