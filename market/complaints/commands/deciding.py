"""The centre's decision, the appeal to somebody else, and the court to which the matter goes instead."""

from collections.abc import Sequence
from typing import Any

from contracts.approvals.queries import line_of
from contracts.approvals.rules import same_person
from kernel.act import Act
from kernel.rules import rulebook
from kernel.states import Role
from market.complaints import papers, queries
from market.complaints.commands.record import centre_lines, changing, move, require_in_time, role, write
from market.complaints.commands.settling import remedy_facts, remedy_of, require_independent
from market.complaints.errors import SAME_PERSON, MediatorNotIndependent, RuleUnknown
from market.complaints.models import Complaint
from market.complaints.schemas import (
    AppealDecision,
    ComplaintView,
    ConcludeComplaint,
    DecideComplaint,
    HandOffComplaint,
)
from market.complaints.states import COMPLAINT, ComplaintAction


async def end_mediation(act: Act, complaint_id: str) -> ComplaintView:
    """The mediator finds that nothing will be agreed: the decision follows."""
    row = await changing(act, complaint_id)
    COMPLAINT.next(row.status, ComplaintAction.LET_LAPSE, role(row, act))
    require_independent(act, row)
    await write(act, row, "mediation-failed", Role.OPERATOR, "")
    await move(act, row, ComplaintAction.LET_LAPSE, Role.OPERATOR)
    return queries.view(row, act.actor)


async def decide(act: Act, complaint_id: str, data: DecideComplaint) -> ComplaintView:
    """Decide at first instance: facts, grounds, the rules cited, and what follows, in a signed document.

    Raises MediatorNotIndependent, RuleUnknown, RemedyFaulty, IllegalTransition and WrongActor.
    """
    return await _decide(act, complaint_id, data, ComplaintAction.DECIDE)


async def rule(act: Act, complaint_id: str, data: DecideComplaint) -> ComplaintView:
    """Decide on the appeal; whoever mediated or decided before does not. Raises as `decide`."""
    return await _decide(act, complaint_id, data, ComplaintAction.RULE)


async def _decide(act: Act, complaint_id: str, data: DecideComplaint, action: ComplaintAction) -> ComplaintView:
    row = await changing(act, complaint_id)
    COMPLAINT.next(row.status, action, role(row, act))
    require_independent(act, row)
    if action is ComplaintAction.RULE:
        await _require_other_person(act, row)
    _require_rules(act, data.rules)
    row.remedy = remedy_of(row, data.remedy, data.amount)
    stage = "appeal" if action is ComplaintAction.RULE else "decision"
    document = await papers.decided(act, row, stage, data)
    facts: dict[str, Any] = {"stage": stage, "grounds": data.grounds, "rules": data.rules, "remedy": remedy_facts(row)}
    await write(act, row, "decision", Role.OPERATOR, data.findings, document_id=document.id, **facts)
    await move(act, row, action, Role.OPERATOR, remedy=remedy_facts(row), document=document.id)
    return queries.view(row, act.actor)


async def _require_other_person(act: Act, row: Complaint) -> None:
    own = list(await line_of(act.session, act.actor.hand))
    if any(same_person(own, line) for line in await centre_lines(act, row)):
        raise MediatorNotIndependent(why=SAME_PERSON)


def _require_rules(act: Act, cited: Sequence[str]) -> None:
    book = rulebook.in_force(act.today)
    unknown = [each for each in cited if book.cite(each) is None]
    if unknown:
        raise RuleUnknown(unknown=unknown)


async def appeal(act: Act, complaint_id: str, data: AppealDecision) -> ComplaintView:
    """A side wants the decision looked at by somebody else, in its days; raises ComplaintStepTooLate."""
    row = await changing(act, complaint_id)
    by = role(row, act)
    COMPLAINT.next(row.status, ComplaintAction.APPEAL, by)
    require_in_time(act, row)
    await write(act, row, "appeal", by, data.statement, files=data.evidence)
    await move(act, row, ComplaintAction.APPEAL, by)
    return queries.view(row, act.actor)


async def hand_off(act: Act, complaint_id: str, data: HandOffComplaint) -> ComplaintView:
    """A side proves that the matter is before a court or an arbitral body: what is held waits for its outcome."""
    row = await changing(act, complaint_id)
    by = role(row, act)
    COMPLAINT.next(row.status, ComplaintAction.HAND_OFF, by)
    said = {"kind": data.kind, "body": data.body, "reference": data.reference}
    await write(act, row, "hand-off", by, "", files=data.evidence, to=said)
    await move(act, row, ComplaintAction.HAND_OFF, by, **{f"to_{name}": value for name, value in said.items()})
    return queries.view(row, act.actor)


async def conclude(act: Act, complaint_id: str, data: ConcludeComplaint) -> ComplaintView:
    """An officer enters what the court or the arbitral body decided; it is carried out like a final decision."""
    row = await changing(act, complaint_id)
    COMPLAINT.next(row.status, ComplaintAction.CONCLUDE, role(row, act))
    require_independent(act, row)
    row.remedy = remedy_of(row, data.remedy, data.amount)
    await write(act, row, "conclusion", Role.OPERATOR, data.statement, files=data.evidence, remedy=remedy_facts(row))
    await move(act, row, ComplaintAction.CONCLUDE, Role.OPERATOR, remedy=remedy_facts(row))
    return queries.view(row, act.actor)
