"""From the answer to the agreement: what the sides and the mediator say, and the buyer's giving up."""

from sqlalchemy import func, select

from kernel.act import Act
from kernel.money import Money, MoneyView
from kernel.states import Role
from kernel.time.clock import timestamp
from market.complaints import papers, queries, rules
from market.complaints.commands import executing, money
from market.complaints.commands.record import changing, move, order_of, require_in_time, role, write
from market.complaints.errors import (
    OWN_PARTY,
    ComplaintMessagesTooMany,
    MediatorNotIndependent,
    ProposalAnswered,
    remedy_faulty,
)
from market.complaints.models import Complaint, ComplaintStep
from market.complaints.schemas import (
    AnswerComplaint,
    AnswerProposal,
    ComplaintStepView,
    ComplaintView,
    PostComplaintMessage,
    ProposeRemedy,
    WithdrawComplaint,
)
from market.complaints.states import COMPLAINT, ComplaintAction


async def answer(act: Act, complaint_id: str, data: AnswerComplaint) -> ComplaintView:
    """The provider contests, or concedes what is asked, which is then agreed and carried out.

    Raises ComplaintStepTooLate, IllegalTransition, WrongActor, RemedyFaulty and ComplaintFilesFaulty.
    """
    row = await changing(act, complaint_id)
    action = ComplaintAction.CONCEDE if data.stance == "concede" else ComplaintAction.ANSWER
    COMPLAINT.next(row.status, action, role(row, act))
    require_in_time(act, row)
    if data.stance == "concede":
        row.remedy = _asked(row)
        row.accepted_by = [row.buyer, row.provider]
    await write(act, row, "answer", Role.PROVIDER, data.statement, files=data.evidence, stance=data.stance)
    await move(act, row, action, Role.PROVIDER)
    if data.stance == "concede":
        await _agreed(act, row)
    return queries.view(row, act.actor)


def _asked(row: Complaint) -> dict[str, object]:
    """What the buyer asked for, as a remedy; raises RemedyFaulty where it only says in words what it wants."""
    if row.asked == "other":
        raise remedy_faulty("/stance", rules.NOT_CONCEDED, row.disputed)
    return remedy_row(row.asked, row.disputed if row.asked in rules.PAYING else None)


async def take(act: Act, complaint_id: str) -> ComplaintView:
    """An officer takes the case and mediates; raises MediatorNotIndependent for whoever belongs to a side."""
    row = await changing(act, complaint_id)
    COMPLAINT.next(row.status, ComplaintAction.TAKE, role(row, act))
    require_independent(act, row)
    await write(act, row, "mediation", Role.OPERATOR, "")
    await move(act, row, ComplaintAction.TAKE, Role.OPERATOR)
    return queries.view(row, act.actor)


def require_independent(act: Act, row: Complaint) -> None:
    """Nobody acts for the centre in a case of its own party; raises MediatorNotIndependent."""
    if act.actor.party in row.parties:
        raise MediatorNotIndependent(why=OWN_PARTY)


async def propose(act: Act, complaint_id: str, data: ProposeRemedy) -> ComplaintView:
    """The mediator proposes what is to become of it to both; raises RemedyFaulty and ComplaintStepTooLate."""
    row = await changing(act, complaint_id)
    COMPLAINT.next(row.status, ComplaintAction.PROPOSE, role(row, act))
    require_independent(act, row)
    require_in_time(act, row)
    row.remedy = remedy_of(row, data.remedy, data.amount)
    row.accepted_by = []
    await write(act, row, "proposal", Role.OPERATOR, data.statement, remedy=remedy_facts(row))
    await move(act, row, ComplaintAction.PROPOSE, Role.OPERATOR, remedy=remedy_facts(row))
    return queries.view(row, act.actor)


def remedy_of(row: Complaint, kind: str, amount: MoneyView | None) -> dict[str, object]:
    """A remedy of what is in dispute, as it is kept; raises RemedyFaulty."""
    money_ = None if amount is None else Money.of(amount, "/amount")
    fault = rules.remedy_fault(kind, money_, row.disputed)
    if fault is not None:
        raise remedy_faulty("/amount", fault, row.disputed)
    return remedy_row(kind, money_)


def remedy_row(kind: str, amount: Money | None) -> dict[str, object]:
    """A remedy as a complaint keeps it."""
    return {"kind": kind, "amount_minor": amount and amount.minor, "currency": amount and amount.currency}


def remedy_facts(row: Complaint) -> dict[str, str | None]:
    """The remedy that stands, as steps and the log say it."""
    remedy = row.remedy or {}
    minor = remedy.get("amount_minor")
    return {"kind": remedy.get("kind"), "amount": None if minor is None else str(Money(minor, row.currency))}


async def respond(act: Act, complaint_id: str, data: AnswerProposal) -> ComplaintView:
    """A side takes the proposal or not: with both it is agreed and carried out, without one the centre decides.

    Raises ComplaintStepTooLate, ProposalAnswered, IllegalTransition and WrongActor.
    """
    row = await changing(act, complaint_id)
    by = role(row, act)
    action = ComplaintAction.AGREE if data.accept else ComplaintAction.REJECT
    COMPLAINT.next(row.status, action, by)
    require_in_time(act, row)
    party = str(act.actor.party)
    if party in row.accepted_by:
        raise ProposalAnswered(complaint=row.id, due_at=timestamp(row.due_at) if row.due_at else "-")
    await write(act, row, "response", by, data.statement, accept="yes" if data.accept else "no")
    if not data.accept:
        await move(act, row, action, by)
    else:
        row.accepted_by = [*row.accepted_by, party]
        if set(row.accepted_by) == set(row.parties):
            await move(act, row, action, by, remedy=remedy_facts(row))
            await _agreed(act, row)
    return queries.view(row, act.actor)


async def _agreed(act: Act, row: Complaint) -> None:
    """What both agree to is put on paper and carried out at once."""
    await papers.agreed(act, row)
    await executing.execute(act, row)


async def withdraw(act: Act, complaint_id: str, data: WithdrawComplaint) -> ComplaintView:
    """The buyer gives the complaint up: nothing is held any more, and an inspection goes on."""
    row = await changing(act, complaint_id)
    COMPLAINT.next(row.status, ComplaintAction.WITHDRAW, role(row, act))
    await write(act, row, "withdrawal", Role.BUYER, data.reason)
    await move(act, row, ComplaintAction.WITHDRAW, Role.BUYER, outcome="withdrawn")
    await money.let_go(act, row, await order_of(act, row))
    return queries.view(row, act.actor)


async def post(act: Act, complaint_id: str, data: PostComplaintMessage) -> ComplaintStepView:
    """Write in the case, for both sides and the centre; raises ComplaintMessagesTooMany and ComplaintFilesFaulty."""
    row = await changing(act, complaint_id)
    by = role(row, act)
    queries.AUDIENCE.require_party(act.actor, row.id, *row.parties, act.actor.party if by is Role.OPERATOR else None)
    most = rules.TABLE.version(row.policy["version"]).body.messages_max
    count = select(func.count()).where(ComplaintStep.complaint_id == row.id, ComplaintStep.kind == "message")
    if int(await act.session.scalar(count) or 0) >= most:
        raise ComplaintMessagesTooMany(limit=most)
    step = await write(act, row, "message", by, data.text, files=data.attachments)
    return queries.step_view(step, await queries.files_of(act.session, row.id))
