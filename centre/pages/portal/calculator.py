"""The calculator of a price plan: what is asked of it in the address, and what the previews of prices answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec

from centre.pages.shell import forms
from contracts.terms.price.sentences import AGGREGATIONS, METERS
from contracts.terms.prices import Aggregation, Metered, Plan, RevenueShare
from kernel.actor import Actor
from kernel.errors import DomainError, FieldError, InvalidInput, Unprocessable
from kernel.jobs import desk
from kernel.runtime import Runtime
from kernel.text import Text
from kernel.time.clock import day_in_china
from market.listings import queries as listings
from market.pricing import previewing
from market.pricing.schemas import USES_MAX, PreviewPrice, PricePreviewView
from market.pricing.usage import Revenue, Use

CHARS_MAX: Final = 24
_WHOLE: Final = Text("请填 {least} 至 {most} 的整数", "Give a whole number from {least} to {most}")
_AMOUNT: Final = Text("请填金额，如 1250.00", "Give an amount such as 1250.00")
_DAY: Final = Text("请填日期，如 2026-12-01", "Give a day such as 2026-12-01")
_QUANTITY_MAX: Final = 10**15
_PERIOD_MAX: Final = 1201
_PERIOD: Final = Text("第几个周期", "Which period")
_BEGIN: Final = Text("方案开始日", "The plan begins on")


@dataclass(frozen=True, slots=True)
class Entered:
    """What the address asks: quantities and revenue in the order of the plan's parts, and a period from a day on."""

    quantities: Sequence[str]
    revenue: Sequence[str]
    begin: str
    period: str

    @property
    def is_asked(self) -> bool:
        """Whether anything is asked at all."""
        return bool(self.quantities or self.revenue or self.begin or self.period)


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the calculator: the part of the plan that it is of, its words, and its place in the form."""

    part: Metered | RevenueShare
    name: str
    parameter: str
    label: Text
    most: int


@dataclass(frozen=True, slots=True)
class Calculator:
    """The calculator as the page draws it; `view` is what was computed, where something was asked and is valid."""

    entries: list[Entry]
    form: forms.Form
    view: PricePreviewView | None


async def calculator(runtime: Runtime, actor: Actor, listing_id: str, asked: Entered) -> Calculator | None:
    """Compute what was asked of a product's plan; None where it has no plan. Raises ListingUnavailable, ProcessingBusy.

    It reads the plan in a unit of its own and computes when that is over, so that nobody waits with a connection.
    """
    async with runtime.act(actor) as act:
        terms = (await listings.visible(act, listing_id)).price_terms
    if not isinstance(terms, Plan):
        return None
    entries = list(_entries(terms))
    fields = _fields(entries)
    values = _values(entries, asked)
    if not asked.is_asked:
        return Calculator(entries, forms.query_form(fields, values), None)
    today = day_in_china(runtime.clock.now())
    try:
        data = _preview(terms, entries, values)
        view = await desk.answer(previewing.previewed, data, today, party=actor.party)
    except (InvalidInput, Unprocessable) as refusal:
        return Calculator(entries, forms.query_form(fields, values, _placed(refusal)), None)
    return Calculator(entries, forms.query_form(fields, values), view)


def _entries(plan: Plan) -> Iterator[Entry]:
    for part in plan.components:
        if isinstance(part, Metered):
            by = AGGREGATIONS[part.aggregation]
            meter = METERS[part.meter]
            label = Text(f"{part.name}：{by.zh}（{meter.zh}）", f"{part.name}: {by.en} ({meter.en})")
            most = USES_MAX if _is_one_by_one(part) else _QUANTITY_MAX
            yield Entry(part, f"quantities/{part.name}", "quantity", label, most)
        elif isinstance(part, RevenueShare):
            zh, en = f"周期内收入（{plan.currency}）", f"revenue of the period, {plan.currency}"
            label = Text(f"{part.name}：{zh}", f"{part.name}: {en}")
            yield Entry(part, f"revenue/{part.name}", "revenue", label, 0)


def _is_one_by_one(part: Metered) -> bool:
    """Whether its quantity is how many uses there were, so that they are listed one by one."""
    return part.aggregation in (Aggregation.COUNT, Aggregation.UNIQUE)


def _fields(entries: Sequence[Entry]) -> forms.Fields:
    labels = {each.name: each.label for each in entries} | {"begin": _BEGIN, "period": _PERIOD}
    return forms.Fields(names=tuple(labels), labels=labels)


def _values(entries: Sequence[Entry], asked: Entered) -> dict[str, str | list[str]]:
    """What was entered, by its field: the nth quantity is that of the nth part that is metered."""
    given = {"quantity": iter(asked.quantities), "revenue": iter(asked.revenue)}
    values: dict[str, str | list[str]] = {each.name: next(given[each.parameter], "").strip() for each in entries}
    return values | {"begin": asked.begin.strip(), "period": asked.period.strip()}


def _preview(plan: Plan, entries: Sequence[Entry], values: Any) -> PreviewPrice:
    """The question as the API is asked it; raises InvalidInput with every field that nobody can read."""
    wrong: list[FieldError] = []
    begin, number = _day(values["begin"], wrong), _whole(values, "period", _PERIOD_MAX, wrong, 1) - 1
    made = PreviewPrice(plan, begin=begin, number=number)
    for each in entries:
        written = values[each.name].replace(",", "")
        if isinstance(each.part, RevenueShare):
            if written:
                made.revenue[each.part.name] = _revenue(each, written, wrong)
            continue
        quantity = _whole(values, each.name, each.most, wrong, 0)
        if _is_one_by_one(each.part):
            made.uses[each.part.name] = [Use(1, subject=f"{n}") for n in range(quantity)]
        else:
            made.quantities[each.part.name] = quantity
    if wrong:
        raise InvalidInput(errors=wrong)
    return made


def _whole(values: Any, name: str, most: int, wrong: list[FieldError], least: int) -> int:
    written = values[name].replace(",", "") or f"{least}"
    if written.isascii() and written.isdigit() and least <= int(written) <= most:
        return int(written)
    wrong.append(FieldError(f"/{name}", _WHOLE.filled(least=least, most=f"{most:,}")))
    return least


def _day(written: str, wrong: list[FieldError]) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        wrong.append(FieldError("/begin", _DAY))
        return None


def _revenue(each: Entry, written: str, wrong: list[FieldError]) -> Revenue:
    try:
        return msgspec.convert({"declared": written}, Revenue)
    except msgspec.ValidationError:
        wrong.append(FieldError(f"/{each.name}", _AMOUNT))
        return Revenue()


def _placed(refusal: DomainError) -> DomainError:
    """A refusal of the preview with its faults at the calculator's fields: what it numbers from 0 is counted from 1."""
    placed = [FieldError(_place(each.pointer), each.detail, each.rule) for each in refusal.errors]
    return type(refusal)(errors=placed, **refusal.facts) if placed else refusal


def _place(pointer: str) -> str:
    return "/period" if pointer == "/number" else pointer
