"""The record of an auction over HTTP."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from market.auctions.errors import RecordNotReady
from market.auctions.record import gathering
from market.auctions.record.content import AuctionRecord


@get(
    "/v1/auctions/{auction_id:str}/record",
    opt=allow("market:order:read"),
    responses=problems(NotFound, RecordNotReady),
)
async def get_auction_record(auction_id: FromPath[str], act: NamedDependency[Act]) -> Response[AuctionRecord]:
    """竞价档案 · Everything that decided an auction that has ended, as `liutong verify` computes it again."""
    auction_id = ids.require("auc", auction_id)
    headers = {"Content-Disposition": f'attachment; filename="{auction_id}.json"'}
    return Response(await gathering.record(act, auction_id), headers=headers)


ROUTES = [get_auction_record]
