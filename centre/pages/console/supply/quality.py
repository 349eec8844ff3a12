"""A quality run while it lasts and what came of it: the scorecard by dimension, and what did not pass with its rows."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Request

from centre.pages.console import naming
from centre.pages.console.supply.reading import one_at, place, step_to
from centre.pages.portal.product import ORDER
from centre.pages.shell.rendering import lang_of
from valuation.charts import scores

Http = Request[Any, Any, Any]

FAILING_MAX: Final = 50
"""So many checks that did not pass stand on the page, those with most failures first; the API has them all."""
UNDER_WAY: Final = frozenset({"queued", "running"})


async def of_run(request: Http, run: Any) -> Mapping[str, Any]:
    """What the page of a run shows: how far it is, or what came of it."""
    card = await one_at(request, f"/v1/scorecards/{run['scorecard_id']}") if run["scorecard_id"] else None
    again = await step_to(request, "start_quality_run", {"asset_id": run["asset_id"]})
    return {
        "run": run,
        "is_under_way": run["status"] in UNDER_WAY,
        "again": again,
        "here": place(request, f"quality-runs/{run['id']}"),
        "card_at": place(request, f"scorecards/{run['scorecard_id']}") if card else "",
        "partial_at": place(request, f"quality-runs/{run['id']}/partial-result") if run["partial"] else "",
        **_shown(request, card, run["asset_id"]),
    }


async def of_card(request: Http, card: Any) -> Mapping[str, Any]:
    """What the page of a scorecard shows."""
    return {"run": None, "is_under_way": False, **_shown(request, card, card["asset_id"])}


def _shown(request: Http, card: Any, asset_id: str) -> dict[str, Any]:
    """A scorecard in its parts; `card` is None where there is none, or the member may not read it."""
    asset_at = place(request, f"assets/{asset_id}")
    if card is None:
        return {"card": None, "asset_at": asset_at, "value": naming.value}
    body = card["scorecard"]
    dimensions = {code: body["dimensions"][code] for code in ORDER if code in body["dimensions"]}
    failing = sorted((each for each in body["checks"] if each["failed"]), key=lambda each: -each["failed"])
    return {
        "card": body,
        "masked": card["masked"],
        "document_id": card["document_id"],
        "asset_at": asset_at,
        "caps": body.get("basis", {}).get("caps", ()),
        "dimensions": dimensions.values(),
        "radar": scores.radar(dimensions, lang_of(request)),
        "indicators": body["indicators"],
        "failing": failing[:FAILING_MAX],
        "more": max(0, len(failing) - FAILING_MAX),
        "checks": len(body["checks"]),
        "value": naming.value,
        "cell": _cell,
    }


def _cell(value: Any) -> str:
    """A value of a row as it is written; several of them as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
