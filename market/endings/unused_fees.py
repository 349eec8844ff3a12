"""What was paid in advance goes back for the days after a subscription's end (预付费用退还), and what bills had left to
its buyer's credit (结转余额退还)."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.log.models import LogEntry
from kernel.money import Money
from market.billing.models import Bill, BillLine
from market.billing.running.ahead import PaidAhead, paid_ahead, unused
from market.billing.states import OPEN, BillState
from market.endings.models import Termination
from market.endings.states import TerminationState
from market.orders.models import Order
from market.pricing.periods import cadences, instant, number_at, period
from market.refunds.commands import open_refund
from market.refunds.errors import NothingPaid, PaymentDisputed
from market.refunds.paid import paid_for, payment_of_bill
from market.subscriptions.models import Subscription
from market.subscriptions.plans import advance, of_cadence
from market.subscriptions.queries import plan_of
from market.subscriptions.states import SubscriptionState
from rights.title.models import TitleGrant
from rights.title.states import TITLE, GrantState

RULE: Final = "LT-SUB-03"
"""The rule by which unused fees go back; refunds and the log name it."""

CREDIT: Final = "LT-SUB-04"
"""The rule by which credit that no bill takes any more goes back."""

CREDITED: Final = "订阅终止后不再有账单抵用的结转余额退还 · credit carried forward that no bill takes any more"
REASON: Final = "预付费用中协议终止后未使用部分退还 · paid in advance for days after the agreement's end"
WAIT: Final = timedelta(days=1)


async def give_back(act: Act, subscription_id: str) -> bool:
    """Refund what was paid in advance for the days after a subscription's end, and credit that no bill takes any more.

    Both once, out of what was paid for its order and bills; says whether it was decided.
    It waits day by day for the last bill, for bills of that time that are open, and while a payment is disputed: each
    of these has a clock of its own. The day of the end counts as used. Nothing goes back to a buyer that gave its
    licence up, or whose breach ended it; its credit is for earlier days, and does.
    """
    seen = await one(act.session, Subscription, subscription_id)
    await locked(act.session, Order, seen.order_id)  # The order is locked first, as everywhere.
    row = await locked(act.session, Subscription, subscription_id)
    if row.unused_at is None or row.unused_at > act.at:
        return False
    if row.bill_at is not None or await _billed_openly(act, row):
        row.unused_at = act.at + WAIT
        return False
    try:
        back = [] if await _forfeited(act, row) else await _back(act, row)
        credit = await _credit(act, row, dict(back))
    except PaymentDisputed:
        row.unused_at = act.at + WAIT
        return False
    row.unused_at = None
    row.credit_minor -= sum(money.minor for _, money in credit)
    for reason, parts in ((f"{REASON} ({RULE})", back), (f"{CREDITED} ({CREDIT})", credit)):
        for subject, money in parts:
            await open_refund(act.by(SYSTEM), subject=subject, money=money, reason=reason, because=row.agreement_id)
    return True


async def _back(act: Act, row: Subscription) -> list[tuple[str, Money]]:
    """What goes back of each order or bill; raises PaymentDisputed."""
    unused_minor = (await _unused(act, row)).items()
    back = [(subject, await _refundable(act, subject, minor)) for subject, minor in unused_minor]
    return [(subject, money) for subject, money in back if money is not None and money.minor]


async def _credit(act: Act, row: Subscription, back: Mapping[str, Money]) -> list[tuple[str, Money]]:
    """What each order or bill gives back of the credit, the latest first, beside what goes back of it otherwise.

    Raises PaymentDisputed.
    """
    bills = select(Bill.id).where(Bill.subscription_id == row.id, Bill.status == BillState.PAID)
    subjects = [] if row.credit_minor == 0 else [*await act.session.scalars(bills.order_by(Bill.n.desc()))]
    left, credit = row.credit_minor, list[tuple[str, Money]]()
    for subject in [*subjects, row.order_id]:
        beside = back[subject].minor if subject in back else 0
        money = await _at_most(act, subject, beside + left) if left else None
        if money is not None and money.minor > beside:
            credit.append((subject, Money(money.minor - beside, money.currency)))
            left -= money.minor - beside
    return credit


async def _forfeited(act: Act, row: Subscription) -> bool:
    """Whether it ended since its buyer gave it up, by cancelling it, by notice or at the register, or by the provider's
    notice for a breach of the buyer's."""
    if row.status is SubscriptionState.CANCELLED:
        return True
    given_up = (Termination.ground == "given-up") & (Termination.by == row.buyer)
    breached = (Termination.ground == "breach") & (Termination.by != row.buyer)
    effective = (Termination.agreement_id == row.agreement_id) & (Termination.status == TerminationState.EFFECTIVE)
    licence = (TitleGrant.reference == row.agreement_id) & (TitleGrant.grantee_id == row.buyer)
    by_buyer = (LogEntry.kind == f"{TITLE.name}.{GrantState.ENDED}") & (LogEntry.actor_party == row.buyer)
    at_register = exists().where(licence, LogEntry.subject == TitleGrant.id, by_buyer)
    return bool(await act.session.scalar(select(exists().where(effective, given_up | breached) | at_register)))


async def _unused(act: Act, row: Subscription) -> dict[str, int]:
    """What of each order or bill is for the days after the end, in minor units."""
    assert row.ended_at is not None
    plan = plan_of(row.plan)
    after = instant(row.ended_at.astimezone(ZoneInfo(row.zone)).date() + timedelta(days=1), row.zone)
    lines: dict[str, list[PaidAhead]] = defaultdict(list)
    for kind in cadences(plan, row.anchor_on):
        within = period(kind, number_at(kind, row.ended_at))
        parts = [part for part in advance(plan) if part in of_cadence(plan, kind)]
        for line in await paid_ahead(act, row, within, parts):
            lines[line.subject].append(line)
    return allocated({subject: round(unused(of, after)) for subject, of in lines.items()})


def allocated(unused_minor: Mapping[str, int]) -> dict[str, int]:
    """What each of several payments gives back of what is unused in all, the latest first: a change of plan may have
    given back more of an earlier one than it charged."""
    left, back = max(sum(unused_minor.values()), 0), {}
    for subject, minor in reversed(list(unused_minor.items())):
        back[subject] = min(left, max(minor, 0))
        left -= back[subject]
    return {subject: minor for subject, minor in back.items() if minor}


async def _billed_openly(act: Act, row: Subscription) -> bool:
    """Whether a bill for the time of the end is still to be paid or written off."""
    assert row.ended_at is not None
    line = (BillLine.bill_id == Bill.id) & (BillLine.period_end > row.ended_at)
    query = exists().where(Bill.subscription_id == row.id, Bill.status.in_(OPEN), line)
    return bool(await act.session.scalar(select(query)))


async def _refundable(act: Act, subject: str, unused_minor: int) -> Money | None:
    """What goes back: less by the part of the payment that was refunded before, and at most what is left of it."""
    try:
        paid = await paid_for(act, subject)
    except NothingPaid:
        return None
    kept = paid.money.minor - paid.refunded.minor
    return await _at_most(act, subject, round(Fraction(unused_minor * kept, paid.money.minor)))


async def _at_most(act: Act, subject: str, minor: int) -> Money | None:
    """So much of a payment, or what is left of it; None where nothing was paid. Raises PaymentDisputed."""
    try:
        paid = await paid_for(act, subject)
    except NothingPaid:
        return None
    money = Money(max(0, min(minor, paid.left.minor)), paid.money.currency)
    if paid.subject == "bill" and money.minor:
        await payment_of_bill(act, subject, money)  # Says by its refusal that the payment is disputed.
    return money
