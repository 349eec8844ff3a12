"""What everybody gets of an amount, computed from the leaves up and with nothing of the product's own code."""

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from contracts.terms.prices import Seller
from market.splits.tree import Basis, Commission, Holder, Node, Royalty, Tree


def shared(minor: int, tree: dict[str, Any]) -> list[int]:
    """The parts of an amount in the order of title, for a tree as it is stored."""
    commissions = [Fraction(each["rate"]) for each in tree["commissions"]]
    exact = commissions + parts(tree["root"], Fraction(1), sum(commissions))
    floors = [int(weight * minor) for weight in exact]
    missing = minor - sum(floors)
    order = sorted(range(len(exact)), key=lambda at: (floors[at] - exact[at] * minor, at))
    return [floor + (at in order[:missing]) for at, floor in enumerate(floors)]


def parts(node: dict[str, Any], gross: Fraction, promised: Fraction) -> list[Fraction]:
    above: list[Fraction] = []
    for royalty in node["royalties"]:
        part = Fraction(royalty["rate"]) * (Fraction(1) if royalty["of"] == "proceeds" else gross)
        above += parts(royalty["to"], part, Fraction(0))
    rest = gross - promised - sum(above)
    return above + [rest * Fraction(holder["share"]) for holder in node["holders"]]


@st.composite
def nodes(draw: st.DrawFn, depth: int = 4) -> Node:
    """A chain of title of any shape that owes no more than it gets."""
    weights = draw(st.lists(st.integers(1, 9), min_size=1, max_size=3))
    holders = tuple(Holder(f"p{draw(st.integers(0, 9))}", f"{each}/{sum(weights)}") for each in weights)
    royalties = []
    room = 1000
    for _ in range(draw(st.integers(0, 3)) if depth else 0):
        rate = draw(st.integers(0, room // 2))
        room -= rate
        royalties.append(Royalty(f"0.{rate:03d}", draw(nodes(depth - 1))))
    return Node(f"ast{draw(st.integers(0, 99))}", holders, royalties=tuple(royalties))


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Such a chain under a seller, perhaps with an intermediary and one royalty on all that is distributed."""
    root = draw(nodes())
    owed = sum(Fraction(each.rate) for each in root.royalties)
    commissions = (Commission("i", "0.01"),) if owed <= Fraction(9, 10) and draw(st.booleans()) else ()
    if owed <= Fraction(9, 10) and draw(st.booleans()):
        more = Royalty("0.05", Node("far", (Holder("f"),)), Basis.PROCEEDS)
        root = Node(root.asset, root.holders, royalties=(*root.royalties, more))
    return Tree(draw(st.sampled_from(Seller)), root, commissions)
