"""What a plan comes to for a period: deterministic lines, each exact to its one rounding, with its trace; pure.

The order is that of the contract: the uses become one quantity, what is included is taken off, the tariff prices the
rest, the coupon's rate and then its amount reduce it, a component's cap bounds it; the lines are rounded, and the
minimum and the maximum of the period are lines of their own. A part of a period is charged by differences of what is
due up to a moment, f(b) - f(a), so parts add up to the whole to the minor unit. Nothing here is a float.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

from contracts.terms.prices import Component, Metered, Plan, Recurring, RevenueShare, Trial, cadence
from kernel.money import EXPONENTS
from market.pricing import tariffs
from market.pricing.lines import ONE, Line, LineKind, Reason, Step, StepKind, quotient, remaining, rounded, shown
from market.pricing.periods import Period, instant
from market.pricing.revenue import shared
from market.pricing.tariffs import exact as exactly
from market.pricing.tariffs import number
from market.pricing.usage import Usage, aggregated

MICROSECOND: Final = timedelta(microseconds=1)


class Due(StrEnum):
    """What is charged: what is paid in advance, when a period begins, or all of it, when the period is over."""

    BEGIN = "begin"
    END = "end"


def charge(
    plan: Plan, usage: Usage, period: Period, prior: Sequence[Line] = (), due: Due = Due.END
) -> tuple[Line, ...]:
    """The lines of a period that are still to be charged: all that it comes to, less what `prior` charged for it.

    `prior` are the lines that earlier bills hold for the same period: the advance at its beginning, parts of it, what
    was charged before a use came late. The same plan, usage and prior lines give the same lines on any day. Components
    of another length of period are not charged. Raises ChargeTooLarge for more than an amount may be.
    """
    lines = tuple(_whole(plan, usage, period, due))
    return lines if not prior else tuple(remaining(lines, prior, plan.currency))


def _whole(plan: Plan, usage: Usage, period: Period, due: Due) -> Iterator[Line]:
    lines: list[Line] = []
    coupon = _Coupon(plan, period)
    for part in _in_order(plan, period):
        if due is Due.BEGIN and not (isinstance(part, Recurring) and part.in_advance):
            continue
        lines.extend(_lines(plan, part, usage, period, coupon))
    yield from lines
    if lines:
        yield from _bounds(plan, period, sum(line.amount_minor for line in lines), due)


def _in_order(plan: Plan, period: Period) -> list[Component]:
    """The components that the period charges, those in advance first: a coupon is used up in the order of billing."""
    mine = [part for part in plan.components if cadence(part) == period.length]
    return sorted(mine, key=lambda part: not (isinstance(part, Recurring) and part.in_advance))


class _Coupon:
    """What a coupon has left for the lines of a period; it is for the first periods of the plan."""

    def __init__(self, plan: Plan, period: Period) -> None:
        given = plan.coupon
        if given is not None and given.periods is not None and period.n >= given.periods:
            given = None
        self.rate = number(given.rate) if given is not None else 0
        self.said = given.rate if given is not None else "0"
        self.left = exactly(given.amount, plan.currency) if given is not None else 0
        self.currency = plan.currency

    def reduce(self, exact: int, trace: list[Step]) -> int:
        """An amount less the rate, then less what is left of the amount, never below nothing."""
        if self.rate and exact:
            reduced = exact * (10**10 - self.rate) // 10**10
            formula = f"{shown(exact, self.currency)} × (1 - {self.said})"
            trace.append(Step(StepKind.REDUCE_RATE, formula, shown(reduced, self.currency)))
            exact = reduced
        if self.left and exact:
            taken = min(self.left, exact)
            formula = f"{shown(exact, self.currency)} - {shown(taken, self.currency)}"
            exact, self.left = exact - taken, self.left - taken
            trace.append(Step(StepKind.REDUCE_AMOUNT, formula, shown(exact, self.currency)))
        return exact


def _lines(plan: Plan, part: Component, usage: Usage, period: Period, coupon: _Coupon) -> Iterator[Line]:
    if isinstance(part, Recurring):
        yield from _recurring(plan, part, period, coupon)
    elif isinstance(part, Metered):
        yield from _metered(plan, part, usage, period, coupon)
    elif isinstance(part, RevenueShare):
        yield _shared(plan, part, usage, period)


def line(
    plan: Plan,
    kind: LineKind,
    name: str,
    period: Period,
    exact: int,
    reason: Reason,
    trace: list[Step],
    *,
    quantity: int | None = None,
    unit_price: str | None = None,
    minor: int | None = None,
    said: str | None = None,
) -> Line:
    """A line of an exact amount in minor units, rounded once where that was not done for parts that must add up."""
    amount, told = rounded(exact) if minor is None else minor, said or shown(exact, plan.currency)
    if said is None and amount * ONE != exact:
        trace.append(Step(StepKind.ROUND, told, shown(amount * ONE, plan.currency)))
    whole = (period.since, period.until, quantity, unit_price, told, amount, plan.currency, reason, tuple(trace))
    return Line(kind, name, *whole)


def trial_end(plan: Plan, period: Period) -> Period | None:
    """The part of a period that lies within a trial by days; None where there is none."""
    days = next((part.days for part in plan.components if isinstance(part, Trial) and part.days), None)
    if days is None:
        return None
    over = instant(period.begin + timedelta(days=days), period.zone)
    return period.part(until=min(over, period.until)) if over > period.since else None


def _recurring(plan: Plan, part: Recurring, period: Period, coupon: _Coupon) -> Iterator[Line]:
    """The fee of what is served of a period: by differences of what is due up to a moment, so that parts add up."""
    trial = trial_end(plan, period)
    if trial is not None:
        step = Step(StepKind.TRIAL, "0", "0")
        yield line(plan, LineKind.TRIAL, part.name, trial, 0, Reason.ON_TRIAL, [step])
        if trial.until == period.until:
            return
        period = period.part(since=trial.until)
    trace: list[Step] = []
    full = exactly(part.amount, plan.currency)
    price = coupon.reduce(full, trace)
    said, minor = prorated(price, period, plan.currency, trace)
    whole = period.since == period.start and period.until == period.end
    reason = Reason.AGREED if whole else Reason.PRORATED
    if price != full:
        reason = Reason.REDUCED
    yield line(
        plan,
        LineKind.RECURRING,
        part.name,
        period,
        price,
        reason,
        trace,
        unit_price=part.amount,
        minor=minor,
        said=said,
    )


def prorated(price: int, period: Period, currency: str, trace: list[Step]) -> tuple[str | None, int]:
    """The part of a price for what is charged of a period: f(b) - f(a), as it is exactly and in whole minor units.

    The exact text is left out where all of the period is charged: it is the price.
    """
    if period.since == period.start and period.until == period.end:
        return None, rounded(price)
    whole = (period.end - period.start) // MICROSECOND
    since, until = ((at - period.start) // MICROSECOND for at in (period.since, period.until))
    minor = rounded(price * until, whole) - rounded(price * since, whole)
    said = shown(price, currency)
    formula = f"f({said} × {quotient(until, whole)}) - f({said} × {quotient(since, whole)})"
    trace.append(Step(StepKind.PRORATE, formula, shown(minor * ONE, currency)))
    return quotient(price * (until - since), ONE * whole, EXPONENTS[currency]), minor


def _served(units: int, period: Period) -> int:
    """So many units for what is charged of a period, rounded down, so that parts never give more than the whole."""
    if period.since == period.start and period.until == period.end:
        return units
    whole = period.end - period.start
    return units * (period.until - period.start) // whole - units * (period.since - period.start) // whole


def _metered(plan: Plan, part: Metered, usage: Usage, period: Period, coupon: _Coupon) -> Iterator[Line]:
    """The uses of a period: what was on trial, what was free, and what is paid, each with its reason."""
    uses, trial = usage.uses.get(part.name, ()), trial_end(plan, period)
    if trial is not None:
        on_trial = tuple(use for use in uses if use.occurred_at is not None and use.occurred_at < trial.until)
        uses = tuple(use for use in uses if use.occurred_at is None or use.occurred_at >= trial.until)
        yield _free(plan, part, trial, aggregated(on_trial, part.aggregation), LineKind.TRIAL)
        if trial.until == period.until:
            return
        period = period.part(since=trial.until)
    quantity = aggregated(uses, part.aggregation)
    trace = [Step(StepKind.AGGREGATE, f"{part.aggregation}({len(uses)})", str(quantity))]
    if free := min(quantity, _units_on_trial(plan, part, usage)):
        yield _free(plan, part, period, free, LineKind.TRIAL)
        trace.append(Step(StepKind.TRIAL, f"{quantity} - {free}", str(quantity - free)))
        quantity -= free
    if included := min(quantity, _served(part.included, period)):
        yield _free(plan, part, period, included, LineKind.INCLUDED)
        trace.append(Step(StepKind.INCLUDE, f"{quantity} - {included}", str(quantity - included)))
        quantity -= included
    yield _used(plan, part, quantity, period, coupon, trace)


def _shared(plan: Plan, part: RevenueShare, usage: Usage, period: Period) -> Line:
    """The share of a period's revenue; what is guaranteed of it is of the time that is served and not on trial."""
    trial = trial_end(plan, period)
    if trial is not None and trial.until == period.until:
        return line(plan, LineKind.TRIAL, part.name, trial, 0, Reason.ON_TRIAL, [Step(StepKind.TRIAL, "0", "0")])
    trace: list[Step] = []
    least = exactly(part.guarantee, plan.currency)
    if least:
        served = period if trial is None else period.part(since=trial.until)
        least = ONE * prorated(least, served, plan.currency, trace)[1]
    exact, reason = shared(part, usage.revenue.get(part.name), plan.currency, least, trace)
    return line(plan, LineKind.REVENUE_SHARE, part.name, period, exact, reason, trace)


