"""Carrying out what was agreed or decided, by the clock and once; and delivering again where that was it."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import exists, select

from contracts.agreements.models import Agreement
from contracts.moments import Moment, follows
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.money import Money
from kernel.states import Role
from market.complaints import queries, rules
from market.complaints.commands import money
from market.complaints.commands.record import changing, move, order_of, require_in_time, role, write
from market.complaints.models import Complaint
from market.complaints.schemas import AnswerRedelivery, ComplaintView, RedeliverComplaint
from market.complaints.states import COMPLAINT, OPEN, ComplaintAction
from market.delivery_plans.states import PartState
from market.orders.models import Order
from market.orders.states import OrderState
from market.redeliveries import commands as redeliveries
from market.redeliveries.schemas import DeliverAgain
from market.refunds.errors import PaymentDisputed
from market.splits.models import Distribution

_CARD_DISPUTED: Final = (
    "款项正被发卡行争议，争议了结后执行 · a card's bank has the money: carried out when that is over"
)
_LAPSED: Final = "未按期重新交付，退还争议金额 · it was not delivered again in time, and the disputed amount goes back"
_OVERTAKEN: Final = "订单款项已全部退回，投诉终结 · all of the order's money went back otherwise"


async def execute(act: Act, row: Complaint) -> None:
    """Carry out the remedy that stands, the case locked; what a card's bank contests is put off by a day."""
    remedy = row.remedy or {"kind": "refusal", "amount_minor": None}
    if remedy["kind"] == "redelivery":
        await move(act.by(SYSTEM), row, ComplaintAction.REQUIRE, Role.SYSTEM, rule=rules.DONE)
        due = row.due_at or act.at  # The state that was entered has a clock.
        reason = f"投诉 {row.id} 的处理结果 · the outcome of the complaint {row.id}"
        part_id = row.subject if row.subject.startswith("prt_") else None
        await redeliveries.require_redelivery(
            act.by(SYSTEM), row.order_id, due=due, reason=reason, because=row.id, part_id=part_id
        )
        return
    wanted = Money(int(remedy["amount_minor"] or 0), row.currency)
    await _pay_back(act, row, str(remedy["kind"]), wanted)


async def lapse(act: Act, row: Complaint) -> None:
    """What was to be delivered again and was not is paid back, as far as it is in dispute."""
    await redeliveries.miss_because(act, row.id)
    await _pay_back(act, row, "refund", row.disputed, _LAPSED)


async def _pay_back(act: Act, row: Complaint, outcome: str, wanted: Money, why: str = "") -> None:
    mine, order = act.by(SYSTEM), await order_of(act, row)
    try:
        can = await money.left(act, row.subject, order)
        paid = Money(min(wanted.minor, can.minor), row.currency)
        await money.require_uncontested(act, row, paid)
    except PaymentDisputed:
        row.due_at = act.at + timedelta(days=1)
        await write(mine, row, "put-off", Role.SYSTEM, _CARD_DISPUTED)
        return
    whole = paid == can
    # The end of the order's agreement, which a refund of the whole brings, finds this case closed.
    await move(mine, row, ComplaintAction.EXECUTE, Role.SYSTEM, outcome=outcome, rule=rules.DONE)
    if paid.minor:
        await money.pay_back(mine, row, order, paid, whole=whole)
    await money.let_go(mine, row, order)
    if paid.minor and not whole:
        await money.accept_rest(mine, row)
    facts: dict[str, Any] = {"outcome": outcome, "paid_back": str(paid), "refund": row.refund_id, "rule": rules.DONE}
    await write(mine, row, "execution", Role.SYSTEM, why, **facts)


