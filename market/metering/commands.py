"""Counting uses: reported by providers or by the centre's gate, each once, all of a batch or none."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy import select, text

from contracts.terms.prices import Meter, Plan
from kernel.act import Act
from kernel.errors import DomainError, FieldError, NotFound
from kernel.log.record import record
from kernel.money import Money
from kernel.text import Text
from kernel.time.clock import timestamp
from market.metering import errors, rules
from market.metering.models import UsageEvent
from market.metering.schemas import FinishUse, ReportedUse, ReportedView, ReportUses, UseResult
from market.metering.statement import CHARGE_IN_SESSION
from market.pricing.periods import number_at, period
from market.subscriptions.models import Subscription
from market.subscriptions.plans import cadence_of
from market.subscriptions.queries import plan_of, plans_before
from market.subscriptions.states import SubscriptionState

_FINISH: Final = text("SELECT * FROM finish_usage(:source, :event, :delivered, :failure, CAST(:rating AS jsonb))")

Arguments = tuple[Any, ...]


async def report(act: Act, data: ReportUses) -> ReportedView:
    """Count what a provider reports under its own plans, in one statement; all of it or none.

    Raises UsesFaulty naming every use that cannot be, and for the first that goes beyond what there is QuotaUsedUp,
    SpendLimitReached, PrepaidTooLow or SubscriptionClosed; EventIdReused where a name stands for another use.
    """
    source = act.actor.party or ""
    found = await _subscriptions(act, {use.subscription_id for use in data.events})
    faults: list[FieldError] = []
    wanted: list[Arguments] = []
    for place, use in enumerate(data.events):
        row = found.get(use.subscription_id)
        wrong = fault(use, row, act.at)
        if wrong is not None:
            faults.append(FieldError(f"/events/{place}{wrong[0]}", wrong[1], wrong[2]))
        elif row is not None:
            wanted.append(arguments(row, use, source, act.at, hold=data.hold))
    if len({use.event_id for use in data.events}) < len(data.events):
        told = Text("同一批内事件编号重复", "An event's id stands twice in the batch")
        faults.append(FieldError("/events", told, errors.EventIdReused.rule))
    if faults:
        raise errors.UsesFaulty(errors=faults, count=len(faults))
    return ReportedView(await _charge(act, [found[use.subscription_id] for use in data.events], data.events, wanted))


async def _subscriptions(act: Act, wanted: set[str]) -> dict[str, Subscription]:
    """The subscriptions whose provider the actor is; of any other there is nothing to be told."""
    rows = await act.session.scalars(
        select(Subscription).where(Subscription.id.in_(wanted), Subscription.provider == act.actor.party)
    )
    return {row.id: row for row in rows}


class Charged(Protocol):
    """A subscription as far as a use is charged by it; its plan as it is stored, or as it was read before."""

    @property
    def id(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def anchor_on(self) -> date: ...
    @property
    def plan(self) -> dict[str, Any] | Plan: ...
    @property
    def status(self) -> SubscriptionState: ...
    @property
    def started_at(self) -> datetime: ...


def fault(use: ReportedUse, row: Charged | None, at: datetime) -> tuple[str, Text, str] | None:
    """Why a use cannot be counted: the field, the reason and its rule; None where it can."""
    if row is None:
        return "/subscription_id", Text("没有该订阅", "There is no such subscription of yours"), "LT-MTR-02"
    meters = rules.metered(plan_of(row.plan))
    part = meters.get(use.meter)
    if part is None:
        known = ", ".join(meters) or "-"
        return "/meter", Text(f"方案中的计量：{known}", f"The plan's meters: {known}"), "LT-MTR-02"
    earliest, latest = rules.window(at, rules.RULES.at(at.date()).body)
    if not max(earliest, row.started_at) <= use.occurred_at <= latest:
        since, until = timestamp(max(earliest, row.started_at)), timestamp(latest)
        told = Text(f"发生时间须在 {since} 至 {until} 之间", f"A use is reported from {since} to {until}")
        return "/occurred_at", told, "LT-MTR-02"
    if use.corrects is None and use.quantity < 1:
        told = Text("用量须为正；差额以 corrects 指明原事件", "A use is positive; a difference names what it corrects")
        return "/quantity", told, "LT-MTR-03"
    if rules.takes_subject(part) and use.subject is None and use.corrects is None:
        return "/subject", Text("该计量须注明对象", "This meter counts subjects: name one"), "LT-MTR-02"
    return None


def arguments(row: Charged, use: ReportedUse, source: str, at: datetime, *, hold: bool) -> Arguments:
    """What the statement is given for a use; the period is that of its moment, by the component's own beat."""
    plan = plan_of(row.plan)
    part = rules.metered(plan)[use.meter]
    cadence = cadence_of(plan, part, row.anchor_on)
    within = period(cadence, number_at(cadence, use.occurred_at))
    waits = timedelta(minutes=rules.RULES.at(at.date()).body.hold_minutes)
    return (
        row.id,
        use.meter,
        within.since,
        within.until,
        source,
        use.event_id,
        use.quantity,
        use.subject,
        use.occurred_at,
        at,
        use.corrects,
        rules.digest(source, use),
        at + waits if hold else None,
        rules.rating_json(plan, use.meter, trial=row.status is SubscriptionState.TRIALING),
    )


