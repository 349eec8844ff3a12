"""Obligations, statements of deletion and suspensions over HTTP."""

from datetime import datetime
from typing import Annotated, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from contracts.agreements.errors import SignatureInvalid, SigningKeyForeign
from contracts.agreements.schemas import AgreementView
from contracts.obligations import commands, errors, occurrences, queries
from contracts.obligations.deletions import handed_over, statements
from contracts.obligations.schemas import (
    AnswerDeletion,
    DeletionView,
    DischargeObligation,
    FileDeletion,
    HandedOver,
    ObligationView,
    OccurrenceView,
    RefuteDeletion,
    ResumeAgreement,
    StateOccurrence,
    SuspendAgreement,
    WaiveObligation,
)
from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page

_READ: Final = allow("contracts:agreement:sign", "market:order:read", "market:ledger:read")
_SIGN: Final = allow("contracts:agreement:sign")
_SUSPEND: Final = allow("contracts:agreement:sign", "market:listing:supervise")


@get("/v1/obligations", opt=_READ)
async def list_obligations(
    act: NamedDependency[Act],
    status: Annotated[str | None, QueryParameter(pattern=r"^(due|discharged|waived|breached|released)$(?!\n)")] = None,
    due_before: Annotated[datetime | None, QueryParameter(description="此前到期 · due before this moment")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[ObligationView]:
    """履约日历 · What one's party owes and is owed under its agreements, newest first; the offices see all."""
    return await queries.calendar(act, status, due_before, limit, cursor)


@get("/v1/obligations/{obligation_id:str}", opt=_READ, responses=problems(NotFound))
async def get_obligation(obligation_id: FromPath[str], act: NamedDependency[Act]) -> ObligationView:
    """义务 · One obligation, for both parties of its agreement."""
    return await queries.obligation(act, ids.require("obl", obligation_id))


@get("/v1/agreements/{agreement_id:str}/obligations", opt=_READ, responses=problems(NotFound))
async def list_agreement_obligations(agreement_id: FromPath[str], act: NamedDependency[Act]) -> list[ObligationView]:
    """协议的义务 · Everything that was ever owed under an agreement, first what is due first."""
    return await queries.of_agreement(act, ids.require("agr", agreement_id))


@post(
    "/v1/agreements/{agreement_id:str}/occurrences",
    opt=_SIGN,
    responses=problems(
        NotFound,
        errors.OccurrenceUnfounded,
        errors.OccurrenceUnproven,
        errors.OccurrenceStated,
        IdempotencyKeyReused,
    ),
)
async def state_occurrence(
    agreement_id: FromPath[str], data: JSONBody[StateOccurrence], once: NamedDependency[Once]
) -> Response[OccurrenceView]:
    """陈述事实 · State what has happened that a clause counts from: its obligation is then in the calendar."""
    return await once(occurrences.state, ids.require("agr", agreement_id), data)


@get("/v1/agreements/{agreement_id:str}/occurrences", opt=_READ, responses=problems(NotFound))
async def list_occurrences(
    agreement_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[OccurrenceView]:
    """已陈述的事实 · Everything that was stated under an agreement, newest first."""
    return await occurrences.occurrences(act, ids.require("agr", agreement_id), limit, cursor)


@post(
    "/v1/obligations/{obligation_id:str}/discharge",
    opt=_SIGN,
    status_code=200,
    responses=problems(NotFound, errors.NotYoursToDischarge, errors.ProvedByDeletion, IllegalTransition),
)
async def discharge_obligation(
    obligation_id: FromPath[str], data: JSONBody[DischargeObligation], act: NamedDependency[Act]
) -> ObligationView:
    """履行 · Whoever owes it has done it, and says what."""
    return await commands.discharge(act, ids.require("obl", obligation_id), data)


@post(
    "/v1/obligations/{obligation_id:str}/waiver",
    opt=_SIGN,
    status_code=200,
    responses=problems(NotFound, errors.NotYoursToDischarge, IllegalTransition),
)
async def waive_obligation(
    obligation_id: FromPath[str], data: JSONBody[WaiveObligation], act: NamedDependency[Act]
) -> ObligationView:
    """免除 · Whom it is owed to does without it."""
    return await commands.waive(act, ids.require("obl", obligation_id), data)


@post(
    "/v1/agreements/{agreement_id:str}/suspension",
    opt=_SUSPEND,
    status_code=200,
    responses=problems(
        NotFound,
        errors.SuspensionUnfounded,
        errors.SuspensionTooLong,
        IllegalTransition,
        WrongActor,
    ),
)
async def suspend_agreement(
    agreement_id: FromPath[str], data: JSONBody[SuspendAgreement], act: NamedDependency[Act]
) -> AgreementView:
    """中止 · Stop every access for a while: the provider for a breach, an office by its own authority."""
    return await commands.suspend(act, ids.require("agr", agreement_id), data)


@post(
    "/v1/agreements/{agreement_id:str}/resumption",
    opt=_SUSPEND,
    status_code=200,
    responses=problems(NotFound, errors.NotYourSuspension, IllegalTransition, WrongActor),
)
async def resume_agreement(
    agreement_id: FromPath[str], data: JSONBody[ResumeAgreement], act: NamedDependency[Act]
) -> AgreementView:
    """恢复 · Lift a suspension before its time."""
    return await commands.resume(act, ids.require("agr", agreement_id), data)


@get("/v1/agreements/{agreement_id:str}/deletion-statements", opt=_READ, responses=problems(NotFound))
async def list_deletion_statements(agreement_id: FromPath[str], act: NamedDependency[Act]) -> list[DeletionView]:
    """删除证明 · The statements of deletion of an agreement, newest first."""
    return await queries.deletions(act, ids.require("agr", agreement_id))


@post(
    "/v1/agreements/{agreement_id:str}/deletion-statement",
    opt=_SIGN,
    responses=problems(
        NotFound,
        errors.DeletionNotDue,
        errors.DeletionIncomplete,
        SigningKeyForeign,
        SignatureInvalid,
        IdempotencyKeyReused,
    ),
)
async def file_deletion_statement(
    agreement_id: FromPath[str], data: JSONBody[FileDeletion], once: NamedDependency[Once]
) -> Response[DeletionView]:
    """提交删除证明 · The consumer states under its key what it deleted once the agreement has ended."""
    return await once(statements.file, ids.require("agr", agreement_id), data)


@post(
    "/v1/agreements/{agreement_id:str}/deletion-answer",
    opt=_SIGN,
    status_code=200,
    responses=problems(NotFound, errors.DeletionDenied, errors.DeletionNotDue, errors.DeletionTaken, IllegalTransition),
)
async def answer_deletion_statement(
    agreement_id: FromPath[str], data: JSONBody[AnswerDeletion], act: NamedDependency[Act]
) -> DeletionView:
    """答复删除证明 · The provider takes the statement of deletion, or contests it."""
    return await statements.answer(act, ids.require("agr", agreement_id), data)


@post(
    "/v1/agreements/{agreement_id:str}/deletion-refutation",
    opt=_SUSPEND,
    status_code=200,
    responses=problems(
        NotFound, errors.DeletionDenied, errors.DeletionNotDue, errors.DeletionTaken, IllegalTransition, WrongActor
    ),
)
async def refute_deletion_statement(
    agreement_id: FromPath[str], data: JSONBody[RefuteDeletion], act: NamedDependency[Act]
) -> DeletionView:
    """推翻删除证明 · What was taken proves false: the provider or the regulator says so with evidence."""
    return await statements.refute(act, ids.require("agr", agreement_id), data)


@get("/v1/agreements/{agreement_id:str}/handed-over", opt=_READ, responses=problems(NotFound))
async def list_handed_over(
    agreement_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[HandedOver]:
    """已交付数据 · What was handed over under an agreement, by channel and revision: what a deletion must cover."""
    return await handed_over.of_agreement(act, ids.require("agr", agreement_id), limit, cursor)


ROUTES = [
    list_obligations,
    get_obligation,
    list_agreement_obligations,
    state_occurrence,
    list_occurrences,
    discharge_obligation,
    waive_obligation,
    suspend_agreement,
    resume_agreement,
    list_deletion_statements,
    file_deletion_statement,
    answer_deletion_statement,
    refute_deletion_statement,
    list_handed_over,
]
