"""Checking papers offline: their figures add up, and the tax of an invoice follows from its prices; pure."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from kernel.documents.verify import Check
from kernel.money import EXPONENTS, Money
from kernel.text import Text
from market.papers.amounts.capitals import capitals
from market.settlement.waterfall import net_of

_FAULTS: Final = (KeyError, TypeError, ValueError, ArithmeticError)


def check(claims: Mapping[str, Any]) -> list[Check]:
    """Check the claims of a paper of any kind; malformed claims hold in nothing."""
    return [_check(Text("金额守恒", "Figures"), holds(claims, _ADDS_UP), "各项相加等于合计", "the figures add up")]


def check_invoice(claims: Mapping[str, Any]) -> list[Check]:
    """The same for an invoice or a credit note, and its tax."""
    taxed = holds(claims, {"invoice": _taxed, "credit-note": _taxed})
    return [
        *check(claims),
        _check(Text("税额", "Tax"), taxed, "税额与大写相符", "tax and capitals follow from the price"),
    ]


def _check(name: Text, good: bool, chinese: str, english: str) -> Check:
    bad = Text("不符", "they do not")
    return Check(name, good, Text(chinese, english) if good else bad)


def holds(claims: Mapping[str, Any], by_kind: Mapping[str, Callable[[Mapping[str, Any]], bool]]) -> bool:
    """Whether what is checked of a kind holds."""
    try:
        return by_kind[claims["kind"]](claims)
    except _FAULTS:
        return False


def _sum(rows: Sequence[Mapping[str, Any]], name: str) -> Decimal:
    return sum((Decimal(row[name]) for row in rows), Decimal(0))


def _of_lines(claims: Mapping[str, Any]) -> bool:
    """Lines make the totals of their rates, and these the paper's."""
    lines, totals = claims["lines"], claims["totals"]
    for figure in ("net", "tax"):
        by_rate = [_sum([line for line in lines if line["rate"] == each["rate"]], figure) for each in totals]
        if by_rate != [Decimal(each[figure]) for each in totals] or _sum(lines, figure) != Decimal(claims[figure]):
            return False
    return Decimal(claims["net"]) + Decimal(claims["tax"]) == Decimal(claims["gross"])


def _taxed(claims: Mapping[str, Any]) -> bool:
    """The tax of a rate is what its gross amount contains, where it was not booked sale by sale; and the capitals."""
    currency = claims["currency"]
    gross = _minor(claims["gross"], currency)
    if claims["gross_in_capitals"] != (capitals(gross) if currency == "CNY" else None):
        return False
    if claims["kind"] == "credit-note" or claims["mode"] == "principal":
        return True
    return all(
        net_of(Money(_minor(each["net"], currency) + _minor(each["tax"], currency), currency), Decimal(each["rate"]))
        == Money(_minor(each["net"], currency), currency)
        for each in claims["totals"]
    )


def _minor(amount: str, currency: str) -> int:
    return int(Decimal(amount).scaleb(EXPONENTS[currency]))


def _of_month(claims: Mapping[str, Any]) -> bool:
    """Every section leads from its opening to its closing balance, by its kinds and, where all are there, its lines."""
    for one in claims["sections"]:
        moved = _sum(one["kinds"], "amount")
        whole = int(one["line_count"]) == len(one["lines"])
        if Decimal(one["opening"]) + moved != Decimal(one["closing"]):
            return False
        if whole and _sum(one["lines"], "amount") != moved:
            return False
    return True


def _of_bill(claims: Mapping[str, Any]) -> bool:
    return _sum([line["amount"] for line in claims["lines"]], "amount") == Decimal(claims["total"])


def _of_payout(claims: Mapping[str, Any]) -> bool:
    """What is paid is the last movement, and all of them lead from one balance to the other."""
    moved = _sum([line["amount"] for line in claims["lines"]], "amount")
    whole = int(claims["line_count"]) == len(claims["lines"])
    return not whole or Decimal(claims["opening"]) + moved == Decimal(claims["closing"])


def _of_taxes(claims: Mapping[str, Any]) -> bool:
    settled = claims["settled"]
    return Decimal(settled["gross"]) - Decimal(settled["refunded"]) == Decimal(claims["reported"]["income"])


_ADDS_UP: Final = {
    "invoice": _of_lines,
    "credit-note": _of_lines,
    "monthly-statement": _of_month,
    "bill-statement": _of_bill,
    "payout-advice": _of_payout,
    "tax-summary": _of_taxes,
}
