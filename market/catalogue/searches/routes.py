"""Saved searches over HTTP, for the party that keeps them."""

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.catalogue.searches import commands, queries
from market.catalogue.searches.errors import SavedSearchesTooMany
from market.catalogue.searches.schemas import SavedSearchView, SaveSearch, SearchHitView
from market.listings.errors import FilterUnknown

_KEEPS = allow("market:order:place")


@post(
    "/v1/saved-searches",
    opt=_KEEPS,
    responses=problems(FilterUnknown, SavedSearchesTooMany, IdempotencyKeyReused),
)
async def save_search(data: JSONBody[SaveSearch], once: NamedDependency[Once]) -> Response[SavedSearchView]:
    """保存检索 · Keep a search, and be told of what fits it when it is listed or its price or grade changes.

    Each product is told of once for each reason, by the event `market.saved_search.matched` and in the list of hits.
    """
    return await once(commands.save, data)


@get("/v1/saved-searches", opt=_KEEPS)
async def list_saved_searches(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[SavedSearchView]:
    """保存的检索列表 · Your saved searches, the newest first."""
    return await queries.saved_searches(act, limit, cursor)


@get("/v1/saved-searches/{search_id:str}", opt=_KEEPS, responses=problems(NotFound))
async def get_saved_search(search_id: FromPath[str], act: NamedDependency[Act]) -> SavedSearchView:
    """保存的检索 · One saved search."""
    return await queries.saved_search(act, ids.require("svs", search_id))


@get("/v1/saved-searches/{search_id:str}/hits", opt=_KEEPS, responses=problems(NotFound))
async def list_search_hits(
    search_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[SearchHitView]:
    """检索命中 · What fitted a saved search and is on the shelf still, with the reason; a page may hold fewer."""
    return await queries.hits(act, ids.require("svs", search_id), limit, cursor)


@delete("/v1/saved-searches/{search_id:str}", opt=_KEEPS, responses=problems(NotFound))
async def delete_saved_search(search_id: FromPath[str], act: NamedDependency[Act]) -> None:
    """删除保存的检索 · Give a saved search up, with its list of hits."""
    await commands.remove(act, ids.require("svs", search_id))


ROUTES = [save_search, list_saved_searches, get_saved_search, list_search_hits, delete_saved_search]
