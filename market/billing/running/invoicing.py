"""Issuing bills: by blocks of subscriptions, each block one transaction with its numbers, so that nothing is left out.

Subscriptions are locked and those that another worker holds are passed by; a subscription that was billed has a later
`bill_at`. So the work may stop anywhere and go on anywhere, holds one block in memory, and bills nothing twice.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import structlog
from sqlalchemy import Row, Text, cast, select, text, tuple_

from kernel.act import Act
from kernel.db import locked
from kernel.runtime import Runtime
from market.billing import rules
from market.billing.running.drawing import Drawn, draw
from market.billing.running.gathering import facts_of
from market.billing.running.issuing import Values, store, values
from market.numbering.commands import take
from market.orders.models import Order
from market.pricing.periods import number_at, period
from market.subscriptions.commands import put_plan
from market.subscriptions.models import Subscription
from market.subscriptions.plans import beat
from market.subscriptions.queries import plan_of, plan_of_text
from market.subscriptions.states import RUNNING

BLOCK: Final = 250
"""Subscriptions of one transaction."""

LANES: Final = 2
"""Blocks under way at once: the numbers are taken one block after another, so that more would wait for each other."""

log: Final = structlog.get_logger("liutong.billing")

_FREEZE: Final = text(
    "UPDATE usage_counter SET frozen_at = COALESCE(frozen_at, :at), stale = false FROM unnest("
    "CAST(:ids AS text[]), CAST(:meters AS text[]), CAST(:starts AS timestamptz[])) AS done(id, meter, start)"
    " WHERE subscription_id = done.id AND usage_counter.meter = done.meter AND period_start = done.start"
)
_TAKEN: Final = text(
    "UPDATE revenue_declaration SET stale = false WHERE subscription_id = ANY(CAST(:ids AS text[])) AND stale"
)
_ADVANCE: Final = text(
    "UPDATE subscription SET billed = done.billed, bill_at = done.bill_at, bills = bills + done.made,"
    " credit_minor = done.credit, period = done.period, period_start = done.start, period_end = done.finish"
    " FROM unnest(CAST(:ids AS text[]), CAST(:billed AS jsonb[]), CAST(:bill_at AS timestamptz[]),"
    " CAST(:made AS bigint[]), CAST(:credit AS bigint[]), CAST(:period AS bigint[]), CAST(:start AS timestamptz[]),"
    " CAST(:finish AS timestamptz[])) AS done(id, billed, bill_at, made, credit, period, start, finish)"
    " WHERE subscription.id = done.id"
)


@dataclass(frozen=True, slots=True)
class Ready:
    """A subscription with what is to be billed for it."""

    row: Row[Any]
    drawn: Drawn


class _Cursor:
    """How far the subscriptions that are due have been gone through, by all lanes of one run."""

    def __init__(self) -> None:
        self.after = (datetime.min.replace(tzinfo=UTC), "")

    async def block(self, act: Act) -> Sequence[Row[Any]]:
        """Lock the next that are due and are nobody else's; none are left where it is empty."""
        rows = await _due(act, self.after)
        if rows:
            self.after = max(self.after, (rows[-1].bill_at, rows[-1].id))
        return rows


async def run(runtime: Runtime) -> int:
    """Issue every bill that is due now; gives how many. Safe to stop and to run again, also twice at once.

    While the database stores the bills of one block this process draws up those of the next.
    """
    cursor = _Cursor()
    return sum(await asyncio.gather(*(_lane(runtime, cursor) for _ in range(LANES))))


async def _lane(runtime: Runtime, cursor: _Cursor) -> int:
    made = 0
    while True:
        rows: Sequence[Row[Any]] = ()
        try:
            async with runtime.act() as act:
                rows = await cursor.block(act)
                made += await bill(act, rows)
        except Exception:
            # Whatever it was belongs to one of them: each is tried alone, and the others have their bills.
            log.exception("a block of bills could not be issued", subscriptions=len(rows))
            made += await _one_by_one(runtime, rows)
        if not rows:
            return made


async def _one_by_one(runtime: Runtime, rows: Sequence[Row[Any]]) -> int:
    made = 0
    for row in rows:
        try:
            async with runtime.act() as act:
                made += await bill_one(act, row.id)
        except Exception:
            log.exception("a bill could not be issued", subscription=row.id)
    return made


_COLUMNS: Final = (
    Subscription.id, Subscription.agreement_id, Subscription.provider, Subscription.buyer, Subscription.currency,
    Subscription.zone, Subscription.anchor_on, cast(Subscription.plan, Text).label("plan"),
    Subscription.plan_number, Subscription.status,
    Subscription.period, Subscription.period_start, Subscription.period_end, Subscription.bill_at, Subscription.billed,
    Subscription.opened_by_order, Subscription.bills, Subscription.credit_minor, Subscription.collection,
    Subscription.cancel_at, Subscription.ended_at, Subscription.next_plan_at, Order.placed_at,
)  # fmt: skip


