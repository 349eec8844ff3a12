"""A market at random: its money commands as entries of the books, and what each must come to, worked out beside them.

Every turn is a unit: entries that are booked together or not at all, and the movements that a bookkeeper would expect
of them, which are written down from the business and never from the entries. The shares of an amount come from the
oracle, which has no code in common with the waterfall. Whoever books the entries compares the books with `expected`.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from contracts.terms.prices import Seller
from kernel.money import Money
from market.ledger import book
from market.ledger.book import Entry
from market.settlement import rules
from market.settlement.waterfall import TAX, entry_of, waterfall
from market.splits.tree import Commission, Holder, Node, Royalty, Tree, plain
from tests.market.ledger import oracle

FEES: Final = rules.FEES.version("2026-11").body
RATES: Final = TAX.version("2026-11").body
CURRENCIES: Final = ("CNY", "CNY", "CNY", "USD", "EUR")
ACCOUNT: Final = "bac_0001"
Moves = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Turn:
    """What is booked together, what it must change by account and currency, and what it makes of the market."""

    name: str
    entries: list[Entry]
    moves: Moves
    done: Callable[[], None]


@dataclass
class Due:
    """What somebody has of an amount that was shared out and was not taken back of it; tax and fee are nobody's."""

    account: str
    party: str | None
    left: int


@dataclass
class Case:
    """An order, a line of a statement, a deposit, a payout, a share that is kept back: whatever waits for its turn.

    `card` is what of it a card's holder can dispute; `dues` who has it since it was shared out; `kept` what of these
    was kept back, each the `n`th and for a `reason`, and since redirected `to` somebody else or not.
    """

    id: str
    minor: int
    currency: str
    party: str
    of: str = ""
    path: str = ""
    at: int = 0
    state: str = ""
    card: int = 0
    tries: int = 1
    dues: list[Due] = field(default_factory=list)
    kept: list["Case"] = field(default_factory=list)
    n: int = 0
    reason: str = ""
    to: str = ""
    about: "Case | None" = None

    @property
    def money(self) -> Money:
        return Money(self.minor, self.currency)


Act = Callable[["World"], Turn | None]
"""Something that happens, where there is something for it to happen to."""


@dataclass
class World:
    """The market: what waits, by its state, and what every account must hold."""

    dice: random.Random
    acts: list[Act]
    parties: list[str] = field(default_factory=list)
    trees: list[tuple[Tree, dict[str, Any], list[Fraction]]] = field(default_factory=list)
    waiting: dict[str, list[Case]] = field(default_factory=dict)
    expected: Moves = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    events: int = 0
    made: int = 0

    def __post_init__(self) -> None:
        self.parties = [self.id("pty") for _ in range(40)]
        self.trees = [self._tree() for _ in range(60)]

    def id(self, prefix: str) -> str:
        self.made += 1
        return f"{prefix}_{self.made:026d}"

    def turn(self) -> Turn:
        """The next thing that happens; what has nothing to happen to is passed by."""
        while True:
            if (turn := self.dice.choice(self.acts)(self)) is not None:
                return turn

    def took_place(self, turn: Turn) -> None:
        """The books have it: the market goes on from there."""
        self.expected.update(turn.moves)
        self.events += len(turn.entries)
        self.done[turn.name] += 1
        turn.done()

    # What the acts are made of.

    def put(self, state: str, case: Case) -> None:
        cases = self.waiting.setdefault(state, [])
        case.at, case.state = len(cases), state
        cases.append(case)

    def pick(self, state: str) -> Case | None:
        """Anything that waits in a state; it stays there until its turn has taken place."""
        cases = self.waiting.get(state)
        return self.dice.choice(cases) if cases else None

    def drop(self, state: str, case: Case) -> None:
        cases = self.waiting[state]
        assert cases[case.at] is case
        cases[case.at] = cases[-1]
        cases[case.at].at = case.at
        cases.pop()
        case.state = ""

    def moved(self, state: str, case: Case, to: str) -> Callable[[], None]:
        def done() -> None:
            self.drop(state, case)
            self.put(to, case)

        return done

    def held(self, path: str, currency: str) -> int:
        return self.expected[path, currency]

    def amount(self) -> int:
        """Small, odd and large amounts; some beyond the bands of the tariff."""
        return self.dice.randint(1, 10 ** self.dice.choice((1, 3, 5, 7, 9)))

    def part(self, minor: int) -> int:
        return self.dice.randint(1, minor)

    def _tree(self) -> tuple[Tree, dict[str, Any], list[Fraction]]:
        seller = Seller.PRINCIPAL if self.dice.random() < 0.3 else Seller.AGENT
        commissions = (Commission(self.dice.choice(self.parties), "0.03"),) if self.dice.random() < 0.4 else ()
        tree = Tree(seller, self._node(3), commissions)
        told = plain(tree)
        return tree, told, oracle.weights(told)

    def _node(self, depth: int) -> Node:
        parts = [self.dice.randint(1, 9) for _ in range(self.dice.randint(1, 3))]
        holders = tuple(Holder(self.dice.choice(self.parties), f"{each}/{sum(parts)}") for each in parts)
        rates = [self.dice.randint(0, 400) for _ in range(self.dice.randint(0, 2))] if depth else []
        royalties = tuple(Royalty(f"0.{rate:03d}", self._node(depth - 1)) for rate in rates)
        return Node(f"ast_{depth}", holders, royalties=royalties)


def move(currency: str, out: str, *into: tuple[str, int]) -> Moves:
    """Amounts that leave one account for others."""
    moves: Moves = Counter()
    for path, minor in into:
        moves[out, currency] -= minor
        moves[path, currency] += minor
    return moves


def shares_out(
    world: World, subject: str, account: str, case: Case, *, all_kept: str = ""
) -> tuple[Entry, Moves, Callable[[], None]]:
    """An amount as the waterfall shares it out, and as the oracle says; what is kept back waits for a decision.

    With `all_kept` everybody's share is, for that reason.
    """
    tree, told, exact = world.dice.choice(world.trees)
    found = waterfall(case.money, tree, FEES, RATES)
    tax, fee, parts = oracle.waterfall(case.minor, case.currency, told, exact)
    dues, paths, kept = [Due("vat:output", None, tax), Due("platform:fees", None, fee)], [], []
    for portion, minor in zip(found.portions, parts, strict=True):
        party = portion.leaf.party
        keeps = minor > 0 and (bool(all_kept) or world.dice.random() < 0.1)
        paths.append(book.withheld(case.of, party) if keeps else book.payable(party))
        if keeps:
            share = Case(world.id("wth"), minor, case.currency, party, case.of, n=len(dues), reason=all_kept)
            kept.append(share)
        dues.append(Due(book.payable(party), party, minor))
    entry = entry_of(subject, account, found, paths)
    into = [("vat:output", tax), ("platform:fees", fee), *zip(paths, parts, strict=True)]

    def done() -> None:
        case.dues, case.kept = dues, kept
        for share in kept:
            share.about = case
            world.put("kept", share)

    return entry, move(case.currency, account, *into), done
