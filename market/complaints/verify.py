"""Checking a document of a complaint offline: its figures hold together, and it cites rules; pure."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from kernel.documents.verify import Check
from kernel.errors import InvalidInput
from kernel.money import Money, MoneyView
from kernel.text import Text

KIND: Final = "complaint-decision"
FORM: Final = "2026-11"
"""The form of the claims."""

STAGES: Final = ("agreement", "decision", "appeal")
_PAYING: Final = ("refund", "price-reduction")
_FIGURES: Final = Text("金额", "Figures")
_RULES: Final = Text("所引规则", "Rules cited")
_FAULTS: Final = (KeyError, TypeError, ValueError, AttributeError, InvalidInput, msgspec.ValidationError)


def check(claims: Mapping[str, Any]) -> list[Check]:
    """Check the claims of a `complaint-decision`; malformed claims hold in nothing."""
    return [_check(_FIGURES, _figures(claims), _GOOD, _BAD), _check(_RULES, _cites(claims), _CITED, _UNCITED)]


_GOOD: Final = Text(
    "处理金额不超过争议金额，与价款相合", "what goes back is at most in dispute, and makes the price with what is kept"
)
_BAD: Final = Text("金额不合", "the figures do not hold together")
_CITED: Final = Text("载明所依据的规则全文", "the rules that it rests on are in it in full")
_UNCITED: Final = Text("未载明所依据的规则", "it does not name the rules that it rests on")


def _check(name: Text, holds: bool, good: Text, bad: Text) -> Check:
    return Check(name, holds, good if holds else bad)


def _figures(claims: Mapping[str, Any]) -> bool:
    try:
        figures = {name: _money(claims["figures"][name]) for name in ("price", "disputed", "paid_back", "kept")}
        remedy = claims["remedy"]
        amount = None if remedy["amount"] is None else _money(remedy["amount"])
        nothing = Money(0, figures["price"].currency)
        paid_back = figures["paid_back"]
        return (
            figures["kept"] + paid_back == figures["price"]
            and 0 <= paid_back.minor <= figures["disputed"].minor <= figures["price"].minor
            and (amount or nothing) == paid_back
            and (amount is not None) == (remedy["kind"] in _PAYING)
        )
    except _FAULTS:
        return False


def _cites(claims: Mapping[str, Any]) -> bool:
    try:
        cited = claims["rules"]
        return (
            claims["stage"] in STAGES
            and bool(cited)
            and all(each["id"] and each["zh"] and each["en"] for each in cited)
        )
    except _FAULTS:
        return False


def _money(value: Mapping[str, Any]) -> Money:
    return Money.of(MoneyView(amount=value["amount"], currency=value["currency"]))