def _used(plan: Plan, part: Metered, quantity: int, period: Period, coupon: _Coupon, trace: list[Step]) -> Line:
    price, formula = tariffs.price(part.tariff, quantity)
    exact = price * tariffs.minor(plan.currency)
    trace.append(Step(StepKind.PRICE, formula, shown(exact, plan.currency)))
    reduced = coupon.reduce(exact, trace)
    reason = Reason.NOT_USED if not quantity else Reason.USED if reduced == exact else Reason.REDUCED
    if part.cap is not None:
        bounding: list[Step] = []
        cap = ONE * prorated(exactly(part.cap, plan.currency), period, plan.currency, bounding)[1]
        if reduced > cap:
            said = f"min({shown(reduced, plan.currency)}, {shown(cap, plan.currency)})"
            trace += [*bounding, Step(StepKind.CAP, said, shown(cap, plan.currency))]
            reduced, reason = cap, Reason.CAPPED
    each = tariffs.unit_price(part.tariff, quantity)
    return line(plan, LineKind.USAGE, part.name, period, reduced, reason, trace, quantity=quantity, unit_price=each)


def _units_on_trial(plan: Plan, part: Metered, usage: Usage) -> int:
    for one in plan.components:
        if isinstance(one, Trial) and one.units and one.meter is part.meter:
            return max(0, one.units - usage.on_trial)
    return 0


