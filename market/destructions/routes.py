"""Destructions and legal holds over HTTP."""

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
from market.destructions import commands, errors, queries
from market.destructions.schemas import (
    ApproveDestruction,
    DestructionView,
    LegalHoldView,
    RefuseDestruction,
    RequestDestruction,
    SetLegalHold,
)

_DECIDE: Final = allow("market:destruction:decide")
_READ: Final = allow("market:destruction:read", "market:destruction:decide")
_HOLD: Final = allow("market:legal-hold:set")
_STEP: Final = (NotFound, IllegalTransition, WrongActor)


@post(
    "/v1/assets/{asset_id:str}/destructions",
    opt=_DECIDE,
    responses=problems(NotFound, errors.DestructionOpen, errors.DestructionHindered, IdempotencyKeyReused),
)
async def request_destruction(
    asset_id: FromPath[str], data: JSONBody[RequestDestruction], once: NamedDependency[Once]
) -> Response[DestructionView]:
    """申请销毁 · Ask for the destruction of an asset's data by its keys; another person approves it."""
    return await once(commands.request, ids.require("ast", asset_id), data)


@get("/v1/destructions", opt=_READ)
async def list_destructions(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[DestructionView]:
    """销毁列表 · The destructions of one's own data; all of them for the offices."""
    return await queries.destructions(act, limit, cursor)


@get("/v1/destructions/{destruction_id:str}", opt=_READ, responses=problems(NotFound))
async def get_destruction(destruction_id: FromPath[str], act: NamedDependency[Act]) -> DestructionView:
    """销毁详情 · One destruction with its certificates: pending, and final."""
    return await queries.destruction(act, ids.require("dsr", destruction_id))


@post(
    "/v1/destructions/{destruction_id:str}/approval",
    opt=_DECIDE,
    status_code=200,
    responses=problems(*_STEP, errors.DestructionChanged, errors.RequesterCannotApprove, errors.DestructionHindered),
)
async def approve_destruction(
    destruction_id: FromPath[str], data: JSONBody[ApproveDestruction], act: NamedDependency[Act]
) -> DestructionView:
    """批准销毁 · Approve a destruction that somebody else has asked for; it cannot be undone."""
    return await commands.approve(act, ids.require("dsr", destruction_id), data)


@post("/v1/destructions/{destruction_id:str}/refusal", opt=_DECIDE, status_code=200, responses=problems(*_STEP))
async def refuse_destruction(
    destruction_id: FromPath[str], data: JSONBody[RefuseDestruction], act: NamedDependency[Act]
) -> DestructionView:
    """驳回销毁 · Refuse a destruction, with the reason."""
    return await commands.refuse(act, ids.require("dsr", destruction_id), data)


@post("/v1/assets/{asset_id:str}/legal-holds", opt=_HOLD, responses=problems(NotFound, IdempotencyKeyReused))
async def set_legal_hold(
    asset_id: FromPath[str], data: JSONBody[SetLegalHold], once: NamedDependency[Once]
) -> Response[LegalHoldView]:
    """法律保全 · Keep an asset's data from being destroyed, on a basis and until a day."""
    return await once(commands.hold, ids.require("ast", asset_id), data)


@get("/v1/legal-holds", opt=_HOLD)
async def list_legal_holds(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[LegalHoldView]:
    """保全列表 · All legal holds, newest first."""
    return await queries.holds(act, limit, cursor)


@post("/v1/legal-holds/{hold_id:str}/lift", opt=_HOLD, status_code=200, responses=problems(NotFound))
async def lift_legal_hold(hold_id: FromPath[str], act: NamedDependency[Act]) -> LegalHoldView:
    """解除保全 · Lift a legal hold."""
    return await commands.lift(act, ids.require("lgh", hold_id))


ROUTES = [
    request_destruction,
    list_destructions,
    get_destruction,
    approve_destruction,
    refuse_destruction,
    set_legal_hold,
    list_legal_holds,
    lift_legal_hold,
]
