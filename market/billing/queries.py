"""Reading bills, what was used so far, and what the next bill would be."""

from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select

from kernel.act import Act
from kernel.db import one
from kernel.money import Money
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.billing.models import Bill, BillLine, RevenueDeclaration
from market.billing.running.drawing import Drawn, summed
from market.billing.running.invoicing import drawn_of, one_row
from market.billing.schemas import (
    BillDetail,
    BillLineView,
    BillView,
    DeclarationView,
    UpcomingBill,
    UsageView,
    UsedView,
)
from market.billing.states import BillState
from market.metering.queries import meters
from market.pricing.charging import charge
from market.pricing.periods import number_at, period
from market.pricing.usage import Usage, Use
from market.subscriptions import queries as subscriptions
from market.subscriptions.plans import advance, beat

LOOKS_MAX: Final = 3
"""How many moments at which something is billed are looked at for the next bill that has a line."""

AUDIENCE: Final = Audience("bill", (Role.CLEARING, Role.REGULATOR, Role.AUDITOR))
"""Who may read a bill besides its two parties."""


def view(row: Bill) -> BillView:
    """A bill for the wire."""

    def money(minor: int) -> Any:
        return Money(minor, row.currency).view()

    settled = row.settlement
    return shown(
        row,
        BillView,
        total=row.total.view(),
        paid=money(row.paid_minor),
        fee=None if settled is None else money(settled["fee_minor"]),
        provider_share=None if settled is None else money(settled["provider_minor"]),
    )


def line_view(body: dict[str, Any]) -> BillLineView:
    """A stored line for the wire."""
    amount = msgspec.to_builtins(Money(body["amount_minor"], body["currency"]).view())
    known = {name: body[name] for name in BillLineView.__struct_fields__ if name != "amount"}
    return msgspec.convert({**known, "amount": amount}, BillLineView)


async def bill(act: Act, bill_id: str) -> BillDetail:
    """A bill with its lines, for its parties and those who watch; raises NotFound for anybody else."""
    row = await one(act.session, Bill, bill_id)
    AUDIENCE.require(act.actor, row.id, row.provider, row.buyer)
    lines = await act.session.scalars(select(BillLine).where(BillLine.bill_id == row.id).order_by(BillLine.n))
    used = [msgspec.convert(each, UsedView) for each in row.usage]
    return BillDetail(view(row), [line_view(each.body) for each in lines], used)


async def bills(
    act: Act, status: str | None, subscription_id: str | None, limit: int, cursor: str | None
) -> Page[BillView]:
    """The bills that the actor may read, newest first."""
    query = select(Bill).where(AUDIENCE.among(act.actor, Bill.provider, Bill.buyer))
    if status is not None:
        query = query.where(Bill.status == BillState(status))
    if subscription_id is not None:
        query = query.where(Bill.subscription_id == subscription_id)
    rows = await fetch(act.session, query, Bill.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(view)


async def usage(act: Act, subscription_id: str, at: datetime | None) -> UsageView:
    """What was used in the period of a moment, from the uses themselves, by the plan that was in use at its end."""
    row = await subscriptions.visible_subscription(act, subscription_id)
    moment = min(max(at or act.at, row.started_at), row.ended_at or act.at)
    cadence = beat(subscriptions.plan_of(row.plan), row.anchor_on)
    within = period(cadence, number_at(cadence, moment))
    plans = await subscriptions.plans_before(act.session, row.id, within.until)
    plan = plans[-1]
    used = await meters(act.session, row, plans, within.since, within.until)
    if row.ended_at is not None and within.since < row.ended_at < within.until:
        within = within.part(until=row.ended_at)
    counted = {each.meter: (Use(each.used),) for each in used}
    ahead = {each.name for each in advance(plan)}
    lines = [each for each in charge(summed(plan), Usage(counted), within) if each.component not in ahead]
    return UsageView(
        subscription_id=row.id,
        period=within.n,
        period_start=within.since,
        period_end=within.until,
        meters=used,
        lines=[line_view(msgspec.to_builtins(line)) for line in lines],
        total=Money(sum(line.amount_minor for line in lines), row.currency).view(),
    )


async def upcoming(act: Act, subscription_id: str) -> UpcomingBill:
    """The next bill as it would be, by what is known now."""
    row = await subscriptions.visible_subscription(act, subscription_id)
    lines: list[BillLineView] = []
    total = 0
    at = None if row.bill_at is None else max(row.bill_at, act.at)
    for _ in range(LOOKS_MAX):
        if at is None or lines:
            break
        found = await drawn_of(act, await one_row(act, row.id), at, lock=False)
        drawn = found[0].drawn if found else Drawn()
        lines = [line_view(msgspec.to_builtins(line)) for line in drawn.lines]
        total, at = drawn.total_minor, drawn.next_at
    return UpcomingBill(row.id, row.bill_at, lines, Money(total, row.currency).view())


async def declarations(act: Act, subscription_id: str, limit: int, cursor: str | None) -> Page[DeclarationView]:
    """What was declared under a subscription, by period."""
    row = await subscriptions.visible_subscription(act, subscription_id)
    query = select(RevenueDeclaration).where(RevenueDeclaration.subscription_id == row.id)
    key = RevenueDeclaration.component
    page = await fetch(act.session, query, RevenueDeclaration.period_start, key, limit=limit, cursor=cursor)
    return page.of(lambda each: shown(each, DeclarationView))
