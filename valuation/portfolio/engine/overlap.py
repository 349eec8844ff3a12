"""What assets share (重叠): each value is traced to its sources, and a source that several rest on is counted once.

With the amounts x that the assets of a portfolio rest on one source, the source counts max(x) + (1 − κ)·(Σx − max(x)).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from itertools import groupby

from kernel.errors import Unprocessable
from kernel.text import Text
from valuation.appraisal.engine import expression

Shares = Mapping[str, Decimal]
Upstream = Callable[[str], Shares]
"""The assets that an asset rests on, with their shares; nothing for one that rests on itself alone."""


class LineageCircular(Unprocessable):
    """Nothing is made from itself, however many steps away."""

    title = Text("来源关系成环", "The lineage is circular")
    detail = Text("来源关系成环：{circle}。", "The lineage is circular: {circle}.")
    rule = "LT-PTF-02"


class LineageTooLarge(Unprocessable):
    """An asset has more sources, or lies more steps from them, than the rules admit."""

    title = Text("来源关系过大", "The lineage is too large")
    detail = Text(
        "{asset} 的来源超过 {sources} 个或层级超过 {depth} 层。",
        "{asset} has more than {sources} sources or lies more than {depth} steps from them.",
    )
    rule = "LT-PTF-02"


def sources(
    asset: str, upstream: Upstream, known: MutableMapping[str, Shares], *, sources_max: int, depth_max: int
) -> Shares:
    """The ultimate sources of an asset's value, itself among them, with shares that sum to 1.

    `known` keeps what was found, so that a source that many rest on is traced once.
    """

    def of(name: str, path: tuple[str, ...]) -> Shares:
        if name in path:
            raise LineageCircular(circle=" → ".join([*path[path.index(name) :], name]))
        if len(path) > depth_max:
            raise LineageTooLarge(asset=path[0], sources=sources_max, depth=depth_max)
        if name not in known:
            known[name] = _mixed(name, {parent: (share, of(parent, (*path, name))) for parent, share in up(name)})
            if len(known[name]) > sources_max:
                raise LineageTooLarge(asset=name, sources=sources_max, depth=depth_max)
        return known[name]

    def up(name: str) -> Iterable[tuple[str, Decimal]]:
        return sorted(upstream(name).items())

    return of(asset, ())


def _mixed(name: str, parents: Mapping[str, tuple[Decimal, Shares]]) -> Shares:
    with expression.context():
        own = 1 - sum((share for share, _ in parents.values()), Decimal(0))
        found = {name: own} if own else {}
        for share, below in parents.values():
            for source, part in below.items():
                found[source] = found.get(source, Decimal(0)) + share * part
    return {source: share for source, share in found.items() if share}


def apportioned(minor: int, shares: Shares) -> dict[str, int]:
    """Split a value over its sources without losing a minor unit: the largest remainders get what is left over."""
    with expression.context():
        exact = {source: minor * share for source, share in sorted(shares.items())}
        whole = {source: int(amount.to_integral_value(ROUND_FLOOR)) for source, amount in exact.items()}
        order = sorted(exact, key=lambda source: (whole[source] - exact[source], source))
    for source in order[: minor - sum(whole.values())]:
        whole[source] += 1
    return {source: amount for source, amount in whole.items() if amount}


def repeated(parts: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int, int]]:
    """Each source that more than one asset rests on, with their number and the amount beyond the largest.

    `parts` are (source, amount) in order of the source, so that memory does not grow with their number.
    """
    for source, group in groupby(parts, key=lambda part: part[0]):
        total = largest = count = 0
        for _, amount in group:
            total, largest, count = total + amount, max(largest, amount), count + 1
        if total > largest:
            yield source, count, total - largest


def discount(minor: int, overlap: Decimal) -> int:
    """What is taken off for so much repeated value."""
    return int(expression.times(Decimal(minor), overlap).to_integral_value(ROUND_HALF_EVEN))
