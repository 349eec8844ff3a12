"""Filing a complaint: what it is about, whether its reason is heard now, and what is held for it."""

from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Select, exists, select

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.db import locked
from kernel.errors import NotFound
from kernel.money import Money
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import timestamp
from kernel.views.audience import Audience
from market.billing.models import Bill
from market.billing.states import BillState
from market.complaints import queries, rules
from market.complaints.commands import money
from market.complaints.commands.record import DECISIONS, write
from market.complaints.errors import (
    ComplaintAboutNothing,
    ComplaintRepeated,
    ComplaintsTooMany,
    ComplaintTooLate,
    ComplaintUnfit,
    remedy_faulty,
)
from market.complaints.models import Complaint, ComplaintStep
from market.complaints.rules import ComplaintTable, Dates
from market.complaints.schemas import ComplaintView, FileComplaint
from market.complaints.states import COMPLAINT, OPEN
from market.delivery.models import Delivery
from market.delivery_plans.models import DeliveryPart
from market.delivery_plans.queries import require_whole
from market.delivery_plans.states import HANDED_OUT
from market.orders.models import Order
from market.orders.states import ENTITLING

_BUYERS: Final = {
    "ord": Audience("order"),
    "dlv": Audience("delivery"),
    "prt": Audience("delivery_part"),
    "bil": Audience("bill"),
}
"""Only the buyer complains; to anybody else there is nothing to complain about."""


@dataclass(frozen=True, slots=True)
class _About:
    """What a complaint is about, its order locked."""

    id: str
    order: Order
    bill: Bill | None
    part: DeliveryPart | None = None

    @property
    def subject(self) -> str:
        return (self.bill or self.part or self.order).id

    @property
    def provider(self) -> str:
        """Who was paid for it: a bill after a succession names another than the order."""
        return self.order.provider if self.bill is None else self.bill.provider

    @property
    def state(self) -> str:
        return str((self.bill or self.part or self.order).status)

    @property
    def is_paid(self) -> bool:
        paid = self.order.status in ENTITLING and (self.part is None or self.part.status in HANDED_OUT)
        return paid if self.bill is None else self.bill.status is BillState.PAID and self.bill.total_minor > 0

    @property
    def dates(self) -> Dates:
        order, bill, part = self.order, self.bill, self.part
        return Dates(
            order=order.status,
            delivered_at=order.delivered_at if part is None else part.received_at,
            inspection_due_at=(part or order).inspection_due_at,
            accepted_at=(part or order).accepted_at,
            bill_paid_at=None if bill is None else bill.paid_at,
        )


async def file(act: Act, data: FileComplaint) -> ComplaintView:
    """Take a complaint in, hold what is in dispute, and give the provider its days to answer.

    Raises NotFound for whoever has not bought it, ComplaintAboutNothing, ComplaintRepeated, ComplaintsTooMany,
    ComplaintUnfit, ComplaintTooLate, RemedyFaulty, ComplaintFilesFaulty, and what refunds say of money that is
    contested elsewhere.
    """
    about = await _about(act, data.about)
    if not about.is_paid or about.order.agreement_id is None:
        raise ComplaintAboutNothing(about=about.id, state=about.state)
    table = rules.TABLE.at(act.today)
    await _require_first(act, about, data, table.body.complaints_max)
    _require_heard(act, about, data, table.body)
    left = await money.left(act, about.subject, about.order)
    disputed = _disputed(data, left)
    row = _row(act, about, data, left, disputed)
    row.policy = msgspec.to_builtins(table.ref)
    row.due_at = rules.due_at(COMPLAINT.initial, act.today, table.body)
    facts = {"about": about.id, "reason": data.reason, "asked": data.asked, "disputed": str(disputed)}
    await lifecycle.begin(act, row, COMPLAINT, parties=row.parties, **facts)
    said = {"reason": data.reason, "asked": data.asked, "disputed": str(disputed)}
    await write(act, row, "complaint", Role.BUYER, data.statement, files=data.evidence, **said)
    await money.hold(act, row, about.order)
    return queries.view(row, act.actor)


