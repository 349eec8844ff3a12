"""Opening the windows of an agreement, judging each when it closes, and crediting what was breached."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select, update

from contracts.agreements import licensing
from contracts.agreements.models import Agreement
from contracts.agreements.states import STANDING
from contracts.moments import Moment, follows
from contracts.terms.document import ServiceLevels
from contracts.terms.service_levels import ServiceMeasure, ServiceObjective
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name, locked, one
from kernel.log.record import record
from kernel.money import Money
from kernel.time.clock import start_of_day_in_china
from market.orders.models import Order
from market.service_levels import measuring, rules
from market.service_levels.models import ServiceWindow
from market.service_levels.money import crediting, fees
from market.service_levels.money.crediting import advance
from market.service_levels.money.fees import Account
from market.service_levels.rules import Counted
from market.service_levels.states import MISSED, SERVICE_WINDOW, WindowAction, WindowState


@follows(Moment.IN_FORCE)
async def begin(act: Act, agreement: Agreement) -> None:
    """Open the first window of each objective that an agreement in force promises."""
    for objective in promised(agreement, act).objectives:
        await _open(act, agreement, objective, act.today)


@follows(Moment.AMENDED)
async def go_on(act: Act, agreement: Agreement) -> None:
    """Open a window for each objective that an amendment has added."""
    open_ = select(ServiceWindow.objective).where(
        ServiceWindow.agreement_id == agreement.id, ServiceWindow.status == WindowState.OPEN
    )
    known = set(await act.session.scalars(open_))
    for objective in promised(agreement, act).objectives:
        if objective.id not in known:
            await _open(act, agreement, objective, act.today)


@follows(Moment.ENDED)
async def end(act: Act, agreement: Agreement) -> None:
    """Nothing is promised beyond the day on which an agreement ends."""
    rows = await act.session.scalars(
        select(ServiceWindow)
        .where(ServiceWindow.agreement_id == agreement.id, ServiceWindow.status == WindowState.OPEN)
        .order_by(ServiceWindow.id)
        .with_for_update()
    )
    tomorrow = act.today + timedelta(days=1)
    for row in rows:
        if row.ends_on > tomorrow:
            row.ends_on, row.closes_at = tomorrow, min(row.closes_at, start_of_day_in_china(tomorrow))


@follows(Moment.SUCCEEDED)
async def pass_on(act: Act, agreement: Agreement) -> None:
    """Whoever took an agreement over answers for the windows that are open; earlier ones stay whose they were."""
    open_ = (ServiceWindow.agreement_id == agreement.id, ServiceWindow.status == WindowState.OPEN)
    await act.session.execute(update(ServiceWindow).where(*open_).values(provider=agreement.provider))


def promised(agreement: Agreement, act: Act, on: date | None = None) -> ServiceLevels:
    """The service levels that stand now, or stood when a day began; none in agreements from before there were terms."""
    terms = licensing.terms_of(
        agreement, act.at if on is None else min(act.at, start_of_day_in_china(on + timedelta(days=1)))
    )
    return ServiceLevels() if terms is None else terms.service


async def _open(act: Act, agreement: Agreement, objective: ServiceObjective, on: date) -> None:
    """Open the window that holds a day, from that day on; one that there was already is left as it is."""
    same = select(ServiceWindow.id).where(
        ServiceWindow.agreement_id == agreement.id,
        ServiceWindow.objective == objective.id,
        ServiceWindow.ends_on > on,
    )
    if await act.session.scalar(same.limit(1)) is not None:
        return
    ends_on = rules.window_of(objective.window, on)[1]
    terms = licensing.terms_of(agreement, act.at)
    row = ServiceWindow(
        id=ids.new("svw"),
        agreement_id=agreement.id,
        listing_id=None if terms is None else terms.listing,
        provider=agreement.provider,
        consumer=agreement.consumer,
        objective=objective.id,
        measure=str(objective.measure),
        starts_on=on,
        ends_on=ends_on,
        closes_at=rules.closes_at(objective, ends_on),
        good=0,
        cured=0,
        total=0,
        left_out=0,
        attained=None,
        rate=None,
        fee_minor=0,
        owed_minor=0,
        credit_minor=0,
        credits=0,
        currency=agreement.currency,
        ledger_entry_id=None,
        closed_at=None,
    )
    facts = {"agreement": agreement.id, "objective": objective.id, "starts_on": on.isoformat()}
    await lifecycle.begin(act.by(SYSTEM), row, SERVICE_WINDOW, parties=row.parties, **facts)


async def close(act: Act, window_id: str) -> bool:
    """Judge a window whose time is over, once, and credit what was breached; says whether it was judged.

    A window whose time is not settled, billed and paid waits for that, day by day: its fee is not known yet. What was
    owed for earlier windows and could not be taken then is taken first.
    """
    seen = await one(act.session, ServiceWindow, window_id)
    agreement = await one(act.session, Agreement, seen.agreement_id)
    order = await locked(act.session, Order, agreement.licensed.order_id)  # First, as everywhere.
    row = await locked(act.session, ServiceWindow, window_id)
    if row.status is not WindowState.OPEN or row.closes_at > act.at:
        return False
    held = await fees.account(act, agreement, order)
    if await fees.awaited(act, held, row):
        row.closes_at = act.at + timedelta(days=1)
        return False
    await lock_name(act.session, "service", agreement.id)  # The worst of a window's objectives is known to each.
    service = promised(agreement, act, row.starts_on)
    objective = next((one for one in service.objectives if one.id == row.objective), None)
    if objective is None:
        await advance(act, row, WindowAction.LEAVE)
        row.closed_at = act.at
        return True
    last = licensing.ends_on(agreement, act.at)
    if last is not None and row.starts_on <= last < row.ends_on:
        row.ends_on = last + timedelta(days=1)
    counted = await measuring.count(act.session, row, objective, agreement.in_force_at or agreement.created_at)
    await crediting.pursue(act, row, held)
    await _judge(act, row, held, (service, objective, counted))
    if objective.measure is ServiceMeasure.CHECK:
        await _tell_drift(act, row, objective)
    if agreement.status in STANDING and (last is None or row.ends_on <= last):
        await _open_next(act, agreement, row)
    return True


async def _open_next(act: Act, agreement: Agreement, row: ServiceWindow) -> None:
    following = promised(agreement, act, row.ends_on).objectives
    objective = next((one for one in following if one.id == row.objective), None)
    if objective is not None:
        await _open(act, agreement, objective, row.ends_on)


async def _judge(
    act: Act, row: ServiceWindow, held: Account, found: tuple[ServiceLevels, ServiceObjective, Counted]
) -> None:
    """Keep what was counted, and what follows from it by the table."""
    service, objective, counted = found
    row.good, row.cured, row.total, row.left_out = counted.good, counted.cured, counted.total, counted.left_out
    row.closed_at = act.at
    if not counted.assessable:
        await advance(act, row, WindowAction.LEAVE)
        return
    kept = counted.good + counted.cured
    row.attained = rules.attained(kept, counted.total)
    row.rate = rules.rate_of(objective.levels, kept, counted.total)
    if not row.rate:
        await advance(act, row, WindowAction.MEET)
        return
    await advance(act, row, WindowAction.BREACH)
    fee = rules.fee_of(await fees.paid(act, held), (row.starts_on, row.ends_on), row.currency)
    owed = rules.owed(fee, row.rate, Decimal(service.credit_cap), await _earlier(act, row), add_up=service.add_up)
    row.fee_minor, row.owed_minor = fee.minor, owed.minor
    await crediting.credit(act, row, held)


async def _earlier(act: Act, row: ServiceWindow) -> Money:
    """What other objectives' breaches of the same window are owed."""
    total = select(func.coalesce(func.sum(ServiceWindow.owed_minor), 0)).where(
        ServiceWindow.agreement_id == row.agreement_id,
        ServiceWindow.starts_on == row.starts_on,
        ServiceWindow.ends_on == row.ends_on,
        ServiceWindow.id != row.id,
        ServiceWindow.status.in_(MISSED),
    )
    return Money(int(await act.session.scalar(total) or 0), row.currency)


async def _tell_drift(act: Act, row: ServiceWindow, objective: ServiceObjective) -> None:
    """Tell both sides that a check fell within a window by as much as the policy calls a drift."""
    known = [value for _, value in await measuring.values(act.session, row, objective) if value is not None]
    if known and known[0] - known[-1] >= rules.DAYS.at(act.today).body.drift_points:
        facts = {"objective": objective.id, "from": f"{known[0]:.2f}", "to": f"{known[-1]:.2f}"}
        record(act.by(SYSTEM), "market.service_window.drifted", row.id, parties=row.parties, facts=facts)