def _query() -> Any:
    return select(*_COLUMNS).join(Order, Order.id == Subscription.order_id)


async def _due(act: Act, after: tuple[datetime, str]) -> Sequence[Row[Any]]:
    key = tuple_(Subscription.bill_at, Subscription.id)
    query = _query().where(Subscription.bill_at <= act.at, key > after).order_by(Subscription.bill_at, Subscription.id)
    return (await act.session.execute(query.limit(BLOCK).with_for_update(of=Subscription, skip_locked=True))).all()


async def one_row(act: Act, subscription_id: str) -> Sequence[Row[Any]]:
    """A subscription as it is drawn up, without its lock."""
    return (await act.session.execute(_query().where(Subscription.id == subscription_id))).all()


async def bill_one(act: Act, subscription_id: str) -> int:
    """Bill one subscription now, locked; what came late after its end is billed too. Gives how many bills were made."""
    query = _query().where(Subscription.id == subscription_id).with_for_update(of=Subscription)
    return await bill(act, (await act.session.execute(query)).all())


async def bill(act: Act, rows: Sequence[Row[Any]]) -> int:
    """Draw up and issue the bills of locked subscriptions, in one go; gives how many there are."""
    if not rows:
        return 0
    ready = await drawn_of(act, rows, act.at, lock=True)
    bills = [one for one in ready if one.drawn.lines]
    numbers = await take(act, rules.SERIES, len(bills))
    if bills:
        await store(act, _bills(act, bills, numbers))
    await _freeze(act, ready)
    await _move_on(act, ready)
    await act.session.execute(_TAKEN, {"ids": [one.row.id for one in ready]})
    await _replan(act, ready)
    return len(bills)


async def _replan(act: Act, ready: Sequence[Ready]) -> None:
    """Where everything under a plan is billed whose time is over, the next one begins."""
    for one in ready:
        if one.row.next_plan_at is not None and one.row.next_plan_at <= act.at and one.drawn.next_at is None:
            row = await locked(act.session, Subscription, one.row.id)
            if row.next_plan is not None and row.status in RUNNING:
                put_plan(act, row, plan_of(row.next_plan), "downgraded")
                row.next_plan = row.next_plan_at = None
                row.bill_at = act.at


async def drawn_of(act: Act, rows: Sequence[Row[Any]], at: datetime, *, lock: bool) -> list[Ready]:
    """What is to be billed for each at a moment; one that cannot be computed is logged, and keeps no other from it.

    Where it is to be stored the meters are locked, so that no use comes between.
    """
    facts = await facts_of(act, rows, at, lock=lock)
    dunning = rules.DUNNING.at(act.today).body
    ready = []
    for row in rows:
        try:
            ready.append(Ready(row, draw(facts[row.id], at, dunning)))
        except Exception:
            log.exception("a bill could not be drawn up", subscription=row.id)
    return ready


def _bills(act: Act, ready: Sequence[Ready], numbers: Sequence[str]) -> list[Values]:
    return [
        values(act, one.row, one.drawn, number, "instalment" if one.drawn.due_on else "period")
        for one, number in zip(ready, numbers, strict=True)
    ]


async def _freeze(act: Act, ready: Sequence[Ready]) -> None:
    keys = [(one.row.id, name, start) for one in ready for name, start in one.drawn.frozen]
    keys += [(one.row.id, used.meter, used.period_start) for one in ready for used in one.drawn.usage]
    if not keys:
        return
    unique = sorted(set(keys))
    named = {
        "ids": [one[0] for one in unique], "meters": [one[1] for one in unique], "starts": [one[2] for one in unique],
        "at": act.at,
    }  # fmt: skip
    await act.session.execute(_FREEZE, named)


async def _move_on(act: Act, ready: Sequence[Ready]) -> None:
    """Write where each subscription stands after its bill: what was billed, when the next is, which period runs."""
    columns: dict[str, list[Any]] = defaultdict(list)
    for one in ready:
        row, drawn = one.row, one.drawn
        runs = row.status in RUNNING
        cadence = beat(plan_of_text(row.plan), row.anchor_on)
        now = period(cadence, number_at(cadence, act.at)) if runs and act.at >= row.period_end else None
        billed = drawn.lines != []
        brought, carried = drawn.carried
        columns["ids"].append(row.id)
        columns["billed"].append(msgspec.json.encode(drawn.billed).decode())
        columns["bill_at"].append(drawn.next_at)
        columns["made"].append(int(billed))
        columns["credit"].append(row.credit_minor + brought + carried)
        columns["period"].append(row.period if now is None else now.n)
        columns["start"].append(row.period_start if now is None else now.since)
        columns["finish"].append(row.period_end if now is None else now.until)
    if columns:
        await act.session.execute(_ADVANCE, dict(columns))
