"""Reading a policy back from its sentences: from their ids and values alone, as an outside reader would."""

from collections.abc import Iterable
from typing import Any

import msgspec

from contracts.usage.tree import UsagePolicy

LISTS = ("permissions", "prohibitions", "duties")
SIDES = ("actions", "purposes", "territory", "environments", "recipients", "duties")


def tree_of(said: Iterable[tuple[str, tuple[str, ...]]]) -> UsagePolicy:
    """The policy that ids and values of sentences say; raises msgspec.ValidationError where they say none."""
    plain: dict[str, Any] = {name: [] for name in LISTS}
    for place, values in said:
        head, _, rest = place.partition("/")
        if head == "marks":
            plain.setdefault(head, []).append(_of_marks(values))
            continue
        if head not in (*LISTS, "scope"):
            plain[head] = list(values) if head == "revisions" else values[0]
            continue
        at, _, side = rest.partition("/")
        if head == "scope":
            _of_scope(plain.setdefault(head, []), side, values)
            continue
        if not side:
            plain[head].append({"id": values[0]})
        else:
            plain[head][int(at)].update(_fields(side, values))
    return msgspec.convert(plain, UsagePolicy, strict=False)


def _of_marks(values: tuple[str, ...]) -> dict[str, Any]:
    table, *rest = values
    left = {"omits_one_in": rest.pop()} if len(rest) % 2 else {}
    pairs = zip(rest[::2], rest[1::2], strict=True)
    return {"table": table, "columns": [{"column": name, "step": step} for name, step in pairs], **left}


def _of_scope(parts: list[Any], side: str, values: tuple[str, ...]) -> None:
    if not side:
        parts.append({"table": values[0], "columns": list(values[1:])})
    elif values:
        parts[-1]["rows"] = msgspec.json.decode(values[0])


def _fields(side: str, values: tuple[str, ...]) -> dict[str, Any]:
    if side == "duty":
        return dict(zip(("kind", "bearer", "days"), values, strict=False))
    if side == "window":
        return dict(zip(("window_days", "window_from"), values, strict=True))
    return {side: list(values) if side in SIDES else values[0]}
