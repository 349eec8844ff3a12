"""The desk as a page: what waits for the member's organisation or office, and what it waits for itself."""

from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from centre.desk import queries
from centre.desk.routes import WaitsFor
from centre.desk.schemas import DeskCount, Whom
from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import page as draw
from kernel.act import Act
from kernel.http.guards import members
from kernel.text import noun
from kernel.views.paging import Cursor

Http = Request[Any, Any, Any]

ON_A_PAGE = 25


@get(paths("/desk"), opt=members("kernel:event:read"), include_in_schema=False)
async def desk_page(
    request: Http,
    act: NamedDependency[Act],
    waits_for: WaitsFor = "me",
    kind: Annotated[str | None, QueryParameter(max_length=60, description="事项种类 · kind of thing")] = None,
    cursor: Cursor = None,
) -> Response[bytes]:
    """待办 · The same list as `GET /v1/desk`, with how much of each kind there is."""
    shown = await queries.desk(act, waits_for, kind, ON_A_PAGE, cursor)
    counted = await queries.counts(act, waits_for)
    return draw(
        request,
        "desk.html",
        items=[(each, noun(each.kind)) for each in shown.items],
        kinds=[(noun(each.kind), each, _address(waits_for, each.kind)) for each in counted],
        total=_total(counted),
        chosen=kind,
        whom=waits_for,
        everything=_address(waits_for, None),
        first=_address(waits_for, kind) if cursor else "",
        following=_address(waits_for, kind, shown.next) if shown.next else "",
    )


def _total(counted: list[DeskCount]) -> DeskCount:
    waiting, overdue = sum(each.waiting for each in counted), sum(each.overdue for each in counted)
    return DeskCount("", waiting, overdue, any(each.at_least for each in counted))


def _address(whom: Whom, kind: str | None, cursor: str | None = None) -> str:
    asked = {"waits_for": whom, "kind": kind, "cursor": cursor}
    return "/desk?" + urlencode({name: value for name, value in asked.items() if value})


ROUTES = [desk_page]
