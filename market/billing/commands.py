"""What parties and officers do about bills: pay them, have them paid from the balance, declare revenue, write off."""

from datetime import datetime

from sqlalchemy import select

from contracts.terms.prices import Plan, RevenueShare
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.db import find_locked, locked
from kernel.errors import FieldError, NotFound
from kernel.log.record import record
from kernel.money import Money
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import timestamp
from kernel.views.projection import shown
from market.billing import collecting, errors, queries
from market.billing.models import Bill, RevenueDeclaration
from market.billing.running import audit_costs
from market.billing.schemas import AuditRevenue, BillView, DeclarationView, DeclareRevenue, WriteOff
from market.billing.states import BILL, OPEN, BillAction
from market.ledger import book
from market.ledger import commands as ledger
from market.payments.models import Payment
from market.payments.queries import payment_view
from market.payments.schemas import OpenPayment, PaymentView
from market.payments.states import PAYMENT, PaymentState
from market.payments.subjects import SUBJECTS, Subject
from market.prepaid.queries import available
from market.pricing.periods import number_at, period
from market.subscriptions.models import Subscription
from market.subscriptions.plans import cadence_of
from market.subscriptions.queries import AUDIENCE as SUBSCRIPTIONS
from market.subscriptions.queries import plan_of


async def _own(act: Act, bill_id: str) -> tuple[Subscription, Bill]:
    """The buyer's own bill with its subscription, both locked; raises NotFound for a stranger."""
    found = await collecting.with_subscription(act, bill_id)
    if found is None:
        raise NotFound(kind="bill", id=bill_id)
    row, bill = found
    queries.AUDIENCE.require_party(act.actor, bill.id, bill.provider, bill.buyer)
    if act.actor.party != bill.buyer:
        raise errors.BillNotYours
    if bill.status not in OPEN:
        raise errors.BillNotPayable(bill=bill.id, state=str(bill.status))
    return row, bill


async def intend(act: Act, bill_id: str, data: OpenPayment) -> PaymentView:
    """Store that the buyer means to pay what a bill still asks, or give the payment that is open already."""
    _, bill = await _own(act, bill_id)
    open_ = Payment.status == PaymentState.OPENED
    live = await find_locked(act.session, select(Payment).where(Payment.bill_id == bill.id, open_))
    if live is not None:
        if live.method != data.method or live.money != bill.outstanding:
            raise errors.BillPaymentPending(payment=live.id)
        return payment_view(live, act.actor)
    payment = Payment(
        id=ids.new("pay"),
        subject="bill",
        order_id=None,
        bill_id=bill.id,
        payer=bill.buyer,
        method=data.method,
        amount_minor=bill.outstanding.minor,
        currency=bill.currency,
        return_url=data.return_url,
        created_at=act.at,
    )
    await lifecycle.begin(act, payment, PAYMENT, parties=[bill.buyer], bill=bill.id, method=data.method)
    return payment_view(payment, act.actor)


async def _lock(act: Act, payment: Payment) -> None:
    await collecting.with_subscription(act, payment.bill_id or "")


async def _paid(act: Act, payment: Payment, received: Money, source: str) -> None:
    """The money is the buyer's until it is set aside for the oldest bill of the subscription."""
    bill = await act.session.get_one(Bill, payment.bill_id)
    await ledger.post(act, book.topped_up(payment.id, payment.payer, received, source))
    await collecting.collect(act, bill.subscription_id, received)


SUBJECTS["bill"] = Subject(Text("账单", "Bill"), _lock, _paid)


async def pay_from_balance(act: Act, bill_id: str) -> BillView:
    """Pay a bill, after those that are older, from the buyer's balance as far as it reaches; raises BalanceEmpty."""
    row, bill = await _own(act, bill_id)
    there = await available(act.session, row.buyer, row.currency)
    paid = await collecting.collect(act, row.id)
    if not paid and there.minor == 0:
        raise errors.BalanceEmpty(outstanding=str(bill.outstanding), available=str(there))
    return queries.view(bill)


async def write_off(act: Act, bill_id: str, data: WriteOff) -> BillView:
    """The clearing officer gives up a bill that is overdue; what was set aside for it is let go."""
    found = await collecting.with_subscription(act, bill_id)
    if found is None:
        raise NotFound(kind="bill", id=bill_id)
    row, bill = found
    parties = (bill.provider, bill.buyer)
    facts = {"reason": data.reason, "outstanding": str(bill.outstanding)}
    await lifecycle.advance(act, bill, BILL, BillAction.WRITE_OFF, Role.CLEARING, parties=parties, **facts)
    bill.next_step_at = None
    if bill.paid_minor:
        await collecting.hold(act, row, -bill.paid_minor)
        bill.paid_minor = 0
    return queries.view(bill)


