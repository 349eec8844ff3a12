"""What is due when a price begins, and the instalments of a price with their days; pure."""

from datetime import date, timedelta

from contracts.terms.price.amounts import FREE_CURRENCY, money
from contracts.terms.prices import (
    Bundle,
    Entry,
    Every,
    Free,
    Instalment,
    Instalments,
    OneOff,
    OnRequest,
    Plan,
    PriceTerms,
    Trial,
)
from kernel.money import Money
from market.pricing.charging import Due, charge, line
from market.pricing.errors import PriceOnRequest
from market.pricing.lines import ONE, Line, LineKind, Reason, total
from market.pricing.periods import Period, cadences, instant, period
from market.pricing.usage import NOTHING


def upfront(price: PriceTerms, day: date) -> Money:
    """What is due when a price begins on a day; raises PriceOnRequest for what has no price yet.

    That is what is paid once, entries, bundles, the instalments due by then, and the first period of what is paid in
    advance, less the coupon, in proportion where the period began before. Of a plan with a trial it is entries and
    bundles only: its periods and instalments begin when the buyer makes a subscription of it, and are billed from then.
    """
    if isinstance(price, OnRequest):
        raise PriceOnRequest
    if isinstance(price, OneOff):
        return Money.of(price.amount)
    if isinstance(price, Free):
        return Money(0, FREE_CURRENCY)
    return Money(total(opening(price, day)), price.currency)


def opening(plan: Plan, day: date) -> tuple[Line, ...]:
    """The lines that are due on the day on which a plan begins."""
    lines: list[Line] = []
    moment, tried = _moment(plan, day), any(isinstance(part, Trial) for part in plan.components)
    for part in plan.components:
        if isinstance(part, Entry | Bundle):
            kind = LineKind.ENTRY if isinstance(part, Entry) else LineKind.BUNDLE
            lines.append(_once(plan, kind, part.name, moment, money(part.amount, plan.currency)))
        elif isinstance(part, Instalments) and not tried:
            for one, share in zip(part.parts, instalments(part, plan.currency), strict=True):
                if due_on(one, day) <= day:
                    lines.append(_once(plan, LineKind.INSTALMENT, part.name, moment, share))
    for of in () if tried else cadences(plan, day):
        lines.extend(charge(plan, NOTHING, period(of, 0), due=Due.BEGIN))
    return tuple(lines)


def _moment(plan: Plan, day: date) -> Period:
    """The day itself, as the period of what is paid once."""
    start, end = instant(day, plan.zone), instant(day + timedelta(days=1), plan.zone)
    return Period(0, start, end, start, end, day, 1, Every.DAY, plan.zone)


def _once(plan: Plan, kind: LineKind, name: str, moment: Period, amount: Money) -> Line:
    return line(plan, kind, name, moment, amount.minor * ONE, Reason.AGREED, [])


def instalment_line(plan: Plan, part: Instalments, at: int, begin: date) -> Line:
    """The line of one instalment of a plan that began on a day, at its due day."""
    moment = _moment(plan, due_on(part.parts[at], begin))
    return _once(plan, LineKind.INSTALMENT, part.name, moment, instalments(part, plan.currency)[at])


def due_on(part: Instalment, begin: date) -> date:
    """The day on which an instalment of a plan that began on a day is due."""
    return part.due_on or begin + timedelta(days=part.due_days or 0)


def instalments(part: Instalments, currency: str) -> list[Money]:
    """The parts of a price by their weights, to the minor unit."""
    return money(part.amount, currency).split(*(one.weight for one in part.parts))
