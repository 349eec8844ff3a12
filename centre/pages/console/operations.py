"""What the API can do, read from its own description: every operation with its words, parameters and shapes."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec
from litestar import Litestar

from centre.pages.console.shapes import Shape, Shapes
from kernel.text import Text

JSON: Final = "application/json"
API: Final = "/v1"
PLACEHOLDER: Final = re.compile(r"^\{(\w+)\}$")
OMITTED: Final = frozenset({"get_caller"})
"""What speaks of the key that calls; a member's own page is /account."""
CALLED: Final = {"stored_file": "file"}
"""Kinds that the paths of the API call otherwise."""
METHODS: Final = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be asked of a list beside its path."""

    name: str
    shape: Shape
    required: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API; `path` is its template under /v1, `takes` and `gives` are media types."""

    name: str
    method: str
    path: str
    chapter: str
    title: Text
    about: str
    parameters: tuple[Parameter, ...]
    body: Shape | None
    takes: str
    answer: Shape | None
    gives: str
    needs_key: bool
    permissions: tuple[str, ...]
    public: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what stands in the path: ("order_id",)."""
        return tuple(match[1] for each in self.path.split("/") if (match := PLACEHOLDER.match(each)))

    @property
    def item(self) -> Shape | None:
        """What a list holds; None where the answer is no page of anything."""
        return self.answer.page_item if self.answer is not None else None

    def admits(self, permissions: frozenset[str]) -> bool:
        """Whether somebody with these permissions may call it."""
        return self.public or any(each in permissions for each in self.permissions)

    def at(self, values: Mapping[str, str]) -> str:
        """Its path with these values in their places."""
        return "/".join(
            values[match[1]] if (match := PLACEHOLDER.match(each)) else each for each in self.path.split("/")
        )


@dataclass(slots=True)
class _Node:
    """A step of the paths: what may follow, and what is called here, by method."""

    fixed: dict[str, "_Node"] = field(default_factory=dict)
    named: "_Node | None" = None
    here: dict[str, Operation] = field(default_factory=dict)


class Operations:
    """All operations, found by their name and by a path."""

    def __init__(self, operations: Sequence[Operation], chapters: Mapping[str, Text], shapes: Shapes) -> None:
        self.all = tuple(operations)
        self.shapes = shapes
        self.chapters = chapters
        self.by_name = {each.name: each for each in self.all}
        self._root = _Node()
        for operation in self.all:
            node = self._root
            for step in _steps(operation.path):
                node = node.fixed.setdefault(step, _Node()) if not PLACEHOLDER.match(step) else _named(node)
            node.here[operation.method] = operation
        self._objects: dict[str, Operation] = {}
        for each in self.all:
            steps = _steps(each.path)
            if each.method == "get" and each.gives == JSON and len(steps) == 3 and PLACEHOLDER.match(steps[2]):
                self._objects[each.names[0].removesuffix("_id")] = each
                self._objects.setdefault(steps[1].replace("-", "_").removesuffix("s"), each)

    def at(self, path: str) -> dict[str, Operation]:
        """What is called at a path, by method; nothing where no operation is."""
        return next(_walk(self._root, _steps(path)), {})

    def values(self, operation: Operation, path: str) -> dict[str, str]:
        """What stands in the places of an operation's path."""
        steps = zip(_steps(operation.path), _steps(path), strict=True)
        return {match[1]: given for step, given in steps if (match := PLACEHOLDER.match(step))}

    def object_of(self, kind: str) -> Operation | None:
        """The operation that shows one thing of a kind, by the name that its id has in paths."""
        return self._objects.get(CALLED.get(kind, kind))

    def under(self, path: str) -> Iterator[Operation]:
        """What is called at a path itself or below it with nothing more to name: the same places."""
        for each in self.all:
            rest = each.path.removeprefix(path)
            if each.path.startswith(path) and (not rest or rest[0] == "/") and "{" not in rest:
                yield each