async def declare(act: Act, subscription_id: str, data: DeclareRevenue) -> DeclarationView:
    """The buyer declares what it earned in a period that is over; raises RevenueFaulty and DeclaredAlready."""
    row = await locked(act.session, Subscription, subscription_id)
    SUBSCRIPTIONS.require_party(act.actor, row.id, *row.parties)
    if act.actor.party != row.buyer:
        raise errors.BillNotYours
    found = await _declaration(act, row, data)
    if found.declared is not None:
        raise errors.DeclaredAlready(declared=f"{found.declared} {row.currency}")
    found.declared, found.declared_at = data.revenue.amount, act.at
    return _declared(act, row, found, "declared")


async def audit(act: Act, subscription_id: str, data: AuditRevenue) -> DeclarationView:
    """The clearing officer enters what an audit found; the difference is on the next bill, the cost has its own.

    Raises RevenueFaulty, and where the buyer does not bear the cost that is named what `audit_costs.issue` raises.
    """
    row = await locked(act.session, Subscription, subscription_id)
    found = await _declaration(act, row, data)
    found.audited, found.audited_at = data.revenue.amount, act.at
    if data.cost is not None:
        part = _part(plan_of(row.plan), data.component)
        assert part is not None, "a declaration that stands is of a share of the plan"
        await audit_costs.issue(act, row, found, part, Money.of(data.cost, "/cost"))
    return _declared(act, row, found, "audited")


def _declared(act: Act, row: Subscription, found: RevenueDeclaration, what: str) -> DeclarationView:
    found.stale = True
    if row.bill_at is None or row.bill_at > act.at:
        row.bill_at = act.at  # The bill need not wait any more, and what was billed may differ.
    facts = {"component": found.component, "period_start": timestamp(found.period_start), "revenue": what}
    record(act, f"market.revenue.{what}", row.id, parties=row.parties, facts=facts)
    return shown(found, DeclarationView)


async def _declaration(act: Act, row: Subscription, data: DeclareRevenue) -> RevenueDeclaration:
    faults = _faults(row, data, act.at)
    if faults:
        raise errors.RevenueFaulty(errors=faults, count=len(faults))
    key = (row.id, data.component, data.period_start)
    found = await act.session.get(RevenueDeclaration, key)
    if found is None:
        named = {"subscription_id": row.id, "component": data.component, "period_start": data.period_start}
        empty = dict.fromkeys(("declared", "declared_at", "audited", "audited_at", "cost_bill_id"))
        found = RevenueDeclaration(**named, **empty, stale=True)
        act.session.add(found)
    return found


def _part(plan: Plan, component: str) -> RevenueShare | None:
    return next((one for one in plan.components if isinstance(one, RevenueShare) and one.name == component), None)


def _faults(row: Subscription, data: DeclareRevenue, at: datetime) -> list[FieldError]:
    rule = errors.RevenueFaulty.rule
    plan, faults = plan_of(row.plan), []
    money = Money.of(data.revenue, "/revenue")
    if money.currency != row.currency or money.minor < 0:
        told = Text(f"金额须为 {row.currency} 且不为负", f"An amount of {row.currency}, not below zero")
        faults.append(FieldError("/revenue", told, rule))
    if isinstance(data, AuditRevenue) and data.cost is not None:
        cost = Money.of(data.cost, "/cost")
        if cost.currency != row.currency or cost.minor <= 0:
            told = Text(f"金额须为 {row.currency} 且大于零", f"An amount of {row.currency}, above zero")
            faults.append(FieldError("/cost", told, errors.AuditCostNotOwed.rule))
    part = _part(plan, data.component)
    if part is None:
        told = Text("方案中没有该收益分成", "The plan shares no revenue under this name")
        return [*faults, FieldError("/component", told, rule)]
    cadence = cadence_of(plan, part, row.anchor_on)
    try:
        within = period(cadence, number_at(cadence, data.period_start))
    except ValueError:
        within = period(cadence, 0)
    ended = row.ended_at or within.until
    if within.since != data.period_start or within.since >= ended or min(within.until, ended) > at:
        told = Text("须为已结束周期的起始时间", "Name the beginning of a period that is over")
        faults.append(FieldError("/period_start", told, rule))
    return faults
