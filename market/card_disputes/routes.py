"""Card disputes over HTTP."""

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
from market.card_disputes import commands, errors, queries
from market.card_disputes.schemas import CardDisputeView, CardEvidence

DECIDES = "market:payment:confirm"
READS = ("market:settlement:read", "market:payment:read")
REFUSALS = (
    NotFound,
    errors.CardEvidenceSent,
    errors.CardEvidenceLate,
    errors.CardEvidenceMissing,
    IllegalTransition,
    WrongActor,
    IdempotencyKeyReused,
)


@get("/v1/card-disputes", opt=allow(*READS))
async def list_card_disputes(
    act: NamedDependency[Act],
    status: Annotated[str | None, QueryParameter(pattern=r"^(warned|open|answered|won|lost|closed)$(?!\n)")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[CardDisputeView]:
    """拒付争议列表 · Disputes of the caller's payments and orders; all of them for the clearing officer."""
    return await queries.card_disputes(act, status=status, limit=limit, cursor=cursor)


@get("/v1/card-disputes/{card_dispute_id:str}", opt=allow(*READS), responses=problems(NotFound))
async def get_card_dispute(card_dispute_id: FromPath[str], act: NamedDependency[Act]) -> CardDisputeView:
    """拒付争议详情 · One dispute, with what was taken and what was entered as evidence."""
    return await queries.card_dispute(act, ids.require("cdp", card_dispute_id))


@post(
    "/v1/card-disputes/{card_dispute_id:str}/evidence",
    opt=allow(DECIDES),
    status_code=200,
    responses=problems(*REFUSALS),
)
async def enter_card_evidence(
    card_dispute_id: FromPath[str], data: JSONBody[CardEvidence], act: NamedDependency[Act]
) -> CardDisputeView:
    """录入证据 · Enter evidence; it is sent by the answer, once."""
    return await commands.enter_evidence(act, ids.require("cdp", card_dispute_id), data)


@post(
    "/v1/card-disputes/{card_dispute_id:str}/answer",
    opt=allow(DECIDES),
    status_code=200,
    responses=problems(*REFUSALS),
)
async def answer_card_dispute(card_dispute_id: FromPath[str], once: NamedDependency[Once]) -> Response[CardDisputeView]:
    """提交证据 · Send the evidence that was entered."""
    wanted = ids.require("cdp", card_dispute_id)
    return await once(commands.answer, wanted)


@post(
    "/v1/card-disputes/{card_dispute_id:str}/acceptance",
    opt=allow(DECIDES),
    status_code=200,
    responses=problems(*REFUSALS),
)
async def accept_card_dispute(card_dispute_id: FromPath[str], once: NamedDependency[Once]) -> Response[CardDisputeView]:
    """接受拒付 · Accept the loss without evidence."""
    wanted = ids.require("cdp", card_dispute_id)
    return await once(commands.accept, wanted)


ROUTES = [
    list_card_disputes,
    get_card_dispute,
    enter_card_evidence,
    answer_card_dispute,
    accept_card_dispute,
]
