"""Receiving a part, accepting it, and what its clocks lead to when its buyer is silent or never comes."""

from datetime import timedelta
from typing import Final

from contracts.agreements.models import Agreement
from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.documents.models import Document
from kernel.money import Money
from kernel.states import Role
from market.delivery import commands as deliveries
from market.delivery import queries as files_of
from market.delivery import receiving
from market.delivery.models import Delivery
from market.delivery.schemas import ConfirmReceipt
from market.delivery.states import DELIVERY, DeliveryAction, DeliveryState
from market.delivery_plans import commands as plans
from market.delivery_plans import queries
from market.delivery_plans.models import DeliveryPart
from market.delivery_plans.schemas import DeliveryPartView
from market.delivery_plans.states import DELIVERY_PART, OPEN, TO_COME, PartAction, PartState
from market.ledger import book
from market.ledger import queries as books
from market.orders import commands as orders
from market.orders.models import Order
from market.orders.states import OrderState
from market.refunds import commands as refunds
from market.refunds.errors import PaymentDisputed
from market.refunds.paid import gone_back, paid_for
from market.settlement import commands as settlement
from market.settlement.distributing import Shared
from market.settlement.errors import EscrowAboveDue
from market.withholding.holding import hold_part
from market.withholding.queries import COMPLAINT, Ground

SILENCE: Final = "LT-PRT-02"
"""The rule by which silence to the end of a part's inspection accepts it."""

COLLECTION: Final = "LT-PRT-03"
"""The rule of a part that nobody collects."""

_UNCOLLECTED: Final = "该批已交付而未领取，退还其价款 · a part was handed out and never collected: its money goes back"
_HELD: Final = "该批次的投诉尚未了结 · a complaint of the part is open"


async def receive(act: Act, part_id: str, data: ConfirmReceipt) -> DeliveryPartView:
    """Take the buyer's word on the files of a part, if they are those agreed, and issue its receipt.

    Raises ReceiptMismatch and NotFetched.
    """
    order, row = await _locked(act, part_id)
    queries.PARTS.require_party(act.actor, part_id, order.buyer, order.provider)
    DELIVERY_PART.next(row.status, PartAction.RECEIVE, queries.role_of(order, act, queries.PARTS, part_id))
    agreement = (await files_of.require_due(act, order)).agreement
    delivery = await deliveries.prepare(act.by(SYSTEM), order)
    files = [file for file in await files_of.files(act.session, delivery.id) if file.name in row.files]
    await receiving.require_arrived(act.session, files, data)
    about = {"part": {"id": row.id, "n": row.n, "plan": row.plan_id}}
    document = await receiving.receipt(act, delivery, order, agreement, files, subject=row.id, **about)
    row.receipt_id = document.id
    await _received(act, order, row, Role.BUYER)
    others = {each.status for each in await queries.of_order(act.session, order.id) if each.id != row.id}
    if not others & set(TO_COME):
        await _all_received(act, order, delivery, document)
    return queries.part_view(row, order, act)


async def _all_received(act: Act, order: Order, delivery: Delivery, last: Document) -> None:
    """The buyer has all that was still to come, so the delivery as a whole is received."""
    if delivery.status is DeliveryState.AVAILABLE:
        parties = [order.provider, order.buyer]
        await lifecycle.advance(
            act, delivery, DELIVERY, DeliveryAction.CONFIRM, Role.BUYER, parties=parties, order=order.id
        )
        delivery.receipt_id, delivery.received_at = last.id, act.at


async def _received(act: Act, order: Order, row: DeliveryPart, role: Role, **facts: str) -> None:
    row.received_at, row.inspection_due_at = act.at, orders.inspection_due(order, act.at)
    await plans.step(act, order, row, PartAction.RECEIVE, role, **facts)


async def accept(act: Act, part_id: str) -> DeliveryPartView:
    """The buyer accepts a part, and its money is shared out in the same unit."""
    order, row = await _locked(act, part_id)
    role = queries.role_of(order, act, queries.PARTS, part_id)
    await _accept(act, order, row, role)
    return queries.part_view(row, order, act)


async def accept_silently(act: Act, part_id: str) -> bool:
    """Silence to the end of the inspection of a part is conformity (民法典 art. 621); says whether it applied."""
    order, row = await _locked(act, part_id)
    due = row.inspection_due_at
    if row.status is not PartState.RECEIVED or row.complaint_id is not None or due is None or due > act.at:
        return False
    await _accept(act.by(SYSTEM), order, row, Role.SYSTEM, rule=SILENCE)
    return True


