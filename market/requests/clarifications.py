"""Questions about a request and the buyer's answers, which go to all who may quote."""

from sqlalchemy import func, select

from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.errors import NotFound
from kernel.log.record import record
from kernel.time.clock import timestamp
from kernel.views.projection import shown
from market.requests import commands, rules
from market.requests.errors import ClarificationAnswered, OwnRequest, QuotesTooMany
from market.requests.models import Clarification, QuotationRequest
from market.requests.quotes import require_open
from market.requests.schemas import AnswerClarification, AskClarification, ClarificationView

LIMITS = "LT-RFQ-10"
"""The rule of questions: until the closing, answered once, to all, and nobody is told who asked."""


async def ask(act: Act, request_id: str, data: AskClarification) -> ClarificationView:
    """Ask the buyer of an open request; raises NotFound, RequestNotOpen, OwnRequest and QuotesTooMany."""
    about = await commands.held(act, request_id)
    require_open(about)
    if about.buyer == act.actor.party:
        raise OwnRequest(request=about.id)
    most = rules.RULES.at(act.today).body.clarifications_max
    count = select(func.count()).where(Clarification.request_id == about.id)
    if int(await act.session.scalar(count) or 0) >= most:
        raise QuotesTooMany(limit=most, what=about.id)
    row = Clarification(
        id=ids.new("clr"),
        request_id=about.id,
        asked_by=act.actor.party or "",
        question=data.question,
        asked_at=act.at,
        answer=None,
        answered_at=None,
    )
    act.session.add(row)
    facts = {"clarification": row.id}
    # An entry tells its readers whose act it was, and nobody is to be told who asked: the row keeps it.
    record(act.by(SYSTEM), "market.quotation_request.asked", about.id, parties=[about.buyer], facts=facts)
    await act.session.flush()
    return shown(row, ClarificationView)


async def answer(act: Act, request_id: str, clarification_id: str, data: AnswerClarification) -> ClarificationView:
    """Answer a question, once and to all, while the request is open.

    Raises NotFound, RequestNotYours, RequestNotOpen and ClarificationAnswered.
    """
    about = await commands.held(act, request_id)
    commands.require_buyer(act, about)
    row = await _of(act, about, clarification_id)
    require_open(about)
    if row.answered_at is not None:
        raise ClarificationAnswered(clarification=row.id, at=timestamp(row.answered_at))
    row.answer, row.answered_at = data.answer, act.at
    facts = {"clarification": row.id, "rule": LIMITS}
    parties = (about.buyer, row.asked_by, *(about.addressed or ()))
    record(act, "market.quotation_request.answered", about.id, parties=parties, facts=facts)
    await act.session.flush()
    return shown(row, ClarificationView)


async def _of(act: Act, about: QuotationRequest, clarification_id: str) -> Clarification:
    found = await one(act.session, Clarification, ids.require("clr", clarification_id))
    if found.request_id != about.id:
        raise NotFound(kind="clarification", id=clarification_id)
    return await locked(act.session, Clarification, clarification_id)
