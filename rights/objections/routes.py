"""Objections over HTTP: anybody admitted may object; the registrant answers, the registrar concludes."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

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
from rights.objections import errors, queries
from rights.objections.commands import conclusions, raising, responses
from rights.objections.schemas import (
    AnswerObjection,
    ConcludeObjection,
    ObjectionView,
    RaiseObjection,
    ReferObjection,
    RespondToObjection,
    SettleObjection,
    WithdrawObjection,
)

RAISE = "rights:objection:raise"
ANSWER = "rights:registration:apply"
DECIDE = "rights:registration:decide"
READ = "rights:objection:read"


@post(
    "/v1/registrations/{registration_id:str}/objections",
    opt=allow(RAISE),
    responses=problems(
        NotFound,
        errors.ObjectionFaulty,
        errors.ObjectionTooLate,
        errors.NothingToObjectTo,
        errors.OwnRegistration,
        IdempotencyKeyReused,
    ),
)
async def raise_objection(
    registration_id: FromPath[str], data: JSONBody[RaiseObjection], once: NamedDependency[Once]
) -> Response[ObjectionView]:
    """提出异议 · Object to a registration in notice, or after it was certified, under one's real name."""
    return await once(raising.raise_objection, registration_id, data)


@post(
    "/v1/objections/{objection_id:str}/telling",
    opt=allow(DECIDE),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def tell_registrant(objection_id: FromPath[str], act: NamedDependency[Act]) -> ObjectionView:
    """告知登记主体 · Tell the registrant of an objection to its registration."""
    return await responses.inform_registrant(act, objection_id)


@post(
    "/v1/objections/{objection_id:str}/answer",
    opt=allow(ANSWER, DECIDE),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def answer_objection(
    objection_id: FromPath[str], data: JSONBody[AnswerObjection], act: NamedDependency[Act]
) -> ObjectionView:
    """登记主体答复 · The registrant accepts the objection or contests it."""
    return await responses.answer(act, objection_id, data)


@post(
    "/v1/objections/{objection_id:str}/response",
    opt=allow(ANSWER),
    status_code=200,
    responses=problems(NotFound, errors.ObjectionFaulty, IllegalTransition, WrongActor),
)
async def respond_to_objection(
    objection_id: FromPath[str], data: JSONBody[RespondToObjection], act: NamedDependency[Act]
) -> ObjectionView:
    """异议陈述 · The other side is heard while an objection is investigated, with evidence of its own."""
    return await responses.respond(act, objection_id, data)


@post(
    "/v1/objections/{objection_id:str}/conclusion",
    opt=allow(DECIDE),
    status_code=200,
    responses=problems(NotFound, errors.RemedyMissing, IllegalTransition, WrongActor),
)
async def conclude_objection(
    objection_id: FromPath[str], data: JSONBody[ConcludeObjection], act: NamedDependency[Act]
) -> ObjectionView:
    """异议处理结论 · Uphold or dismiss; the case or the certificate follows."""
    return await conclusions.conclude(act, objection_id, data)


@post(
    "/v1/objections/{objection_id:str}/withdrawal",
    opt=allow(RAISE),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def withdraw_objection(
    objection_id: FromPath[str], data: JSONBody[WithdrawObjection], act: NamedDependency[Act]
) -> ObjectionView:
    """撤回异议 · Take one's own objection back."""
    return await conclusions.withdraw(act, objection_id, data)


@post(
    "/v1/objections/{objection_id:str}/referral",
    opt=allow(DECIDE),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def refer_objection(
    objection_id: FromPath[str], data: JSONBody[ReferObjection], act: NamedDependency[Act]
) -> ObjectionView:
    """转仲裁或诉讼 · Record that the matter went to arbitration or court."""
    return await conclusions.refer(act, objection_id, data)


@post(
    "/v1/objections/{objection_id:str}/settlement",
    opt=allow(DECIDE),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def settle_objection(
    objection_id: FromPath[str], data: JSONBody[SettleObjection], act: NamedDependency[Act]
) -> ObjectionView:
    """记录裁决结果 · Record how the tribunal or court has decided."""
    return await conclusions.settle(act, objection_id, data)


@get("/v1/objections/{objection_id:str}", opt=allow(RAISE, DECIDE, READ), responses=problems(NotFound))
async def get_objection(objection_id: FromPath[str], act: NamedDependency[Act]) -> ObjectionView:
    """异议 · One objection, for both sides and the registrar."""
    return await queries.objection(act, objection_id)


@get("/v1/objections", opt=allow(RAISE, DECIDE, READ))
async def list_objections(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[ObjectionView]:
    """异议清单 · The registrar's objections by due date, overdue first; for a party, those it is part of."""
    return await queries.objections(act, limit, cursor)


@get(
    "/v1/objections/{objection_id:str}/evidence/{evidence_id:str}",
    opt=allow(RAISE, DECIDE, READ) | gives(ANY_FILE),
    responses=problems(NotFound),
)
async def get_objection_evidence(
    objection_id: FromPath[str],
    evidence_id: FromPath[str],
    request: Request[Actor, Any, Any],
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
) -> Response[Any]:
    """异议证据 · Read a file that supports an objection, for both sides and the registrar."""
    file = await queries.evidence_file(act, objection_id, evidence_id)
    download = Download(file.storage_key, file.size_bytes, file.sha256, file.name, file.media_type)
    return await range_response(runtime.storage, download, Conditions.of(request.headers))


ROUTES = [
    raise_objection,
    tell_registrant,
    answer_objection,
    respond_to_objection,
    conclude_objection,
    withdraw_objection,
    refer_objection,
    settle_objection,
    get_objection,
    list_objections,
    get_objection_evidence,
]
