"""Issuing bills: by blocks of subscriptions, each block one transaction with its numbers, so that nothing is left out.

Subscriptions are locked and those that another worker holds are passed by; a subscription that was billed has a later
`bill_at`. So the work may stop anywhere and go on anywhere, holds one block in memory, and bills nothing twice.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import structlog
from sqlalchemy import Row, insert, select, text, tuple_

from contracts.terms.prices import Metered
from kernel import ids
from kernel.act import Act
from kernel.db import locked
from kernel.log.models import LogEntry
from kernel.log.record import leaf
from kernel.runtime import Runtime
from kernel.time.clock import day_in_china, timestamp
from market.billing import rules
from market.billing.models import Bill, BillLine, RevenueDeclaration
from market.billing.running.drawing import BROUGHT, CARRIED, CREDIT, Drawn, Facts, Used, draw, usage_facts
from market.billing.states import BILL, BillState
from market.metering.rules import RULES as METERING
from market.orders.models import Order
from market.pricing.lines import Line, Reason
from market.pricing.periods import number_at, period
from market.pricing.usage import Revenue
from market.subscriptions.commands import put_plan
from market.subscriptions.models import Subscription
from market.subscriptions.plans import beat
from market.subscriptions.queries import plan_of
from market.subscriptions.states import RUNNING

BACK_MAX: Final = timedelta(days=800)
"""How far back a bill still looks: a year, the longest time to declare, and the time to audit it."""

BLOCK: Final = 250
"""Subscriptions of one transaction."""

log: Final = structlog.get_logger("liutong.billing")

_USED: Final = text(
    "SELECT c.subscription_id, c.meter, c.period_start, c.stale, c.frozen_at IS NOT NULL AS frozen,"
    " u.quantity, u.digest FROM usage_counter c JOIN unnest(CAST(:ids AS text[]), CAST(:aggregations AS jsonb[]))"
    " AS asked(id, aggregations) ON asked.id = c.subscription_id,"
    " LATERAL (SELECT usage_total(c.subscription_id, c.meter, c.period_start, asked.aggregations ->> c.meter,"
    " ARRAY['counted'], true) AS quantity, 'sha256:' || encode(sha256(COALESCE(string_agg(e.digest, ''::bytea"
    " ORDER BY e.source, e.event_id), ''::bytea)), 'hex') AS digest FROM usage_event e"
    " WHERE e.subscription_id = c.subscription_id AND e.meter = c.meter AND e.period_start = c.period_start"
    " AND e.state = 'counted') AS u"
    " WHERE c.period_end <= :at AND (c.frozen_at IS NULL OR c.stale) AND asked.aggregations ? c.meter"
    " ORDER BY c.subscription_id, c.meter, c.period_start"
)
"""What the meters of periods that are over came to, of those that were not billed yet or got something late since."""

_LOCK_COUNTERS: Final = text(
    "SELECT FROM usage_counter WHERE subscription_id = ANY(CAST(:ids AS text[])) AND period_end <= :at"
    " AND (frozen_at IS NULL OR stale) ORDER BY subscription_id, meter, period_start FOR UPDATE"
)
_FREEZE: Final = text(
    "UPDATE usage_counter SET frozen_at = COALESCE(frozen_at, :at), stale = false FROM unnest("
    "CAST(:ids AS text[]), CAST(:meters AS text[]), CAST(:starts AS timestamptz[])) AS done(id, meter, start)"
    " WHERE subscription_id = done.id AND usage_counter.meter = done.meter AND period_start = done.start"
)
_NUMBERS: Final = text(
    "INSERT INTO bill_series (series, year, last) VALUES (:series, :year, :wanted)"
    " ON CONFLICT (series, year) DO UPDATE SET last = bill_series.last + :wanted RETURNING last"
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


Values = tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]
"""A bill, its lines and its entry in the log."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A subscription with what is to be billed for it."""

    row: Row[Any]
    drawn: Drawn


async def run(runtime: Runtime) -> int:
    """Issue every bill that is due now; gives how many. Safe to stop and to run again, also twice at once."""
    made, after = 0, (datetime.min.replace(tzinfo=UTC), "")
    while True:
        async with runtime.act() as act:
            rows = await _due(act, after)
            if not rows:
                return made
            made += await bill(act, rows)
        after = (rows[-1].bill_at, rows[-1].id)


