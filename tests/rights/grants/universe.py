"""A small universe of points, and an oracle that knows nothing of boxes: it asks of every point who permits it.

A point is one concrete use: an action, a purpose leaf, a place, a day, a recipient and an environment. The set of
points that a grant permits is an integer with one bit for each point; a grant lies within another when no bit is left.
"""

import itertools
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from rights.grants.box import Exclusivity, Grant
from rights.terms import Right

VERSION = "2026-11"

# Every word that the generators use, with the points that it means; written out by hand, not read from the trees.
PURPOSES = {
    "any": {"credit-assessment", "anti-fraud", "underwriting", "checking", "market-analysis", "personalised", "audit"},
    "own-operations": {
        "credit-assessment",
        "anti-fraud",
        "underwriting",
        "checking",
        "market-analysis",
        "personalised",
    },
    "risk-control": {"credit-assessment", "anti-fraud", "underwriting", "checking"},
    "credit-assessment": {"credit-assessment"},
    "anti-fraud": {"anti-fraud"},
    "insurance-underwriting": {"underwriting"},
    "compliance-checking": {"checking"},
    "marketing": {"market-analysis", "personalised"},
    "market-analysis": {"market-analysis"},
    "personalised-marketing": {"personalised"},
}
PLACES = {
    "world": {"Hohhot Xincheng", "Hohhot", "Inner Mongolia", "Beijing", "China", "Hong Kong", "high seas"},
    "CN": {"Hohhot Xincheng", "Hohhot", "Inner Mongolia", "Beijing", "China"},
    "CN-15": {"Hohhot Xincheng", "Hohhot", "Inner Mongolia"},
    "CN-1501": {"Hohhot Xincheng", "Hohhot"},
    "CN-150102": {"Hohhot Xincheng"},
    "CN-11": {"Beijing"},
    "HK": {"Hong Kong"},
}
A, B = "party:pty_" + "0" * 25 + "a", "party:pty_" + "0" * 25 + "b"
MEMBERS = {A: frozenset({"lender"}), B: frozenset({"insurer"})}
RECIPIENTS = {
    "anyone": {"A", "B", "some lender", "some insurer", "a lender that insures", "somebody"},
    "class:lender": {"A", "some lender", "a lender that insures"},
    "class:insurer": {"B", "some insurer", "a lender that insures"},
    A: {"A"},
    B: {"B"},
}
ENVIRONMENTS = {
    "any": {"open", "sandbox", "trusted", "mpc", "federated", "tee"},
    "controlled": {"sandbox", "trusted", "mpc", "federated", "tee"},
    "privacy-computing": {"mpc", "federated", "tee"},
    "sandbox": {"sandbox"},
    "tee": {"tee"},
    "open": {"open"},
}
ACTIONS = ("use", "process", "derive", "provide", "license")
RIGHT = {a: Right.USE if a in ("use", "process", "derive") else Right.OPERATE for a in ACTIONS}
DAY = date(2026, 11, 1)
DAYS = tuple(DAY + timedelta(days=n) for n in range(4))


def _axis(words: dict[str, set[str]]) -> list[str]:
    return sorted(set().union(*words.values()))


AXES: tuple[Sequence[object], ...] = (
    ACTIONS,
    DAYS,
    _axis(PURPOSES),
    _axis(PLACES),
    _axis(ENVIRONMENTS),
    _axis(RECIPIENTS),
)
POINTS = list(itertools.product(*AXES))
"""Recipients vary fastest, so that a point's field is its number without the last axis."""


def _set(admitted: Callable[[tuple], bool]) -> int:
    """The points of which a question is true, asked of each one."""
    return int("".join("1" if admitted(point) else "0" for point in reversed(POINTS)), 2)


@cache
def _acts(actions: tuple[str, ...]) -> int:
    return _set(lambda point: point[0] in actions)


@cache
def _days(starts: date, ends: date) -> int:
    return _set(lambda point: starts <= point[1] < ends)


@cache
def _words(axis: int, given: tuple[str, ...]) -> int:
    meaning = {2: PURPOSES, 3: PLACES, 4: ENVIRONMENTS, 5: RECIPIENTS}[axis]
    covered = set().union(*(meaning[word] for word in given))
    return _set(lambda point: point[axis] in covered)


class Meaning(NamedTuple):
    """What the oracle knows of a grant: its points, and the fields of its points whoever the recipient is."""

    points: int
    fields: int


@cache
def _fields(purposes: tuple[str, ...], places: tuple[str, ...], environments: tuple[str, ...]) -> int:
    return _words(2, purposes) & _words(3, places) & _words(4, environments)


def meaning(grant: Grant) -> Meaning:
    """Every point that the grant permits."""
    fields = (
        _acts(grant.actions)
        & _days(grant.starts, grant.ends)
        & _fields(grant.purposes, grant.territory, grant.environments)
    )
    return Meaning(fields & _words(5, grant.recipients), fields)


STRENGTH = {Exclusivity.ORDINARY: 0, Exclusivity.SOLE: 1, Exclusivity.EXCLUSIVE: 2}


def permitted(parent: Grant, child: Grant, *, passed_on: int) -> bool:
    """The oracle: no point of the child outside the parent, and no promise that the parent could not make."""
    return (
        meaning(child).points & ~meaning(parent).points == 0
        and child.depth + passed_on <= parent.depth
        and STRENGTH[child.exclusivity] <= STRENGTH[parent.exclusivity]
        and (parent.rows_max is None or (child.rows_max is not None and child.rows_max <= parent.rows_max))
        and (parent.calls_max is None or (child.calls_max is not None and child.calls_max <= parent.calls_max))
    )


def conflict(a: Grant, b: Grant) -> bool:
    """The oracle: one field lies in both, and one of the two wants it alone."""
    alone = Exclusivity.ORDINARY not in (a.exclusivity, b.exclusivity) or a.exclusivity != b.exclusivity
    return alone and meaning(a).fields & meaning(b).fields != 0
