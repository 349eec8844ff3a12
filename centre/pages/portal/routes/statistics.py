"""What the registers count, as pictures beside a table; and the data that costs nothing."""

from typing import Annotated, Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from centre.pages.portal.drawings import columns
from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import page as draw
from centre.publications.statistics import queries
from centre.publications.statistics.queries import MONTHS, MONTHS_MAX
from kernel.act import Act
from kernel.http.guards import page
from kernel.runtime import Runtime
from market.listings import queries as listings
from market.listings.finding.facets import closed
from market.listings.finding.query import ListingQuery

Http = Request[Any, Any, Any]

ON_A_PAGE: Final = 20
SPANS: Final = (12, 24, MONTHS_MAX)


@get(paths("/statistics"), opt=page(), include_in_schema=False)
async def statistics(
    request: Http,
    act: NamedDependency[Act],
    runtime: NamedDependency[Runtime],
    months: Annotated[int, QueryParameter(ge=1, le=MONTHS_MAX)] = MONTHS,
) -> Response[bytes]:
    """统计 · Providers, certificates, products and settled orders by month, with what each of them counts."""
    view = await queries.statistics(runtime, act, months)
    series = [(each, [(row.month, getattr(row, each.code)) for row in view.months]) for each in view.indicators]
    return draw(request, "statistics.html", view=view, series=series, months=months, spans=SPANS, columns=columns)


@get(paths("/open-data"), opt=page(), include_in_schema=False)
async def open_data(
    request: Http,
    act: NamedDependency[Act],
    cursor: Annotated[str | None, QueryParameter(max_length=400)] = None,
) -> Response[bytes]:
    """无偿数据 · The products on the shelf that cost nothing, found as every list of products is."""
    hits = await listings.listings(
        act, ListingQuery(chosen={"price_kind": ("free",)}, sort="newest"), ON_A_PAGE, cursor or None
    )
    return draw(
        request,
        "open-data.html",
        hits=hits,
        grades=closed(act.today)["grade"],
        following=f"?cursor={hits.next}" if hits.next else "",
        first="?" if cursor else "",
    )


ROUTES = [statistics, open_data]