_COLUMNS: Final = (
    Subscription.id, Subscription.agreement_id, Subscription.provider, Subscription.buyer, Subscription.currency,
    Subscription.zone, Subscription.anchor_on, Subscription.plan, Subscription.plan_number, Subscription.status,
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
    ready = await drawn_of(act, rows, act.at, lock=True)
    bills = [one for one in ready if one.drawn.lines]
    numbers = await take_numbers(act, len(bills))
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


async def store(act: Act, made: Sequence[Values]) -> None:
    """Store bills with their lines and their entries in the log."""
    await act.session.execute(insert(Bill), [one for one, _, _ in made])
    await act.session.execute(insert(BillLine), [line for _, lines, _ in made for line in lines])
    await act.session.execute(insert(LogEntry), [entry for _, _, entry in made])


async def drawn_of(act: Act, rows: Sequence[Row[Any]], at: datetime, *, lock: bool) -> list[Ready]:
    """What is to be billed for each at a moment; one that cannot be computed is logged, and keeps no other from it.

    Where it is to be stored the meters are locked, so that no use comes between.
    """
    facts = await _facts(act, rows, at, lock=lock)
    dunning = rules.DUNNING.at(act.today).body
    ready = []
    for row in rows:
        try:
            ready.append(Ready(row, draw(facts[row.id], at, dunning)))
        except Exception:
            log.exception("a bill could not be drawn up", subscription=row.id)
    return ready


async def _facts(act: Act, rows: Sequence[Row[Any]], at: datetime, *, lock: bool) -> dict[str, Facts]:
    plans = {row.id: plan_of(row.plan) for row in rows}
    used, stale = await _used(act, plans, at, lock=lock)
    prior = await _prior(act, list(plans))
    revenue, corrected = await _revenue(act, list(plans))
    grace = METERING.at(act.today).body.grace
    return {
        row.id: Facts(
            plan=plans[row.id],
            begin=row.anchor_on,
            billed=row.billed,
            opened_by_order=row.opened_by_order,
            placed_on=row.placed_at.astimezone(ZoneInfo(row.zone)).date(),
            credit_minor=row.credit_minor,
            stops_at=min((one for one in (row.cancel_at, row.ended_at, row.next_plan_at) if one), default=None),
            ended_at=row.ended_at,
            used=used[row.id],
            revenue=revenue[row.id],
            prior=prior[row.id],
            stale=[*stale[row.id], *corrected[row.id]],
            grace=grace,
        )
        for row in rows
    }


async def _used(
    act: Act, plans: dict[str, Any], at: datetime, *, lock: bool
) -> tuple[dict[str, Any], dict[str, list[tuple[str, datetime]]]]:
    meters = {
        key: {one.name: str(one.aggregation) for one in plan.components if isinstance(one, Metered)}
        for key, plan in plans.items()
    }
    asked = {key: value for key, value in meters.items() if value}
    used: dict[str, dict[tuple[str, datetime], Used]] = defaultdict(dict)
    stale: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    if not asked:
        return used, stale
    named = {"ids": list(asked), "at": at}
    if lock:
        await act.session.execute(_LOCK_COUNTERS, named)
    told = [msgspec.json.encode(value).decode() for value in asked.values()]
    for one in await act.session.execute(_USED, {**named, "aggregations": told}):
        key = (one.meter, one.period_start)
        used[one.subscription_id][key] = Used(one.meter, one.period_start, one.quantity, one.digest)
        # What is over, was billed and is not frozen had no use then: what came since is late too.
        stale[one.subscription_id].append(key)
    return used, stale


async def _prior(act: Act, keys: list[str]) -> dict[str, list[Line]]:
    """The lines of earlier bills, as far back as anything may still be reported, declared or audited."""
    found: dict[str, list[Line]] = defaultdict(list)
    query = select(BillLine.subscription_id, BillLine.body).where(
        BillLine.subscription_id.in_(keys), BillLine.period_start >= act.at - BACK_MAX
    )
    for one in await act.session.execute(query.order_by(BillLine.bill_id, BillLine.n)):
        if one.body["kind"] not in (CARRIED, BROUGHT):
            found[one.subscription_id].append(msgspec.convert(one.body, Line))
    return found


async def _revenue(
    act: Act, keys: list[str]
) -> tuple[dict[str, dict[tuple[str, datetime], Revenue]], dict[str, list[tuple[str, datetime]]]]:
    found: dict[str, dict[tuple[str, datetime], Revenue]] = defaultdict(dict)
    stale: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for one in await act.session.scalars(
        select(RevenueDeclaration).where(RevenueDeclaration.subscription_id.in_(keys))
    ):
        found[one.subscription_id][one.component, one.period_start] = Revenue(one.declared, one.audited)
        if one.stale:
            stale[one.subscription_id].append((one.component, one.period_start))
    return found, stale


async def take_numbers(act: Act, wanted: int) -> list[str]:
    """A block of numbers of this year, taken in the transaction that uses all of them."""
    if not wanted:
        return []
    year = day_in_china(act.at).year
    named = {"series": rules.SERIES, "year": year, "wanted": wanted}
    last = (await act.session.execute(_NUMBERS, named)).scalar_one()
    return [rules.number(year, ordinal) for ordinal in range(last - wanted + 1, last + 1)]


def _bills(act: Act, ready: Sequence[Ready], numbers: Sequence[str]) -> list[Values]:
    return [
        values(act, one.row, one.drawn, number, "instalment" if one.drawn.due_on else "period")
        for one, number in zip(ready, numbers, strict=True)
    ]


def values(act: Act, row: Any, drawn: Drawn, number: str, kind: str) -> Values:
    """A bill, its lines and its entry in the log, as they are stored."""
    dunning = rules.DUNNING.at(act.today).body
    bill_id, total = ids.new("bil"), drawn.total_minor
    due = rules.due_at(act.at, dunning, drawn.due_on)
    free = total == 0
    state = BillState.PAID if free else BILL.initial
    made = {
        "id": bill_id,
        "subscription_id": row.id,
        "agreement_id": row.agreement_id,
        "provider": row.provider,
        "buyer": row.buyer,
        "n": row.bills + 1,
        "number": number,
        "kind": kind,
        "plan_number": row.plan_number,
        "currency": row.currency,
        "total_minor": total,
        "paid_minor": 0,
        "usage": usage_facts(drawn.usage),
        "status": state,
        "status_changed_at": act.at,
        "version": 1,
        "issued_at": act.at,
        "due_at": due,
        "steps": 0,
        "next_step_at": None if free else rules.step_at(due, dunning, 0),
        "collect": not free and row.collection == "prepaid",
        "paid_at": act.at if free else None,
        "document_id": None,
        "settlement": None,
    }
    facts = {"number": number, "subscription": row.id, "total": str(total), "currency": row.currency}
    entry = _entry(act, f"{BILL.name}.{state}", bill_id, facts, (row.provider, row.buyer))
    return made, _lines(row, bill_id, drawn), entry


def _entry(act: Act, kind: str, subject: str, facts: dict[str, Any], parties: tuple[str, str]) -> dict[str, Any]:
    new = leaf(kind, subject, at=act.at, facts=facts)
    return {
        "id": new.id,
        "at": act.at,
        "actor_party": act.actor.party,
        "actor_key": act.actor.key,
        "kind": kind,
        "subject": subject,
        "parties": sorted(parties),
        "facts": facts,
        "salt": new.salt,
        "payload": new.payload,
        "leaf_hash": new.leaf_hash,
        "log_index": None,
    }


def _lines(row: Any, bill_id: str, drawn: Drawn) -> list[dict[str, Any]]:
    """The lines as they are stored. Each bill's lines are one revision, its own number: no key is met twice."""
    carried = [
        _carried(row, drawn.lines[-1], kind, minor)
        for kind, minor in zip((BROUGHT, CARRIED), drawn.carried, strict=True)
        if minor
    ]
    bodies = [*(msgspec.to_builtins(one) for one in drawn.lines), *carried]
    return [
        {
            "bill_id": bill_id,
            "n": n,
            "subscription_id": row.id,
            "component": body["component"],
            "kind": CREDIT if body["reason"] == Reason.UNUSED else body["kind"],
            "period_start": datetime.fromisoformat(body["period_start"]),
            "period_end": datetime.fromisoformat(body["period_end"]),
            "revision": row.bills + 1,
            "amount_minor": body["amount_minor"],
            "body": body,
        }
        for n, body in enumerate(bodies, 1)
    ]


def _carried(row: Any, last: Line, kind: str, minor: int) -> dict[str, Any]:
    moment = {"period_start": timestamp(last.period_start), "period_end": timestamp(last.period_end)}
    body = {"kind": kind, "component": "credit", **moment, "quantity": None, "unit_price": None}
    return {**body, "exact": "", "amount_minor": minor, "currency": row.currency, "reason": kind, "trace": []}


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
        cadence = beat(plan_of(row.plan), row.anchor_on)
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
