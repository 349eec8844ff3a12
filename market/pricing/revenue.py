"""The share of a period's revenue: of what was declared, of what an audit found, or the guaranteed least; pure."""

from contracts.terms.prices import RevenueShare
from market.pricing.lines import Reason, Step, StepKind, shown
from market.pricing.tariffs import exact, number
from market.pricing.usage import Revenue


def shared(
    part: RevenueShare, revenue: Revenue | None, currency: str, least: int, trace: list[Step]
) -> tuple[int, Reason]:
    """The share as an exact amount and its reason, with the steps that led there.

    `least` is the guarantee for what is charged of the period, exact as well. Nothing declared comes to it, and the
    reason says that it was missing. What an audit found goes before what was declared; beyond the tolerance the reason
    says so, for whoever claims the cost of the audit.
    """
    if revenue is None or (revenue.declared is None and revenue.audited is None):
        trace.append(Step(StepKind.BOUND, f"max(0, {shown(least, currency)})", shown(least, currency)))
        return least, Reason.NOT_DECLARED
    said = revenue.declared if revenue.audited is None else revenue.audited
    share = exact(said or "0", currency) * number(part.rate) // 10**10
    trace.append(Step(StepKind.PRICE, f"{said} × {part.rate}", shown(share, currency)))
    reason = Reason.DECLARED if revenue.audited is None else Reason.AUDITED
    if beyond_tolerance(part, revenue):
        reason = Reason.AUDIT_DIFFERENCE
    if share < least:
        trace.append(
            Step(StepKind.BOUND, f"max({shown(share, currency)}, {shown(least, currency)})", shown(least, currency))
        )
        return least, reason if reason is Reason.AUDIT_DIFFERENCE else Reason.GUARANTEED
    return share, reason


def beyond_tolerance(part: RevenueShare, revenue: Revenue) -> bool:
    """Whether an audit found more than was declared by more than the tolerance of what was declared."""
    if revenue.audited is None or revenue.declared is None:
        return False
    declared, audited = number(revenue.declared), number(revenue.audited)
    return (audited - declared) * 10**10 > declared * number(part.audit_tolerance)
