"""What is due when a price begins, and what falls due after that, whatever is used; pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import msgspec

from contracts.terms.price.amounts import money
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
    Recurring,
)
from kernel.money import Money
from market.pricing.charging import Due, charge, line
from market.pricing.errors import PriceOnRequest
from market.pricing.lines import ONE, Line, LineKind, Reason, total
from market.pricing.periods import Cadence, Period, cadences, first_day, instant, period
from market.pricing.usage import NOTHING

FREE_CURRENCY: Final = "CNY"
"""The currency of what costs nothing."""

DUES_MAX: Final = 4_000


class Payable(msgspec.Struct, frozen=True):
    """An amount that falls due on a day: for which component, and which of its periods or parts, counted from 0."""

    due_on: date
    kind: LineKind
    component: str
    n: int
    amount_minor: int
    currency: str


def upfront(price: PriceTerms, day: date) -> Money:
    """What is due when a price begins on a day; raises PriceOnRequest for what has no price yet.

    That is what is paid once, entries, bundles, the instalments due by then, and the first period of what is paid in
    advance, less the coupon, in proportion where the period began before, and nothing while it is on trial.
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
    moment = _moment(plan, day)
    for part in plan.components:
        if isinstance(part, Entry | Bundle):
            kind = LineKind.ENTRY if isinstance(part, Entry) else LineKind.BUNDLE
            lines.append(_once(plan, kind, part.name, moment, money(part.amount, plan.currency)))
        elif isinstance(part, Instalments):
            for one, share in zip(part.parts, instalments(part, plan.currency), strict=True):
                if due_on(one, day) <= day:
                    lines.append(_once(plan, LineKind.INSTALMENT, part.name, moment, share))
    for of in cadences(plan, day):
        lines.extend(charge(plan, NOTHING, period(of, 0), due=Due.BEGIN))
    return tuple(lines)


def _moment(plan: Plan, day: date) -> Period:
    """The day itself, as the period of what is paid once."""
    start, end = instant(day, plan.zone), instant(day + timedelta(days=1), plan.zone)
    return Period(0, start, end, start, end, day, 1, Every.DAY, plan.zone)


def _once(plan: Plan, kind: LineKind, name: str, moment: Period, amount: Money) -> Line:
    return line(plan, kind, name, moment, amount.minor * ONE, Reason.AGREED, [])


def due_on(part: Instalment, begin: date) -> date:
    """The day on which an instalment of a plan that began on a day is due."""
    return part.due_on or begin + timedelta(days=part.due_days or 0)


def instalments(part: Instalments, currency: str) -> list[Money]:
    """The parts of a price by their weights, to the minor unit."""
    return money(part.amount, currency).split(*(one.weight for one in part.parts))


def schedule(price: PriceTerms, begin: date, end: date) -> tuple[Payable, ...]:
    """Every amount known beforehand that falls due from one day until before another, by day and component.

    Raises PriceOnRequest for what has no price yet, and ValueError for more than DUES_MAX amounts.
    """
    if isinstance(price, OnRequest):
        raise PriceOnRequest
    if isinstance(price, Free):
        return ()
    if isinstance(price, OneOff):
        whole = Money.of(price.amount)
        return (Payable(begin, LineKind.ENTRY, "price", 0, whole.minor, whole.currency),)
    dues = sorted(_once_dues(price, begin), key=lambda one: one.due_on)
    for of in cadences(price, begin):
        dues.extend(_recurring(price, of, end))
        if len(dues) > DUES_MAX:
            raise ValueError(f"more than {DUES_MAX} amounts fall due")
    order = {part.name: at for at, part in enumerate(price.components)}
    return tuple(sorted((one for one in dues if one.due_on < end), key=lambda one: (one.due_on, order[one.component])))


def _once_dues(plan: Plan, begin: date) -> Iterator[Payable]:
    for part in plan.components:
        if isinstance(part, Entry | Bundle):
            kind = LineKind.ENTRY if isinstance(part, Entry) else LineKind.BUNDLE
            amount = money(part.amount, plan.currency)
            yield Payable(begin, kind, part.name, 0, amount.minor, plan.currency)
        elif isinstance(part, Instalments):
            for n, (one, share) in enumerate(zip(part.parts, instalments(part, plan.currency), strict=True)):
                yield Payable(due_on(one, begin), LineKind.INSTALMENT, part.name, n, share.minor, plan.currency)


def _recurring(plan: Plan, of: Cadence, end: date) -> Iterator[Payable]:
    """The fees of a kind of period: at its beginning in advance, on the day after its end in arrears."""
    if not any(
        isinstance(part, Recurring) and (part.every, part.unit) == (of.every, of.unit) for part in plan.components
    ):
        return
    advance = {part.name: part.in_advance for part in plan.components if isinstance(part, Recurring)}
    for n in range(DUES_MAX + 1):
        starts = max(first_day(of, n), of.begin)
        if starts >= end:
            return
        for one in charge(plan, NOTHING, period(of, n)):
            if one.kind is LineKind.RECURRING:
                day = starts if advance[one.component] else first_day(of, n + 1)
                yield Payable(day, one.kind, one.component, n, one.amount_minor, plan.currency)
