"""Reading a usage policy from ODRL 2.2: what is not of the profile is refused with its pointer; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

import msgspec

from contracts.usage.errors import PolicyInexpressible
from contracts.usage.odrl import (
    EXCLUSIVITY,
    JSON,
    MARKS,
    PROFILE,
    REVISION,
    SCOPE,
    TYPED,
    URN,
    USE,
    WINDOWS,
    WORDED,
    duty_rule,
)
from contracts.usage.tree import RULES_MAX, Duty, UsagePolicy
from kernel.errors import FieldError
from kernel.text import Text

T = TypeVar("T")


class _Unread(Exception):
    """A place in the document that is not of the profile."""

    def __init__(self, pointer: str, zh: str, en: str) -> None:
        super().__init__(pointer)
        self.fault = FieldError(pointer, Text(zh, en), PolicyInexpressible.rule)


def from_odrl(document: Mapping[str, Any], pointer: str = "") -> UsagePolicy:
    """Read what `to_odrl` writes, and nothing else; raises PolicyInexpressible with the pointer of the first fault.

    `pointer` is the place of the document itself.

    The parties and the id of the document are not part of the policy. The words are read by contracts.usage.reading.
    """
    try:
        return _policy(document)
    except _Unread as unread:
        fault = replace(unread.fault, pointer=f"{pointer}{unread.fault.pointer}")
        raise PolicyInexpressible(errors=[fault], count=1, vocabulary=str(document.get("profile"))[:60]) from unread


def _policy(document: Mapping[str, Any]) -> UsagePolicy:
    _only(document, {"@context", "@type", "@id", "profile", "target", "assigner", "assignee", *_LISTS}, "")
    vocabulary = _after(document.get("profile"), f"{PROFILE}:", "/profile")
    asset = _after(document.get("target"), f"{URN}:", "/target")
    duties = [_read_duty(one, f"/obligation/{at}") for at, one in enumerate(_list(document, "obligation", ""))]
    written = {duty.id: duty_rule(duty) for duty in duties}
    always: list[dict[str, Any]] = []
    permissions = []
    for pointer, name, actions, sides, owed in _grouped(document, "permission"):
        shared: dict[str, Any] = {side: sides.pop(side) for side in _SHARED if side in sides}
        always.append(shared)
        if any(one != written.get(_after(one.get("@id"), f"{URN}:rule:", pointer)) for one in owed):
            raise _Unread(f"{pointer}/duty", "义务须与 obligation 所列一致", "A duty is one of those under obligation")
        names = tuple(str(one["@id"]).removeprefix(f"{URN}:rule:") for one in owed)
        permissions.append({"id": name, "actions": actions, "duties": names, **sides})
    prohibitions = [{"id": name, "actions": a, **sides} for _, name, a, sides, _ in _grouped(document, "prohibition")]
    if any(one != always[0] for one in always):
        raise _Unread(
            "/permission",
            "各许可的版本、独占性、范围与标记须一致",
            "All permissions have the same revisions, exclusivity, scope and marks",
        )
    plain = {
        "vocabulary": vocabulary,
        "asset": asset,
        "permissions": permissions,
        "prohibitions": prohibitions,
        "duties": msgspec.to_builtins(duties),
        **(always[0] if always else {}),
    }
    return _converted(plain, UsagePolicy, "")


_SHARED: Final = ("revisions", "exclusivity", "scope", "marks")
_LISTS: Final = ("permission", "prohibition", "obligation")


def _grouped(
    document: Mapping[str, Any], kind: str
) -> Iterator[tuple[str, str, tuple[str, ...], dict[str, Any], Sequence[Any]]]:
    """The wire's rules of one action each, put together again: neighbours of one id that differ in the action only."""
    entries = _list(document, kind, "")
    at = 0
    while at < len(entries):
        pointer, first = f"/{kind}/{at}", entries[at]
        _only(first, {"@id", "action", "constraint", "duty"}, pointer)
        name = _after(first.get("@id"), f"{URN}:rule:", f"{pointer}/@id")
        actions = []
        while at < len(entries) and isinstance(entries[at], Mapping) and entries[at].get("@id") == first["@id"]:
            if {**entries[at], "action": None} != {**first, "action": None}:
                raise _Unread(
                    f"/{kind}/{at}", "同一规则的各行为须有相同约束", "The actions of one rule have the same constraints"
                )
            actions.append(_read_action(entries[at].get("action"), f"/{kind}/{at}/action"))
            at += 1
        every = actions == ["every"] and kind == "prohibition"
        sides = _read_constraints(first, pointer)
        yield pointer, name, () if every else tuple(actions), sides, _list(first, "duty", pointer)


def _read_action(action: Any, pointer: str) -> str:
    return USE if action == USE else _after(action, f"{URN}:action:", pointer)


def _read_constraints(rule: Mapping[str, Any], pointer: str) -> dict[str, Any]:
    listed = _list(rule, "constraint", pointer)
    if not listed:
        return {}
    if len(listed) != 1 or not isinstance(listed[0], Mapping) or set(listed[0]) != {"and"}:
        raise _Unread(f"{pointer}/constraint", "约束须为一个 and", "Constraints are one `and`")
    sides: dict[str, Any] = {}
    here = f"{pointer}/constraint/0/and"
    for at, constraint in enumerate(_list(listed[0], "and", f"{pointer}/constraint/0")):
        for side, value in _side(constraint, f"{here}/{at}").items():
            if side in sides:
                raise _Unread(f"{here}/{at}", "同一方面只能约束一次", "A side is limited once")
            sides[side] = value
    return sides


