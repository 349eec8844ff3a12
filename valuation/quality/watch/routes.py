"""Promises of quality over HTTP."""

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from valuation.quality.access.readers import READ
from valuation.quality.watch import commands, queries
from valuation.quality.watch.schemas import PromiseQuality, QualityWatchView

Session = NamedDependency[AsyncSession]


@put("/v1/assets/{asset_id:str}/quality-watch", opt=allow("rights:asset:write"), responses=problems(NotFound))
async def promise_quality(
    asset_id: FromPath[str], data: JSONBody[PromiseQuality], act: NamedDependency[Act]
) -> QualityWatchView:
    """质量承诺 · Promise a minimum score and an update cycle; what is not kept becomes an event and is shown."""
    return await commands.promise(act, asset_id, data)


@get(
    "/v1/assets/{asset_id:str}/quality-watch",
    opt=READ,
    responses=problems(NotFound),
)
async def get_quality_watch(asset_id: FromPath[str], act: NamedDependency[Act]) -> QualityWatchView:
    """质量承诺履行情况 · How the promises of an asset stand: score, update cycle, what was missed."""
    return await queries.standing_seen(act, asset_id)


ROUTES = [promise_quality, get_quality_watch]
