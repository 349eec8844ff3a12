"""Random grants and random trees of grants, the same for the same seed, quick enough for a hundred thousand trees."""

import random
from collections.abc import Callable
from datetime import date

import msgspec

from rights.grants.box import Exclusivity, Grant
from rights.grants.vocabulary import words
from rights.terms import Right
from tests.rights.grants import universe

WORDS = words(universe.VERSION)


def _choices(known: dict[str, set[str]]) -> list[tuple[str, ...]]:
    """Every word, and every pair of words of which neither covers the other, in canonical form."""
    single = [(word,) for word in known]
    pairs = [
        tuple(sorted((a, b)))
        for a in known
        for b in known
        if a < b and not known[a] & known[b] and (known[a] | known[b]) not in known.values()
    ]
    return single + pairs


PURPOSES = _choices(universe.PURPOSES)
PLACES = _choices(universe.PLACES)
ENVIRONMENTS = _choices(universe.ENVIRONMENTS)
RECIPIENTS = [*[(word,) for word in universe.RECIPIENTS], (universe.A, universe.B), ("class:insurer", universe.A)]
ACTIONS: list[tuple[str, ...]] = [
    ("use",),
    ("process", "use"),
    ("derive", "process", "use"),
    ("provide",),
    ("license", "provide"),
    ("provide", "use"),
    ("license", "provide", "use"),
    ("license", "process", "provide", "use"),
    ("derive", "license", "process", "provide", "use"),
]
RIGHTS: dict[tuple[str, ...], tuple[Right, ...]] = {acts: WORDS.rights_of(acts) for acts in ACTIONS}
TERMS = [(a, b) for i, a in enumerate(universe.DAYS) for b in [*universe.DAYS[i + 1 :], date(2026, 11, 5)]]
LEVELS = [Exclusivity.ORDINARY, Exclusivity.ORDINARY, Exclusivity.SOLE, Exclusivity.EXCLUSIVE]
VOLUMES = [None, None, 1, 5]
ROOT = Grant(
    vocabulary=universe.VERSION,
    rights=(Right.USE, Right.OPERATE),
    actions=ACTIONS[-1],
    purposes=("any",),
    territory=("world",),
    starts=universe.DAY,
    ends=date(2026, 11, 5),
    recipients=("anyone",),
    environments=("any",),
    depth=4,
    exclusivity=Exclusivity.EXCLUSIVE,
    rows_max=None,
    calls_max=None,
)


def _acts(rng: random.Random) -> dict[str, object]:
    actions = rng.choice(ACTIONS)
    return {"actions": actions, "rights": RIGHTS[actions]}


def _term(rng: random.Random) -> dict[str, object]:
    starts, ends = rng.choice(TERMS)
    return {"starts": starts, "ends": ends}


SIDES: list[Callable[[random.Random], dict[str, object]]] = [
    _acts,
    _term,
    lambda rng: {"purposes": rng.choice(PURPOSES)},
    lambda rng: {"territory": rng.choice(PLACES)},
    lambda rng: {"recipients": rng.choice(RECIPIENTS)},
    lambda rng: {"environments": rng.choice(ENVIRONMENTS)},
    lambda rng: {"exclusivity": rng.choice(LEVELS)},
    lambda rng: {"rows_max": rng.choice(VOLUMES)},
    lambda rng: {"calls_max": rng.choice(VOLUMES)},
]


def grant(rng: random.Random, like: Grant, changes: int) -> Grant:
    """A grant that differs from another in at most so many sides: narrower there, wider, or quite different."""
    depth = like.depth - int(rng.random() * 2.2) if like.depth else int(rng.random() * 1.1)
    new: dict[str, object] = {"depth": max(0, depth)}
    for _ in range(changes):
        new |= rng.choice(SIDES)(rng)
    if "license" not in new.get("actions", like.actions):  # type: ignore[operator]
        new["depth"] = 0  # What may be passed on includes the action.
    return msgspec.structs.replace(like, **new)


def tree(rng: random.Random, size: int) -> list[tuple[int, Grant]]:
    """A tree as (parent's position, grant), the root first with position -1; its edges may or may not hold."""
    nodes = [(-1, grant(rng, ROOT, 1) if rng.random() < 0.3 else ROOT)]
    while len(nodes) < size:
        parent = int(rng.random() * len(nodes))
        nodes.append((parent, grant(rng, nodes[parent][1], 1 + int(rng.random() * 3))))
    return nodes
