"""Refunds over HTTP."""

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
from market.delivery_plans.errors import DeliveredInParts
from market.payments.errors import BankReferenceUsed
from market.refunds import commands, errors, queries, sending
from market.refunds.schemas import (
    AskRefund,
    ConfirmRefund,
    DecideRefund,
    RefundView,
    ResendRefund,
    ShareTakenBackView,
)

GIVES = ("market:refund:write", "market:payment:confirm")
DECIDES = "market:payment:confirm"
READS = ("market:settlement:read", "market:payment:read")
TAKING = (
    errors.NothingPaid,
    errors.RefundAboveRemaining,
    errors.SharesUnknown,
    errors.PaymentDisputed,
    DeliveredInParts,
)
MOVING = (NotFound, IllegalTransition, WrongActor, IdempotencyKeyReused)


@post(
    "/v1/refunds",
    opt=allow(*GIVES),
    responses=problems(*TAKING, errors.NotYoursToRefund, *MOVING),
)
async def open_refund(data: JSONBody[AskRefund], once: NamedDependency[Once]) -> Response[RefundView]:
    """发起退款 · Give a part or the whole of a payment back; above the published amount a second officer approves."""
    return await once(commands.propose, data)


@get("/v1/refunds", opt=allow(*READS))
async def list_refunds(
    act: NamedDependency[Act],
    status: Annotated[
        str | None, QueryParameter(pattern=r"^(proposed|refused|lapsed|begun|sent|succeeded|failed)$(?!\n)")
    ] = None,
    subject_id: Annotated[str | None, QueryParameter(max_length=40)] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[RefundView]:
    """退款列表 · The refunds of the caller's orders, bills and top-ups; all of them for the clearing officer."""
    return await queries.refunds(act, status=status, subject_id=subject_id, limit=limit, cursor=cursor)


@get("/v1/refunds/{refund_id:str}", opt=allow(*READS), responses=problems(NotFound))
async def get_refund(refund_id: FromPath[str], act: NamedDependency[Act]) -> RefundView:
    """退款详情 · One refund."""
    return await queries.refund(act, ids.require("rfd", refund_id))


@get("/v1/refunds/{refund_id:str}/shares", opt=allow(*READS), responses=problems(NotFound))
async def list_refund_shares(
    refund_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[ShareTakenBackView]:
    """退款冲减明细 · What a refund took back of each share of the settlement."""
    return await queries.shares(act, ids.require("rfd", refund_id), limit, cursor)


@post(
    "/v1/refunds/{refund_id:str}/approval",
    opt=allow(DECIDES),
    status_code=200,
    responses=problems(*TAKING, errors.RefundApproverNotIndependent, *MOVING),
)
async def approve_refund(
    refund_id: FromPath[str], data: JSONBody[DecideRefund], once: NamedDependency[Once]
) -> Response[RefundView]:
    """批准退款 · A second officer approves a refund."""
    wanted = ids.require("rfd", refund_id)
    return await once(commands.approve, wanted, data)


@post("/v1/refunds/{refund_id:str}/refusal", opt=allow(DECIDES), status_code=200, responses=problems(*MOVING))
async def refuse_refund(
    refund_id: FromPath[str], data: JSONBody[DecideRefund], once: NamedDependency[Once]
) -> Response[RefundView]:
    """不予退款 · An officer refuses a refund that was proposed."""
    wanted = ids.require("rfd", refund_id)
    return await once(commands.refuse, wanted, data)


@post(
    "/v1/refunds/{refund_id:str}/confirmation",
    opt=allow(DECIDES),
    status_code=200,
    responses=problems(errors.RefundNotByBank, BankReferenceUsed, *MOVING),
)
async def confirm_refund(
    refund_id: FromPath[str], data: JSONBody[ConfirmRefund], once: NamedDependency[Once]
) -> Response[RefundView]:
    """确认退款 · The clearing officer confirms that a refund left the centre's bank."""
    wanted = ids.require("rfd", refund_id)
    return await once(sending.confirm, wanted, data)


@post(
    "/v1/refunds/{refund_id:str}/resending",
    opt=allow(DECIDES),
    status_code=200,
    responses=problems(errors.RefundSameWay, *MOVING),
)
async def resend_refund(
    refund_id: FromPath[str], data: JSONBody[ResendRefund], once: NamedDependency[Once]
) -> Response[RefundView]:
    """改道退款 · Send a refund that has failed another way."""
    wanted = ids.require("rfd", refund_id)
    return await once(sending.resend, wanted, data)


ROUTES = [
    open_refund,
    list_refunds,
    get_refund,
    list_refund_shares,
    approve_refund,
    refuse_refund,
    confirm_refund,
    resend_refund,
]
