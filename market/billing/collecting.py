"""Paying bills: money on the buyer's balance is set aside for the oldest first, and a bill that is whole is settled."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text, update

from contracts.agreements.commands import lift_suspension
from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, locked
from kernel.money import Money
from kernel.states import Role
from market.billing.models import Bill
from market.billing.states import BILL, OPEN, BillAction, BillState
from market.ledger import book
from market.prepaid.models import PrepaidBalance
from market.prepaid.queries import available
from market.settlement import commands as settlement
from market.subscriptions.commands import step
from market.subscriptions.models import Subscription
from market.subscriptions.states import SubscriptionAction, SubscriptionState

_RELEASE = text(
    "WITH freed AS (SELECT c.subscription_id, c.meter, c.period_start, c.held_minor FROM usage_counter c"
    " WHERE c.subscription_id = :subscription AND c.held_minor > 0 AND c.frozen_at IS NOT NULL FOR UPDATE),"
    " emptied AS (UPDATE usage_counter c SET held_minor = 0 FROM freed WHERE c.subscription_id = freed.subscription_id"
    " AND c.meter = freed.meter AND c.period_start = freed.period_start)"
    " SELECT COALESCE(sum(held_minor), 0) FROM freed"
)
"""What the uses of periods that are billed now held: the bill takes it."""


async def open_bills(act: Act, subscription_id: str) -> Sequence[Bill]:
    """The bills of a subscription that wait for money, the oldest first, locked."""
    query = select(Bill).where(Bill.subscription_id == subscription_id, Bill.status.in_(OPEN))
    ordered = query.order_by(Bill.due_at, Bill.n).with_for_update().execution_options(populate_existing=True)
    return (await act.session.scalars(ordered)).all()


async def collect(act: Act, subscription_id: str, most: Money | None = None) -> list[Bill]:
    """Pay the open bills of a subscription from its buyer's balance as far as it reaches; gives those that are paid.

    The oldest is filled first. What is not enough for a whole bill stays set aside for it on the balance. `most` is
    what was paid for just this; without it everything that is available is taken.
    """
    row = await locked(act.session, Subscription, subscription_id)
    await available(act.session, row.buyer, row.currency)  # The balance is locked before any counter.
    await _free(act, row)
    bills = await open_bills(act, row.id)
    left = await available(act.session, row.buyer, row.currency)
    if most is not None and most.minor < left.minor:
        left = most
    paid: list[Bill] = []
    for bill in bills:
        part = Money(min(left.minor, bill.outstanding.minor), row.currency)
        if part.minor == 0:
            break
        left -= part
        bill.paid_minor += part.minor
        await hold(act, row, part.minor)
        if bill.paid_minor == bill.total_minor:
            await _settle(act, row, bill)
            paid.append(bill)
    for bill in bills:
        bill.collect = False
    if paid:
        await _caught_up(act, row, [bill for bill in bills if bill not in paid])
    return paid


async def _free(act: Act, row: Subscription) -> None:
    """Let go what uses held whose bill is there: the bill is paid from it."""
    await act.session.flush()
    freed = int((await act.session.execute(_RELEASE, {"subscription": row.id})).scalar_one())
    if freed:
        await hold(act, row, -freed)


async def hold(act: Act, row: Subscription, minor: int) -> None:
    mine = (PrepaidBalance.party_id == row.buyer, PrepaidBalance.currency == row.currency)
    held = PrepaidBalance.held_minor + minor
    await act.session.execute(
        update(PrepaidBalance).where(*mine).values(held_minor=held).execution_options(synchronize_session=False)
    )


async def _settle(act: Act, row: Subscription, bill: Bill) -> None:
    """A bill that is whole is paid and settled in one, shared out by the tree of its agreement.

    The cost of an audit is no price: the provider, which paid for the audit, has all of it back.
    """
    await hold(act, row, -bill.total_minor)
    balance = book.prepaid(bill.buyer)
    shared = await settlement.distribute(
        act,
        subject=bill.id,
        agreement_id=row.agreement_id,
        account=balance,
        money=bill.total,
        whole_to=bill.provider if bill.kind == "audit-cost" else None,
    )
    bill.paid_at, bill.next_step_at = act.at, None
    bill.settlement = {
        "fee_minor": shared.parts.fee.minor,
        "provider_minor": shared.part_of(bill.provider).minor,
        "distribution_id": shared.row.id,
        "ledger_entry_id": shared.row.ledger_entry_id,
    }
    facts: dict[str, Any] = {"number": bill.number, "amount": str(bill.total), "fee": str(shared.parts.fee)}
    parties = (bill.provider, bill.buyer)
    await lifecycle.advance(act.by(SYSTEM), bill, BILL, BillAction.PAY, Role.SYSTEM, parties=parties, **facts)


async def _caught_up(act: Act, row: Subscription, still_open: Sequence[Bill]) -> None:
    """Nothing is overdue any more: the subscription goes on, and the gate opens."""
    if any(bill.status is BillState.OVERDUE for bill in still_open):
        return
    if row.status in (SubscriptionState.PAST_DUE, SubscriptionState.SUSPENDED):
        await step(act.by(SYSTEM), row, SubscriptionAction.CATCH_UP, Role.SYSTEM)
        await lift_suspension(act, row.agreement_id)


async def with_subscription(act: Act, bill_id: str) -> tuple[Subscription, Bill] | None:
    """A bill and its subscription, the subscription locked first as everywhere."""
    owner = select(Bill.subscription_id).where(Bill.id == bill_id).scalar_subquery()
    row = await find_locked(act.session, select(Subscription).where(Subscription.id == owner))
    return None if row is None else (row, await locked(act.session, Bill, bill_id))
