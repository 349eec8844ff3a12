"""Differencing: what a buyer makes of several permitted answers tells two worlds apart no better than it is promised.

In one world a person earns the least, in the other the most, or is not there at all. Whoever guesses the world from
the answers to queries of ε altogether is right with an advantage of (e^ε − 1)/(e^ε + 1) at the most, whatever it
computes of them (Kairouz, Oh and Viswanath, "The Composition Theorem for Differential Privacy", 2015).
"""

import math
from collections.abc import Callable
from random import Random

import pytest

from channels.computing.privacy.budget import MICRO
from channels.computing.privacy.releases import Bounds, Exact, Figure, Kind, Promise, release

RUNS = 4_000
PAY = Bounds(0, 20_000)
COUNT, SUM, AVERAGE = Figure(Kind.COUNT), Figure(Kind.SUM, PAY), Figure(Kind.AVG, PAY)
OTHERS = [("华东", "common", 9_000 + 10 * at) for at in range(30)] + [
    ("华北", "common", 8_000 + 10 * at) for at in range(30)
]
Row = tuple[str, str, int]
Ask = Callable[..., float]


def _exact(rows: list[Row], figures: tuple[Figure, ...]) -> Exact:
    """The figures by hand: rows are of one unit each."""
    pays = [pay for _, _, pay in rows]
    made = {
        Kind.COUNT: (len(pays), 0),
        Kind.SUM: (sum(pays), 0),
        Kind.AVG: (sum(2 * pay - (PAY.lower + PAY.upper) for pay in pays), len(pays)),
    }
    return Exact(len(rows), tuple(made[figure.kind] for figure in figures))


def _everybody(_: Row) -> bool:
    return True


def _common(row: Row) -> bool:
    return row[1] == "common"


def _rare(row: Row) -> bool:
    return row[1] == "rare"


def _east(row: Row) -> bool:
    return row[0] == "华东"


def _north(row: Row) -> bool:
    return row[0] == "华北"


def _total_less_the_others(ask: Ask) -> float:
    return ask(SUM, _everybody) - ask(SUM, _common)


def _total_less_two_parts(ask: Ask) -> float:
    """Three overlapping groups, of which no two differ in one person: got past an audit of overlaps."""
    return ask(SUM, _everybody) - ask(SUM, _north) - ask(SUM, lambda row: _east(row) and _common(row))


def _average_times_count(ask: Ask) -> float:
    return ask(AVERAGE, _east) * 31 - ask(AVERAGE, lambda row: _east(row) and _common(row)) * 30


def _average_alone(ask: Ask) -> float:
    return ask(AVERAGE, _everybody)


def _only_the_person(ask: Ask) -> float:
    return ask(SUM, _rare)


def _the_same_often(ask: Ask) -> float:
    """The same question in other words, each charged, and their mean."""
    return sum(ask(SUM, _east) for _ in range(4)) / 4


def _is_there(ask: Ask) -> float:
    return ask(COUNT, _everybody) - ask(COUNT, _common)


def _is_there_alone(ask: Ask) -> float:
    return ask(COUNT, _rare)


def _whether_it_is_told(ask: Ask) -> float:
    """No figure, but whether a group of the least size was answered at all."""
    return float(ask(COUNT, lambda row: _rare(row) or row[2] in (9_000, 9_010, 9_020, 9_030)) > -math.inf)


ATTACKS: dict[str, tuple[Callable[[Ask], float], int, Row | None]] = {
    "total less the others": (_total_less_the_others, 2, ("华东", "rare", 0)),
    "total less two parts": (_total_less_two_parts, 3, ("华东", "rare", 0)),
    "average times count": (_average_times_count, 2, ("华东", "rare", 0)),
    "average alone": (_average_alone, 1, ("华东", "rare", 0)),
    "only the person": (_only_the_person, 1, ("华东", "rare", 0)),
    "the same often": (_the_same_often, 4, ("华东", "rare", 0)),
    "is there": (_is_there, 2, None),
    "is there alone": (_is_there_alone, 1, None),
    "whether it is told": (_whether_it_is_told, 1, None),
}
"""How, with how many queries, and how the world without the person's secret is."""


def _advantage(attack: str, micro_epsilon: int) -> float:
    """By how much the best guess beats a coin, of what an attack makes of its answers in both worlds."""
    guess, _, low = ATTACKS[attack]
    source = Random(11)
    of = Promise(
        micro_epsilon, 10**6, rows_per_unit=1, groups_per_unit=1, units_min=5 if "told" in attack else -(10**9)
    )

    def asking(rows: list[Row]) -> Ask:
        def ask(figure: Figure, holds: Callable[[Row], bool]) -> float:
            exact = _exact([row for row in rows if holds(row)], (figure,))
            told = release(exact, (figure,), of, keys_public=True, source=source)
            return float(told[0]) if told is not None else -math.inf

        return ask

    worlds = [[*OTHERS, ("华东", "rare", 20_000)], [*OTHERS, low] if low is not None else list(OTHERS)]
    seen = [sorted(guess(asking(rows)) for _ in range(RUNS)) for rows in worlds]
    return _distance(*seen)


def _distance(one: list[float], other: list[float]) -> float:
    """The largest difference of both distribution functions: the advantage of whoever guesses by a threshold."""
    furthest, i, j = 0.0, 0, 0
    for value in sorted({*one, *other}):
        while i < len(one) and one[i] <= value:
            i += 1
        while j < len(other) and other[j] <= value:
            j += 1
        furthest = max(furthest, abs(i / len(one) - j / len(other)))
    return furthest


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS)
def test_several_answers_tell_no_more_than_their_budget(attack):
    epsilon = ATTACKS[attack][1] * 0.5
    promised = (math.exp(epsilon) - 1) / (math.exp(epsilon) + 1)
    # By Dvoretzky, Kiefer and Wolfowitz each of both is further than 0.06 off with a chance below 2e-12.
    assert _advantage(attack, MICRO // 2) <= promised + 2 * 0.06


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS)
def test_without_noise_each_would_tell_the_worlds_apart(attack):
    """The collection can fail: with a budget beyond all bounds every one of them knows."""
    assert _advantage(attack, 10**13 * MICRO) == 1
