"""What an invoice says, as its document keeps it: plain values, amounts as text in the one currency."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from kernel.money import Money
from kernel.text import Text
from kernel.time.clock import timestamp
from market.papers.amounts.capitals import capitals
from market.papers.amounts.policies import Classed, Invoicing
from market.papers.amounts.rules import Line, RateTotal
from market.papers.invoices.models import Invoice

CAPITALS_IN: Final = "CNY"
"""The currency whose amounts are written in capitals."""

UNIT: Final = Text("项", "item")


def plain(money: Money) -> str:
    """An amount as text; the currency stands once on the paper."""
    return money.view().amount


def in_capitals(money: Money) -> str | None:
    """An amount of yuan in capitals."""
    return capitals(money.minor) if money.currency == CAPITALS_IN else None


def line(n: int, each: Line, classed: Classed) -> dict[str, Any]:
    """A line as it is printed."""
    return {
        "n": n,
        "name_zh": f"*{classed.short_zh}*{each.item.name.zh}",
        "name_en": f"*{classed.short_en}*{each.item.name.en}",
        "class_code": classed.code,
        "unit_zh": UNIT.zh if each.item.quantity else None,
        "unit_en": UNIT.en if each.item.quantity else None,
        "quantity": None if each.item.quantity is None else str(each.item.quantity),
        "unit_price": each.unit_price,
        "net": plain(each.net),
        "rate": str(each.item.rate),
        "tax": plain(each.tax),
        "subject": each.item.subject,
    }


def total(each: RateTotal) -> dict[str, str]:
    """What the lines of one rate come to."""
    return {"rate": str(each.rate), "net": plain(each.net), "tax": plain(each.tax)}


def sums(totals: Sequence[RateTotal], currency: str, sign: int = 1) -> dict[str, Any]:
    """The totals of a paper; those of a credit note are below zero."""
    nothing = Money(0, currency)
    net, tax = sum((each.net for each in totals), nothing), sum((each.tax for each in totals), nothing)
    if sign < 0:
        net, tax = nothing - net, nothing - tax
        totals = [RateTotal(each.rate, nothing - each.net, nothing - each.tax) for each in totals]
    return {
        "totals": [total(each) for each in totals],
        "net": plain(net),
        "tax": plain(tax),
        "gross": plain(net + tax),
        "gross_in_capitals": in_capitals(net + tax),
    }


def invoice(
    row: Invoice,
    lines: Sequence[Line],
    totals: Sequence[RateTotal],
    *,
    seller: dict[str, Any],
    drawer: str,
    subjects: Sequence[str],
    references: Sequence[str],
    rules: Invoicing,
    policies: Sequence[Any],
) -> dict[str, Any]:
    """The claims of an invoice that is being issued."""
    classed = rules.classes["fee" if row.kind == "fee" else "data"]
    return {
        "form": row.form,
        "kind_of_sale": row.kind,
        "mode": row.mode,
        "invoice_id": row.id,
        "requested_at": timestamp(row.requested_at),
        "seller": seller,
        "buyer": row.buyer_details,
        "lines": [line(n, each, classed) for n, each in enumerate(lines, start=1)],
        **sums(totals, row.currency),
        "remark": row.remark,
        "drawer": drawer,
        "subjects": list(subjects),
        **({"references": list(references)} if references else {}),
        "policies": [msgspec.to_builtins(each) for each in policies],
    }
