"""What a price would come to for a given use: answered in a process of its own, nothing is stored; pure."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from contracts.terms.errors import TermsContradictory
from contracts.terms.price.faults import faults
from contracts.terms.price.sentences import sentences
from contracts.terms.prices import Every, Metered, OnRequest, Plan, PriceTerms
from kernel.errors import FieldError, InvalidInput
from kernel.money import Money
from kernel.text import Text
from market.pricing import tariffs
from market.pricing.charging import charge
from market.pricing.dues import opening, upfront
from market.pricing.lines import rounded, total
from market.pricing.periods import Cadence, cadences, period
from market.pricing.schemas import (
    CliffView,
    PreviewPrice,
    PricedPeriodView,
    PricePreviewView,
    PriceSentenceView,
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
