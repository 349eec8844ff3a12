"""Who offers data: what it has on the shelf, and what its buyers said of it."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import page as draw
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import page
from kernel.ids import is_id
from market.listings import queries as listings
from market.listings.finding.facets import closed
from market.listings.finding.query import ListingQuery
from market.ratings import queries as ratings

Http = Request[Any, Any, Any]

ON_A_PAGE = 20


@get(paths("/providers/{party_id:str}"), opt=page(), include_in_schema=False)
async def provider(
    request: Http,
    act: NamedDependency[Act],
    party_id: FromPath[str],
    cursor: Annotated[str | None, QueryParameter(max_length=400)] = None,
) -> Response[bytes]:
    """提供方 · A provider with something on the shelf; of every other party there is no page."""
    if not is_id("pty", party_id):
        raise NotFound(kind="party", id=party_id[:40])
    wanted = ListingQuery(chosen={"provider": (party_id,)}, sort="newest")
    hits = await listings.listings(act, wanted, ON_A_PAGE, cursor or None)
    if not hits.items:
        raise NotFound(kind="party", id=party_id)
    said = await ratings.of_provider(act, party_id, ON_A_PAGE, None)
    return draw(
        request,
        "provider.html",
        provider=hits.items[0].provider,
        hits=hits,
        ratings=said,
        grades=closed(act.today)["grade"],
        following=f"?cursor={hits.next}" if hits.next else "",
        first="?" if cursor else "",
    )


ROUTES = [provider]
