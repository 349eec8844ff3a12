"""What a page has beyond its description: what it is given to be drawn from, and what it gives."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from litestar import Request

from centre.pages.console.calling import call
from centre.pages.console.operations import API, Operations
from centre.pages.shell.rendering import lang_of
from kernel.text import Text

Http = Request[Any, Any, Any]
Values = Mapping[str, str | list[str]]


def as_entered(values: Values) -> Values:
    """A form whose fields are those of the body."""
    return values


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn in place of the plain page: a template that extends it, and what it shows.

    A form begins with `values`. `more` names fields that it has beside those of the body, which `into` makes values of
    the body of. `hides` are fields that the page shows better than the facts below it would. What a form
    `confirms` is shown and not entered: refused, it is drawn with what stands now.
    """

    template: str
    context: Mapping[str, Any]
    values: Values = field(default_factory=dict)
    more: Mapping[str, Text] = field(default_factory=dict)
    into: Callable[[Values], Values] = as_entered
    hides: frozenset[str] = frozenset()
    confirms: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """A step that a page offers: where it leads, and how much it weighs (primary, quiet, danger)."""

    title: Text
    href: str
    weight: str = "quiet"


@dataclass(frozen=True, slots=True)
class Viewing:
    """The page that is asked for: its path, and what the API told of it; for a form, what its address gives."""

    request: Http
    whole: Operations
    path: str
    told: Any = None
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def party(self) -> str:
        """The organisation that looks."""
        return str(self.request.user.party)

    def may(self, name: str) -> bool:
        """Whether the member may call an operation."""
        return self.whole.by_name[name].admits(self.request.user.permissions)

    def address(self, path: str, **query: str) -> str:
        """The page of an operation's path, in the language of this one."""
        asked = urlencode(query)
        return f"/{lang_of(self.request)}/console{path.removeprefix(API)}" + (f"?{asked}" if asked else "")

    def step(self, name: str, ids: Mapping[str, str], **query: str) -> str:
        """The form of a step; empty where the member may not take it."""
        operation = self.whole.by_name[name]
        return self.address(operation.at(ids), do=name, **query) if self.may(name) else ""

    def ids(self, name: str) -> dict[str, str]:
        """What stands in the path of this page, by the names that an operation has for it."""
        return self.whole.values(self.whole.by_name[name], self.path)

    async def read(self, name: str, ids: Mapping[str, str] | None = None, **query: str) -> Any:
        """What a reading operation answers to the member; None where it is not shown."""
        operation = self.whole.by_name[name]
        if not operation.admits(self.request.user.permissions):
            return None
        answer = await call(self.request, "get", operation.at(ids or {}), query=urlencode(query))
        return None if answer.is_refused else answer.read()


Draws = Callable[[Viewing], Awaitable[Drawn]]
