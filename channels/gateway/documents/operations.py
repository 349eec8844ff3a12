"""Which operation of a document a request is: by its method and path; pure."""

import re
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

METHODS: Final = ("get", "head", "post", "put", "patch", "delete", "options")
SHAPE: Final = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|\{[A-Za-z0-9_.-]{1,60}\}|/){0,500}")
PARAMETER: Final = re.compile(r"\{([^{}]*)\}")
EVENTS: Final = "text/event-stream"


def resolved(document: dict[str, Any], reference: str) -> Any:
    """What a reference within a document leads to; None where that is nothing."""
    at: Any = document
    for part in reference.removeprefix("#/").split("/"):
        key = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(at, list) and key.isdecimal() and len(key) < 10 and int(key) < len(at):
            at = at[int(key)]
        elif isinstance(at, dict) and key in at:
            at = at[key]
        else:
            return None
    return at


def followed(document: dict[str, Any], value: Any) -> Any:
    """A value, or what it refers to through at most a few references."""
    for _ in range(8):
        if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
            return value
        value = resolved(document, value["$ref"])
    return None


def listed(value: Any) -> list[Any]:
    """A list as a document has it, or none where something else stands."""
    return value if isinstance(value, list) else []


def parameters_named(item: dict[str, Any], method: str) -> list[Any]:
    """What a path and its operation list as parameters, those of the operation last."""
    return [*listed(item.get("parameters")), *listed(item[method].get("parameters"))]


def parameters_of(document: dict[str, Any], named: list[Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Parameters by where they stand and their name; a later one takes the place of an earlier."""
    found = [followed(document, each) for each in named]
    return {(str(each.get("in")), str(each.get("name"))): each for each in found if isinstance(each, dict)}


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation that may be called; `streams` says that it answers with events as they come."""

    method: str
    path: str
    streams: bool

    @property
    def name(self) -> str:
        """As it is listed."""
        return f"{self.method} {self.path}"


@dataclass(slots=True)
class Operations:
    """The operations of a document, found by method and path."""

    plain: dict[str, dict[str, Operation]] = field(default_factory=dict)
    templates: dict[int, list[tuple[re.Pattern[str], dict[str, Operation]]]] = field(default_factory=dict)

    @staticmethod
    def of(document: dict[str, Any]) -> "Operations":
        """Make them ready to be found."""
        made = Operations()
        for path, item in document["paths"].items():
            methods = {m.upper(): Operation(m.upper(), path, _streams(item[m])) for m in METHODS if m in item}
            if "{" in path:
                made.templates.setdefault(path.count("/"), []).append((_regex(path), methods))
            else:
                made.plain[path] = methods
        return made

    def find(self, method: str, path: str) -> Operation | None:
        """The operation of a decoded path; one that is written out goes before a template."""
        if (methods := self.plain.get(path)) is not None:
            return methods.get(method)
        for shape, named in self.templates.get(path.count("/"), ()):
            if shape.fullmatch(path) and method in named:
                return named[method]
        return None


def _regex(path: str) -> re.Pattern[str]:
    """Each parameter but the last ends at the first place where it can, for good: nothing is tried twice."""
    first, *rest = PARAMETER.split(path)
    after = [re.escape(part) for part in rest[1::2]]
    parts = [f"(?>[^/]+?{part})" for part in after[:-1]] + [f"[^/]+{part}" for part in after[-1:]]
    return re.compile(re.escape(first) + "".join(parts))


def _streams(operation: dict[str, Any]) -> bool:
    answers = operation.get("responses")
    told = answers.values() if isinstance(answers, dict) else ()
    contents = [each.get("content") for each in told if isinstance(each, dict)]
    return any(isinstance(content, dict) and EVENTS in content for content in contents)
