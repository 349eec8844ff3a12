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
from kernel.states import Role
from kernel.time.clock import start_of_day_in_china
from market.ledger import book
from market.ledger import commands as ledger
from market.ledger import queries as books
from market.orders.models import Order
from market.service_levels import fees, measuring, rules
from market.service_levels.fees import Account
from market.service_levels.models import ServiceWindow
from market.service_levels.rules import Counted
from market.service_levels.states import MISSED, SERVICE_WINDOW, WindowAction, WindowState
from market.withholding import commands as withholding


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
        await _advance(act, row, WindowAction.LEAVE)
        row.closed_at = act.at
        return True
    last = licensing.ends_on(agreement, act.at)
    if last is not None and row.starts_on <= last < row.ends_on:
        row.ends_on = last + timedelta(days=1)
    counted = await measuring.count(act.session, row, objective, agreement.in_force_at or agreement.created_at)
    await _pursue(act, row, held)
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
        await _advance(act, row, WindowAction.LEAVE)
        return
    kept = counted.good + counted.cured
    row.attained = rules.attained(kept, counted.total)
    row.rate = rules.rate_of(objective.levels, kept, counted.total)
    if not row.rate:
        await _advance(act, row, WindowAction.MEET)
        return
    await _advance(act, row, WindowAction.BREACH)
    fee = rules.fee_of(await fees.paid(act, held), (row.starts_on, row.ends_on), row.currency)
    owed = rules.owed(fee, row.rate, Decimal(service.credit_cap), await _earlier(act, row), add_up=service.add_up)
    row.fee_minor, row.owed_minor = fee.minor, owed.minor
    await _credit(act, row, held)


async def _advance(act: Act, row: ServiceWindow, action: WindowAction, **facts: str) -> None:
    said = {
        "agreement": row.agreement_id,
        "objective": row.objective,
        "good": str(row.good),
        "cured": str(row.cured),
        "total": str(row.total),
        "left_out": str(row.left_out),
        "rule": rules.MEASURED,
        **facts,
    }
    await lifecycle.advance(act.by(SYSTEM), row, SERVICE_WINDOW, action, Role.SYSTEM, parties=row.parties, **said)


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


async def _pursue(act: Act, row: ServiceWindow, held: Account) -> None:
    """Take what earlier windows are still owed from what the provider has of this agreement by now."""
    short = select(ServiceWindow).where(
        ServiceWindow.agreement_id == row.agreement_id,
        ServiceWindow.status.in_(MISSED),
        ServiceWindow.credit_minor < ServiceWindow.owed_minor,
    )
    ordered = short.order_by(ServiceWindow.starts_on, ServiceWindow.id).with_for_update()
    for earlier in (await act.session.scalars(ordered)).all():
        await _credit(act, earlier, held)


async def _credit(act: Act, row: ServiceWindow, held: Account) -> None:
    """Take what is owed from what the provider has of this agreement: what is withheld first, then what is payable."""
    parts = await _sources(act, row, held)
    taken = sum((part.money for part in parts), Money(0, row.currency))
    if not taken.minor:
        return
    row.credits += 1
    for part in parts:  # Shares are locked before accounts, as where one is released.
        if part.account == book.withheld(held.order.id, row.provider):
            await withholding.take(act, held.order.id, row.provider, part.money)
    entry = book.service_credit(row.id, row.credits, held.order.id, row.consumer, parts)
    posted = await ledger.post(act.by(SYSTEM), entry)
    row.credit_minor, row.ledger_entry_id = row.credit_minor + taken.minor, posted.id
    facts = {"credit": str(taken), "owed": str(Money(row.owed_minor, row.currency)), "entry": posted.id}
    await _advance(act, row, WindowAction.CREDIT, **facts, rule=rules.CREDITED)


async def _sources(act: Act, row: ServiceWindow, held: Account) -> list[book.Part]:
    """Where a credit is taken from: at most its provider's share of this agreement, less what that credited before."""
    before = select(func.coalesce(func.sum(ServiceWindow.credit_minor), 0)).where(
        ServiceWindow.agreement_id == row.agreement_id, ServiceWindow.provider == row.provider
    )
    owed = row.owed_minor - row.credit_minor
    left = min(owed, await fees.share(act, held, row.provider) - int(await act.session.scalar(before) or 0))
    parts = []
    for account in (book.withheld(held.order.id, row.provider), book.payable(row.provider)):
        available = await books.balance(act.session, account, row.currency)
        if (part := min(left, available.minor)) > 0:
            parts.append(book.Part(account, Money(part, row.currency)))
            left -= part
    return parts


async def _tell_drift(act: Act, row: ServiceWindow, objective: ServiceObjective) -> None:
    """Tell both sides that a check fell within a window by as much as the policy calls a drift."""
    known = [value for _, value in await measuring.values(act.session, row, objective) if value is not None]
    if known and known[0] - known[-1] >= rules.DAYS.at(act.today).body.drift_points:
        facts = {"objective": objective.id, "from": f"{known[0]:.2f}", "to": f"{known[-1]:.2f}"}
        record(act.by(SYSTEM), "market.service_window.drifted", row.id, parties=row.parties, facts=facts)
