"""Where in a policy's ODRL form a place of its tree stands, so that who wrote the one is told of it there; pure."""

from typing import Any, Final

from contracts.usage.odrl import EXCLUSIVITY, MARKS, REVISION, SCOPE, TYPED, WINDOWS, WORDED, to_odrl
from contracts.usage.tree import UsagePolicy

_LISTS: Final = {"permissions": "permission", "prohibitions": "prohibition", "duties": "obligation"}
_WHOLE: Final = {"vocabulary": "/profile", "asset": "/target"}
_LEFT: Final = {
    **{side: left for side, (left, _) in WORDED.items()},
    **{name: left for name, (left, _, _) in TYPED.items()},
    "revisions": REVISION,
    "exclusivity": EXCLUSIVITY,
    "scope": SCOPE,
    "marks": MARKS,
}


def odrl_place(policy: UsagePolicy, place: str) -> str:
    """The place in `to_odrl(policy)` of a place in the tree, both as JSON Pointers; of what is not said, its rule's."""
    head, *rest = place.removeprefix("/").split("/")
    document = to_odrl(policy, uid="")
    if head in _WHOLE:
        return _WHOLE[head]
    if head in ("revisions", "exclusivity", "scope", "marks"):
        inner = rest[:1] if head in ("scope", "marks") else rest  # What of a table is said is one literal.
        return _constraint(document, "permission", 0, head, inner)
    if head not in _LISTS or not rest or not rest[0].isdigit():
        return f"/{_LISTS.get(head, 'permission')}"
    wire, at = _LISTS[head], int(rest[0])
    first = at
    if head != "duties":
        first = sum(max(1, len(rule.actions)) for rule in getattr(policy, head)[:at])
    if len(rest) == 1 or head == "duties":
        return f"/{wire}/{first}"
    side, inner = rest[1], rest[2:]
    if side == "actions":
        return f"/{wire}/{first + (int(inner[0]) if inner and inner[0].isdigit() else 0)}/action"
    if side == "duties":
        return "/".join([f"/{wire}/{first}/duty", *inner])
    return _constraint(document, wire, first, side, inner)


def _constraint(document: dict[str, Any], wire: str, rule: int, side: str, inner: list[str]) -> str:
    """The place of a constraint on a side, or of the rule's constraints where there is none."""
    lefts = {left for left, _, _ in WINDOWS.values()} if side.startswith("window") else {_LEFT.get(side)}
    listed = document[wire][rule].get("constraint", [{"and": []}])[0]["and"]
    for at, one in enumerate(listed):
        if one["leftOperand"] in lefts and (side not in TYPED or one["operator"] == TYPED[side][1]):
            right = ["rightOperand", *inner] if inner else []
            return "/".join([f"/{wire}/{rule}/constraint/0/and/{at}", *right])
    return f"/{wire}/{rule}/constraint"
