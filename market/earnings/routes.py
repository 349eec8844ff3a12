"""Earnings over HTTP."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from market.earnings import queries
from market.earnings.schemas import EarningsView


@get("/v1/assets/{asset_id:str}/earnings", opt=allow("market:settlement:read"), responses=problems(NotFound))
async def get_asset_earnings(asset_id: FromPath[str], act: NamedDependency[Act]) -> EarningsView:
    """资产收益 · What an asset earned year by year, beside what it was valued at."""
    return await queries.earnings(act, ids.require("ast", asset_id))


ROUTES = [get_asset_earnings]