async def _about(act: Act, about_id: str) -> _About:
    kind = about_id[:3]
    ids.require(kind, about_id)
    audience = _BUYERS[kind]
    bill: Bill | None = None
    order: Order | None
    if kind == "bil":
        bill = await act.session.get(Bill, about_id)
        order = None if bill is None else await act.session.scalar(_order_of(bill))
    else:
        within: Delivery | DeliveryPart | None = None
        if kind != "ord":
            within = await (
                act.session.get(Delivery, about_id) if kind == "dlv" else act.session.get(DeliveryPart, about_id)
            )
        order = await act.session.get(Order, about_id if within is None else within.order_id)
    if order is None:
        raise NotFound(kind=audience.kind, id=about_id)
    audience.require_party(act.actor, about_id, order.buyer)
    row = await locked(act.session, Order, order.id)
    if kind == "prt":
        return _About(about_id, row, None, await locked(act.session, DeliveryPart, about_id))
    if bill is None:
        await require_whole(act.session, row)
    return _About(about_id, row, bill and await locked(act.session, Bill, bill.id))


def _order_of(bill: Bill) -> Select[Any]:
    return select(Order).where(Order.agreement_id == bill.agreement_id)


async def _require_first(act: Act, about: _About, data: FileComplaint, most: int) -> None:
    """One complaint at a time, none for a reason that was dealt with, and so many in all.

    Whoever withdraws what was decided does not have it decided anew. Raises ComplaintRepeated and ComplaintsTooMany.
    """
    decided = exists().where(ComplaintStep.complaint_id == Complaint.id, ComplaintStep.kind.in_(DECISIONS))
    query = select(Complaint, decided).where(Complaint.subject == about.subject).order_by(Complaint.id.desc())
    earlier = (await act.session.execute(query)).all()
    for row, was_decided in earlier:
        dealt_with = row.reason == data.reason and (was_decided or row.outcome in rules.REMEDIES)
        if row.status in OPEN or dealt_with:
            raise ComplaintRepeated(subject=about.subject, complaint=row.id, state=str(row.status))
    if len(earlier) >= most:
        raise ComplaintsTooMany(subject=about.subject, limit=most)


def _require_heard(act: Act, about: _About, data: FileComplaint, table: ComplaintTable) -> None:
    """Raise ComplaintUnfit or ComplaintTooLate unless the reason is heard of this now."""
    since = about.order.paid_at or about.order.placed_at
    if about.part is not None:
        since = max(since, about.part.available_at)
    now = rules.heard(about.dates, table, since, act.at)
    reason = table.reason_of(data.reason)
    period = None if reason is None else rules.period(reason.window, about.dates, table, since)
    if period is None:
        raise ComplaintUnfit(about=about.id, state=about.state, reason=data.reason, reasons=now)
    if not period.holds(act.at):
        closes = Text("不限", "any time") if period.closes is None else timestamp(period.closes)
        raise ComplaintTooLate(
            about=about.id, reason=data.reason, opens=timestamp(period.opens), closes=closes, reasons=now
        )


def _disputed(data: FileComplaint, left: Money) -> Money:
    """The part that is in dispute, at most what can still go back; raises RemedyFaulty."""
    if data.disputed is None:
        disputed = left
    else:
        disputed = Money.of(data.disputed, "/disputed")
        if disputed.currency != left.currency or not 0 <= disputed.minor <= left.minor:
            text = Text(f"争议金额应在零与 {left} 之间", f"What is in dispute is from nothing to {left}")
            raise remedy_faulty("/disputed", text, left)
    if data.asked in rules.PAYING and disputed.minor == 0:
        text = Text("没有可退还的金额", "There is no money that could go back")
        raise remedy_faulty("/asked", text, disputed)
    return disputed


def _row(act: Act, about: _About, data: FileComplaint, left: Money, disputed: Money) -> Complaint:
    return Complaint(
        id=ids.new("cpl"),
        order_id=about.order.id,
        bill_id=about.bill and about.bill.id,
        about=about.id,
        subject=about.subject,
        agreement_id=about.order.agreement_id or "",
        buyer=about.order.buyer,
        provider=about.provider,
        reason=data.reason,
        asked=data.asked,
        price_minor=left.minor,
        disputed_minor=disputed.minor,
        paid_back_minor=0,
        currency=left.currency,
        remedy=None,
        accepted_by=[],
        refund_id=None,
        outcome=None,
        filed_at=act.at,
        closed_at=None,
    )
