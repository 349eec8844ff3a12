"""What is to be billed for a subscription at a moment: the engine's lines, less those that were billed before; pure.

What is paid in advance is billed when its period begins, everything else when the period is over and its uses are in.
What came late is the difference to what was billed, on the next bill, under the period that it belongs to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import msgspec

from contracts.terms.prices import Aggregation, Instalments, Metered, Plan, RevenueShare
from market.billing.rules import Dunning, issue_instalment_on
from market.pricing.charging import Due, charge
from market.pricing.dues import due_on, instalment_line
from market.pricing.lines import Line, LineKind, Reason
from market.pricing.periods import Cadence, Period, cadences, instant, period
from market.pricing.usage import NOTHING, Revenue, Usage, Use
from market.subscriptions.plans import advance, of_cadence

CREDIT: Final = "credit"
"""What is given back of a fee stands beside the new fee for the same time, under a kind of its own."""

CARRIED: Final = "carried-forward"
BROUGHT: Final = "brought-forward"
"""Lines of what is credited beyond a bill: it is taken off the bills that follow, and never paid out unasked."""


class Used(msgspec.Struct, frozen=True):
    """What a meter came to in a period, and the digest of the uses."""

    meter: str
    period_start: datetime
    quantity: int
    digest: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a subscription is at the moment of billing, as far as its lines need it."""

    plan: Plan
    begin: date
    billed: Mapping[str, Sequence[int]]
    opened_by_order: bool
    placed_on: date
    credit_minor: int
    stops_at: datetime | None
    ended_at: datetime | None
    used: Mapping[tuple[str, datetime], Used]
    revenue: Mapping[tuple[str, datetime], Revenue]
    prior: Sequence[Line]
    stale: Sequence[tuple[str, datetime]] = ()
    grace: timedelta = timedelta(days=2)


@dataclass(slots=True)
class Drawn:
    """A bill as it is to be issued, and where the subscription stands after it."""

    lines: list[Line] = field(default_factory=list)
    usage: list[Used] = field(default_factory=list)
    billed: dict[str, list[int]] = field(default_factory=dict)
    frozen: list[tuple[str, datetime]] = field(default_factory=list)
    done: set[tuple[str, datetime]] = field(default_factory=set)
    next_at: datetime | None = None
    due_on: date | None = None
    period: Period | None = None
    carried: tuple[int, int] = (0, 0)

    @property
    def total_minor(self) -> int:
        """What the bill comes to, after what was credited before."""
        return sum(one.amount_minor for one in self.lines) + sum(self.carried)


def draw(facts: Facts, at: datetime, rules: Dunning) -> Drawn:
    """Everything that is to be billed at a moment, in the order of the plan's periods; the same facts give the same."""
    drawn = Drawn(billed={key: list(value) for key, value in facts.billed.items()})
    waits: list[datetime] = []
    for cadence in cadences(facts.plan, facts.begin):
        waits += _periods(facts, cadence, at, drawn)
    waits += _instalments(facts, at, rules, drawn)
    _late(facts, drawn)
    _carry(facts, drawn)
    over = facts.ended_at is not None and facts.ended_at <= at
    drawn.next_at = None if over else min(waits, default=None)
    return drawn


def key_of(cadence: Cadence) -> str:
    """The name of a kind of period in what was billed."""
    return f"{cadence.every}-{cadence.unit}"


def _periods(facts: Facts, cadence: Cadence, at: datetime, drawn: Drawn) -> list[datetime]:
    first = 1 if facts.opened_by_order else 0
    ahead, behind = drawn.billed.setdefault(key_of(cadence), [first, 0])
    waits: list[datetime] = []
    if any(one in advance(facts.plan) for one in of_cadence(facts.plan, cadence)):
        while (starts := _advance_at(facts, cadence, ahead)) <= at and not _stopped(
            facts, period(cadence, ahead).since
        ):
            drawn.lines += _in_advance(facts.plan, period(cadence, ahead))
            ahead += 1
        if not _stopped(facts, period(cadence, ahead).since):
            waits.append(starts)
    while (ready := _ready_at(facts, cadence, period(cadence, behind))) <= at:
        within = period(cadence, behind)
        if _stopped(facts, within.since):
            break
        drawn.lines += _arrears(facts, cadence, _cut(facts, within), drawn)
        behind += 1
    if not _stopped(facts, period(cadence, behind).since):
        waits.append(ready)
    drawn.billed[key_of(cadence)] = [ahead, behind]
    return waits


@lru_cache(maxsize=4096)
def _in_advance(plan: Plan, within: Period) -> tuple[Line, ...]:
    """What a period costs as it begins: the same for everybody under a plan who began on a day."""
    return charge(plan, NOTHING, within, due=Due.BEGIN)


def _stopped(facts: Facts, since: datetime) -> bool:
    return facts.stops_at is not None and since >= facts.stops_at


def _cut(facts: Facts, within: Period) -> Period:
    """A period that was broken off ends there: what is included and least is in proportion."""
    if facts.ended_at is not None and within.since < facts.ended_at < within.until:
        return within.part(until=facts.ended_at)
    return within


def _advance_at(facts: Facts, cadence: Cadence, n: int) -> datetime:
    """When a period in advance is billed: as it begins, or together with the uses of the one before."""
    starts = period(cadence, n).since
    if facts.ended_at is not None:
        return starts
    metered = any(isinstance(one, Metered) for one in of_cadence(facts.plan, cadence))
    return starts + facts.grace if metered and n > 0 else starts


