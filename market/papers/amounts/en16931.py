"""Invoices by the business terms of EN 16931-1:2017 (BT) and their groups (BG), from what their papers say; pure.

What is invoiced here has prices that contain the tax, so the tax of a rate may differ by one minor unit from the net
amount times the rate, which BR-CO-17 is checked with.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from kernel.documents.readable import ZONE

INVOICE, CREDIT_NOTE = "380", "381"
"""UNTDID 1001: commercial invoice, credit note."""

STANDARD_RATE: Final = "S"
"""UNTDID 5305: the category of a line that bears tax at a rate."""

ONE: Final = "C62"
"""UN/ECE recommendation 20: one, without a unit."""


def invoice(claims: Mapping[str, Any]) -> dict[str, Any]:
    """An invoice, of type 380."""
    return _document(claims, INVOICE, 1)


def credit_note(claims: Mapping[str, Any]) -> dict[str, Any]:
    """A credit note, of type 381: its amounts are above zero, and it names the invoice before it."""
    blue = claims["invoice"]
    before = {"BT-25": blue["number"], "BT-26": _day(blue["issued_at"])}
    return _document(claims, CREDIT_NOTE, -1) | {"BG-3": [before]}


def _document(claims: Mapping[str, Any], kind: str, sign: int) -> dict[str, Any]:
    net, tax, gross = (_signed(claims[name], sign) for name in ("net", "tax", "gross"))
    return {
        "BT-1": claims["number"],
        "BT-2": _day(claims["issued_at"]),
        "BT-3": kind,
        "BT-5": claims["currency"],
        "BG-1": [{"BT-22": claims["remark"]}] if claims["remark"] else [],
        "BG-2": {"BT-24": "urn:cen.eu:en16931:2017"},
        "BG-4": _seller(claims["seller"]),
        "BG-7": _buyer(claims["buyer"]),
        "BG-22": {"BT-106": net, "BT-109": net, "BT-110": tax, "BT-112": gross, "BT-115": gross},
        "BG-23": [
            {
                "BT-116": _signed(each["net"], sign),
                "BT-117": _signed(each["tax"], sign),
                "BT-118": STANDARD_RATE,
                "BT-119": _percent(each["rate"]),
            }
            for each in claims["totals"]
        ],
        "BG-25": [_line(each, sign) for each in claims["lines"]],
    }


def _seller(of: Mapping[str, Any]) -> dict[str, Any]:
    return _without_nothing(
        {
            "BT-27": of["title"],
            "BT-30": of["tax_number"],
            "BT-31": _vat(of),
            "BG-5": _without_nothing({"BT-35": of.get("address"), "BT-40": of["country"]}),
            "BG-6": _without_nothing({"BT-42": of.get("phone")}),
        }
    )


def _buyer(of: Mapping[str, Any]) -> dict[str, Any]:
    return _without_nothing(
        {
            "BT-44": of["title"],
            "BT-47": of["tax_number"],
            "BT-48": _vat(of),
            "BG-8": _without_nothing({"BT-50": of.get("address"), "BT-55": of["country"]}),
            "BG-9": _without_nothing({"BT-57": of.get("phone")}),
        }
    )


def _vat(of: Mapping[str, Any]) -> str:
    """A VAT identifier begins with its country: China's is the registered code."""
    return str(of.get("vat_id") or f"CN{of['tax_number']}")


def _line(each: Mapping[str, Any], sign: int) -> dict[str, Any]:
    """A line; one without a quantity is one of itself. Prices are never below zero: the quantity has the sign."""
    net = Decimal(_signed(each["net"], sign))
    quantity = each.get("quantity") or ("1" if net >= 0 else "-1")
    price = each.get("unit_price") or f"{abs(net):f}"
    if Decimal(price) < 0:
        price, quantity = price.removeprefix("-"), f"-{quantity}"
    return {
        "BT-126": str(each["n"]),
        "BT-129": quantity,
        "BT-130": ONE,
        "BT-131": f"{net:f}",
        "BG-29": {"BT-146": price},
        "BG-30": {"BT-151": STANDARD_RATE, "BT-152": _percent(each["rate"])},
        "BG-31": {"BT-153": each["name_en"], "BT-158": each["class_code"]},
    }


def _percent(rate: str) -> str:
    return f"{(Decimal(rate) * 100).normalize():f}"


def _signed(value: str, sign: int) -> str:
    return f"{Decimal(value) * sign:f}"


def _day(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(ZONE).date().isoformat()


def _without_nothing(of: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in of.items() if value}
