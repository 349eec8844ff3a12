"""Pure rules of requests for quotation: what a want may say, until when, and what a quote must agree with."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import msgspec

from contracts.terms.document import Terms
from contracts.terms.price.amounts import most
from kernel.errors import DomainError, FieldError
from kernel.money import Money, MoneyView
from kernel.rules import policy
from kernel.text import Text
from market.listings import search
from market.requests.schemas import Want
from rights.grants.parsing import place
from rights.grants.vocabulary import Words

UNCLEAR: Final = "LT-RFQ-01"
"""The rule that a want is told in published words."""

UNFIT: Final = "LT-RFQ-07"
"""The rule that a quote answers what was asked."""


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much each part of a score counts."""

    words: Decimal
    fields: Decimal
    territory: Decimal
    quality: Decimal
    freshness: Decimal
    price: Decimal

    def __post_init__(self) -> None:
        given = msgspec.structs.astuple(self)
        if min(given) <= 0 or sum(given) != 1:
            raise ValueError("each weight is above zero, and together they are one")


class QuotationRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a request waits, how much there may be of everything, and how listings are matched."""

    draft_days: int
    open_hours_min: int
    open_days_max: int
    award_working_days: int
    quotes_max: int
    versions_max: int
    clarifications_max: int
    addressed_max: int
    candidates_max: int
    shown_max: int
    told_max: int
    told_score_min: Decimal
    weights: Weights
    undecided_max: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.shown_max <= self.candidates_max:
            raise ValueError("what is shown is among what is scored")


RULES: Final = policy.load("quotation", QuotationRules, "market.requests")


def faults(want: Want, closes_at: datetime, words: Words, at: datetime, table: QuotationRules) -> list[FieldError]:
    """Everything in a want that nobody could answer or match, each with its place and its cure."""
    return [*_word_faults(want, words), *_budget_faults(want.budget), *_closing_faults(closes_at, at, table)]


def _word_faults(want: Want, words: Words) -> Iterator[FieldError]:
    if not search.terms(want.words):
        yield FieldError("/want/words", Text("没有可检索的词", "There is no word in it to look for"), UNCLEAR)
    if want.purpose not in words.purposes.bits:
        listed = ", ".join(sorted(words.purposes.bits))
        yield FieldError("/want/purpose", Text(f"应为以下之一：{listed}", f"Use one of {listed}"), UNCLEAR)
    for at, action in enumerate(want.actions):
        if action not in words.actions:
            listed = ", ".join(sorted(words.actions))
            yield FieldError(f"/want/actions/{at}", Text(f"应为以下之一：{listed}", f"Use one of {listed}"), UNCLEAR)
    for at, code in enumerate(want.territory):
        if not words.is_place(place(code, words)):
            text = Text("应为 world、国家代码或 CN-省级代码", "Use world, a country's code, or CN- and a province's")
            yield FieldError(f"/want/territory/{at}", text, UNCLEAR)


def _budget_faults(budget: MoneyView | None) -> Iterator[FieldError]:
    if budget is None:
        return
    try:
        money = Money.of(budget, "/want/budget")
    except DomainError as problem:
        yield from (FieldError(one.pointer, one.detail, UNCLEAR) for one in problem.errors)
    else:
        if money.minor <= 0:
            text = Text("预算须大于零；不设预算的请留空", "A budget is above zero; leave it out if there is none")
            yield FieldError("/want/budget/amount", text, UNCLEAR)


def _closing_faults(closes_at: datetime, at: datetime, table: QuotationRules) -> Iterator[FieldError]:
    first, last = at + timedelta(hours=table.open_hours_min), at + timedelta(days=table.open_days_max)
    if not first <= closes_at <= last:
        text = Text(
            f"截止时间应在 {table.open_hours_min} 小时之后、{table.open_days_max} 天之内",
            f"It closes at least {table.open_hours_min} hours and at most {table.open_days_max} days from now",
        )
        yield FieldError("/closes_at", text, UNCLEAR)


def misfits(want: Want, terms: Terms) -> Iterator[FieldError]:
    """Where the terms of a quote answer something else than was asked: another purpose, fewer actions, other money."""
    if terms.purpose != want.purpose:
        yield FieldError("/terms/purpose", Text(f"应为：{want.purpose}", f"It is to be {want.purpose}"), UNFIT)
    granted = {action for rule in terms.licence.permissions for action in rule.actions}
    if missing := sorted(set(want.actions) - granted):
        listed = ", ".join(missing)
        yield FieldError("/terms/policy/permissions", Text(f"缺少行为：{listed}", f"It lacks {listed}"), UNFIT)
    if want.delivery is not None and str(terms.delivery) != want.delivery:
        yield FieldError("/terms/delivery", Text(f"应为：{want.delivery}", f"It is to be {want.delivery}"), UNFIT)
    price = most(terms.price, 1)
    if want.budget is not None and price is not None and price.currency != want.budget.currency:
        wanted = want.budget.currency
        yield FieldError("/terms/price", Text(f"币种应为 {wanted}", f"Quote in {wanted}"), UNFIT)
