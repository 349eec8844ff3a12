"""Deciding refunds: the money is set aside in the unit that decides, and sent afterwards."""

from datetime import timedelta

import msgspec

from contracts.agreements import commands as agreements
from contracts.approvals.queries import line_of
from contracts.approvals.rules import same_person
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.money import Money
from kernel.states import Role
from market.delivery_plans import commands as delivery_plans
from market.delivery_plans.models import DeliveryPart
from market.delivery_plans.states import PartState
from market.ledger import book, refund_book
from market.ledger import commands as ledger
from market.ledger import queries as books
from market.mandates.orders.charging import recredit
from market.orders.commands import step
from market.orders.models import Order
from market.orders.states import OrderAction, OrderState
from market.payments.models import Payment
from market.refunds import queries, rules, sending, sharing
from market.refunds.errors import NotYoursToRefund, RefundApproverNotIndependent
from market.refunds.models import Refund
from market.refunds.paid import TAKEN, Paid, gone_back, paid_for, payment_of_bill
from market.refunds.schemas import AskRefund, DecideRefund, RefundView
from market.refunds.states import REFUND, RefundAction, RefundState


async def propose(act: Act, data: AskRefund) -> RefundView:
    """The clearing officer, or the provider of what was paid for, gives money back; above the policy's amount a second
    officer has to approve first.

    Raises NotFound for strangers, NotYoursToRefund for the buyer, NothingPaid and RefundAboveRemaining.
    """
    money, paid = Money.of(data.amount, "/amount"), await paid_for(act, data.subject_id, seen=False)
    officer = act.actor.has(Role.CLEARING)
    if not officer and (paid.provider is None or act.actor.party != paid.provider):
        raise NotYoursToRefund
    paid.require(money)
    policy = rules.POLICY.at(act.today)
    row = await _row(act, paid, money, data.reason, None)
    if rules.needs_approval(money, policy.body):
        row.due_at = act.at + timedelta(days=policy.body.approve_days)
        await lifecycle.begin(act, row, REFUND, parties=row.parties, **_facts(row))
    else:
        await _begin(act, row, paid)
    return queries.view(row, act.actor)


async def open_refund(act: Act, *, subject: str, money: Money, reason: str, because: str | None = None) -> Refund:
    """Pay money back by a decision that stands already, such as a complaint's: nobody approves it again.

    `subject` is the id of an order, of a part of its delivery, of a bill, or of the payment of a top-up; `money` a part
    or the whole of what is left of it, in its currency; `reason` is shown to buyer and provider (at most 400
    characters); `because` is the id of what decided, and is shown with it. The caller has made sure that whoever
    acts may decide this, and needs no locks: the subject, its payment and the accounts are locked here. The money
    is set aside in this unit and sent after it: by card, by bank through the clearing officer, or to the buyer's
    prepaid balance. Of an order that is not settled the whole rest ends the order and its agreement; a part leaves
    it going, and the settlement shares out less.
    Raises NotFound, NothingPaid, RefundAboveRemaining (with the figures; `paid_for` tells them beforehand),
    PaymentDisputed, SharesUnknown, and IllegalTransition for the whole of an order that is accepted and about to be
    settled.
    """
    paid = await paid_for(act, subject)
    paid.require(money)
    row = await _row(act, paid, money, reason, because)
    await _begin(act, row, paid)
    return row


async def end_order(act: Act, order: Order, role: Role, reason: str, **facts: str) -> None:
    """End an order that is not settled, its row locked, with its agreement; all that escrow holds for it goes back."""
    await step(act, order, OrderAction.REFUND, role, reason=reason, **facts)
    order.end_reason = reason
    rest = await books.balance(act.session, book.escrow(order.id), order.currency)
    if rest.minor:
        paid = await paid_for(act, order.id)
        await _begin(act, await _row(act, paid, rest, reason, None), paid)
    if order.agreement_id is not None:
        await agreements.terminate(act, order.agreement_id, reason)


async def approve(act: Act, refund_id: str, data: DecideRefund) -> RefundView:
    """A second officer agrees; raises RefundApproverNotIndependent, and RefundAboveRemaining where others took it."""
    row = await locked(act.session, Refund, refund_id)
    REFUND.next(row.status, RefundAction.APPROVE, Role.CLEARING)
    if same_person(list(await line_of(act.session, act.actor.hand)), row.proposed_by_line):
        raise RefundApproverNotIndependent(proposer=row.proposed_by)
    paid = await paid_for(act, row.subject_id, but=row.id)
    paid.require(row.money)
    row.decided_by, row.decision_reason = act.actor.hand, data.reason
    await _begin(act, row, paid)
    return queries.view(row, act.actor)


