"""The parts that some pages have of their own, by the operation whose object they show."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request

from centre.pages.console.operations import Operation
from centre.pages.console.special import assets, listings, quality, valuing

Http = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Above:
    """A part of a page: its template, and what the template knows as `above.of`."""

    template: str
    of: Mapping[str, Any]
    hides: frozenset[str] = frozenset()
    """Fields that the part shows better than the facts below it would."""


Filling = Callable[[Http, Any], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Part:
    """A part: its template, what fills it from what the API told of an object, and what it hides."""

    template: str
    fill: Filling
    hides: frozenset[str] = frozenset()


PARTS: Final = {
    "get_asset": Part("asset.html", assets.fill, frozenset({"latest_revision"})),
    "get_quality_run": Part("quality.html", quality.of_run, frozenset({"progress", "problem"})),
    "get_scorecard": Part("quality.html", quality.of_card, frozenset({"scorecard"})),
    "get_listing": Part("listing.html", listings.fill, frozenset({"gates", "licence", "plan", "sample_rows"})),
    "get_engagement": Part(
        "engagement.html", valuing.of_engagement, frozenset({"valuers", "checks", "allowed_actions"})
    ),
    "get_appraisal": Part("appraisal.html", valuing.of_appraisal, frozenset({"appraisal", "value", "low", "high"})),
}
"""By the name of the operation that shows an object."""


async def drawn(request: Http, operation: Operation, told: Any) -> Above | None:
    """The part of its own that the page of an object has; None for most."""
    part = PARTS.get(operation.name)
    if part is None:
        return None
    return Above(f"console/special/{part.template}", await part.fill(request, told), part.hides)