async def accept_by_outcome(act: Act, order: Order, row: DeliveryPart, rule: str, complaint: str) -> None:
    """What became of a complaint leaves the buyer with the part; both rows are locked."""
    if row.status is PartState.RECEIVED:
        await _accept(act.by(SYSTEM), order, row, Role.SYSTEM, rule=rule, complaint=complaint)


async def uncollected(act: Act, part_id: str) -> bool:
    """The end of the time to collect: what was fetched counts as received, and else the part's money goes back."""
    order, row = await _locked(act, part_id)
    due = row.collect_due_at
    if row.status is not PartState.RELEASED or row.complaint_id is not None or due is None or due > act.at:
        return False
    mine = act.by(SYSTEM)
    if await files_of.was_fetched(act.session, order.id, row.files):
        await _received(mine, order, row, Role.SYSTEM, rule=COLLECTION)
    else:
        await _pay_back(mine, order, row)
    return True


async def _pay_back(act: Act, order: Order, row: DeliveryPart) -> None:
    try:
        left = (await paid_for(act, row.id)).left
    except PaymentDisputed:  # A card's bank has the money: looked at again when that may be over.
        row.collect_due_at = act.at + timedelta(days=1)
        return
    if left.minor:
        await refunds.open_refund(act, subject=row.id, money=left, reason=_UNCOLLECTED)
    elif (await books.balance(act.session, book.escrow(order.id), order.currency)).minor:
        row.collect_due_at = act.at + timedelta(days=1)  # A refund that waits for its approver would take it.
    else:
        await _nothing_left(act, order, row)


async def _nothing_left(act: Act, order: Order, row: DeliveryPart) -> None:
    """Close a part whose money a lost card dispute has taken, and with the last one its order."""
    await plans.step(act, order, row, PartAction.REFUND, Role.SYSTEM, rule=COLLECTION)
    await plans.complete(act, order)
    open_ = any(each.status in OPEN for each in await queries.of_order(act.session, order.id))
    if order.status is OrderState.PAID and not open_:
        await refunds.end_order(act, order, Role.SYSTEM, _UNCOLLECTED, rule=COLLECTION)


async def _accept(act: Act, order: Order, row: DeliveryPart, role: Role, **facts: str) -> None:
    await plans.step(act, order, row, PartAction.ACCEPT, role, **facts)
    row.accepted_at = act.at
    money = await _to_be_shared(act, order, row)
    if money.minor:
        await _share_out(act, order, row, money)
    await plans.complete(act, order)


async def _share_out(act: Act, order: Order, row: DeliveryPart, money: Money) -> None:
    """The part's money leaves escrow by the agreement's frozen tree, with a statement of its own."""
    shared = await settlement.distribute(
        act, subject=row.id, agreement_id=order.agreement_id or "", account=book.escrow(order.id), money=money
    )
    await _hold_disputed(act, row, shared)
    agreement = await one(act.session, Agreement, order.agreement_id or "")
    row.statement_id = (await settlement.statement(act, order, agreement, row.id, shared)).id


async def _to_be_shared(act: Act, order: Order, row: DeliveryPart) -> Money:
    """What of a part's money did not go back, as far as the escrow has it; the others' is left there.

    Raises EscrowAboveDue where nothing else is open and more is held.
    """
    due = row.amount_minor - await gone_back(act.session, row.id)
    held = (await books.balance(act.session, book.escrow(order.id), order.currency)).minor
    others = [each for each in await queries.of_order(act.session, order.id) if each.status in OPEN]
    if not others and held > due:
        raise EscrowAboveDue(order=order.id, held=str(Money(held, row.currency)), due=str(Money(due, row.currency)))
    return Money(min(due, held), row.currency)


async def _hold_disputed(act: Act, row: DeliveryPart, shared: Shared) -> None:
    """Keep of each share its part of what an open complaint of this part disputes."""
    if row.complaint_id is not None and row.disputed_minor:
        why, money = Ground(COMPLAINT, row.complaint_id, _HELD), Money(row.disputed_minor, row.currency)
        legs = [leg.amount_minor for leg in shared.legs]
        await hold_part(act.by(SYSTEM), shared.row, shared.legs, legs, money, why)


async def _locked(act: Act, part_id: str) -> tuple[Order, DeliveryPart]:
    """A part after its order, which is locked first as everywhere; raises NotFound for strangers."""
    seen = await one(act.session, DeliveryPart, part_id)
    order = await locked(act.session, Order, seen.order_id)
    if act.actor != SYSTEM:
        queries.role_of(order, act, queries.PARTS, part_id)
    return order, await locked(act.session, DeliveryPart, part_id)
