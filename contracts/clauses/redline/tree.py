"""What differs between two lists of clauses, as data: added, removed, replaced, moved, another version or value; pure.

Clauses are matched by id, then by the place that they stand in. `applied(before, changes(before, after)) == after`: the
changes are all there is to tell.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from enum import StrEnum

import msgspec

from contracts.clauses.use import ClauseUse, Value


class ChangeKind(StrEnum):
    """What became of a clause, or of one of its values."""

    ADDED = "added"
    REMOVED = "removed"
    REPLACED = "replaced"
    MOVED = "moved"
    VERSION = "version"
    VALUE = "value"


class ClauseChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """One change. `before` and `after` are places in the two lists, from 0; `use` is the clause as it is added.

    `old` and `new` are the version or the value; that there was or is none stands as null.
    """

    kind: ChangeKind
    clause: str
    before: int | None = None
    after: int | None = None
    use: ClauseUse | None = None
    replaces: str | None = None
    param: str | None = None
    old: Value | None = None
    new: Value | None = None


Pairs = tuple[tuple[int, int], ...]
Slot = Callable[[ClauseUse], str]


def pairs(before: Sequence[ClauseUse], after: Sequence[ClauseUse], slot: Slot) -> Pairs:
    """Which clause became which, as places in the two lists, in the order of the later one."""
    free = dict.fromkeys(range(len(before)))
    found: dict[int, int] = {}
    for key in (lambda use: ("id", use.clause), lambda use: ("slot", slot(use))):
        for at, use in enumerate(after):
            if at in found:
                continue
            match = next((place for place in free if key(before[place]) == key(use)), None)
            if match is not None:
                del free[match]
                found[at] = match
    return tuple((found[at], at) for at in sorted(found))


def changes(before: Sequence[ClauseUse], after: Sequence[ClauseUse], slot: Slot) -> tuple[ClauseChange, ...]:
    """Every change, in the order of the later list, the removed ones first."""
    matched = pairs(before, after, slot)
    kept = {old for old, _ in matched}
    steady = {matched[at] for at in longest_increasing([old for old, _ in matched])}
    made = [
        ClauseChange(ChangeKind.REMOVED, use.clause, before=at, use=use)
        for at, use in enumerate(before)
        if at not in kept
    ]
    earlier = {new: old for old, new in matched}
    for at, use in enumerate(after):
        if at not in earlier:
            made.append(ClauseChange(ChangeKind.ADDED, use.clause, after=at, use=use))
            continue
        was = before[earlier[at]]
        if (earlier[at], at) not in steady:
            made.append(ClauseChange(ChangeKind.MOVED, use.clause, before=earlier[at], after=at))
        made.extend(_within(was, use, earlier[at], at))
    return tuple(made)


def _within(was: ClauseUse, use: ClauseUse, before: int, after: int) -> list[ClauseChange]:
    """What changed of one clause where it stands."""
    if was.clause != use.clause:
        return [ClauseChange(ChangeKind.REPLACED, use.clause, before, after, use=use, replaces=was.clause)]
    made = []
    if was.version != use.version:
        version = ClauseChange(ChangeKind.VERSION, use.clause, before, after, old=was.version, new=use.version)
        made.append(version)
    for name in sorted({*was.values, *use.values}):
        old, new = was.values.get(name), use.values.get(name)
        if old != new:
            made.append(ClauseChange(ChangeKind.VALUE, use.clause, before, after, param=name, old=old, new=new))
    return made


def longest_increasing(values: Sequence[int]) -> list[int]:
    """Places of a longest increasing subsequence: what did not move while the rest did."""
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for at, value in enumerate(values):
        place = bisect_left(tails, value)
        previous.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [value]
        ends[place : place + 1] = [at]
    found = []
    at = ends[-1] if ends else -1
    while at >= 0:
        found.append(at)
        at = previous[at]
    return found[::-1]


def applied(before: Sequence[ClauseUse], made: Sequence[ClauseChange]) -> tuple[ClauseUse, ...]:
    """The later list, from the earlier one and its changes."""
    left: dict[int, ClauseUse] = dict(enumerate(before))
    for change in made:
        if change.before is not None and change.kind is not ChangeKind.MOVED:
            left = _changed(left, change, change.before)
    count = len(left) + sum(change.kind is ChangeKind.ADDED for change in made)
    after: dict[int, ClauseUse] = {}
    for change in made:
        if change.kind is ChangeKind.ADDED and change.after is not None and change.use is not None:
            after[change.after] = change.use
        if change.kind is ChangeKind.MOVED and change.after is not None and change.before is not None:
            after[change.after] = left.pop(change.before)
    steady = iter(left[at] for at in sorted(left))
    return tuple(after[at] if at in after else next(steady) for at in range(count))


def _changed(left: dict[int, ClauseUse], change: ClauseChange, at: int) -> dict[int, ClauseUse]:
    if change.kind is ChangeKind.REMOVED:
        return {place: use for place, use in left.items() if place != at}
    use = left[at]
    if change.kind is ChangeKind.REPLACED and change.use is not None:
        use = change.use
    elif change.kind is ChangeKind.VERSION:
        use = msgspec.structs.replace(use, version=str(change.new))
    elif change.param is not None:
        values = {name: value for name, value in use.values.items() if name != change.param}
        use = msgspec.structs.replace(use, values=values if change.new is None else values | {change.param: change.new})
    return left | {at: use}
