"""What a price would come to for a given use: answered in a process of its own, nothing is stored; pure."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from contracts.terms.errors import TermsContradictory
from contracts.terms.price.faults import faults
from contracts.terms.price.sentences import sentences
from contracts.terms.prices import Every, Instalments, Metered, OnRequest, Plan, PriceTerms, Trial
from kernel.errors import FieldError, InvalidInput
from kernel.money import Money
from kernel.text import Text
from market.pricing import tariffs
from market.pricing.charging import Due, charge, trial_end
from market.pricing.dues import due_on, instalment_line, opening, upfront
from market.pricing.lines import Line, LineKind, rounded, total
from market.pricing.periods import Cadence, Period, cadences, instant, period
from market.pricing.schemas import (
    CliffView,
    DatedChargeView,
    PreviewPrice,
    PricedPeriodView,
    PricePreviewView,
    PriceSentenceView,
    TrialView,
    line_view,
)
from market.pricing.usage import Usage, Use

FIRST: Final = date(2000, 1, 1)
LAST: Final = date(2199, 12, 31)
"""Between these days a plan may begin that is previewed."""

AHEAD_DAYS: Final = 366 * 1_300
"""So far ahead of its beginning a period may lie; with LAST it is within the calendar."""

DAYS: Final = {Every.DAY: 1, Every.WEEK: 7, Every.MONTH: 31, Every.YEAR: 366}
"""The most days of each unit."""


def previewed(data: PreviewPrice, on: date) -> PricePreviewView:
    """What a price comes to; raises TermsContradictory naming every fault of it, InvalidInput, and ChargeTooLarge."""
    if found := list(faults(data.price, "/price", public=True)):
        raise TermsContradictory(errors=found, count=len(found))
    begin, price = data.begin or on, data.price
    _require_moments(price, begin, data.number)
    usage = _usage(data)
    return PricePreviewView(
        sentences=[PriceSentenceView(one.zh, one.en) for one in sentences(price)],
        upfront=None if isinstance(price, OnRequest) else upfront(price, begin).view(),
        opening=[line_view(one) for one in opening(price, begin)] if isinstance(price, Plan) else [],
        periods=list(_periods(price, usage, begin, data.number)) if isinstance(price, Plan) else [],
        trial=_trial(price, usage, begin) if isinstance(price, Plan) else None,
        cliffs=list(_cliffs(price)) if isinstance(price, Plan) else [],
        usage_digest=usage.digest(),
    )


def _require_moments(price: PriceTerms, begin: date, number: int) -> None:
    """Raise InvalidInput unless the plan begins in these times, and the period asked for lies within the calendar."""
    if not FIRST <= begin <= LAST:
        text = Text(f"应在 {FIRST} 至 {LAST} 之间", f"Give a day from {FIRST} to {LAST}")
        raise InvalidInput(errors=[FieldError("/begin", text)])
    longest = max((of.every * DAYS[of.unit] for of in _cadences(price, begin)), default=1)
    if (number + 1) * longest > AHEAD_DAYS:
        most = AHEAD_DAYS // longest - 1
        text = Text(f"该方案的周期至多问到第 {most} 个", f"Of periods as long as these, ask for {most} at most")
        raise InvalidInput(errors=[FieldError("/number", text)])


def _cadences(price: PriceTerms, begin: date) -> tuple[Cadence, ...]:
    return cadences(price, begin) if isinstance(price, Plan) else ()


def _usage(data: PreviewPrice) -> Usage:
    """The totals and the uses that were given, as the uses of one period."""
    uses = {name: tuple(listed) for name, listed in data.uses.items()}
    for name, quantity in data.quantities.items():
        uses[name] = (*uses.get(name, ()), Use(quantity))
    return Usage(dict(sorted(uses.items())), dict(sorted(data.revenue.items())), data.on_trial)


def _periods(plan: Plan, usage: Usage, begin: date, number: int) -> Iterator[PricedPeriodView]:
    for of in cadences(plan, begin):
        asked = period(of, number)
        lines = charge(plan, usage, asked)
        whole = Money(total(lines), plan.currency).view()
        yield PricedPeriodView(number, asked.since, asked.until, [line_view(one) for one in lines], whole)


def _trial(plan: Plan, usage: Usage, begin: date) -> TrialView | None:
    part = trial_of(plan)
    if part is None:
        return None
    ends_at = None if part.days is None else instant(begin + timedelta(days=part.days), plan.zone)
    made = trial_charges(plan, usage, begin, cadences(plan, begin))
    charges = [
        DatedChargeView(one.at, [line_view(each) for each in one.lines], Money(total(one.lines), plan.currency).view())
        for one in made
    ]
    return TrialView(ends_at, part.units, charges)


def _cliffs(plan: Plan) -> Iterator[CliffView]:
    scale = tariffs.minor(plan.currency)
    for part in plan.components:
        if isinstance(part, Metered):
            for units in tariffs.cliffs(part.tariff):
                costs, then = (
                    Money(rounded(tariffs.price(part.tariff, n)[0] * scale), plan.currency).view()
                    for n in (units, units + 1)
                )
                yield CliffView(part.name, units, costs, then)


class DatedCharge(NamedTuple):
    """What is charged at a moment."""

    at: datetime
    lines: Sequence[Line]


def trial_of(plan: Plan) -> Trial | None:
    """The trial of a plan, which has one at most."""
    return next((part for part in plan.components if isinstance(part, Trial)), None)


def trial_charges(plan: Plan, usage: Usage, begin: date, each: Sequence[Cadence]) -> list[DatedCharge]:
    """All that is charged from the beginning through the first period of each length that the trial leaves whole.

    What comes to nothing is left out. The usage is taken to be that of every period; a trial of units, which ends with
    the use, is followed through two periods.
    """
    made = [DatedCharge(instant(begin, plan.zone), opening(plan, begin)), *_instalments(plan, begin)]
    for of in each:
        made += _of_cadence(plan, usage, of)
    return sorted((one for one in made if total(one.lines)), key=lambda one: one.at)


def _instalments(plan: Plan, begin: date) -> Iterator[DatedCharge]:
    for part in plan.components:
        if isinstance(part, Instalments):
            for at, one in enumerate(part.parts):
                yield DatedCharge(instant(due_on(one, begin), plan.zone), (instalment_line(plan, part, at, begin),))


def _of_cadence(plan: Plan, usage: Usage, of: Cadence) -> Iterator[DatedCharge]:
    n, used = 0, usage.on_trial
    while True:
        asked = period(of, n)
        advance = charge(plan, usage, asked, due=Due.BEGIN)
        yield DatedCharge(asked.since, advance)
        with_trial = msgspec.structs.replace(usage, on_trial=used)
        rest = charge(plan, with_trial, asked, prior=advance)
        yield DatedCharge(asked.until, rest)
        used += sum(line.quantity or 0 for line in rest if line.kind is LineKind.TRIAL)
        if _is_over(plan, asked):
            return
        n += 1


def _is_over(plan: Plan, asked: Period) -> bool:
    """Whether nothing of a period was on trial by days; a trial of units is looked at for two."""
    part = trial_of(plan)
    if part is not None and part.days is None:
        return asked.n >= 1
    return trial_end(plan, asked) is None
