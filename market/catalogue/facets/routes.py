"""Facets over HTTP, for everybody."""

from litestar import get
from litestar.di import NamedDependency, Provide

from kernel.act import Act
from kernel.http.guards import public
from kernel.http.problems import problems
from market.catalogue.facets import queries
from market.catalogue.facets.schemas import FacetsView
from market.listings.errors import FilterUnknown
from market.listings.finding.asking import QueryParameters, provide_asked


@get(
    "/v1/listings/facets",
    opt=public(),
    dependencies={"asked": Provide(provide_asked, sync_to_thread=False)},
    responses=problems(FilterUnknown),
)
async def get_listing_facets(act: NamedDependency[Act], asked: NamedDependency[QueryParameters]) -> FacetsView:
    """商品分面计数 · How many products a query leaves, and how many have each value of each facet.

    It takes what `GET /v1/listings` takes, but for limit and cursor (`sort` changes nothing here). A facet is counted
    under the choice of the others and not under its own, so that further values of it can be chosen. What was delisted,
    suspended or has lapsed counts nowhere, at once.
    """
    return await queries.facets(act, asked.wanted(act.at))


ROUTES = [get_listing_facets]
