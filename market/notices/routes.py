"""Infringement notices over HTTP."""

from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.description.media import ANY_FILE, gives
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.states import IllegalTransition, WrongActor
from kernel.storage.download import Conditions, Download, range_response
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.listings.errors import ListingUnavailable
from market.notices import commands, errors, queries
from market.notices.schemas import (
    ConcludeNotice,
    CounterNotice,
    ExamineNotice,
    ForwardCounter,
    GiveNotice,
    InfringementNoticeView,
    NoteSuit,
    WithdrawNotice,
)
from market.notices.states import NoticeState

_NOTIFY: Final = allow("rights:objection:raise", "market:listing:supervise")
_READ: Final = allow("rights:objection:raise", "market:listing:supervise", "market:listing:write")
_DECIDE: Final = allow("market:listing:supervise")
_STEP: Final = (NotFound, IllegalTransition, WrongActor)

OneState = Annotated[NoticeState | None, QueryParameter(name="status", description="状态 · the state")]


@post(
    "/v1/listings/{listing_id:str}/infringement-notices",
    opt=_NOTIFY,
    responses=problems(
        ListingUnavailable,
        NotFound,
        errors.NoticeOfOwn,
        errors.NoticeHolderMissing,
        errors.NoticeRepeated,
        errors.NoticeEvidenceFaulty,
        IdempotencyKeyReused,
    ),
)
async def give_infringement_notice(
    listing_id: FromPath[str], data: JSONBody[GiveNotice], once: NamedDependency[Once]
) -> Response[InfringementNoticeView]:
    """侵权通知 · Notify the centre that a listing infringes a right; who has no account writes to an officer."""
    return await once(commands.give, listing_id, data)


@get("/v1/infringement-notices", opt=_READ)
async def list_infringement_notices(
    act: NamedDependency[Act], status: OneState = None, limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[InfringementNoticeView]:
    """侵权通知列表 · The notices that one may see, the newest first."""
    return await queries.notices(act, status, limit, cursor)


@get("/v1/infringement-notices/{notice_id:str}", opt=_READ, responses=problems(NotFound))
async def get_infringement_notice(notice_id: FromPath[str], act: NamedDependency[Act]) -> InfringementNoticeView:
    """侵权通知详情 · One notice, for its sides and the centre."""
    return await queries.notice(act, ids.require("ntc", notice_id))


@get(
    "/v1/infringement-notices/{notice_id:str}/evidence/{number:int}",
    opt=_READ | gives(ANY_FILE),
    responses=problems(NotFound),
)
async def get_infringement_evidence(
    notice_id: FromPath[str],
    number: FromPath[int],
    request: Request[Actor, Any, Any],
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
) -> Response[Any]:
    """证据文件 · Read a file of the notice, of the counter-statement or of the suit."""
    file = await queries.evidence_file(act, ids.require("ntc", notice_id), number)
    download = Download(file.storage_key, file.size_bytes, file.sha256, file.name, file.media_type)
    return await range_response(runtime.storage, download, Conditions.of(request.headers))


@post(
    "/v1/infringement-notices/{notice_id:str}/examination",
    opt=_DECIDE,
    status_code=200,
    responses=problems(*_STEP),
)
async def examine_infringement_notice(
    notice_id: FromPath[str], data: JSONBody[ExamineNotice], act: NamedDependency[Act]
) -> InfringementNoticeView:
    """审查通知 · Take the measure and tell the provider, or reject a notice without evidence at first sight."""
    return await commands.examine(act, ids.require("ntc", notice_id), data)


@post(
    "/v1/infringement-notices/{notice_id:str}/counter-statement",
    opt=allow("market:listing:write"),
    status_code=200,
    responses=problems(*_STEP, errors.NoticeTooLate, errors.NoticeEvidenceFaulty),
)
async def counter_infringement_notice(
    notice_id: FromPath[str], data: JSONBody[CounterNotice], act: NamedDependency[Act]
) -> InfringementNoticeView:
    """不侵权声明 · The provider states that nothing is infringed; the fifteen days run from its arrival."""
    return await commands.counter(act, ids.require("ntc", notice_id), data)


@post(
    "/v1/infringement-notices/{notice_id:str}/forwarding",
    opt=_DECIDE,
    status_code=200,
    responses=problems(*_STEP, errors.CounterStatementReached),
)
async def forward_counter_statement(
    notice_id: FromPath[str], data: JSONBody[ForwardCounter], act: NamedDependency[Act]
) -> InfringementNoticeView:
    """转送声明 · Say on which day the counter-statement reached a right-holder who has no account."""
    return await commands.forward(act, ids.require("ntc", notice_id), data)


@post(
    "/v1/infringement-notices/{notice_id:str}/suit",
    opt=_NOTIFY,
    status_code=200,
    responses=problems(*_STEP, errors.NoticeTooLate, errors.NoticeEvidenceFaulty),
)
async def note_infringement_suit(
    notice_id: FromPath[str], data: JSONBody[NoteSuit], act: NamedDependency[Act]
) -> InfringementNoticeView:
    """投诉或起诉的证明 · Prove a complaint or a suit within the fifteen days: the measure stays."""
    return await commands.note_suit(act, ids.require("ntc", notice_id), data)


@post("/v1/infringement-notices/{notice_id:str}/conclusion", opt=_DECIDE, status_code=200, responses=problems(*_STEP))
async def conclude_infringement_notice(
    notice_id: FromPath[str], data: JSONBody[ConcludeNotice], act: NamedDependency[Act]
) -> InfringementNoticeView:
    """处理结果 · Enter what the authority or the court decided."""
    return await commands.conclude(act, ids.require("ntc", notice_id), data)


@post("/v1/infringement-notices/{notice_id:str}/withdrawal", opt=_NOTIFY, status_code=200, responses=problems(*_STEP))
async def withdraw_infringement_notice(
    notice_id: FromPath[str], data: JSONBody[WithdrawNotice], act: NamedDependency[Act]
) -> InfringementNoticeView:
    """撤回通知 · Take a notice back; the measure ends."""
    return await commands.withdraw(act, ids.require("ntc", notice_id), data)


ROUTES = [
    give_infringement_notice,
    list_infringement_notices,
    get_infringement_notice,
    get_infringement_evidence,
    examine_infringement_notice,
    counter_infringement_notice,
    forward_counter_statement,
    note_infringement_suit,
    conclude_infringement_notice,
    withdraw_infringement_notice,
]
