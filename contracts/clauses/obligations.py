"""What a contract makes each side owe, and by when; pure.

Days are those of China and begin on the day after the trigger (民法典 art. 201). That the last day falls on a holiday
moves nothing: the parties agree so (art. 204) in the clause on definitions. Working days are counted by the calendar.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from contracts.clauses.types import Clause, Clock, ClockKind, Obligation, Side, Trigger, text
from contracts.clauses.use import ClauseUse
from contracts.clauses.values import NOT_APPLICABLE
from kernel.text import Text
from kernel.time.clock import day_in_china, end_of_day_in_china
from kernel.time.workdays import Deadline, add_working_days

LENGTH_MAX: Final = 36_500
Calendar = Callable[[date, int], Deadline]
_OTHER: Final = {Side.PROVIDER: Side.CONSUMER, Side.CONSUMER: Side.PROVIDER}


class ClockLength(msgspec.Struct, frozen=True):
    """A clock whose length is known; none as long as its parameter is not filled in."""

    kind: ClockKind
    length: int | None


class Owed(msgspec.Struct, frozen=True):
    """One obligation of one side; `bearer_id` and `beneficiary_id` are the parties, where they are known."""

    clause: str
    code: str
    name: Text
    bearer: Side
    beneficiary: Side
    trigger: Trigger
    clock: ClockLength | None = None
    survives: bool = False
    bearer_id: str | None = None
    beneficiary_id: str | None = None
    due_at: datetime | None = None
    provisional: bool = False
    """Whether the calendar of that year is not announced yet."""


@dataclass(frozen=True, slots=True)
class Due:
    """The first moment at which it is late; provisional where the year's working days are not announced yet."""

    at: datetime
    provisional: bool = False


def due(trigger: datetime, clock: ClockLength, calendar: Calendar = add_working_days) -> Due:
    """When an obligation is due whose clock the trigger sets going.

    Raises ValueError for a clock whose length is not known, or is none that a contract has.
    """
    if clock.length is None or not _known(clock.length):
        raise ValueError(f"no clock is {clock.length} long")
    day = day_in_china(trigger)
    match clock.kind:
        case ClockKind.AT_ONCE:
            return Due(trigger)
        case ClockKind.HOURS:
            return Due(trigger + timedelta(hours=clock.length))
        case ClockKind.DAYS:
            return Due(end_of_day_in_china(day + timedelta(days=clock.length)))
        case ClockKind.DAYS_BEFORE:
            return Due(end_of_day_in_china(day - timedelta(days=clock.length)))
        case ClockKind.WORKDAYS:
            last = calendar(day, clock.length)
            return Due(end_of_day_in_china(last.on), last.provisional)


def _known(length: int | None) -> bool:
    return length is not None and 0 <= length <= LENGTH_MAX


def obligations(
    clauses: Iterable[tuple[Clause, ClauseUse]],
    *,
    parties: Mapping[Side, str] | None = None,
    triggers: Mapping[Trigger, datetime] | None = None,
    calendar: Calendar = add_working_days,
) -> tuple[Owed, ...]:
    """Every obligation that the clauses make, in their order: what binds both is owed by each to the other.

    Those whose trigger is given have the moment at which they are due.
    """
    return tuple(
        _timed(owed, triggers or {}, calendar)
        for clause, use in clauses
        for obligation in clause.obligations
        for owed in _each(clause, obligation, use, parties or {})
    )


def _each(clause: Clause, obligation: Obligation, use: ClauseUse, parties: Mapping[Side, str]) -> Iterator[Owed]:
    bearers = (Side.PROVIDER, Side.CONSUMER) if obligation.bearer is Side.BOTH else (obligation.bearer,)
    for bearer in bearers:
        beneficiary = obligation.beneficiary or _OTHER.get(bearer, Side.BOTH)
        yield Owed(
            clause=clause.id,
            code=obligation.code,
            name=text(obligation.name),
            bearer=bearer,
            beneficiary=beneficiary,
            trigger=obligation.trigger,
            clock=_clock(obligation.clock, use),
            survives=clause.survives or obligation.trigger is Trigger.END,
            bearer_id=parties.get(bearer),
            beneficiary_id=parties.get(beneficiary),
        )


def _clock(clock: Clock | None, use: ClauseUse) -> ClockLength | None:
    if clock is None:
        return None
    if isinstance(clock.length, int):
        return ClockLength(clock.kind, clock.length)
    length = use.values.get(clock.length)
    if length == NOT_APPLICABLE:
        return None
    return ClockLength(clock.kind, length if isinstance(length, int) else None)


def _timed(owed: Owed, triggers: Mapping[Trigger, datetime], calendar: Calendar) -> Owed:
    trigger = triggers.get(owed.trigger)
    if trigger is None or owed.clock is None or not _known(owed.clock.length):
        return owed
    found = due(trigger, owed.clock, calendar)
    return msgspec.structs.replace(owed, due_at=found.at, provisional=found.provisional)


_CLOCKS: Final = {
    ClockKind.AT_ONCE: Text("立即", "at once"),
    ClockKind.HOURS: Text("{length} 小时内", "within {length} hours"),
    ClockKind.DAYS: Text("{length} 日内", "within {length} days"),
    ClockKind.WORKDAYS: Text("{length} 个工作日内", "within {length} working days"),
    ClockKind.DAYS_BEFORE: Text("至迟 {length} 日前", "at the latest {length} days before"),
}


def clock_text(clock: ClockLength | None) -> Text:
    """A clock as people read it."""
    if clock is None:
        return Text("持续", "all the while")
    return _CLOCKS[clock.kind].filled(length="…" if clock.length is None else clock.length)