async def redeliver(act: Act, complaint_id: str, data: RedeliverComplaint) -> ComplaintView:
    """The provider delivers again: what was agreed, or a later revision that its listing went on with.

    Raises ComplaintStepTooLate, IllegalTransition, WrongActor and RedeliveryUnfit.
    """
    row = await changing(act, complaint_id)
    COMPLAINT.next(row.status, ComplaintAction.REDELIVER, role(row, act))
    require_in_time(act, row)
    files = await redeliveries.deliver_because(act, row.id, DeliverAgain(data.revision_id, data.statement))
    facts: dict[str, Any] = {"revision": data.revision_id, **({} if files is None else {"files": str(files)})}
    await write(act, row, "redelivery", Role.PROVIDER, data.statement, **facts)
    await move(act, row, ComplaintAction.REDELIVER, Role.PROVIDER, revision=data.revision_id)
    return queries.view(row, act.actor)


async def answer_redelivery(act: Act, complaint_id: str, data: AnswerRedelivery) -> ComplaintView:
    """The buyer takes what was delivered again, or does not, and then the centre decides."""
    row = await changing(act, complaint_id)
    action = ComplaintAction.ACCEPT if data.accept else ComplaintAction.REFUSE
    COMPLAINT.next(row.status, action, role(row, act))
    require_in_time(act, row)
    kind = "redelivery-accepted" if data.accept else "redelivery-refused"
    await write(act, row, kind, Role.BUYER, data.statement, files=data.evidence)
    if data.accept:
        await _delivered_again(act, row, Role.BUYER)
    else:
        await move(act, row, action, Role.BUYER)
    return queries.view(row, act.actor)


async def taken_in_silence(act: Act, row: Complaint) -> None:
    """Silence to what was delivered again is conformity (民法典 art. 621)."""
    await write(act.by(SYSTEM), row, "redelivery-accepted", Role.SYSTEM, "", rule=rules.SILENCE)
    await _delivered_again(act.by(SYSTEM), row, Role.SYSTEM)


async def _delivered_again(act: Act, row: Complaint, by: Role) -> None:
    await move(act, row, ComplaintAction.ACCEPT, by, outcome="redelivery", rule=rules.DONE)
    await money.let_go(act, row, await order_of(act, row))
    await money.accept_rest(act, row)


@follows(Moment.SUCCEEDED)
async def pass_on(act: Act, agreement: Agreement) -> None:
    """Who took an agreement over, and is paid what is not shared out yet, is whom an open complaint about that is with.

    What was shared out before stays between those who had it; what the one before agreed to binds nobody.
    """
    of = (Complaint.order_id == agreement.order_id, Complaint.bill_id.is_(None), Complaint.status.in_(OPEN))
    shared = exists().where(Distribution.subject == Complaint.subject)
    rows = select(Complaint).where(*of, ~shared).order_by(Complaint.id).with_for_update()
    for row in (await act.session.scalars(rows.execution_options(populate_existing=True))).all():
        row.provider = agreement.provider
        row.accepted_by = [party for party in row.accepted_by if party == row.buyer]


@follows(Moment.ENDED)
async def overtaken(act: Act, agreement: Agreement) -> None:
    """Where an order ends with all of its money going back, its complaint has nothing left to be about."""
    if agreement.order_id is None:
        return
    order = await act.session.get_one(Order, agreement.order_id)
    if order.status is not OrderState.REFUNDED:
        return
    of = (Complaint.order_id == order.id, Complaint.bill_id.is_(None), Complaint.status.in_(OPEN))
    mine = act.by(SYSTEM)
    for complaint_id in (await act.session.scalars(select(Complaint.id).where(*of).order_by(Complaint.id))).all():
        row = await locked(act.session, Complaint, complaint_id)
        if row.subject != order.id and not await _nothing_left(act, row):
            continue
        await write(mine, row, "overtaken", Role.SYSTEM, _OVERTAKEN)
        await move(mine, row, ComplaintAction.OVERTAKE, Role.SYSTEM, outcome="overtaken", rule=rules.BESIDE)
        await money.let_go(mine, row, await locked(act.session, Order, order.id))


async def _nothing_left(act: Act, row: Complaint) -> bool:
    """Whether the part that it is about was not accepted: what was, is still in dispute when its order has ended."""
    part = await money.part_of(act, row)
    return part is not None and part.status is not PartState.ACCEPTED
