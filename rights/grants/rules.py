"""The grant algebra: containment, overlap, intersection and chains; pure, and refusing whatever it does not know."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

import msgspec

from rights.grants.box import STRENGTH, Breach, Dimension, Exclusivity, Grant, Violation
from rights.grants.vocabulary import ANYONE, CHINA, WORLD, Tree, Words, released, words

Members = Mapping[str, frozenset[str]]
"""The classes of parties, by `party:…`: a party whose classes are not told belongs to none."""

NOBODY: Final[Members] = {}


def contains(parent: Grant, child: Grant, members: Members = NOBODY) -> bool:
    """Say whether everything that the child permits is permitted by the parent."""
    return not violations(parent, child, members)


def violations(parent: Grant, child: Grant, members: Members = NOBODY) -> list[Violation]:
    """Where the child reaches beyond the parent, side by side; none means that it lies within."""
    return _violations(parent, child, members, passed_on=0)


def onward_violations(parent: Grant, child: Grant, members: Members = NOBODY) -> list[Violation]:
    """Where a grant out of the parent reaches beyond it: as `violations`, and passing on uses up one of its depth."""
    return _violations(parent, child, members, passed_on=1)


def chain_violations(
    chain: Sequence[Grant], wanted: Grant, members: Members = NOBODY, *, onward: bool = False
) -> Breach | None:
    """The first edge of a chain, from its root to the wish, that does not hold; None when nobody gave too much.

    `onward` says that the wish is a further grant out of the last link, and not an act of who holds it.
    """
    if not chain:
        return Breach(0, (Violation(Dimension.RIGHT, tuple(wanted.rights), ()),))
    for edge in range(1, len(chain)):
        if violations := onward_violations(chain[edge - 1], chain[edge], members):
            return Breach(edge, tuple(violations))
    violations = _violations(chain[-1], wanted, members, passed_on=int(onward))
    return Breach(len(chain), tuple(violations)) if violations else None


def overlaps(a: Grant, b: Grant, members: Members = NOBODY) -> bool:
    """Say whether one act by one recipient may be permitted by both; membership that is not told counts as possible."""
    return _share_a_field(a, b) and any(_may_share(x, y, members) for x in a.recipients for y in b.recipients)


def exclusive_conflicts(existing: Iterable[Grant], wanted: Grant) -> list[Grant]:
    """The standing grants beside the wish that it cannot stand with: both reach one field, and one wants it alone.

    Whom a grant is made to does not matter: two recipients with one field each alone is what exclusivity forbids.
    `existing` holds neither the grants that the wish comes from nor those that come from it.
    """
    alone = wanted.exclusivity != Exclusivity.ORDINARY
    return [
        other
        for other in existing
        if (alone or other.exclusivity != Exclusivity.ORDINARY) and _share_a_field(other, wanted)
    ]


def meet(a: Grant, b: Grant, members: Members = NOBODY) -> Grant | None:
    """What both permit, or None when that is nothing; grants of different releases share nothing that is sure."""
    if not _known(a) or not _known(b) or a.vocabulary != b.vocabulary:
        return None
    vocabulary = words(a.vocabulary)
    actions = _closed(vocabulary, vocabulary.actions.keys() & set(a.actions) & set(b.actions))
    purposes = vocabulary.purposes.covering(vocabulary.purposes.mask(a.purposes) & vocabulary.purposes.mask(b.purposes))
    places = vocabulary.environments
    environments = places.covering(places.mask(a.environments) & places.mask(b.environments))
    territory = fewest_places(
        filter(vocabulary.is_place, _inner(a.territory, b.territory) + _inner(b.territory, a.territory))
    )
    recipients = fewest_recipients(filter(vocabulary.is_recipient, _admitted(a, b, members) + _admitted(b, a, members)))
    starts, ends = max(a.starts, b.starts), min(a.ends, b.ends)
    if not (actions and purposes and environments and territory and recipients and starts < ends):
        return None
    depth = min(a.depth, b.depth) if "license" in actions else 0
    return Grant(
        vocabulary=a.vocabulary,
        rights=vocabulary.rights_of(actions),
        actions=actions,
        purposes=purposes,
        territory=territory,
        starts=starts,
        ends=ends,
        recipients=recipients,
        environments=environments,
        depth=depth,
        exclusivity=min(a.exclusivity, b.exclusivity, key=STRENGTH.__getitem__),
        rows_max=_least(a.rows_max, b.rows_max),
        calls_max=_least(a.calls_max, b.calls_max),
    )


def left_of(parent: Grant, siblings: Iterable[Grant]) -> Grant:
    """The parent with only the volume that its other grants have not taken; never below zero."""
    rows, calls = parent.rows_max, parent.calls_max
    for sibling in siblings:
        rows = None if rows is None else max(0, rows - (sibling.rows_max or 0))
        calls = None if calls is None else max(0, calls - (sibling.calls_max or 0))
    if (rows, calls) == (parent.rows_max, parent.calls_max):
        return parent
    return msgspec.structs.replace(parent, rows_max=rows, calls_max=calls)


def admits(grant: Grant, party: str, members: Members = NOBODY) -> bool:
    """Say whether a party, as `party:…`, is among the recipients."""
    return any(_admits(term, party, members) for term in grant.recipients)


def _violations(parent: Grant, child: Grant, members: Members, *, passed_on: int) -> list[Violation]:
    if not _known(parent) or not _known(child):
        return [Violation(Dimension.VOCABULARY, (child.vocabulary,), (parent.vocabulary,))]
    upper, lower = words(parent.vocabulary), words(child.vocabulary)
    violations: list[Violation] = []
    unheld_rights = tuple(right for right in child.rights if right not in parent.rights)
    _beyond(violations, Dimension.RIGHT, child.rights, parent.rights, unheld_rights)
    unheld = tuple(one for one in child.actions if one not in parent.actions or one not in lower.actions)
    _beyond(violations, Dimension.ACTION, child.actions, parent.actions, unheld)
    for side, tree, old, wished, held in (
        (Dimension.PURPOSE, lower.purposes, upper.purposes, child.purposes, parent.purposes),
        (Dimension.ENVIRONMENT, lower.environments, upper.environments, child.environments, parent.environments),
    ):
        _beyond(violations, side, wished, held, _uncovered(tree, old, wished, held))
    outside = _outside(child.vocabulary, child.territory, parent.territory)
    _beyond(violations, Dimension.TERRITORY, child.territory, parent.territory, outside)
    if not parent.starts <= child.starts < child.ends <= parent.ends:
        violations.append(Violation(Dimension.TERM, _term(child), _term(parent)))
    strangers = _strangers(child.vocabulary, child.recipients, parent.recipients)
    if strangers and members:
        strangers = tuple(s for s in strangers if not any(_admits(held, s, members) for held in parent.recipients))
    _beyond(violations, Dimension.RECIPIENT, child.recipients, parent.recipients, strangers)
    if not 0 <= child.depth <= parent.depth - passed_on:
        violations.append(Violation(Dimension.DEPTH, (str(child.depth),), (str(parent.depth - passed_on),)))
    if STRENGTH[child.exclusivity] > STRENGTH[parent.exclusivity]:
        violations.append(Violation(Dimension.EXCLUSIVITY, (child.exclusivity,), (parent.exclusivity,)))
    _volume(violations, "rows", child.rows_max, parent.rows_max)
    _volume(violations, "calls", child.calls_max, parent.calls_max)
    return violations


def _beyond(
    violations: list[Violation],
    side: Dimension,
    wished: tuple[str, ...],
    held: tuple[str, ...],
    outside: tuple[str, ...],
) -> None:
    """Note a side that reaches out; a side without a word says nothing, so nothing is granted by it."""
    if outside or not wished:
        violations.append(Violation(side, outside, held))


def _volume(violations: list[Violation], unit: str, wished: int | None, held: int | None) -> None:
    if (wished is not None and wished < 1) or (held is not None and (wished is None or wished > held)):
        wanted = "unlimited" if wished is None else str(wished)
        limit = "unlimited" if held is None else str(held)
        violations.append(Violation(Dimension.VOLUME, (f"{unit}:{wanted}",), (f"{unit}:{limit}",)))


def _uncovered(tree: Tree, old: Tree, wished: tuple[str, ...], held: tuple[str, ...]) -> tuple[str, ...]:
    """The words of the child that the parent's do not cover; a leaf that the parent's release did not know is outside.

    A grant means what its words meant when it was made, so each side is read in its own release.
    """
    if tree is old:
        beyond = ~tree.mask(held)
        return tuple(code for code in wished if not (bits := tree.bits.get(code, 0)) or bits & beyond)
    covered = {leaf for leaf in old.leaves if old.bits[leaf] & old.mask(held)}
    return tuple(code for code in wished if not (below := _leaves(tree, code)) or not covered.issuperset(below))


def _leaves(tree: Tree, code: str) -> frozenset[str]:
    return frozenset(leaf for leaf in tree.leaves if tree.bits[leaf] & tree.bits.get(code, 0))


@lru_cache(maxsize=8192)
def _outside(version: str, wished: tuple[str, ...], held: tuple[str, ...]) -> tuple[str, ...]:
    vocabulary = words(version)
    return tuple(
        p
        for p in wished
        if not vocabulary.is_place(p) or (p not in held and not any(within(p, outer) for outer in held))
    )


@lru_cache(maxsize=8192)
def _strangers(version: str, wished: tuple[str, ...], held: tuple[str, ...]) -> tuple[str, ...]:
    """The recipients that the parent does not admit by its words alone."""
    vocabulary = words(version)
    if ANYONE in held:
        return tuple(w for w in wished if not vocabulary.is_recipient(w))
    return tuple(w for w in wished if not vocabulary.is_recipient(w) or w not in held)


def within(place: str, outer: str) -> bool:
    """Say whether a place is another or lies in it: below China the code itself is the tree."""
    return outer in (WORLD, place) or (outer.startswith(CHINA) and place.startswith(outer))


def _inner(places: Iterable[str], others: Iterable[str]) -> list[str]:
    outer = list(others)
    return [place for place in places if any(within(place, other) for other in outer)]


def fewest_places(places: Iterable[str]) -> tuple[str, ...]:
    """The same places without those that lie in others, sorted."""
    distinct = set(places)
    return tuple(sorted(p for p in distinct if not any(within(p, other) for other in distinct if other != p)))


def fewest_recipients(recipients: Iterable[str]) -> tuple[str, ...]:
    """The same recipients, sorted; `anyone` leaves nobody else to name."""
    distinct = set(recipients)
    return (ANYONE,) if ANYONE in distinct else tuple(sorted(distinct))


def _admits(held: str, wished: str, members: Members) -> bool:
    if held in (ANYONE, wished):
        return True
    return held.startswith("class:") and held.removeprefix("class:") in members.get(wished, ())


def _admitted(of: Grant, by: Grant, members: Members) -> list[str]:
    return [term for term in of.recipients if any(_admits(held, term, members) for held in by.recipients)]


def _may_share(a: str, b: str, members: Members) -> bool:
    if ANYONE in (a, b) or a == b:
        return True
    if a.startswith("party:") and b.startswith("party:"):
        return False
    if a.startswith("class:") and b.startswith("class:"):
        return True  # A party may belong to both.
    party, of_class = (a, b) if a.startswith("party:") else (b, a)
    return party not in members or of_class.removeprefix("class:") in members[party]


def _share_a_field(a: Grant, b: Grant) -> bool:
    """Say whether one act, for one purpose, in one place and environment, on one day, lies in both."""
    if not (a.starts < b.ends and b.starts < a.ends):
        return False
    if not _known(a) or not _known(b):
        return True  # What cannot be read is not ruled out.
    if not any(action in b.actions for action in a.actions):
        return False
    x, y = words(a.vocabulary), words(b.vocabulary)
    return (
        _share_leaves(x.purposes, y.purposes, a.purposes, b.purposes)
        and _share_leaves(x.environments, y.environments, a.environments, b.environments)
        and any(within(p, q) or within(q, p) for p in a.territory for q in b.territory)
    )


def _share_leaves(x: Tree, y: Tree, a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    if x is y:
        return x.mask(a) & x.mask(b) != 0
    return any(not _leaves(x, p).isdisjoint(_leaves(y, q)) for p in a for q in b)


def _known(grant: Grant) -> bool:
    return released(grant.vocabulary)


def _closed(vocabulary: Words, actions: set[str]) -> tuple[str, ...]:
    """Actions without those whose needs are not among them."""
    while unmet := {code for code in actions if not actions.issuperset(vocabulary.actions[code].needs)}:
        actions = actions - unmet
    return tuple(sorted(actions))


def _least(a: int | None, b: int | None) -> int | None:
    return b if a is None else a if b is None else min(a, b)


def _term(grant: Grant) -> tuple[str, str]:
    return _iso(grant.starts), _iso(grant.ends)


def _iso(day: date) -> str:
    return day.isoformat()
