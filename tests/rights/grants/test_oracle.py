"""A hundred thousand random grant trees against the oracle: nothing too much passes, nothing permitted is refused."""

import random

import pytest

from rights.grants import rules
from rights.grants.box import Exclusivity, Grant
from tests.rights.grants import universe
from tests.rights.grants.generator import tree

TREES = 100_000


def line(nodes: list[tuple[int, Grant]], at: int) -> list[int]:
    """The positions from a node up to its root."""
    found = []
    while at >= 0:
        found.append(at)
        at = nodes[at][0]
    return found


def settle(nodes: list[tuple[int, Grant]]) -> tuple[int, int]:
    """Grant a tree link by link as the register would, asking the oracle beside it at every step.

    Returns how many grants were made and how many refused.
    """
    stands = {0}
    refused = 0
    for at, (parent, wanted) in enumerate(nodes[1:], start=1):
        above = nodes[parent][1]
        inside = not rules.onward_violations(above, wanted, universe.MEMBERS)
        assert inside == universe.permitted(above, wanted, passed_on=1), (above, wanted)
        ancestors = line(nodes, parent)
        beside = [nodes[i][1] for i in stands if i not in ancestors]
        alone = not rules.exclusive_conflicts(beside, wanted)
        assert alone == (not any(universe.conflict(other, wanted) for other in beside)), (beside, wanted)
        if inside and alone and parent in stands:
            stands.add(at)
        else:
            refused += 1
    _check_what_stands(nodes, stands)
    return len(stands) - 1, refused


def _check_what_stands(nodes: list[tuple[int, Grant]], stands: set[int]) -> None:
    """Of what was granted, every point was the root's, and whoever was promised a field alone has it alone."""
    root = universe.meaning(nodes[0][1]).points
    alone = [i for i in stands if nodes[i][1].exclusivity != Exclusivity.ORDINARY and i != 0]
    for i in stands:
        assert universe.meaning(nodes[i][1]).points & ~root == 0
    for i in alone:
        above = line(nodes, i)
        for j in stands:
            if j not in above and i not in line(nodes, j):
                assert not universe.meaning(nodes[i][1]).fields & universe.meaning(nodes[j][1]).fields


def run(trees: int, seed: int) -> tuple[int, int]:
    """Settle so many trees of three to six grants."""
    rng = random.Random(seed)
    granted = refused = 0
    for _ in range(trees):
        made, turned_down = settle(tree(rng, 3 + int(rng.random() * 4)))
        granted += made
        refused += turned_down
    return granted, refused


@pytest.mark.slow
def test_a_hundred_thousand_trees():
    granted, refused = run(TREES, seed=20261101)
    # Both answers must be common, or the oracle would have compared nothing.
    assert granted > TREES / 4
    assert refused > TREES / 4


def test_a_thousand_trees():
    granted, refused = run(1_000, seed=7)
    assert granted > 250
    assert refused > 250