async def refuse(act: Act, refund_id: str, data: DecideRefund) -> RefundView:
    """An officer refuses what was proposed; nothing was set aside."""
    row = await locked(act.session, Refund, refund_id)
    row.decided_by, row.decision_reason, row.due_at = act.actor.hand, data.reason, None
    await lifecycle.advance(
        act, row, REFUND, RefundAction.REFUSE, Role.CLEARING, parties=row.parties, reason=data.reason
    )
    return queries.view(row, act.actor)


async def _row(act: Act, paid: Paid, money: Money, reason: str, because: str | None) -> Refund:
    payment = paid.payment if paid.subject != "bill" else await payment_of_bill(act, paid.subject_id, money)
    lost = Money(0, money.currency)
    if payment is not None:  # Of a part of a delivery too, what is disputed is the payment of the whole order.
        lost = await books.lost_to_disputes(act.session, payment.subject_id, money.currency)
    return Refund(
        id=ids.new("rfd"),
        subject=paid.subject,
        subject_id=paid.subject_id,
        payment_id=payment and payment.id,
        buyer=paid.buyer,
        provider=paid.provider,
        amount_minor=money.minor,
        currency=money.currency,
        reason=reason,
        because=because,
        method=way_back(payment, money, lost),
        distribution_id=paid.distribution and paid.distribution.id,
        proposed_by=act.actor.name,
        proposed_by_line=list(await line_of(act.session, act.actor.hand)),
        decided_by=None,
        decision_reason=None,
        policy=msgspec.to_builtins(rules.POLICY.at(act.today).ref),
        attempts=1,
        gateway_reference=None,
        bank_reference=None,
        sent_on=None,
        failure=None,
        due_at=None,
        created_at=act.at,
    )


def way_back(payment: Payment | None, money: Money, lost: Money) -> str:
    """How money goes back: the way it came, to the balance where it came from there.

    What a card has not paid, or has had back by a dispute that was `lost`, goes by bank, as the deposit came that was
    set off beside it.
    """
    if payment is None:
        return "prepaid"
    of_card = payment.amount_minor - payment.refunded_minor - lost.minor
    return payment.method if payment.method != "card" or money.minor <= of_card else "bank_transfer"


def _facts(row: Refund) -> dict[str, str | None]:
    return {"subject": row.subject_id, "amount": str(row.money), "method": row.method, "because": row.because}


async def _begin(act: Act, row: Refund, paid: Paid) -> None:
    """Set the money aside and see to its sending: the row is new, or was proposed and its approver has agreed."""
    if paid.distribution is not None:
        row.distribution_id = paid.distribution.id  # It may have been settled since it was proposed.
    if row.status is RefundState.PROPOSED:
        await lifecycle.advance(
            act, row, REFUND, RefundAction.APPROVE, Role.CLEARING, parties=row.parties, reason=row.decision_reason
        )
    else:
        await lifecycle.begin_in(act, row, REFUND, RefundState.BEGUN, parties=row.parties, **_facts(row))
    parts = await _sources(act, row, paid)
    await ledger.post(act, refund_book.set_aside(row.id, row.subject_id, parts))
    if paid.distribution is not None:
        for follow in TAKEN:
            await follow(act, row.id)
    if row.payment_id is not None:
        payment = await locked(act.session, Payment, row.payment_id)
        payment.refunded_minor += row.amount_minor
    await sending.send_off(act, row)
    order = paid.order
    if order is not None:
        await recredit(act, order.id, row.money)
    if order is not None and paid.part is not None and await _emptied(act, row, paid.part):
        await delivery_plans.went_back(act, order, paid.part, row.id)
    if order is None or order.status in (OrderState.SETTLED, OrderState.REFUNDED):
        return
    rest = await books.balance(act.session, book.escrow(order.id), order.currency)
    if not rest.minor:  # Nothing can be settled; what waits for its approver is there still, and keeps the order going.
        await end_order(act.by(SYSTEM), order, Role.SYSTEM, row.reason, refund=row.id)


async def _emptied(act: Act, row: Refund, part: DeliveryPart) -> bool:
    """Whether a part that is not accepted has nothing left that could be shared out."""
    if part.status is PartState.ACCEPTED:
        return False
    rest = await books.balance(act.session, book.escrow(part.order_id), row.currency)
    return not rest.minor or await gone_back(act.session, part.id) >= part.amount_minor


async def _sources(act: Act, row: Refund, paid: Paid) -> list[book.Part]:
    """Where the money is, and what comes from where."""
    if paid.distribution is not None:
        return await sharing.take_back(act, paid.distribution, row.money, row.id)
    held = book.prepaid(paid.buyer) if paid.order is None else book.escrow(paid.order.id)
    return [book.Part(held, row.money)]
