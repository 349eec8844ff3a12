"""Accounting decisions and notes over HTTP."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.errors import InvalidInput, NotFound
from kernel.http.guards import allow, public
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from valuation.accounting import checklist, commands, errors, queries
from valuation.accounting.schemas import DecideClassification, DecisionView, DrawNote, NoteView, QuestionView

Session = NamedDependency[AsyncSession]
WRITING, READING = allow("valuation:accounting:write"), allow("valuation:accounting:read")


@get("/v1/accounting-checklist", opt=public())
async def get_checklist() -> list[QuestionView]:
    """会计判断清单 · The questions that decide between intangible, inventory, development expenditure and none."""
    always = set(checklist.questions_for("purchased"))
    return [
        QuestionView(code, question.text, question.basis, code not in always)
        for code, question in checklist.QUESTIONS.items()
    ]


@post(
    "/v1/accounting-decisions",
    opt=WRITING,
    responses=problems(NotFound, errors.ChecklistIncomplete, IdempotencyKeyReused),
)
async def decide_classification(
    data: JSONBody[DecideClassification],
    once: NamedDependency[Once],
) -> Response[DecisionView]:
    """作出会计判断 · Answer the checklist for an asset of your own; the answers are stored and never change."""
    return await once(commands.decide, data)


@get("/v1/accounting-decisions", opt=READING, responses=problems(InvalidInput))
async def list_decisions(
    act: NamedDependency[Act],
    asset_id: Annotated[str | None, QueryParameter(max_length=40, description="资产 · asset")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[DecisionView]:
    """会计判断 · Decisions, the newest first."""
    return await queries.decisions(act, asset_id, limit, cursor)


@get("/v1/accounting-decisions/{decision_id:str}", opt=READING, responses=problems(NotFound))
async def get_decision(decision_id: FromPath[str], act: NamedDependency[Act]) -> DecisionView:
    """会计判断 · A decision with every answer; its page is that of its document."""
    return await queries.decision(act, decision_id)


@post("/v1/accounting-notes", opt=WRITING, responses=problems(errors.NoteFaulty, IdempotencyKeyReused))
async def draw_note(
    data: JSONBody[DrawNote],
    once: NamedDependency[Once],
) -> Response[NoteView]:
    """编制附注披露表 · State the movements of a period; balances and totals are computed (财会〔2023〕11号)."""
    return await once(commands.draw, data)


@get("/v1/accounting-notes", opt=READING, responses=problems(InvalidInput))
async def list_notes(act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None) -> Page[NoteView]:
    """附注披露表 · Notes, the newest first."""
    return await queries.notes(act, limit, cursor)


@get("/v1/accounting-notes/{note_id:str}", opt=READING, responses=problems(NotFound))
async def get_note(note_id: FromPath[str], act: NamedDependency[Act]) -> NoteView:
    """附注披露表 · A note with its tables; its page is that of its document."""
    return await queries.note(act, note_id)


ROUTES = [get_checklist, decide_classification, list_decisions, get_decision, draw_note, list_notes, get_note]
