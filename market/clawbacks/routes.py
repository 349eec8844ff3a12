"""Clawbacks over HTTP."""

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
from market.clawbacks import commands, errors, queries
from market.clawbacks.schemas import ClawbackView, DecideWriteOff, ProposeWriteOff, WriteOffView

DECIDES = "market:payment:confirm"
READS = "market:settlement:read"
REFUSALS = (NotFound, errors.WriteOffAboveOwed, IllegalTransition, WrongActor, IdempotencyKeyReused)


@get("/v1/clawbacks", opt=allow(READS))
async def list_clawbacks(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[ClawbackView]:
    """应收退回款 · What the caller's party owes for refunds; everybody for the clearing officer."""
    return await queries.clawbacks(act, limit, cursor)


@post(
    "/v1/clawback-write-offs",
    opt=allow(DECIDES),
    responses=problems(NotFound, errors.WriteOffAboveOwed, IdempotencyKeyReused),
)
async def propose_write_off(data: JSONBody[ProposeWriteOff], once: NamedDependency[Once]) -> Response[WriteOffView]:
    """提出核销 · Propose to give up a part or the whole of what a party owes."""
    return await once(commands.propose, data)


@get("/v1/clawback-write-offs", opt=allow(READS))
async def list_write_offs(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[WriteOffView]:
    """核销列表 · Proposals to write off: one's own party's, or all of them for the clearing officer."""
    return await queries.write_offs(act, limit, cursor)


@get("/v1/clawback-write-offs/{write_off_id:str}", opt=allow(READS), responses=problems(NotFound))
async def get_write_off(write_off_id: FromPath[str], act: NamedDependency[Act]) -> WriteOffView:
    """核销详情 · One proposal to write off."""
    return await queries.write_off(act, ids.require("cwo", write_off_id))


@post(
    "/v1/clawback-write-offs/{write_off_id:str}/approval",
    opt=allow(DECIDES),
    status_code=200,
    responses=problems(*REFUSALS, errors.WriteOffApproverNotIndependent),
)
async def approve_write_off(
    write_off_id: FromPath[str], data: JSONBody[DecideWriteOff], once: NamedDependency[Once]
) -> Response[WriteOffView]:
    """批准核销 · A second officer agrees; the centre bears the loss."""
    wanted = ids.require("cwo", write_off_id)
    return await once(commands.approve, wanted, data)


@post(
    "/v1/clawback-write-offs/{write_off_id:str}/refusal",
    opt=allow(DECIDES),
    status_code=200,
    responses=problems(*REFUSALS),
)
async def refuse_write_off(
    write_off_id: FromPath[str], data: JSONBody[DecideWriteOff], once: NamedDependency[Once]
) -> Response[WriteOffView]:
    """不予核销 · An officer refuses; what is owed stays owed."""
    wanted = ids.require("cwo", write_off_id)
    return await once(commands.refuse, wanted, data)


ROUTES = [
    list_clawbacks,
    propose_write_off,
    list_write_offs,
    get_write_off,
    approve_write_off,
    refuse_write_off,
]
