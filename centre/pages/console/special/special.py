"""The parts that some pages have of their own, by the operation whose object they show."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request

from centre.pages.console.operations import Operation

Http = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Above:
    """A part of a page: its template, and what the template knows as `above.of`."""

    template: str
    of: Mapping[str, Any]


Part = Callable[[Http, str, Any], Awaitable[Mapping[str, Any]]]
"""Makes what a part shows of an object at a path, from what the API told of it."""

PARTS: Final[dict[str, tuple[str, Part]]] = {}
"""The template of a part, and what fills it, by the operation's name."""


async def drawn(request: Http, operation: Operation, path: str, told: Any) -> Above | None:
    """The part of its own that the page of an object has; None for most."""
    if operation.name not in PARTS:
        return None
    template, fill = PARTS[operation.name]
    return Above(f"console/special/{template}", await fill(request, path, told))
