"""Hearing the other side while an objection is investigated (GUIDE art. 25): what it says, with its evidence."""

from kernel import ids
from kernel.act import Act
from kernel.db import locked, one
from kernel.errors import FieldError, NotFound
from kernel.states import Role
from kernel.text import Text
from rights.objections import rules
from rights.objections.commands import evidence_rows, move
from rights.objections.errors import ObjectionFaulty
from rights.objections.models import Objection
from rights.objections.queries import objection_view, seen
from rights.objections.schemas import ObjectionView, RespondToObjection
from rights.objections.states import ObjectionAction
from rights.registrations import evidence
from rights.registrations.models import Registration

ANSWER_CHARACTERS_MAX = 20_000


async def respond(act: Act, objection_id: str, data: RespondToObjection) -> ObjectionView:
    """Add a statement of the other side and its evidence; what was said before stays."""
    await seen(act, objection_id)
    row = await locked(act.session, Objection, ids.require("obj", objection_id))
    if row.respondent_id != act.actor.party:
        raise NotFound(kind="objection", id=objection_id)
    files = await evidence.own_files(act, data.evidence)
    faults = rules.file_faults([evidence.piece_of("other", files.get(name)) for name in data.evidence])
    whole = f"{row.answer}\n\n{data.statement}" if row.answer else data.statement
    if len(whole) > ANSWER_CHARACTERS_MAX:
        limit = f"{ANSWER_CHARACTERS_MAX:,}"
        text = Text(f"答复合计不得超过 {limit} 字", f"All statements together have at most {limit} characters")
        faults.append(FieldError("/statement", text, "LT-RGT-20"))
    if faults:
        raise ObjectionFaulty(errors=faults)
    digests = [files[name].sha256 for name in data.evidence]
    facts = {"answer": data.statement, "evidence": digests}
    await move(act, row, ObjectionAction.RESPOND, Role.PROVIDER, **facts)
    row.answer = whole
    case = await one(act.session, Registration, row.registration_id)
    given = [files[name] for name in dict.fromkeys(data.evidence)]
    act.session.add_all(evidence_rows(case, row, given, act.at, side="respondent"))
    await act.session.flush()  # The view reads the evidence back.
    return await objection_view(act, row)
