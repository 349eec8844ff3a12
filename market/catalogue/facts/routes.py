"""Facts of products over HTTP, for whoever may see the product."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import public
from kernel.http.problems import problems
from market.catalogue.facts import comparing, queries
from market.catalogue.facts.schemas import ComparisonView, DictionaryView, LineageOfListing, VersionView
from market.listings.errors import ListingUnavailable


@get("/v1/listings/comparison", opt=public(), responses=problems(ListingUnavailable))
async def compare_listings(
    act: NamedDependency[Act],
    id_: Annotated[
        list[str],
        QueryParameter(name="id", min_items=1, max_items=10, description="商品编号，至多四个 · up to four listings"),
    ],
) -> ComparisonView:
    """商品比较 · Up to four listings side by side, fact by fact, with the names of those in which they differ."""
    return await comparing.compared(act, id_)


@get("/v1/listings/{listing_id:str}/fields", opt=public(), responses=problems(ListingUnavailable, NotFound))
async def get_listing_fields(listing_id: FromPath[str], act: NamedDependency[Act]) -> DictionaryView:
    """数据字典 · Each column as its data contract describes it, with its statistics from the signed scorecard.

    Of columns that are not public extremes and frequent values are shapes, and there is no distribution.
    """
    return await queries.data_dictionary(act, listing_id)


@get("/v1/listings/{listing_id:str}/versions", opt=public(), responses=problems(ListingUnavailable))
async def list_listing_versions(listing_id: FromPath[str], act: NamedDependency[Act]) -> list[VersionView]:
    """商品版本 · The revisions that a listing went on with, newest first: scores by dimension, and what changed."""
    return await queries.versions(act, listing_id)


@get("/v1/listings/{listing_id:str}/lineage", opt=public(), responses=problems(ListingUnavailable))
async def get_listing_lineage(listing_id: FromPath[str], act: NamedDependency[Act]) -> LineageOfListing:
    """来源与去向 · What a listing is made from and what is made from it, as far as that is on the shelf."""
    return await queries.lineage(act, listing_id)


ROUTES = [compare_listings, get_listing_fields, list_listing_versions, get_listing_lineage]
