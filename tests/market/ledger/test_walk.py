"""Money commands at random, with crashes: nothing appears, nothing is lost, nothing happens twice.

The long walks book into a store in memory, which keeps the three promises of `market.ledger.commands.post` (a
reference once, no account below zero that may not, all of a unit or nothing) in a few lines: they prove the entries,
the shares of the waterfall and the sequence, a million times. That the real store keeps the same promises, with real
commits and connections that are cut between two statements, is proven by the shorter walk on PostgreSQL.
"""

import random
from collections import Counter

import pytest

from market.ledger import book
from market.ledger.book import Entry
from tests.market.ledger.acts_back import ACTS
from tests.market.ledger.world import Turn, World

BELOW_ZERO = ("world:", "clawback:", "disputed:", "platform:loss", "platform:costs", "fx:", "promo")
"""What may fall below zero; written down from the chart of money.md and not from the product's."""


class Refused(Exception):
    """The store does not take a unit."""


class Store:
    """Balances and references in memory; a unit is taken whole or leaves nothing."""

    def __init__(self) -> None:
        self.balances: Counter[tuple[str, str]] = Counter()
        self.references: set[str] = set()

    def post(self, entries: list[Entry], crash_after: int | None = None) -> None:
        """Take a unit; `crash_after` so many entries the process dies, and what was not committed is gone."""
        staged: Counter[tuple[str, str]] = Counter()
        named: set[str] = set()
        for done, entry in enumerate(entries):
            if crash_after == done:
                return
            if entry.reference in self.references or entry.reference in named:
                raise Refused(entry.reference)
            named.add(entry.reference)
            for leg in entry.legs:
                staged[leg.debit, leg.money.currency] -= leg.money.minor
                staged[leg.credit, leg.money.currency] += leg.money.minor
            for key in {(leg.debit, leg.money.currency) for leg in entry.legs}:
                if not book.may_overdraw(key[0]) and self.balances[key] + staged[key] < 0:
                    raise Refused(key[0])
        if crash_after is not None:
            return
        for key, minor in staged.items():
            self.balances[key] += minor
        self.references |= named


def compare(store: Store, world: World) -> None:
    """The books hold what the market says, to the minor unit; what is empty is let go."""
    for held in (store.balances, world.expected):
        for key in [key for key, minor in held.items() if not minor]:
            del held[key]
    assert store.balances == world.expected
    sums: Counter[str] = Counter()
    for (path, currency), minor in store.balances.items():
        sums[currency] += minor
        assert minor > 0 or path.startswith(BELOW_ZERO), (path, minor)
    assert not any(sums.values())
    assert len(store.references) == world.events


def overdrawn(turn: Turn, store: Store) -> list[Entry] | None:
    """The same once more under other names, where an account has not enough for it."""
    losing = Counter({key: -minor for key, minor in turn.moves.items() if minor < 0})
    short = any(not key[0].startswith(BELOW_ZERO) and store.balances[key] < minor for key, minor in losing.items())
    again = [Entry(f"{each.reference}:again", each.kind, each.subject, each.legs) for each in turn.entries]
    return again if short else None


def walk(seed: int, turns: int, every: int) -> World:
    dice = random.Random(seed)
    world, store = World(random.Random(seed + 1), ACTS), Store()
    for number in range(turns):
        turn = world.turn()
        if dice.random() < 0.02:
            before = store.balances.copy() if number % 100 == 0 else None
            store.post(turn.entries, crash_after=dice.randint(0, len(turn.entries)))
            assert before is None or before == store.balances
        store.post(turn.entries)
        world.took_place(turn)
        if dice.random() < 0.02:  # The answer was lost, and is asked for again.
            with pytest.raises(Refused):
                store.post(turn.entries)
        if dice.random() < 0.02 and (more := overdrawn(turn, store)):
            with pytest.raises(Refused):
                store.post(more)
        if number % every == every - 1:
            compare(store, world)
    compare(store, world)
    return world


def test_a_short_walk_holds_and_meets_every_act() -> None:
    world = walk(seed=20261129, turns=4_000, every=500)
    assert len(ACTS) > len(set(ACTS)) > 20
    assert {"settle", "bill", "fx", "payout-back", "withheld-released", "join", "line-short"} <= set(world.done)
    assert {"refund-shared", "refund-back", "payout-set-off", "write-off", "settle-disputed"} <= set(world.done)
    lost = {"dispute-lost-paid", "dispute-lost-shared", "dispute-lost-top-up"}
    assert {"dispute-won", *lost} <= set(world.done)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_million_operations_hold(seed: int) -> None:
    """A quarter of a million in each of four walks."""
    world = walk(seed, turns=250_000, every=10_000)
    assert sum(world.done.values()) == 250_000
    assert min(world.done.values()) > 500