async def operations(app: Litestar) -> Operations:
    """The operations of this application; read once, in a thread, since their description is large."""
    if "operations" not in app.state:
        app.state["operations"] = await asyncio.to_thread(_read, app)
    whole: Operations = app.state["operations"]
    return whole


@cache
def _description() -> dict[str, Any]:
    """The description as it is published: to draw it anew takes seconds, and a test holds that it is the same."""
    packed = files("centre").joinpath("openapi.json")
    place = packed if packed.is_file() else files("centre").joinpath("..", "docs", "openapi.json")
    described: dict[str, Any] = msgspec.json.decode(place.read_bytes())
    return described


def _read(app: Litestar) -> Operations:
    schema = _description()
    shapes = Shapes(schema["components"]["schemas"])
    # Handlers that the description leaves out (connectors, pages) may bear a name that one of the API has.
    handlers = [each for route in app.routes for each in getattr(route, "route_handlers", ())]
    opts = {each.handler_name: each.opt for each in handlers if each.include_in_schema is not False}
    read = [
        _operation(path, method, item[method], shapes, opts)
        for path, item in schema["paths"].items()
        for method in METHODS
        if path.startswith(f"{API}/") and method in item and item[method]["operationId"] not in OMITTED
    ]
    chapters = {tag["name"]: _pair(tag["name"], tag.get("description", "")) for tag in schema.get("tags", ())}
    return Operations(read, chapters, shapes)


def _operation(path: str, method: str, raw: Mapping[str, Any], shapes: Shapes, opts: Mapping[Any, Any]) -> Operation:
    name = raw["operationId"]
    chinese, _, english = raw.get("description", "").partition(" · ")
    opt = opts.get(name, {})
    takes, body = _content(raw.get("requestBody", {}))
    gives, answer = _content(next((each for code, each in raw["responses"].items() if code[0] == "2"), {}))
    parameters = [each for each in raw.get("parameters", ()) if each["in"] == "query"]
    return Operation(
        name=name,
        method=method,
        path=path,
        chapter=(raw.get("tags") or ("",))[0],
        title=Text(chinese, _english(name)),
        about=english,
        parameters=tuple(
            Parameter(
                each["name"],
                shapes.of(each["schema"] | {"description": each.get("description", "")}, f"{name}.{each['name']}"),
                each["required"],
            )
            for each in parameters
        ),
        body=shapes.of(body) if body is not None and takes == JSON else None,
        takes=takes,
        answer=shapes.of(answer) if answer is not None and gives == JSON else None,
        gives=gives,
        needs_key=any(each["name"] == "Idempotency-Key" for each in raw.get("parameters", ())),
        permissions=tuple(opt.get("permissions", ())),
        public=bool(opt.get("public")),
    )


def _english(name: str) -> str:
    """An operation's name as a title: what is listed or shown is called by itself, a step by what it does."""
    verb, _, rest = name.partition("_")
    plain = (rest if verb in ("list", "get") and rest else name).replace("_", " ")
    return plain[:1].upper() + plain[1:]


def _content(part: Mapping[str, Any]) -> tuple[str, Mapping[str, Any] | None]:
    """The media type of a body and its shape; JSON where there is a choice."""
    content = part.get("content", {})
    kind = JSON if JSON in content else next(iter(content), "")
    return kind, content[kind].get("schema", {}) if kind else None


def _pair(name: str, described: str) -> Text:
    """A chapter's name: Chinese as its description begins, English as it is called."""
    return Text(re.split("[。：、]", described, maxsplit=1)[0] or name, name)


def _steps(path: str) -> list[str]:
    return path.strip("/").split("/")


def _named(node: _Node) -> _Node:
    if node.named is None:
        node.named = _Node()
    return node.named


def _walk(node: _Node, steps: Sequence[str]) -> Iterator[dict[str, Operation]]:
    """What is called at the end of some steps; what is written out goes before what is named."""
    if not steps:
        if node.here:
            yield node.here
        return
    for onward in (node.fixed.get(steps[0]), node.named):
        if onward is not None:
            yield from _walk(onward, steps[1:])
