"""The valuers' work over HTTP: requests for data, working papers, drafts, opinions, signatures."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.time.clock import Clock
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from valuation.appraisal.errors import (
    BaseDateOutside,
    IndependenceImpaired,
    InputsFaulty,
    RuleSetNotInForce,
    ScorecardMismatch,
)
from valuation.engagements import errors, queries
from valuation.engagements.schemas import (
    AddPaper,
    AnswerRequest,
    AskForData,
    DraftView,
    EngagementView,
    GiveOpinion,
    GiveReason,
    OpinionView,
    PaperView,
    RequestView,
    SignReport,
    SubmitDraft,
)
from valuation.engagements.work import drafting, evidence, signing
from valuation.practitioners.errors import PractitionerUnknown

Session = NamedDependency[AsyncSession]
Time = NamedDependency[Clock]
Who = NamedDependency[Actor]
Asked = Request[Actor, Any, Any]

READ = "valuation:engagement:read"
WORK = "valuation:appraisal:write"
ANSWER = "valuation:engagement:propose"
AT_WORK = (NotFound, PractitionerUnknown, errors.NotYourPart, IllegalTransition, WrongActor)
"""How a step of the valuers' own may be refused."""


@post(
    "/v1/engagements/{engagement_id:str}/data-requests",
    opt=allow(WORK),
    responses=problems(*AT_WORK, errors.EngagementFaulty, IdempotencyKeyReused),
)
async def ask_for_data(
    engagement_id: FromPath[str], data: JSONBody[AskForData], once: NamedDependency[Once]
) -> Response[RequestView]:
    """提出资料请求 · Ask the client for something by a day."""
    return await once(evidence.ask, engagement_id, data)


@get("/v1/engagements/{engagement_id:str}/data-requests", opt=allow(READ), responses=problems(NotFound))
async def list_data_requests(
    engagement_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[RequestView]:
    """资料请求 · What was asked for, what was answered, and what is overdue."""
    return await queries.requests(act, engagement_id, limit, cursor)


@post(
    "/v1/data-requests/{request_id:str}/answer",
    opt=allow(ANSWER),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def answer_data_request(
    request_id: FromPath[str], data: JSONBody[AnswerRequest], act: NamedDependency[Act]
) -> RequestView:
    """答复资料请求 · Answer as the client or the asset's provider, with files of one's own."""
    return await evidence.answer(act, request_id, data)


@post(
    "/v1/data-requests/{request_id:str}/reopening",
    opt=allow(WORK),
    status_code=200,
    responses=problems(*AT_WORK),
)
async def reopen_data_request(
    request_id: FromPath[str], data: JSONBody[GiveReason], act: NamedDependency[Act]
) -> RequestView:
    """退回答复 · Find an answer wanting and ask again."""
    return await evidence.reopen(act, request_id, data)


@post(
    "/v1/data-requests/{request_id:str}/waiver",
    opt=allow(WORK),
    status_code=200,
    responses=problems(*AT_WORK),
)
async def waive_data_request(
    request_id: FromPath[str], data: JSONBody[GiveReason], act: NamedDependency[Act]
) -> RequestView:
    """免除资料请求 · Go on without an answer and say why."""
    return await evidence.waive(act, request_id, data)


@post(
    "/v1/engagements/{engagement_id:str}/working-papers",
    opt=allow(WORK),
    responses=problems(*AT_WORK, errors.PaperTaken, IdempotencyKeyReused),
)
async def add_working_paper(
    engagement_id: FromPath[str], data: JSONBody[AddPaper], once: NamedDependency[Once]
) -> Response[PaperView]:
    """归集工作底稿 · Keep a file among the working papers, with its digest and for as long as the law says."""
    return await once(evidence.add_paper, engagement_id, data)


@get(
    "/v1/engagements/{engagement_id:str}/working-papers",
    opt=allow(READ),
    responses=problems(NotFound, errors.PapersOfTheFirm),
)
async def list_working_papers(
    engagement_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[PaperView]:
    """工作底稿 · The working papers, for the firm and those who watch."""
    return await queries.papers(act, engagement_id, limit, cursor)


@post(
    "/v1/engagements/{engagement_id:str}/drafts",
    opt=allow(WORK),
    responses=problems(
        *AT_WORK,
        IndependenceImpaired,
        InputsFaulty,
        ScorecardMismatch,
        BaseDateOutside,
        RuleSetNotInForce,
        IdempotencyKeyReused,
    ),
)
async def submit_draft(
    engagement_id: FromPath[str], data: JSONBody[SubmitDraft], once: NamedDependency[Once]
) -> Response[DraftView]:
    """提交初稿 · Compute a draft as the first valuer; every faulty parameter is told at once."""
    return await once(drafting.draft, engagement_id, data)


@get(
    "/v1/engagements/{engagement_id:str}/drafts",
    opt=allow(READ),
    responses=problems(NotFound, errors.PapersOfTheFirm),
)
async def list_drafts(
    engagement_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[DraftView]:
    """初稿 · Every draft with its digest and the text to sign, for the firm and those who watch."""
    return await queries.drafts(act, engagement_id, limit, cursor)


@post(
    "/v1/engagements/{engagement_id:str}/opinions",
    opt=allow(WORK),
    responses=problems(*AT_WORK, errors.DraftOutdated, errors.WorkUnfinished, IdempotencyKeyReused),
)
async def give_opinion(
    engagement_id: FromPath[str], data: JSONBody[GiveOpinion], once: NamedDependency[Once]
) -> Response[OpinionView]:
    """复核与审核 · Agree to the draft or send it back, as the second valuer, the reviewer, or a signer."""
    return await once(drafting.give_opinion, engagement_id, data)


@get(
    "/v1/engagements/{engagement_id:str}/opinions",
    opt=allow(READ),
    responses=problems(NotFound, errors.PapersOfTheFirm),
)
async def list_opinions(
    engagement_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[OpinionView]:
    """复核与审核意见 · Everything that was said of the drafts, for the firm and those who watch."""
    return await queries.opinions(act, engagement_id, limit, cursor)


@post(
    "/v1/engagements/{engagement_id:str}/signatures",
    opt=allow(WORK),
    responses=problems(
        *AT_WORK,
        errors.DraftOutdated,
        errors.DraftAltered,
        errors.SignedAlready,
        errors.NotYourSigningKey,
        errors.ReportSignatureInvalid,
        errors.UseOver,
        IndependenceImpaired,
        IdempotencyKeyReused,
    ),
)
async def sign_report(
    engagement_id: FromPath[str],
    data: JSONBody[SignReport],
    once: NamedDependency[Once],
) -> Response[EngagementView]:
    """签署报告 · Sign the reviewed draft with one's own key; the second valuer's signature issues the report."""
    return await once(signing.sign, engagement_id, data)


ROUTES = [
    ask_for_data,
    list_data_requests,
    answer_data_request,
    reopen_data_request,
    waive_data_request,
    add_working_paper,
    list_working_papers,
    submit_draft,
    list_drafts,
    give_opinion,
    list_opinions,
    sign_report,
]
