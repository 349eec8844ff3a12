"""What a part of a page reads of the API for the member who looks, and the steps that it offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request

from centre.pages.console.calling import call
from centre.pages.console.operations import API, operations
from centre.pages.shell.rendering import lang_of, words_of
from kernel.money import MoneyView
from kernel.text import Text

Http = Request[Any, Any, Any]

NO_WORDS: Final = Text("", "")
ALL: Final = 100
"""As many as a page of the API holds."""


async def one_at(request: Http, path: str, **asked: Any) -> Any:
    """What the API tells at a path; None where it refuses: what is not there, or not for this member."""
    answer = await call(request, "get", path, query=urlencode({n: str(v) for n, v in asked.items() if v is not None}))
    return None if answer.is_refused else answer.read()


async def items(request: Http, path: str, **asked: Any) -> list[dict[str, Any]]:
    """The first page of a list; empty where the member may not read it."""
    page = await one_at(request, path, limit=ALL, **asked)
    listed: list[dict[str, Any]] = page["items"] if page else []
    return listed


async def step_to(request: Http, name: str, at: Mapping[str, str] | None = None, **filled: str | None) -> str:
    """Where the form of an operation is, with what is known filled in; empty where the member may not take the step."""
    operation = (await operations(request.app)).by_name[name]
    if not operation.admits(request.user.permissions):
        return ""
    query = urlencode({"do": name} | {key: value for key, value in filled.items() if value})
    return f"/{lang_of(request)}/console{operation.at(at or {}).removeprefix(API)}?{query}"


def place(request: Http, path: str) -> str:
    """The page of a path of the API."""
    return f"/{lang_of(request)}/console/{path}"


def money(request: Http, held: Mapping[str, str] | None) -> str:
    """An amount as the page's language writes it; empty where there is none."""
    return words_of(request).money(MoneyView(held["amount"], held["currency"])) if held else ""


@dataclass(frozen=True, slots=True)
class Task:
    """One task on the way: done, to be done, or not possible yet; with what stands now, and where it leads."""

    title: Text
    state: str
    words: Text
    href: str = ""
    action: Text = NO_WORDS