def _free(plan: Plan, part: Metered, period: Period, quantity: int, kind: LineKind) -> Line:
    """Units that cost nothing, and why."""
    reason, step = (Reason.ON_TRIAL, StepKind.TRIAL) if kind is LineKind.TRIAL else (Reason.INCLUDED, StepKind.INCLUDE)
    trace = [Step(step, f"{quantity} × 0", "0")]
    return line(plan, kind, part.name, period, 0, reason, trace, quantity=quantity, unit_price="0")


def _bounds(plan: Plan, period: Period, total: int, due: Due) -> Iterator[Line]:
    """The line that lifts a period to its minimum, once it is over, and the one that holds it at its maximum.

    A minimum is of the time that is not on trial.
    """
    trial = trial_end(plan, period)
    paid = period if trial is None else period.part(since=trial.until)
    for said, kind, reason, within in (
        (plan.minimum, LineKind.MINIMUM, Reason.BELOW_MINIMUM, paid),
        (plan.maximum, LineKind.MAXIMUM, Reason.ABOVE_MAXIMUM, period),
    ):
        if said is None or (kind is LineKind.MINIMUM and due is Due.BEGIN):
            continue
        trace: list[Step] = []
        _, bound = prorated(exactly(said, plan.currency), within, plan.currency, trace)
        missing = bound - total
        if (missing > 0) if kind is LineKind.MINIMUM else (missing < 0):
            formula = f"{shown(bound * ONE, plan.currency)} - {shown(total * ONE, plan.currency)}"
            trace.append(Step(StepKind.BOUND, formula, shown(missing * ONE, plan.currency)))
            yield line(plan, kind, kind.value, period, missing * ONE, reason, trace)
