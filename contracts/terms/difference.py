"""The difference of two terms, as data: what was added, removed, changed or moved, and for whom that is wider; pure.

Lists of rules, duties and clauses are compared by their ids, lists of words by their words, everything else by its
value. The difference is exact: `apply(a, difference(a, b)) == b`, and that of a document and itself is empty.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from contracts.terms.document import Terms
from contracts.usage.scope.tree import Condition

Plain = Any


class Op(StrEnum):
    """What became of a place in the document."""

    ADD = "add"
    REMOVE = "remove"
    CHANGE = "change"
    MOVE = "move"


class Change(msgspec.Struct, frozen=True):
    """One place that differs. `path` leads there by names and ids; `at` is where in its list something now stands."""

    path: Annotated[str, Meta(description="所在位置，列表按编号或词 · where, lists by id or word")]
    op: Op
    old: Any = None
    new: Any = None
    at: int | None = None


def difference(old: Terms, new: Terms) -> list[Change]:
    """Every place in which two terms differ, in the order of the document."""
    return list(_between(whole(old), whole(new), ""))


def apply(terms: Terms, changes: Sequence[Change]) -> Terms:
    """The terms that a difference leads to from those that it was made from.

    Raises KeyError or ValueError for a difference of others, and msgspec.ValidationError where no terms come of it.
    """
    return msgspec.convert(_applied(whole(terms), [(one.path.split("/")[1:], one) for one in changes]), Terms)


def whole(value: Any) -> Plain:
    """A document as plain values with nothing left out, so that a default and its absence are one."""
    if isinstance(value, Condition):
        return msgspec.to_builtins(value)
    if isinstance(value, msgspec.Struct):
        tag = value.__struct_config__.tag
        named = {str(value.__struct_config__.tag_field): tag} if tag is not None else {}
        return named | {name: whole(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple | list):
        return [whole(each) for each in value]
    if isinstance(value, dict):
        return {name: whole(each) for name, each in value.items()}
    return msgspec.to_builtins(value)


def _between(old: Plain, new: Plain, path: str) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict) and _is_compared(old, new):
        for name in [*old, *(name for name in new if name not in old)]:
            here = f"{path}/{escaped(name)}"
            if name not in new:
                yield Change(here, Op.REMOVE, old=old[name])
            elif name not in old:
                yield Change(here, Op.ADD, new=new[name])
            else:
                yield from _between(old[name], new[name], here)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _of_lists(old, new, path)
    elif old != new:
        yield Change(path, Op.CHANGE, old=old, new=new)


def _is_compared(old: dict[str, Plain], new: dict[str, Plain]) -> bool:
    """Whether two objects are compared member by member; a condition on rows is one value."""
    return not _CONDITION & old.keys() and ("id" in old or old.get("kind") == new.get("kind"))


_CONDITION: Final = frozenset(("and", "or", "col"))


def _of_lists(old: list[Plain], new: list[Plain], path: str) -> Iterator[Change]:
    """What left, what changed in its place, and then what came or moved, in the order of the new list."""
    before, after = _keyed(old), _keyed(new)
    places = {key: place for place, key in enumerate(after)}
    for place, key in enumerate(before):
        if key not in after:
            yield Change(f"{path}/{key}", Op.REMOVE, old=before[key], at=place)
    stay = _longest_rising([places[key] for key in before if key in after])
    for place, (key, value) in enumerate(after.items()):
        here = f"{path}/{key}"
        if key not in before:
            yield Change(here, Op.ADD, new=value, at=place)
            continue
        if place not in stay:
            yield Change(here, Op.MOVE, old=list(before).index(key), new=place, at=place)
        yield from _between(before[key], value, here)


def _keyed(values: list[Plain]) -> dict[str, Plain]:
    """A list by what its members are called: their id, their clause, or the word itself; a repeated one is numbered."""
    times: Counter[str] = Counter()
    keyed: dict[str, Plain] = {}
    for value in values:
        called = escaped(_called(value) if isinstance(value, dict) else str(value))
        times[called] += 1
        keyed[called if times[called] == 1 else f"{called}#{times[called]}"] = value
    return keyed


def _called(value: dict[str, Plain]) -> str:
    """What a member of a list is called: parts of a price by their names, tiers by where they end."""
    if "up_to" in value:
        return str(value["up_to"] or "open")
    named = value.get("id") or value.get("clause") or value.get("table") or value.get("column")
    return str(named or (value.get("name") if "kind" in value else value.get("listing")))


def _longest_rising(places: Sequence[int]) -> set[int]:
    """The most members that can stay where they are while the others move around them."""
    best: list[list[int]] = []
    for place in places:
        under = [run for run in best if run[-1] < place]
        best.append([*_longest(under), place])
    return set(_longest(best))


def _longest(runs: Sequence[list[int]]) -> list[int]:
    return max(runs, key=len, default=[])


def _applied(value: Plain, changes: list[tuple[list[str], Change]]) -> Plain:
    """A value with the changes whose paths, from here on, begin with the given parts."""
    if not changes:
        return value
    if not changes[0][0]:
        return changes[0][1].new
    if isinstance(value, list):
        return _applied_to_list(value, changes)
    made = dict(value)
    for part in dict.fromkeys(parts[0] for parts, _ in changes):
        here = [(parts[1:], one) for parts, one in changes if parts[0] == part]
        name, (parts, first) = _unescaped(part), here[0]
        if not parts and first.op is Op.REMOVE:
            del made[name]
        elif not parts and first.op is Op.ADD:
            made[name] = first.new
        else:
            made[name] = _applied(made[name], here)
    return made


def _applied_to_list(values: list[Plain], changes: list[tuple[list[str], Change]]) -> list[Plain]:
    keyed = _keyed(values)
    entering: list[tuple[int, Plain]] = []
    for name in dict.fromkeys(parts[0] for parts, _ in changes):
        here = [(parts[1:], one) for parts, one in changes if parts[0] == name]
        own = next((one for parts, one in here if not parts), None)
        inner = [(parts, one) for parts, one in here if parts]
        if own is not None and own.op is Op.ADD:
            entering.append((own.at or 0, own.new))
            continue
        changed = _applied(keyed[name], inner)
        if own is None:
            keyed[name] = changed
            continue
        del keyed[name]
        if own.op is Op.MOVE:
            entering.append((own.at or 0, changed))
    made = list(keyed.values())
    for place, value in sorted(entering, key=lambda each: each[0]):
        made.insert(place, value)
    return made


def escaped(name: str) -> str:
    """A name as one part of a path (RFC 6901), in which a number after # tells repeated ones apart."""
    return name.replace("~", "~0").replace("/", "~1").replace("#", "~2")


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~2", "#").replace("~0", "~")
