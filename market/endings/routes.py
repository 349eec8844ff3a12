"""Ending orders and agreements over HTTP: given up, withdrawn, sent back, and terminated by notice."""

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
from market.endings import commands as endings
from market.endings import errors, terminations
from market.endings.schemas import AnswerTermination, TerminateAgreement, TerminationView
from market.orders.errors import RefundNotYours
from market.orders.schemas import CancelOrder, OrderView, RefundOrder


@post(
    "/v1/orders/{order_id:str}/cancellation",
    opt=allow("market:order:read"),
    status_code=200,
    responses=problems(NotFound, errors.CancellationTooLate, WrongActor, IdempotencyKeyReused),
)
async def cancel_order(
    order_id: FromPath[str], data: JSONBody[CancelOrder], once: NamedDependency[Once]
) -> Response[OrderView]:
    """取消订单 · The buyer gives up an order that is not paid, or its provider withdraws from it, with a reason."""
    return await once(endings.cancel, ids.require("ord", order_id), data)


@post(
    "/v1/orders/{order_id:str}/refund",
    opt=allow("market:order:read"),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, RefundNotYours, IdempotencyKeyReused),
)
async def refund_order(
    order_id: FromPath[str], data: JSONBody[RefundOrder], once: NamedDependency[Once]
) -> Response[OrderView]:
    """退款 · The clearing officer sends the whole price back before acceptance."""
    return await once(endings.refund, ids.require("ord", order_id), data)


@post(
    "/v1/agreements/{agreement_id:str}/termination",
    opt=allow("contracts:agreement:sign"),
    responses=problems(
        NotFound,
        errors.AgreementNotBinding,
        errors.TerminationPending,
        errors.TerminationUnfounded,
        IdempotencyKeyReused,
    ),
)
async def terminate_agreement(
    agreement_id: FromPath[str], data: JSONBody[TerminateAgreement], once: NamedDependency[Once]
) -> Response[TerminationView]:
    """解除协议 · Give notice that an agreement is to end, with its ground."""
    return await once(terminations.give_notice, ids.require("agr", agreement_id), data)


@get(
    "/v1/agreements/{agreement_id:str}/terminations",
    opt=allow("contracts:agreement:sign", "market:order:read", "market:ledger:read"),
    responses=problems(NotFound),
)
async def list_terminations(agreement_id: FromPath[str], act: NamedDependency[Act]) -> list[TerminationView]:
    """解除通知 · Every notice that was given under an agreement, newest first."""
    return await terminations.of_agreement(act, ids.require("agr", agreement_id))


@post(
    "/v1/terminations/{termination_id:str}/answer",
    opt=allow("contracts:agreement:sign"),
    status_code=200,
    responses=problems(
        NotFound, errors.NotYoursToAnswer, errors.TerminationOver, errors.BreachNotRefused, IllegalTransition
    ),
)
async def answer_termination(
    termination_id: FromPath[str], data: JSONBody[AnswerTermination], act: NamedDependency[Act]
) -> TerminationView:
    """答复解除通知 · The other side agrees or refuses; whoever gave notice withdraws it."""
    return await terminations.answer(act, ids.require("trm", termination_id), data)


ROUTES = [cancel_order, refund_order, terminate_agreement, list_terminations, answer_termination]
