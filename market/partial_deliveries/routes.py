"""Receiving and accepting parts over HTTP."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel import ids
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from market.delivery.errors import DataDestroyed, DeliveryNotDue, NotFetched, ReceiptMismatch
from market.delivery.schemas import ConfirmReceipt
from market.delivery_plans.schemas import DeliveryPartView
from market.partial_deliveries import commands


@post(
    "/v1/delivery-parts/{delivery_part_id:str}/receipt",
    opt=allow("market:delivery:receive"),
    responses=problems(
        NotFound,
        DeliveryNotDue,
        DataDestroyed,
        IllegalTransition,
        WrongActor,
        ReceiptMismatch,
        NotFetched,
        IdempotencyKeyReused,
    ),
)
async def confirm_part_receipt(
    delivery_part_id: FromPath[str], data: JSONBody[ConfirmReceipt], once: NamedDependency[Once]
) -> Response[DeliveryPartView]:
    """确认一批收货 · Confirm the files of a part by their digests; the centre issues its receipt."""
    return await once(commands.receive, ids.require("prt", delivery_part_id), data)


@post(
    "/v1/delivery-parts/{delivery_part_id:str}/acceptance",
    opt=allow("market:delivery:receive"),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor, IdempotencyKeyReused),
)
async def accept_part(delivery_part_id: FromPath[str], once: NamedDependency[Once]) -> Response[DeliveryPartView]:
    """验收一批 · Accept a part that was received; its money is shared out at once."""
    return await once(commands.accept, ids.require("prt", delivery_part_id))


ROUTES = [confirm_part_receipt, accept_part]
