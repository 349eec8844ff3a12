"""The order in which money is shared out: tax, the centre's fee, and the chain of title; pure.

Whatever is rounded conserves every minor unit. The shares of the chain are exact fractions, and one largest remainder
over all of them decides the last minor units; where remainders are equal, whoever comes first in the order of title.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any, Final

import msgspec

from contracts.terms.prices import Seller
from kernel.money import Money
from kernel.rules import policy
from market.ledger import book
from market.settlement import rules
from market.splits.tree import Leaf, LeafKind, Tree, leaves


@dataclass(frozen=True, slots=True)
class Portion:
    """What one leaf of the tree gets."""

    leaf: Leaf
    money: Money


@dataclass(frozen=True, slots=True)
class Waterfall:
    """An amount as it is shared out; tax, fee and portions make the amount again."""

    gross: Money
    tax: Money
    net: Money
    lines: tuple[rules.FeeLine, ...]
    fee: Money
    distributable: Money
    portions: tuple[Portion, ...]


class Tax(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rate of output VAT where the centre itself sells, contained in the price."""

    principal_rate: str


TAX: Final = policy.load("tax", Tax, "market.settlement")


def net_of(gross: Money, rate: Decimal) -> Money:
    """The price without the tax that it contains, half-even and exact: a decimal quotient would end too early."""
    return Money(round(gross.minor / Fraction(1 + rate)), gross.currency)


def waterfall(gross: Money, tree: Tree, fees: rules.Fees, tax: Tax) -> Waterfall:
    """Share an amount out; raises Overcommitted for a tree that promises more than there is."""
    net = net_of(gross, Decimal(tax.principal_rate)) if tree.seller is Seller.PRINCIPAL else gross
    by_band = rules.split(net, fees) if net.minor else rules.Split(net, (), net, net)
    shared = leaves(tree)
    denominator = lcm(*(leaf.weight.denominator for leaf in shared))
    weights = [int(leaf.weight * denominator) for leaf in shared]
    parts = by_band.share.split(*weights)
    portions = tuple(Portion(leaf, money) for leaf, money in zip(shared, parts, strict=True))
    return Waterfall(gross, gross - net, net, by_band.lines, by_band.fee, by_band.share, portions)


def undivided(gross: Money, party: str) -> Waterfall:
    """An amount that is no price and goes to one party as a whole: there is no tax, fee or royalty in it."""
    nothing = Money(0, gross.currency)
    whole = Portion(Leaf(LeafKind.PROVIDER, party, Fraction(1)), gross)
    return Waterfall(gross, nothing, gross, (), nothing, gross, (whole,))


def entry_of(subject: str, account: str, parts: Waterfall, accounts: list[str]) -> book.Entry:
    """The entry by which an amount is shared out, the accounts of the leaves in their order."""
    shares = [book.Part(to, portion.money) for to, portion in zip(accounts, parts.portions, strict=True)]
    to = [book.Part(book.VAT, parts.tax), book.Part(book.FEES, parts.fee), *shares]
    return book.distributed(f"distribution:{subject}", subject, account, parts.gross, to)


def line(each: rules.FeeLine) -> dict[str, Any]:
    """A band's fee as it is stored and printed."""
    return {"part": amount(each.part), "rate": each.rate, "fee": amount(each.fee)}


def amount(money: Money) -> dict[str, str]:
    """Money as it is stored and printed."""
    view = money.view()
    return {"amount": view.amount, "currency": view.currency}
