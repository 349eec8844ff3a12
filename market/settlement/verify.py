"""Checking a settlement statement offline: its figures add up, and follow from the tariff that it names; pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kernel.documents.verify import Check
from kernel.errors import InvalidInput
from kernel.money import Money, MoneyView
from kernel.rules.policy import PolicyMissing
from kernel.text import Text
from market.ledger import book
from market.settlement import rules


def check(claims: Mapping[str, Any]) -> list[Check]:
    """Check the claims of a `settlement-statement`; malformed claims hold in nothing."""
    return [_adding_up(_adds_up(claims)), _tariff(_follows(claims))]


def _adding_up(holds: bool) -> Check:
    good = Text("服务费与提供方份额之和等于价款", "fee and provider's share make the price")
    bad = Text("金额不守恒", "the figures do not add up")
    return Check(Text("金额守恒", "Figures"), holds, good if holds else bad)


def _tariff(holds: bool) -> Check:
    good = Text("各项由所示费率规则算得", "every figure follows from the tariff that the statement names")
    bad = Text("金额与所示费率规则不符", "the figures do not follow from the tariff that the statement names")
    return Check(Text("费率", "Tariff"), holds, good if holds else bad)


def _adds_up(claims: Mapping[str, Any]) -> bool:
    try:
        gross, fee, share = (_money(claims[name]) for name in ("gross", "fee", "provider_share"))
        by_line = sum((_money(line["fee"]) for line in claims["lines"]), Money(0, gross.currency))
        posted = sum((_money(leg) for leg in claims["ledger"]["postings"]), Money(0, gross.currency))
        return fee + share == gross == posted and by_line == fee
    except (KeyError, TypeError, ValueError, InvalidInput, msgspec.ValidationError):
        return False


def _follows(claims: Mapping[str, Any]) -> bool:
    try:
        fees = rules.FEES.version(claims["policy"]["version"])
        split = rules.split(_money(claims["gross"]), fees.body)
        lines = [(_money(line["part"]), line["rate"], _money(line["fee"])) for line in claims["lines"]]
        order_id, provider = claims["order"]["order_id"], claims["provider"]["party_id"]
        entry = book.release(order_id, split.gross, split.fee, [book.Share(provider, split.share)])
        legs = [(leg["debit"], leg["credit"], _money(leg)) for leg in claims["ledger"]["postings"]]
        shares = _money(claims["fee"]), _money(claims["provider_share"])
    except (KeyError, TypeError, ValueError, InvalidInput, msgspec.ValidationError, PolicyMissing):
        return False
    return (
        claims["policy"].get("sha256") == fees.sha256
        and lines == [(line.part, line.rate, line.fee) for line in split.lines]
        and shares == (split.fee, split.share)
        and legs == [(leg.debit, leg.credit, leg.money) for leg in entry.legs]
    )


def _money(value: Mapping[str, Any]) -> Money:
    return Money.of(MoneyView(amount=value["amount"], currency=value["currency"]))
