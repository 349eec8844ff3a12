"""Withholding over HTTP."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.ledger.errors import Overdraft
from market.withholding import commands, errors, queries
from market.withholding.schemas import DecideShare, RedirectShare, WithheldShareView, WithholdShare

DECIDES = "market:payment:confirm"
READS = "market:settlement:read"
REFUSALS = (NotFound, IllegalTransition, WrongActor, IdempotencyKeyReused)


@post(
    "/v1/orders/{order_id:str}/withholdings",
    opt=allow(DECIDES),
    responses=problems(NotFound, errors.NotASharer, errors.NothingToWithhold, Overdraft, IdempotencyKeyReused),
)
async def withhold_share(
    order_id: FromPath[str], data: JSONBody[WithholdShare], once: NamedDependency[Once]
) -> Response[list[WithheldShareView]]:
    """暂扣份额 · Keep a party's share of an order back, now or when the order is settled."""
    wanted = ids.require("ord", order_id)
    return await once(commands.withhold, wanted, data)


@get("/v1/withheld-shares", opt=allow(READS))
async def list_withheld_shares(
    act: NamedDependency[Act],
    waiting: Annotated[bool | None, QueryParameter(description="待决定 · only those that wait for a decision")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[WithheldShareView]:
    """暂扣列表 · One's own shares that are kept back; all of them for the clearing officer."""
    return await queries.shares(act, waiting=waiting, limit=limit, cursor=cursor)


@get("/v1/withheld-shares/{share_id:str}", opt=allow(READS), responses=problems(NotFound))
async def get_withheld_share(share_id: FromPath[str], act: NamedDependency[Act]) -> WithheldShareView:
    """暂扣详情 · One share that is kept back, with the reason."""
    return await queries.share(act, ids.require("wth", share_id))


@post(
    "/v1/withheld-shares/{share_id:str}/lift",
    opt=allow(DECIDES),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def lift_withheld_share(
    share_id: FromPath[str], data: JSONBody[DecideShare], act: NamedDependency[Act]
) -> WithheldShareView:
    """撤销暂扣 · Take back a decision to keep a share back before the order is settled."""
    return await commands.lift(act, ids.require("wth", share_id), data)


@post("/v1/withheld-shares/{share_id:str}/release", opt=allow(DECIDES), status_code=200, responses=problems(*REFUSALS))
async def release_withheld_share(
    share_id: FromPath[str], data: JSONBody[DecideShare], once: NamedDependency[Once]
) -> Response[WithheldShareView]:
    """解除暂扣 · Let the party have its share."""
    wanted = ids.require("wth", share_id)
    return await once(commands.release, wanted, data)


@post(
    "/v1/withheld-shares/{share_id:str}/redirect",
    opt=allow(DECIDES),
    status_code=200,
    responses=problems(*REFUSALS, errors.RedirectToItself),
)
async def redirect_withheld_share(
    share_id: FromPath[str], data: JSONBody[RedirectShare], once: NamedDependency[Once]
) -> Response[WithheldShareView]:
    """改付份额 · Give a share that was kept back to somebody else."""
    wanted = ids.require("wth", share_id)
    return await once(commands.redirect, wanted, data)


ROUTES = [
    withhold_share,
    list_withheld_shares,
    get_withheld_share,
    lift_withheld_share,
    release_withheld_share,
    redirect_withheld_share,
]