def _ready_at(facts: Facts, cadence: Cadence, within: Period) -> datetime:
    """When a period that is over can be billed: its uses are in, and its revenue is declared or was due to be."""
    parts = of_cadence(facts.plan, cadence)
    over = within.until if facts.ended_at is None else min(within.until, facts.ended_at)
    waits = [facts.grace for one in parts if isinstance(one, Metered) and facts.ended_at is None]
    waits += [
        timedelta(days=one.report_due_days)
        for one in parts
        if isinstance(one, RevenueShare) and (one.name, within.since) not in facts.revenue
    ]
    return over + max(waits, default=timedelta())


def _arrears(facts: Facts, cadence: Cadence, within: Period, drawn: Drawn) -> tuple[Line, ...]:
    """What a period comes to beyond what was paid in advance; its meters are frozen."""
    meters = [one.name for one in of_cadence(facts.plan, cadence) if isinstance(one, Metered)]
    drawn.frozen += [(name, within.since) for name in meters]
    drawn.done |= {(one.name, within.since) for one in of_cadence(facts.plan, cadence)}
    return _difference(facts, cadence, within, drawn)


def _difference(facts: Facts, cadence: Cadence, within: Period, drawn: Drawn) -> tuple[Line, ...]:
    used = [one for (_, start), one in facts.used.items() if start == within.since]
    names = {one.name for one in of_cadence(facts.plan, cadence)}
    used = [one for one in used if one.meter in names]
    drawn.usage += used
    revenue = {name: one for (name, start), one in facts.revenue.items() if start == within.since}
    usage = Usage({one.meter: (Use(one.quantity),) for one in used}, revenue)
    ahead = {one.name for one in advance(facts.plan)}
    before = [
        one
        for one in facts.prior
        if one.period_start == within.since and one.component not in ahead and one.component in {*names, *BOUNDS}
    ]
    # What is paid in advance was billed as it began, and a change of plan settles it: only its sum counts here.
    begun = _in_advance(facts.plan, within)
    before += [one for one in begun if one.component in ahead]
    return tuple(
        msgspec.structs.replace(one, reason=Reason.ADJUSTED) if one.amount_minor < 0 else one
        for one in charge(summed(facts.plan), usage, within, before)
        if one.component not in ahead
    )


BOUNDS: Final = (LineKind.MINIMUM.value, LineKind.MAXIMUM.value)


@lru_cache(maxsize=1024)
def summed(plan: Plan) -> Plan:
    """A plan whose meters are given as what they came to: the database has aggregated them."""
    parts = tuple(
        msgspec.structs.replace(one, aggregation=Aggregation.SUM) if isinstance(one, Metered) else one
        for one in plan.components
    )
    return msgspec.structs.replace(plan, components=parts)


def _late(facts: Facts, drawn: Drawn) -> None:
    """What came after its period was billed: the difference, under that period."""
    for name, start in facts.stale:
        part = next((one for one in facts.plan.components if one.name == name), None)
        if (name, start) in drawn.done or not isinstance(part, Metered | RevenueShare):
            continue
        cadence = next(one for one in cadences(facts.plan, facts.begin) if part in of_cadence(facts.plan, one))
        numbers = range(drawn.billed[key_of(cadence)][1])
        within = next((one for n in numbers if (one := period(cadence, n)).since == start), None)
        if within is not None:
            drawn.done |= {(other.name, start) for other in of_cadence(facts.plan, cadence)}
            drawn.lines += _difference(facts, cadence, _cut(facts, within), drawn)


def _instalments(facts: Facts, at: datetime, rules: Dunning, drawn: Drawn) -> list[datetime]:
    """The instalments whose bill is to be issued now, and when the next one is."""
    waits: list[datetime] = []
    for part in facts.plan.components:
        if not isinstance(part, Instalments):
            continue
        [done, _] = drawn.billed.setdefault(f"instalments-{part.name}", [_paid_with_order(facts, part), 0])
        order = sorted(range(len(part.parts)), key=lambda n: (due_on(part.parts[n], facts.begin), n))
        while done < len(order):
            due = due_on(part.parts[order[done]], facts.begin)
            issue = instant(issue_instalment_on(due, rules), facts.plan.zone)
            if issue > at or (drawn.due_on is not None and drawn.due_on != due):
                waits.append(max(issue, at))
                break
            drawn.due_on = due
            drawn.lines.append(instalment_line(facts.plan, part, order[done], facts.begin))
            done += 1
        drawn.billed[f"instalments-{part.name}"] = [done, 0]
    return waits


def _paid_with_order(facts: Facts, part: Instalments) -> int:
    """How many instalments the order's price had: those due by the day on which it was placed."""
    if not facts.opened_by_order:
        return 0
    return sum(due_on(one, facts.placed_on) <= facts.placed_on for one in part.parts)


def _carry(facts: Facts, drawn: Drawn) -> None:
    """Take off what was credited before, and keep what is credited beyond this bill for the next."""
    total = sum(one.amount_minor for one in drawn.lines)
    if total < 0:
        drawn.carried = (0, -total)
    elif facts.credit_minor and total:
        drawn.carried = (-min(facts.credit_minor, total), 0)


def usage_facts(used: Sequence[Used]) -> list[dict[str, Any]]:
    """What a bill keeps of what it was computed from."""
    return [msgspec.to_builtins(one) for one in used]