def _side(constraint: Any, pointer: str) -> dict[str, Any]:
    """What one constraint says, as a field of the tree."""
    _only(constraint, {"leftOperand", "operator", "rightOperand"}, pointer)
    left, operator, right = (constraint.get(key) for key in ("leftOperand", "operator", "rightOperand"))
    for side, (operand, prefix) in [*WORDED.items(), ("revisions", (REVISION, f"{URN}:"))]:
        if (left, operator) == (operand, "isAnyOf"):
            return {side: [_after(_id(one), prefix, f"{pointer}/rightOperand") for one in _sequence(right, pointer)]}
    for name, (operand, comparison, kind) in TYPED.items():
        if (left, operator) == (operand, comparison):
            return {name: _typed(right, kind, pointer)}
    for since, (operand, comparison, kind) in WINDOWS.items():
        if (left, operator) == (operand, comparison):
            return {"window_days": _typed(right, kind, pointer), "window_from": since}
    if (left, operator) == (EXCLUSIVITY, "eq"):
        return {"exclusivity": _after(_id(right), f"{EXCLUSIVITY}:", f"{pointer}/rightOperand")}
    for side, operand in (("scope", SCOPE), ("marks", MARKS)):
        if (left, operator) == (operand, "isAnyOf"):
            return {side: [_json(one, f"{pointer}/rightOperand") for one in _sequence(right, pointer)]}
    raise _Unread(pointer, "本策略语言没有此约束", "The profile has no such constraint")


def _json(value: Any, pointer: str) -> Any:
    """A JSON literal as the value that it says."""
    text = value.get("@value") if isinstance(value, Mapping) and value.get("@type") == JSON else None
    try:
        return msgspec.json.decode(text) if isinstance(text, str) else _no_json(pointer)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return _no_json(pointer)


def _no_json(pointer: str) -> Any:
    raise _Unread(pointer, f"须为 {JSON} 文本", f"It is a text of type {JSON}")


def _typed(right: Any, kind: str, pointer: str) -> Any:
    value = right.get("@value") if isinstance(right, Mapping) and right.get("@type") == kind else None
    if not isinstance(value, str) or len(value) > 40:
        raise _Unread(f"{pointer}/rightOperand", f"须为 {kind} 文本", f"It is a text of type {kind}")
    if kind == "xsd:dateTime":
        return value
    digits = (
        value.removeprefix("PT").removesuffix("S")
        if value.startswith("PT")
        else value.removeprefix("P").removesuffix("D")
    )
    if not (digits.isascii() and digits.isdigit() and str(int(digits)) == digits):
        raise _Unread(f"{pointer}/rightOperand", "须为不带前导零的整数", "It is a whole number without leading zeros")
    return int(digits)


def _read_duty(duty: Any, pointer: str) -> Duty:
    _only(duty, {"@id", "action", f"{URN}:bearer", "constraint"}, pointer)
    plain: dict[str, Any] = {
        "id": _after(duty.get("@id"), f"{URN}:rule:", f"{pointer}/@id"),
        "kind": _after(duty.get("action"), f"{URN}:duty:", f"{pointer}/action"),
        "bearer": _after(_id(duty.get(f"{URN}:bearer")), f"{URN}:bearer:", pointer),
    }
    constraints = _list(duty, "constraint", pointer)
    if constraints:
        if len(constraints) != 1 or not isinstance(constraints[0], Mapping):
            raise _Unread(f"{pointer}/constraint", "义务只能约束天数", "A duty is limited in days only")
        if (constraints[0].get("leftOperand"), constraints[0].get("operator")) != (f"{URN}:days", "lteq"):
            raise _Unread(f"{pointer}/constraint", "义务只能约束天数", "A duty is limited in days only")
        plain["days"] = _typed(constraints[0].get("rightOperand"), "xsd:duration", f"{pointer}/constraint/0")
    return _converted(plain, Duty, pointer)


def _converted(plain: Any, kind: type[T], pointer: str) -> T:
    try:
        return msgspec.convert(plain, kind)
    except msgspec.ValidationError as problem:
        raise _Unread(pointer, f"无法读取：{problem}", f"It cannot be read: {problem}") from problem


def _only(value: Any, names: set[str], pointer: str) -> None:
    if not isinstance(value, Mapping):
        raise _Unread(pointer, "须为对象", "It is an object")
    for name in value:
        if name not in names:
            raise _Unread(f"{pointer}/{str(name)[:60]}", "本策略语言没有此项", "The profile has no such entry")


def _list(value: Mapping[str, Any], name: str, pointer: str) -> Sequence[Any]:
    entries = value.get(name, [])
    if not isinstance(entries, list) or len(entries) > RULES_MAX * 40:
        raise _Unread(f"{pointer}/{name}", "须为列表", "It is a list")
    return entries


def _sequence(value: Any, pointer: str) -> list[Any]:
    if not isinstance(value, list) or not value or len(value) > 40:
        raise _Unread(f"{pointer}/rightOperand", "须为非空列表", "It is a list that is not empty")
    return value


def _id(value: Any) -> Any:
    return value.get("@id") if isinstance(value, Mapping) and set(value) == {"@id"} else None


def _after(value: Any, prefix: str, pointer: str) -> str:
    if not isinstance(value, str) or not value.startswith(prefix):
        raise _Unread(pointer, f"须以 {prefix} 开头", f"It begins with {prefix}")
    return value.removeprefix(prefix)
