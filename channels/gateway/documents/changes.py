"""What a caller of one document would notice in the next: an operation gone, a parameter required, a type changed."""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from channels.gateway.documents.operations import METHODS, followed, listed, parameters_named, parameters_of

CHANGES_MAX = 500


class InterfaceChange(msgspec.Struct, frozen=True):
    """One of them: what it is, at which operation, and of what there."""

    kind: Literal["removed", "required", "type"]
    operation: str
    subject: str


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[InterfaceChange]:
    """All of them, at most as many as are kept; whatever is only added is none."""
    found: list[InterfaceChange] = []
    for change in _all(before, after):
        if change not in found:
            found.append(change)
        if len(found) == CHANGES_MAX:
            break
    return found


def _all(before: dict[str, Any], after: dict[str, Any]) -> Iterator[InterfaceChange]:
    for path, item in before["paths"].items():
        for method in (each for each in METHODS if each in item):
            operation = f"{method.upper()} {path}"
            now = after["paths"].get(path, {})
            if method not in now:
                yield InterfaceChange("removed", operation, "")
            else:
                yield from _Compared(before, after, operation).operations(item, now, method)


class _Compared:
    """One operation in both documents; what refers to itself is compared once."""

    def __init__(self, before: dict[str, Any], after: dict[str, Any], operation: str) -> None:
        self.before, self.after, self.operation = before, after, operation
        self.seen: set[tuple[int, int]] = set()

    def operations(self, was: dict[str, Any], now: dict[str, Any], method: str) -> Iterator[InterfaceChange]:
        """Its parameters, its body and its answers."""
        yield from self._parameters(parameters_named(was, method), parameters_named(now, method))
        yield from self._bodies(was[method].get("requestBody"), now[method].get("requestBody"))
        answers, later = _dict(was[method].get("responses")), _dict(now[method].get("responses"))
        for status in sorted(answers.keys() & later.keys()):
            yield from self._contents(
                followed(self.before, answers[status]), followed(self.after, later[status]), status, sent=False
            )

    def _parameters(self, was: list[Any], now: list[Any]) -> Iterator[InterfaceChange]:
        old, new = parameters_of(self.before, was), parameters_of(self.after, now)
        for place, parameter in new.items():
            subject = ":".join(place)
            needed = parameter.get("required") is True
            if needed and (place not in old or old[place].get("required") is not True):
                yield InterfaceChange("required", self.operation, subject)
            if place in old:
                yield from self._schemas(old[place].get("schema"), parameter.get("schema"), subject, sent=True)

    def _bodies(self, was: Any, now: Any) -> Iterator[InterfaceChange]:
        was, now = followed(self.before, was), followed(self.after, now)
        if not isinstance(now, dict):
            return
        if now.get("required") is True and not (isinstance(was, dict) and was.get("required") is True):
            yield InterfaceChange("required", self.operation, "body")
        yield from self._contents(was, now, "body", sent=True)

    def _contents(self, was: Any, now: Any, subject: str, *, sent: bool) -> Iterator[InterfaceChange]:
        old, new = _dict(_dict(was).get("content")), _dict(_dict(now).get("content"))
        for media in old:
            if media not in new:
                yield InterfaceChange("type", self.operation, f"{subject}:{media}")
            else:
                yield from self._schemas(
                    _dict(old[media]).get("schema"), _dict(new[media]).get("schema"), subject, sent=sent
                )

    def _schemas(self, was: Any, now: Any, at: str, *, sent: bool) -> Iterator[InterfaceChange]:
        was, now = followed(self.before, was), followed(self.after, now)
        if not isinstance(was, dict) or not isinstance(now, dict):
            if was != now and was is not None:
                yield InterfaceChange("type", self.operation, at)
            return
        if (pair := (id(was), id(now))) in self.seen:
            return
        self.seen.add(pair)
        if any(was.get(key) != now.get(key) for key in ("type", "format")) or self._mixed(was) != self._mixed(now):
            yield InterfaceChange("type", self.operation, at)
        required = set(map(str, listed(now.get("required")))) - set(map(str, listed(was.get("required"))))
        for name in sorted(required) if sent else ():
            yield InterfaceChange("required", self.operation, f"{at}.{name}")
        old, new = _dict(was.get("properties")), _dict(now.get("properties"))
        for name in sorted(old.keys() & new.keys()):
            yield from self._schemas(old[name], new[name], f"{at}.{name}", sent=sent)
        for name in () if sent else sorted(old.keys() - new.keys()):
            yield InterfaceChange("type", self.operation, f"{at}.{name}")
        yield from self._schemas(was.get("items"), now.get("items"), f"{at}[]", sent=sent)

    @staticmethod
    def _mixed(schema: dict[str, Any]) -> list[Any]:
        """What is one of several is compared as it is written."""
        return [schema.get(key) for key in ("oneOf", "anyOf", "allOf", "not")]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
