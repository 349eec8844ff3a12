"""Where a page of the console leads: to lists, to an object's parts, and to the forms of steps."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request

from centre.pages.console.operations import API, JSON, Operation, Operations
from centre.pages.shell.rendering import lang_of
from kernel.text import Text, kind_of

Http = Request[Any, Any, Any]

INDEX: Final = "/console"
DO: Final = "do"
"""The parameter that names the operation whose form is asked for."""

SECTIONS: Final = (
    (
        Text("交易", "Trade"),
        (
            "Orders",
            "Carts",
            "Agreements",
            "Negotiation",
            "Offers",
            "Requests for quotation",
            "Auctions",
            "Subscriptions",
            "Renewals",
            "Amendments",
            "Obligations",
            "Usage",
            "Complaints",
            "Ratings",
            "Approvals",
            "Successions",
            "Filings",
            "Dataspace",
        ),
    ),
    (
        Text("数据供给", "Supply"),
        (
            "Assets",
            "Files",
            "Quality",
            "Registrations",
            "Certificates",
            "Title",
            "Classification",
            "Living data",
            "Listings",
            "Objections",
            "Register",
            "Third-party tests",
            "Infringement notices",
            "Destruction",
            "Catalogue",
        ),
    ),
    (
        Text("交付与使用", "Delivery and use"),
        (
            "Delivery",
            "Channels",
            "API products",
            "Controlled computing",
            "Joint computing",
            "Programs near the data",
            "Traces",
            "Service levels",
        ),
    ),
    (
        Text("资金", "Money"),
        (
            "Payments",
            "Bills",
            "Papers",
            "Payouts",
            "Refunds",
            "Settlement",
            "Prepaid",
            "Prices",
            "Meters",
            "Ledger",
            "Bank",
            "Stripe balance",
            "Card disputes",
            "Unequal prices",
            "Permitted incomes",
        ),
    ),
    (
        Text("价值评估", "Valuation"),
        (
            "Engagements",
            "Appraisals",
            "Revaluation",
            "Market evidence",
            "Value splits",
            "Reports",
            "Accounting",
            "Portfolios",
            "Practitioners",
            "Audit",
        ),
    ),
)
"""Chapters of the API by what people come for; those that are named nowhere come last."""
THE_REST: Final = Text("本单位与中心", "Organisation and centre")


@dataclass(frozen=True, slots=True)
class Way:
    """Where a page leads: to a list, an object's part, or the form of a step."""

    title: Text
    about: str
    href: str


@dataclass(frozen=True, slots=True)
class Entrance:
    """A chapter of the API as the console's index shows it."""

    title: Text
    lists: list[Way]
    beginnings: list[Way]


@dataclass(frozen=True, slots=True)
class Ways:
    """From an object: steps that its state allows now, other steps, what can be begun with it, and its parts."""

    now: list[Way]
    steps: list[Way]
    beginnings: list[Way]
    parts: list[Way]


def address(path: str, query: Mapping[str, str]) -> str:
    """The page of a path of the API, without its language."""
    return f"/console{path.removeprefix(API)}" + (f"?{urlencode(query)}" if query else "")


def entrances(request: Http, whole: Operations) -> list[tuple[Text, list[Entrance]]]:
    """What the member may open, by section and chapter: each chapter's lists, and what can be begun in it."""
    chapters: dict[str, Entrance] = {}
    for each in whole.all:
        if not each.names and not each.public and each.admits(request.user.permissions):
            title = whole.chapters.get(each.chapter, Text(each.chapter, each.chapter))
            chapter = chapters.setdefault(each.chapter, Entrance(title, [], []))
            if each.method == "get" and each.gives == JSON:
                chapter.lists.append(way(request, each, each.path))
            elif each.method == "post":
                chapter.beginnings.append(way(request, each, each.path))
    placed = {name for _, names in SECTIONS for name in names}
    sections = [*SECTIONS, (THE_REST, tuple(name for name in chapters if name not in placed))]
    shown = [(title, [chapters[name] for name in names if name in chapters]) for title, names in sections]
    return [(title, [each for each in some if each.lists or each.beginnings]) for title, some in shown if some]


def from_object(request: Http, whole: Operations, operation: Operation, path: str, told: Mapping[str, Any]) -> Ways:
    """Where an object's page leads; what its state allows is told by `allowed_actions`."""
    allowed, kind = told.get("allowed_actions", ()), kind_of(str(told.get("id", ""))) or ""
    ways = Ways([], [], list(_beginnings(request, whole, told)), [])
    for each in whole.under(operation.path):
        if each is operation or not each.admits(request.user.permissions):
            continue
        onward = way(request, each, path + each.path.removeprefix(operation.path))
        if each.method == "get":
            ways.parts.append(onward)
        else:
            (ways.now if any(performs(each, kind, step) for step in allowed) else ways.steps).append(onward)
    return ways


def steps_at(request: Http, whole: Operations, path: str) -> list[Way]:
    """What can be done at the very path of a list: making one more."""
    here = whole.at(path).values()
    return [way(request, each, path) for each in here if _is_open_step(request, each)]


def way(request: Http, operation: Operation, path: str, more: Mapping[str, str] | None = None) -> Way:
    """The way to an operation: its page, or its form with what is given already."""
    query = {DO: operation.name, **(more or {})} if operation.method != "get" else {}
    return Way(operation.title, operation.about, f"/{lang_of(request)}{address(path, query)}")


def parent(whole: Operations, path: str) -> str:
    """The nearest page above a path: what a step is of."""
    above = path
    while (above := above.rpartition("/")[0]) != API and above:
        here = whole.at(above).get("get")
        if here is not None and here.gives == JSON:
            return address(above, {})
    return INDEX


def _beginnings(request: Http, whole: Operations, told: Mapping[str, Any]) -> Iterator[Way]:
    """What can be begun with an object elsewhere: whatever takes its id as a field."""
    kind = kind_of(str(told.get("id", "")))
    for each in whole.all if kind else ():
        takes = each.method == "post" and not each.names and each.body is not None and f"{kind}_id" in each.body.fields
        if takes and each.admits(request.user.permissions):
            yield way(request, each, each.path, {f"{kind}_id": told["id"]})


def performs(operation: Operation, kind: str, step: str) -> bool:
    """Whether an operation takes a step of an object's machine: as steps.toml says, else they begin with one word."""
    named = named_steps().get(kind, {}).get(step)
    return operation.name == named if named else operation.name.partition("_")[0] == step


@cache
def named_steps() -> dict[str, dict[str, str]]:
    """The steps that an operation of another name takes, by kind of object."""
    text = files("centre.pages.console").joinpath("steps.toml").read_text(encoding="utf-8")
    steps: dict[str, dict[str, str]] = tomllib.loads(text)
    return steps


def _is_open_step(request: Http, operation: Operation) -> bool:
    return operation.method != "get" and operation.admits(request.user.permissions)
