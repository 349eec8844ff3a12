"""What tax, fee and everybody's share of an amount are, by whole numbers and fractions, without the product's code."""

from fractions import Fraction
from typing import Any

from tests.market.settlement import oracle

BANDS = {"CNY": (10_000_000, 100_000_000), "USD": (1_400_000, 14_000_000), "EUR": (1_200_000, 12_000_000)}
RATES = (Fraction(5, 100), Fraction(3, 100), Fraction(2, 100))
"""The launch tariff: where its second and third band begin, in minor units, and its rates; written down by hand."""


def largest_remainder(total: int, exact: list[Fraction]) -> list[int]:
    """Whole parts of a total, nearest to exact ones that make the total; the first of equal remainders goes first."""
    floors = [int(each) for each in exact]
    order = sorted(range(len(exact)), key=lambda at: (floors[at] - exact[at], at))
    first = set(order[: total - sum(floors)])
    return [floor + (at in first) for at, floor in enumerate(floors)]


def net(gross: int) -> int:
    """The price without the 6 % that it contains, half to even."""
    whole, rest = divmod(gross * 100, 106)
    return whole + (2 * rest > 106 or (2 * rest == 106 and whole % 2 == 1))


def fee(amount: int, currency: str) -> int:
    """The centre's fee: each band's part at its rate, and the whole of them and the rest by largest remainder."""
    edges = [0, *(min(edge, amount) for edge in BANDS[currency]), amount]
    exact = [(high - low) * rate for low, high, rate in zip(edges[:-1], edges[1:], RATES, strict=True)]
    return sum(largest_remainder(amount, [*exact, amount - sum(exact)])[:-1]) if amount else 0


def weights(tree: dict[str, Any]) -> list[Fraction]:
    """Everybody's exact part of what is distributed, in the order of title."""
    commissions = [Fraction(each["rate"]) for each in tree["commissions"]]
    return commissions + oracle.parts(tree["root"], Fraction(1), sum(commissions, Fraction(0)))


def waterfall(gross: int, currency: str, tree: dict[str, Any], exact: list[Fraction]) -> tuple[int, int, list[int]]:
    """Tax, fee and the parts of an amount, for a tree as it is stored, whose exact weights are given."""
    taxed = net(gross) if tree["seller"] == "principal" else gross
    taken = fee(taxed, currency)
    left = taxed - taken
    return gross - taxed, taken, largest_remainder(left, [weight * left for weight in exact])
