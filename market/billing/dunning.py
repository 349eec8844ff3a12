"""What follows when a bill is not paid: reminders, arrears, and at last the gate is shut until it is paid."""

from contracts.agreements.commands import suspend_for_arrears
from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.log.record import record
from kernel.states import Role
from kernel.time.clock import day_in_china
from market.billing import rules
from market.billing.collecting import with_subscription
from market.billing.models import Bill
from market.billing.states import BILL, OPEN, BillAction, BillState
from market.subscriptions.commands import step
from market.subscriptions.models import Subscription
from market.subscriptions.states import SubscriptionAction, SubscriptionState

ARREARS = "LT-BIL-03"
"""The rule by which access stops and goes on."""


async def remind(act: Act, bill_id: str) -> bool:
    """Take the steps of dunning that are due for a bill, in their order; says whether there was one."""
    found = await with_subscription(act, bill_id)
    if found is None:
        return False
    row, bill = found
    taken = False
    while bill.status in OPEN and bill.next_step_at is not None and bill.next_step_at <= act.at:
        await _take(act, row, bill)
        taken = True
    return taken


async def _take(act: Act, row: Subscription, bill: Bill) -> None:
    dunning = rules.DUNNING.at(day_in_china(bill.issued_at)).body
    days = dunning.step_days[bill.steps]
    bill.steps += 1
    bill.next_step_at = rules.step_at(bill.due_at, dunning, bill.steps)
    facts = {"number": bill.number, "days": str(days), "outstanding": str(bill.outstanding), "rule": ARREARS}
    record(act.by(SYSTEM), "market.bill.reminded", bill.id, parties=(bill.buyer, bill.provider), facts=facts)
    if days >= 0 and bill.status is BillState.ISSUED:
        await _overdue(act, row, bill)
    if bill.next_step_at is None:
        await _suspend(act, row, bill)


async def _overdue(act: Act, row: Subscription, bill: Bill) -> None:
    own, parties = act.by(SYSTEM), (bill.provider, bill.buyer)
    await lifecycle.advance(own, bill, BILL, BillAction.FALL_DUE, Role.SYSTEM, parties=parties, number=bill.number)
    if row.status is SubscriptionState.ACTIVE:
        await step(own, row, SubscriptionAction.FALL_BEHIND, Role.SYSTEM, bill=bill.id)


async def _suspend(act: Act, row: Subscription, bill: Bill) -> None:
    if row.status is SubscriptionState.PAST_DUE:
        await step(act.by(SYSTEM), row, SubscriptionAction.SUSPEND, Role.SYSTEM, bill=bill.id, rule=ARREARS)
        await suspend_for_arrears(act, row.agreement_id, f"the bill {bill.number} is not paid")
