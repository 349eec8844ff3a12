"""Who shares in an agreement's money, as a tree along the chain of title; pure.

A node is what one asset earns for those who hold it, or one licence for its holder. Each royalty that the node owes
leads to the node that it rests on. Rates and shares are exact: decimals and fractions in text, never a float.
"""

from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

import msgspec

from contracts.terms.prices import Seller
from kernel.crypto import canonical

LEAVES_MAX: Final = 500
"""One agreement shares with no more; a wider chain is refused when it is signed."""


class Basis(StrEnum):
    """Of what a royalty is a part: of what the node itself gets, or of all that is distributed."""

    SHARE = "share"
    PROCEEDS = "proceeds"


class Holder(msgspec.Struct, frozen=True):
    """Whoever holds a node, with its share of it as a fraction."""

    party: str
    share: str = "1/1"


class Royalty(msgspec.Struct, frozen=True):
    """What a node owes to the one that it rests on."""

    rate: str
    to: "Node"
    of: Basis = Basis.SHARE


class Node(msgspec.Struct, frozen=True):
    """One link of the chain of title: its asset, the licence where it is no title, who holds it, and what it owes."""

    asset: str
    holders: tuple[Holder, ...]
    grant: str | None = None
    royalties: tuple[Royalty, ...] = ()


class Commission(msgspec.Struct, frozen=True):
    """What an intermediary gets of all that is distributed."""

    party: str
    rate: str


class Tree(msgspec.Struct, frozen=True):
    """All who share in an agreement's money."""

    seller: Seller
    root: Node
    commissions: tuple[Commission, ...] = ()
    form: str = "2026-11"


class LeafKind(StrEnum):
    """As what somebody shares in the money."""

    INTERMEDIARY = "intermediary"
    UPSTREAM = "upstream"
    PROVIDER = "provider"


class Leaf(msgspec.Struct, frozen=True):
    """One share in what is distributed, with its exact weight; a party that is reached twice has two."""

    kind: LeafKind
    party: str
    weight: Fraction
    asset: str | None = None
    grant: str | None = None


class Overcommitted(ValueError):
    """A node owes more than it gets; the asset says which."""

    def __init__(self, asset: str) -> None:
        super().__init__(f"{asset} owes more than it gets")
        self.asset = asset


def leaves(tree: Tree) -> list[Leaf]:
    """Everybody's exact part of what is distributed, in the order of title: intermediaries, sources before what was
    made from them, the provider last.

    Raises Overcommitted where a node owes more than it gets.
    """
    commissions = [Leaf(LeafKind.INTERMEDIARY, each.party, Fraction(each.rate)) for each in tree.commissions]
    taken = sum((leaf.weight for leaf in commissions), Fraction(0))
    return [*commissions, *_of_node(tree.root, Fraction(1), taken, LeafKind.PROVIDER)]


def _of_node(node: Node, gross: Fraction, taken: Fraction, kind: LeafKind) -> Iterator[Leaf]:
    """The leaves of a node that gets `gross`, of which `taken` is promised already."""
    owed = [Fraction(each.rate) * (gross if each.of is Basis.SHARE else 1) for each in node.royalties]
    kept = gross - taken - sum(owed, Fraction(0))
    if kept < 0:
        raise Overcommitted(node.asset)
    for each, part in zip(node.royalties, owed, strict=True):
        yield from _of_node(each.to, part, Fraction(0), LeafKind.UPSTREAM)
    for holder in node.holders:
        yield Leaf(kind, holder.party, kept * Fraction(holder.share), node.asset, node.grant)


def width(node: Node) -> int:
    """How many leaves a node has."""
    return len(node.holders) + sum(width(each.to) for each in node.royalties)


def parties(tree: Tree) -> set[str]:
    """Everybody who shares."""
    return {leaf.party for leaf in leaves(tree)}


def plain(tree: Tree) -> dict[str, Any]:
    """A tree as the plain value that is stored and printed."""
    value: dict[str, Any] = msgspec.to_builtins(tree)
    return value


def parsed(value: Any) -> Tree:
    """Read a stored tree; raises msgspec.ValidationError for anything else."""
    return msgspec.convert(value, Tree)


def digest(tree: Tree) -> str:
    """The digest by which a tree is frozen."""
    return canonical.digest(plain(tree))


def alone(asset: str, party: str) -> Tree:
    """The tree of an agreement from before there were any: its provider gets all that is distributed."""
    return Tree(Seller.AGENT, Node(asset, (Holder(party),)))
