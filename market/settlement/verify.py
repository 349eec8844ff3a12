"""Checking a settlement statement offline: its figures add up, and follow from the tariff that it names; pure."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from kernel.documents.verify import Check
from kernel.errors import InvalidInput
from kernel.money import Money, MoneyView
from kernel.rules.policy import PolicyMissing
from kernel.text import Text
from market.ledger import book
from market.settlement import rules
from market.settlement import waterfall as waterfalls
from market.splits import tree as trees

FORM: Final = "2026-11"
"""The form of a statement that names everybody who shares; one without a form has the fee and the provider only."""

_FAULTS: Final = (
    KeyError,
    TypeError,
    ValueError,
    ArithmeticError,
    InvalidInput,
    msgspec.ValidationError,
    PolicyMissing,
)


def check(claims: Mapping[str, Any]) -> list[Check]:
    """Check the claims of a `settlement-statement`; malformed claims hold in nothing."""
    if "form" in claims:
        return [_adding_up(_shares_add_up(claims)), _tariff(_shared_out(claims)), _frozen(_tree_holds(claims))]
    return [_adding_up(_adds_up(claims)), _tariff(_follows(claims))]


def _adding_up(holds: bool) -> Check:
    good = Text("服务费与提供方份额之和等于价款", "fee and provider's share make the price")
    bad = Text("金额不守恒", "the figures do not add up")
    return Check(Text("金额守恒", "Figures"), holds, good if holds else bad)


def _tariff(holds: bool) -> Check:
    good = Text("各项由所示费率规则算得", "every figure follows from the tariff that the statement names")
    bad = Text("金额与所示费率规则不符", "the figures do not follow from the tariff that the statement names")
    return Check(Text("费率", "Tariff"), holds, good if holds else bad)


def _frozen(holds: bool) -> Check:
    good = Text("分配方案与其摘要相符", "the tree of shares has the digest that the statement names")
    bad = Text("分配方案与其摘要不符", "the tree of shares does not have the digest that the statement names")
    return Check(Text("分配方案", "Tree of shares"), holds, good if holds else bad)


def _shares_add_up(claims: Mapping[str, Any]) -> bool:
    """Tax, fee and shares make the price, and so do the postings."""
    try:
        gross, tax, fee = (_money(claims[name]) for name in ("gross", "tax", "fee"))
        nothing = Money(0, gross.currency)
        shares = sum((_money(share["money"]) for share in claims["shares"]), nothing)
        posted = sum((_money(leg) for leg in claims["ledger"]["postings"]), nothing)
        by_line = sum((_money(line["fee"]) for line in claims["lines"]), nothing)
        return tax + fee + shares == gross == posted and by_line == fee
    except _FAULTS:
        return False


def _shared_out(claims: Mapping[str, Any]) -> bool:
    """Every figure and posting follows from the price, the tree and the two policies that the statement names."""
    try:
        fees = rules.FEES.version(claims["policies"]["fees"]["version"])
        tax = waterfalls.TAX.version(claims["policies"]["tax"]["version"])
        order_id, tree = claims["order"]["order_id"], trees.parsed(claims["tree"])
        parts = waterfalls.waterfall(_money(claims["gross"]), tree, fees.body, tax.body)
        shares = [
            (share["kind"], share["party_id"], share["asset_id"], share["grant_id"], _money(share["money"]))
            for share in claims["shares"]
        ]
        accounts = [share["account"] for share in claims["shares"]]
        entry = waterfalls.entry_of(order_id, book.escrow(order_id), parts, accounts)
        legs = [(leg["debit"], leg["credit"], _money(leg)) for leg in claims["ledger"]["postings"]]
        figures = [_money(claims[name]) for name in ("tax", "net", "fee", "distributable")]
        lines = [(_money(line["part"]), line["rate"], _money(line["fee"])) for line in claims["lines"]]
        owners = [share["party_id"] for share in claims["shares"]]
    except _FAULTS:
        return False
    expected = [
        (str(each.leaf.kind), each.leaf.party, each.leaf.asset, each.leaf.grant, each.money) for each in parts.portions
    ]
    holds: bool = (
        claims["policies"]["fees"].get("sha256") == fees.sha256
        and claims["policies"]["tax"].get("sha256") == tax.sha256
        and figures == [parts.tax, parts.net, parts.fee, parts.distributable]
        and lines == [(line.part, line.rate, line.fee) for line in parts.lines]
        and shares == expected
        and all(_is_of(account, order_id, owner) for account, owner in zip(accounts, owners, strict=True))
        and legs == [(leg.debit, leg.credit, leg.money) for leg in entry.legs]
    )
    return holds


def _is_of(account: str, order_id: str, party: str) -> bool:
    """Whether a share went to its party, or was kept back for it."""
    return account in (book.payable(party), book.withheld(order_id, party))


def _tree_holds(claims: Mapping[str, Any]) -> bool:
    try:
        return bool(trees.digest(trees.parsed(claims["tree"])) == claims["tree_sha256"])
    except _FAULTS:
        return False


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
