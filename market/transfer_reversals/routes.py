"""Transfer reversals over HTTP."""

from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.transfer_reversals import commands, queries
from market.transfer_reversals.errors import ReversalUnknown
from market.transfer_reversals.schemas import DecideReversal, TransferReversalView

DECIDES: Final = "market:payment:confirm"
READS: Final = "market:settlement:read"


@get("/v1/transfer-reversals", opt=allow(READS))
async def list_transfer_reversals(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[TransferReversalView]:
    """划转撤回列表 · What was taken back of one's own payouts by Stripe; all of them for the clearing officer."""
    return await queries.transfer_reversals(act, limit, cursor)


@get("/v1/transfer-reversals/{transfer_reversal_id:str}", opt=allow(READS), responses=problems(NotFound))
async def get_transfer_reversal(transfer_reversal_id: FromPath[str], act: NamedDependency[Act]) -> TransferReversalView:
    """划转撤回详情 · One reversal, with what became of it."""
    return await queries.transfer_reversal(act, ids.require("trv", transfer_reversal_id))


@post(
    "/v1/transfer-reversals/{transfer_reversal_id:str}/decision",
    opt=allow(DECIDES),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor, ReversalUnknown, IdempotencyKeyReused),
)
async def decide_transfer_reversal(
    transfer_reversal_id: FromPath[str], data: JSONBody[DecideReversal], once: NamedDependency[Once]
) -> Response[TransferReversalView]:
    """处理未成的撤回 · The clearing officer has the gateway asked again, or leaves the amount as its party's debt."""
    return await once(commands.decide, ids.require("trv", transfer_reversal_id), data)


ROUTES = [list_transfer_reversals, get_transfer_reversal, decide_transfer_reversal]
