"""The side that is objected to: informed of the objection, it accepts or contests it, and adds what it has to say."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.db import locked, one
from kernel.errors import FieldError
from kernel.states import Role
from kernel.text import Text
from kernel.time.workdays import Deadline
from rights.objections import rules
from rights.objections.errors import ObjectionFaulty
from rights.objections.models import Objection
from rights.objections.queries import AUDIENCE, objection_view, visible
from rights.objections.schemas import (
    AnswerObjection,
    ObjectionView,
    RespondToObjection,
)
from rights.objections.states import ObjectionAction
from rights.objections.steps import evidence_rows, move, set_due
from rights.registrations import deadlines, evidence, steps
from rights.registrations.models import Registration


async def inform_registrant(act: Act, objection_id: str) -> ObjectionView:
    """Tell the registrant of an objection to its registration (GUIDE art. 29); its answer is waited for."""
    row = await locked(act.session, Objection, ids.require("obj", objection_id))
    await move(act, row, ObjectionAction.TELL, steps.role_of(act.actor))
    row.told_on = act.today
    set_due(row, await _investigation(act.session, row, row.told_on))
    return await objection_view(act, row)


async def answer(act: Act, objection_id: str, data: AnswerObjection) -> ObjectionView:
    """The registrant accepts the objection or contests it; contested, it is investigated."""
    await visible(act, objection_id)
    row = await locked(act.session, Objection, objection_id)
    role = Role.PROVIDER if row.respondent_id == act.actor.party else steps.role_of(act.actor)
    if role is Role.PROVIDER:
        AUDIENCE.require_party(act.actor, objection_id, row.respondent_id)
    await move(act, row, ObjectionAction(data.decision), role, answer=data.answer)
    row.answer = data.answer
    set_due(row, await _investigation(act.session, row, act.today))
    return await objection_view(act, row)


async def _investigation(session: AsyncSession, row: Objection, start: date) -> Deadline:
    case = await one(session, Registration, row.registration_id)
    return deadlines.after(start, steps.clocks_of(case).investigation)


ANSWER_CHARACTERS_MAX = 20_000


async def respond(act: Act, objection_id: str, data: RespondToObjection) -> ObjectionView:
    """Add a statement of the other side and its evidence; what was said before stays."""
    await visible(act, objection_id)
    row = await locked(act.session, Objection, ids.require("obj", objection_id))
    AUDIENCE.require_party(act.actor, objection_id, row.respondent_id)
    files = await evidence.own_files(act, data.evidence)
    faults = rules.file_faults([evidence.piece_of("other", files.get(name)) for name in data.evidence])
    statements = f"{row.answer}\n\n{data.statement}" if row.answer else data.statement
    if len(statements) > ANSWER_CHARACTERS_MAX:
        limit = f"{ANSWER_CHARACTERS_MAX:,}"
        text = Text(f"答复合计不得超过 {limit} 字", f"All statements together have at most {limit} characters")
        faults.append(FieldError("/statement", text, "LT-RGT-20"))
    if faults:
        raise ObjectionFaulty(errors=faults)
    digests = [files[name].sha256 for name in data.evidence]
    facts = {"answer": data.statement, "evidence": digests}
    await move(act, row, ObjectionAction.RESPOND, Role.PROVIDER, **facts)
    row.answer = statements
    case = await one(act.session, Registration, row.registration_id)
    attached = [files[name] for name in dict.fromkeys(data.evidence)]
    act.session.add_all(evidence_rows(case, row, attached, act.at, side="respondent"))
    await act.session.flush()  # The view reads the evidence back.
    return await objection_view(act, row)
