"""What changed between two runs, and why: every cause's amount, and together exactly the change of the value."""

import heapq
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import islice, zip_longest
from math import floor
from typing import Final

from msgspec import Struct

from kernel.jobs.processes import Pool
from valuation.portfolio.engine import overlap, run, work
from valuation.portfolio.engine.store import Store
from valuation.portfolio.engine.work import Basis, Pair

NEW, GONE, LINEAGE, OVERLAP, REPEATED = "new_assets", "assets_gone", "lineage", "overlap", "repeated_values"
MOVERS: Final = 20
CHUNK: Final = 100


class Cause(Struct, frozen=True):
    """One cause: its amount in minor units, and how many assets it changed."""

    cause: str
    amount: int
    assets: int


class Mover(Struct, frozen=True):
    """An asset whose value changed much, by cause."""

    asset: str
    before: int
    after: int
    causes: dict[str, int]


class Change(Struct, frozen=True):
    """The change of the portfolio's value since an earlier run; the causes sum to `after` less `before`."""

    previous: str
    before: int
    after: int
    causes: tuple[Cause, ...]
    movers: tuple[Mover, ...]


class _Tally:
    def __init__(self) -> None:
        self.amounts: dict[str, int] = {}
        self.assets: dict[str, int] = {}
        self.largest: list[tuple[int, str, Mover]] = []

    def add(self, cause: str, amount: int, assets: int = 1) -> None:
        self.amounts[cause] = self.amounts.get(cause, 0) + amount
        self.assets[cause] = self.assets.get(cause, 0) + assets

    def move(self, mover: Mover) -> None:
        for cause, amount in mover.causes.items():
            self.add(cause, amount)
        entry = (abs(mover.after - mover.before), mover.asset, mover)
        push = heapq.heappush if len(self.largest) < MOVERS else heapq.heappushpop
        push(self.largest, entry)


def compare(
    before: Store,
    after: Store,
    bases: tuple[Basis, Basis],
    *,
    processes: Pool,
    workers: int,
    told: Callable[[int], None],
) -> Change:
    """Explain the change from one finished run to another."""
    tally = _Tally()
    changed = _changed(before, after, tally)
    for explained in run.in_order(
        workers,
        _chunked(changed),
        lambda chunk: processes.submit(_explain, chunk, bases),
    ):
        for mover in explained:
            tally.move(mover)
        told(len(explained))
    discounts = _discounts(before, after)
    for cause, amount in discounts.items():
        if amount:
            tally.add(cause, amount, 0)
    values = [_value(store) for store in (before, after)]
    causes = [Cause(name, tally.amounts[name], tally.assets[name]) for name in sorted(tally.amounts)]
    causes.sort(key=lambda each: (-abs(each.amount), each.cause))
    movers = [mover for _, _, mover in sorted(tally.largest, key=lambda each: (-each[0], each[1]))]
    return Change(before.told("sha256"), values[0], values[1], tuple(causes), tuple(movers))


def _value(store: Store) -> int:
    total: int = sum(value for (value,) in store.rows("SELECT value FROM result"))
    return total - overlap.discount(store.told("repeated"), Decimal(store.told("overlap")))


def _changed(before: Store, after: Store, tally: _Tally) -> Iterator[Pair]:
    """The assets of both runs whose value changed; those of one run alone are told of here."""
    old = before.rows("SELECT asset, value, line FROM result ORDER BY asset")
    new = after.rows("SELECT asset, value, line FROM result ORDER BY asset")
    was, now = next(old, None), next(new, None)
    while was is not None or now is not None:
        if was is not None and (now is None or was[0] < now[0]):
            tally.add(GONE, -was[1])
            was = next(old, None)
        elif now is not None and (was is None or now[0] < was[0]):
            tally.add(NEW, now[1])
            now = next(new, None)
        elif was is not None and now is not None:
            if was[1] != now[1]:
                yield Pair(now[0], was[2], now[2], was[1], now[1])
            was, now = next(old, None), next(new, None)


def _chunked(pairs: Iterator[Pair]) -> Iterator[list[Pair]]:
    while chunk := list(islice(pairs, CHUNK)):
        yield chunk


def _explain(pairs: list[Pair], bases: tuple[Basis, Basis]) -> list[Mover]:
    causes = work.explained(pairs, *bases)
    return [Mover(pair.asset, pair.before, pair.after, by) for pair, (_, by) in zip(pairs, causes, strict=True)]


def _discounts(before: Store, after: Store) -> dict[str, int]:
    """The change of the discount by cause: what was declared, the lineage, and what repeated values are worth."""
    old, new = (store.told("repeated") for store in (before, after))
    was, now = (Decimal(store.told("overlap")) for store in (before, after))
    whole = overlap.discount(old, was) - overlap.discount(new, now)
    lineage = _lineage(before, after, old, new)
    mean = (Fraction(was) + Fraction(now)) / 2
    exact = {
        OVERLAP: -(Fraction(now) - Fraction(was)) * (old + new) / 2,
        LINEAGE: -mean * lineage,
    }
    found = {cause: floor(amount) for cause, amount in exact.items()}
    return {**found, REPEATED: whole - sum(found.values())}


def _lineage(before: Store, after: Store, old: int, new: int) -> Fraction:
    """How the repeated value changed because the lineage did: half with the old values, half with the new ones."""
    if before.told("lineage_sha256") == after.told("lineage_sha256") or _same_links(before, after):
        return Fraction(0)
    with_new, with_old = _mixed(before, after), _mixed(after, before)
    return Fraction((new - with_new) + (with_old - old), 2)


def _same_links(before: Store, after: Store) -> bool:
    """Whether the lineage is the same but for assets that came or went with their links."""

    def links(store: Store, other: Store) -> Iterator[tuple[str, str, str]]:
        for child, parent, share in store.rows("SELECT child, parent, share FROM upstream ORDER BY child, parent"):
            if store.holds(child) == other.holds(child):
                yield child, parent, share

    return all(one == other for one, other in zip_longest(links(before, after), links(after, before)))


def _mixed(graph: Store, values: Store) -> int:
    """What would be repeated with the lineage of one run and the values of another."""
    values.db.execute("CREATE TEMP TABLE mixed (source TEXT, amount INTEGER)")
    try:
        query = "SELECT p.source, p.asset, p.amount, r.value FROM part p JOIN result r ON r.asset = p.asset"
        for source, asset, amount, value in graph.rows(query):
            row = values.db.execute("SELECT value FROM result WHERE asset = ?", (asset,)).fetchone()
            if row is not None and value:
                values.db.execute("INSERT INTO temp.mixed VALUES (?, ?)", (source, row[0] * amount // value))
        for source, asset, amount in values.rows("SELECT source, asset, amount FROM part"):
            if not graph.holds(asset):
                values.db.execute("INSERT INTO temp.mixed VALUES (?, ?)", (source, amount))
        parts = values.rows("SELECT source, amount FROM temp.mixed ORDER BY source")
        return sum(beyond for _, _, beyond in overlap.repeated(parts))
    finally:
        values.db.execute("DROP TABLE temp.mixed")
