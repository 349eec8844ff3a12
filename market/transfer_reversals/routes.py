"""Transfer reversals over HTTP."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.transfer_reversals import queries
from market.transfer_reversals.schemas import TransferReversalView

READS = "market:settlement:read"


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


ROUTES = [list_transfer_reversals, get_transfer_reversal]
