"""Targets and pushes over HTTP."""

from typing import Annotated, Final

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from channels.pushes import errors, queries
from channels.pushes.commands import pushing, targets
from channels.pushes.schemas import BeginPush, PushTargetView, PushView, SetPushTarget
from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.states import IllegalTransition
from kernel.storage.keys import open_keyring
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.delivery.routes import UNOPENED

READS: Final = allow("channels:push:read")
WRITES: Final = allow("channels:push:write")


@post(
    "/v1/orders/{order_id:str}/push-targets",
    opt=WRITES,
    responses=problems(*UNOPENED, errors.PushTargetUnfit, errors.TooManyPushTargets, IdempotencyKeyReused),
)
async def set_push_target(
    order_id: FromPath[str],
    data: JSONBody[SetPushTarget],
    once: NamedDependency[Once],
    runtime: NamedDependency[Runtime],
) -> Response[PushTargetView]:
    """设置推送目的地 · Name a bucket of one's own; it is checked by an object that is written and removed."""
    keyring, sandbox = open_keyring(runtime.settings), runtime.settings.sandbox
    return await once(targets.add, ids.require("ord", order_id), data, keyring=keyring, sandbox=sandbox)


@get("/v1/orders/{order_id:str}/push-targets", opt=READS, responses=problems(NotFound))
async def list_push_targets(
    order_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[PushTargetView]:
    """推送目的地列表 · The order's targets, newest first, without their secrets; for its buyer and its provider."""
    return await queries.targets(act, ids.require("ord", order_id), limit, cursor)


@get("/v1/push-targets/{push_target_id:str}", opt=READS, responses=problems(NotFound))
async def get_push_target(push_target_id: FromPath[str], act: NamedDependency[Act]) -> PushTargetView:
    """推送目的地 · One target, and what its check came to."""
    return await queries.target(act, ids.require("pst", push_target_id))


@delete(
    "/v1/push-targets/{push_target_id:str}",
    opt=WRITES,
    status_code=200,
    responses=problems(NotFound, IllegalTransition),
)
async def remove_push_target(push_target_id: FromPath[str], act: NamedDependency[Act]) -> PushTargetView:
    """移除推送目的地 · Remove a target and wipe its credential; a push to it is cancelled."""
    return await pushing.remove_target(act, ids.require("pst", push_target_id))


@post(
    "/v1/push-targets/{push_target_id:str}/pushes",
    opt=WRITES,
    responses=problems(NotFound, *UNOPENED, errors.PushTargetNotReady, errors.PushUnderWay, IdempotencyKeyReused),
)
async def begin_push(
    push_target_id: FromPath[str], data: JSONBody[BeginPush], once: NamedDependency[Once]
) -> Response[PushView]:
    """推送 · Push a revision of what was bought into a target: one use of the licence, as its links are."""
    return await once(pushing.begin, ids.require("pst", push_target_id), data)


@get("/v1/pushes", opt=READS)
async def list_pushes(
    act: NamedDependency[Act],
    order_id: Annotated[
        str | None, QueryParameter(name="order_id", max_length=40, description="限于一个订单 · of one order only")
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[PushView]:
    """推送记录 · The pushes that one may know of, newest first, with their progress."""
    return await queries.pushes(act, order_id=order_id, limit=limit, cursor=cursor)


@get("/v1/pushes/{push_id:str}", opt=READS, responses=problems(NotFound))
async def get_push(push_id: FromPath[str], act: NamedDependency[Act]) -> PushView:
    """推送进度 · One push: the parts of each object that the store has, and what it came to."""
    return await queries.push(act, ids.require("psh", push_id))


@post("/v1/pushes/{push_id:str}/cancel", opt=WRITES, status_code=200, responses=problems(NotFound, IllegalTransition))
async def cancel_push(push_id: FromPath[str], act: NamedDependency[Act]) -> PushView:
    """取消推送 · Give a push up: what is on its way is taken back, what was written stays, and no manifest is."""
    return await pushing.cancel(act, ids.require("psh", push_id))


ROUTES = [
    set_push_target,
    list_push_targets,
    get_push_target,
    remove_push_target,
    begin_push,
    list_pushes,
    get_push,
    cancel_push,
]
