"""The record of an auction over HTTP."""

from typing import cast

from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.runtime import Runtime
from market.auctions.errors import RecordNotReady
from market.auctions.record import gathering
from market.auctions.record.content import AuctionRecord


@get(
    "/v1/auctions/{auction_id:str}/record",
    opt=allow("market:order:read"),
    responses=problems(NotFound, RecordNotReady),
)
async def get_auction_record(
    auction_id: FromPath[str], act: NamedDependency[Act], runtime: NamedDependency[Runtime]
) -> Response[AuctionRecord]:
    """竞价档案 · Everything that decided an auction that has ended, as `liutong verify` computes it again.

    It is sent as it is read; of a hundred thousand bids it is some fifteen megabytes.
    """
    auction_id = ids.require("auc", auction_id)
    headers = {"Content-Disposition": f'attachment; filename="{auction_id}.json"'}
    row, head = await gathering.record(act, auction_id)
    sent = Stream(gathering.written(runtime, row, head), headers=headers, media_type=MediaType.JSON)
    return cast("Response[AuctionRecord]", sent)


ROUTES = [get_auction_record]