async def _charge(
    act: Act, rows: Sequence[Subscription], uses: Sequence[ReportedUse], wanted: Sequence[Arguments]
) -> list[UseResult]:
    # The locks of counters and of balances are taken in one order by everybody.
    order = sorted(range(len(wanted)), key=lambda at: (rows[at].buyer, *wanted[at][:3]))
    columns = zip(*(wanted[at] for at in order), strict=True)
    named = {f"a{at}": list(column) for at, column in enumerate(columns, start=1)}
    charged = list(await act.session.execute(CHARGE_IN_SESSION, named))
    answers = {order[one.place]: one for one in charged}
    return [outcome(rows[at], uses[at], answers[at]) for at in range(len(wanted))]


def outcome(row: Charged, use: ReportedUse, told: Any) -> UseResult:
    """What became of a use, as the statement told it; raises the refusal that it told."""
    if told.outcome in ("stored", "known"):
        return UseResult(use.event_id, told.outcome, told.state, told.reason)
    raise _refusal(row, use, told)


def _refusal(row: Charged, use: ReportedUse, told: Any) -> DomainError:
    def money(minor: int) -> str:
        return str(Money(minor, row.currency))

    match told.outcome:
        case "conflict":
            return errors.EventIdReused(event_id=use.event_id)
        case "closed":
            return errors.SubscriptionClosed(subscription=row.id, state=told.reason)
        case "quota":
            return errors.QuotaUsedUp(meter=use.meter, quota=told.bound, used=told.total, wanted=use.quantity)
        case "limit":
            return errors.SpendLimitReached(would_be=money(told.total), limit=money(told.bound))
        case "balance":
            return errors.PrepaidTooLow(wanted=money(told.total), available=money(told.bound))
        case "negative":
            reason = Text(
                f"更正后将小于零：现为 {told.total}，差额 {use.quantity}",
                f"It would fall below zero: it is {told.total}, and the difference {use.quantity}",
            )
        case _:
            reason = Text("没有可更正的原事件", "There is no such use to correct")
    fault_ = FieldError("/corrects", reason, "LT-MTR-03")
    return errors.UsesFaulty(errors=[fault_], count=1)


async def finish(act: Act, event_id: str, data: FinishUse) -> UseResult:
    """Say whether the answer that a use was held for was delivered; raises NotFound, or UseDecided when it was said."""
    source = act.actor.party or ""
    return await finish_of(act, source, event_id, delivered=data.delivered, failure=data.failure or "provider")


async def finish_of(act: Act, source: str, event_id: str, *, delivered: bool, failure: str) -> UseResult:
    """The same for any source; a use that failed stays, with whose failure it was, and is not charged."""
    row = await act.session.scalar(
        select(Subscription)
        .join(UsageEvent, UsageEvent.subscription_id == Subscription.id)
        .where(UsageEvent.source == source, UsageEvent.event_id == event_id)
    )
    event = await act.session.get(UsageEvent, (source, event_id))
    if row is None or event is None:
        raise NotFound(kind="usage_event", id=event_id)
    trial = row.status is SubscriptionState.TRIALING
    plans = await plans_before(act.session, row.id, act.at)
    plan = next(one for one in reversed(plans) if event.meter in rules.metered(one))
    named = {
        "source": source,
        "event": event_id,
        "delivered": delivered,
        "failure": None if delivered else failure,
        "rating": rules.rating_json(plan, event.meter, trial=trial),
    }
    told = (await act.session.execute(_FINISH, named)).one()
    if told.outcome == "conflict":
        raise errors.UseDecided(event_id=event_id, state=told.state)
    if told.outcome == "stored" and not delivered:
        facts = {"event": event_id, "meter": event.meter, "failure": failure}
        record(act, "market.usage.not_charged", row.id, parties=row.parties, facts=facts)
    return UseResult(event_id, told.outcome, told.state, told.reason)


def uses_of(row: Charged, amounts: Mapping[Meter, int], event_id: str, at: datetime) -> list[ReportedUse]:
    """An access as the uses that the plan's meters count of it, each named after the access and the meter."""
    return [
        ReportedUse(
            event_id=f"{event_id}:{name}",
            subscription_id=row.id,
            meter=name,
            quantity=amounts[part.meter],
            occurred_at=at,
            subject=event_id if rules.takes_subject(part) else None,
        )
        for name, part in rules.metered(plan_of(row.plan)).items()
        if amounts.get(part.meter, 0) > 0
    ]


async def charge(act: Act, row: Subscription, amounts: Mapping[Meter, int], *, event_id: str) -> list[UseResult]:
    """Charge a use that the centre's own gate lets through, in the transaction that releases it.

    `amounts` is how much was used of each kind of meter. Raises what `report` raises for what is not there, and then
    nothing is released either.
    """
    uses = uses_of(row, amounts, event_id, act.at)
    if not uses:
        return []
    wanted = [arguments(row, use, rules.GATE, act.at, hold=False) for use in uses]
    return await _charge(act, [row] * len(uses), uses, wanted)


async def let_go(act: Act, source: str, event_id: str) -> None:
    """Let a use go whose outcome nobody told in time: nothing is charged for what was not answered."""
    await finish_of(act, source, event_id, delivered=False, failure="unanswered")
