"""Pure rules of obligations: what a policy asks of whom and by when, and the days that the centre has published."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from contracts.clauses import obligations as clauses
from contracts.clauses.types import Clause, ClockKind, Trigger
from contracts.clauses.types import Side as Bound
from contracts.clauses.use import ClauseUse
from contracts.usage.sentences import duty_text
from contracts.usage.tree import PHASES, Bearer, Duty, DutyKind, Phase
from kernel.rules import policy
from kernel.text import Text
from kernel.time.clock import day_in_china, end_of_day_in_china

Days = Annotated[int, Meta(ge=1, le=3650)]


class ObligationDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long things take."""

    grace_days: Days
    reminder_days: tuple[Days, ...]
    answer_working_days: Days
    cure_working_days: Days
    suspension_days_max: Days
    limitation_years: Annotated[int, Meta(ge=1, le=20)]
    overdue_reminder_days: tuple[Days, ...] = ()
    denials_max: Annotated[int, Meta(ge=1, le=100)] | None = None
    """After so many statements of an agreement that were not taken, the provider alone says no to none."""

    @property
    def reminders(self) -> list[timedelta]:
        """When there are reminders, from the first before a day to the last after it."""
        before = [-timedelta(days=days) for days in self.reminder_days]
        return sorted([*before, *(timedelta(days=days) for days in self.overdue_reminder_days)])


DAYS: Final = policy.load("obligations", ObligationDays, "contracts.obligations")

DELIVER: Final = "deliver"
"""The code of the obligation that the buyer's receipt discharges."""

JOINDER: Final = "joinder"
"""The code of the obligation to have whoever acquired the rights join."""

AMENDED_AWAY: Final = "the agreement was amended"
"""Why an obligation was released that new terms do not ask for."""

AT_THE_END: Final = (str(DutyKind.DELETE), str(DutyKind.PROVE_DELETION))
"""What is owed when an agreement ends, and is discharged by a statement of deletion."""


def is_proved(kind: str, duty: str) -> bool:
    """Whether it takes a statement of deletion: for the policy's data, not for what a clause alone has deleted."""
    return kind in AT_THE_END and "/" not in duty


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing owed: the duty or the clause that says so, who owes it to whom, and the first moment after its day."""

    duty: str
    kind: str
    name: Text
    bearer: str
    beneficiary: str
    due_at: datetime
    period: int = 1


@dataclass(frozen=True, slots=True)
class Sides:
    """The two parties of an agreement."""

    provider: str
    consumer: str

    def of(self, duty: Duty) -> tuple[str, str]:
        """Who owes a duty, and to whom."""
        if duty.bearer is Bearer.PROVIDER:
            return self.provider, self.consumer
        return self.consumer, self.provider


def at_the_start(duties: Sequence[Duty], sides: Sides, at: datetime) -> list[Owed]:
    """What is owed from the day on which an agreement takes effect: the first of everything that is periodic."""
    return list(_owed(duties, sides, at, Phase.ONGOING))


def at_the_end(duties: Sequence[Duty], sides: Sides, at: datetime) -> list[Owed]:
    """What is owed once an agreement has ended."""
    return list(_owed(duties, sides, at, Phase.AFTER))


def _owed(duties: Sequence[Duty], sides: Sides, at: datetime, phase: Phase) -> Iterator[Owed]:
    for duty in duties:
        if PHASES[duty.kind] is phase and duty.days is not None:
            yield Owed(duty.id, str(duty.kind), duty_text(duty), *sides.of(duty), due_at=days_after(at, duty.days))


Chosen = Sequence[tuple[Clause, ClauseUse]]
"""Clauses with their values, as terms hold them."""


def of_clauses(chosen: Chosen, duties: Sequence[Duty], sides: Sides, trigger: Trigger, at: datetime) -> list[Owed]:
    """What clauses make owed whose clock a moment sets going; what is a duty of the policy is owed by that already."""
    said = {str(duty.kind) for duty in duties}
    parties = {Bound.PROVIDER: sides.provider, Bound.CONSUMER: sides.consumer}
    return [
        Owed(f"{one.clause}/{one.code}/{one.bearer}", one.code, one.name, one.bearer_id, one.beneficiary_id, one.due_at)
        for one in clauses.obligations(chosen, parties=parties, triggers={trigger: at})
        if one.trigger is trigger
        and one.code not in said
        and one.due_at is not None
        and one.clock is not None
        and one.clock.kind is not ClockKind.DAYS_BEFORE
        and one.bearer_id is not None
        and one.beneficiary_id is not None
    ]


def not_owed_yet(owed: Sequence[Owed], last: Mapping[str, tuple[int, str | None]]) -> list[Owed]:
    """What was never owed, and what an amendment had taken away; `last` is each duty's last period and its end."""
    anew = []
    for one in owed:
        period, reason = last.get(one.duty, (0, AMENDED_AWAY))
        if reason == AMENDED_AWAY:
            anew.append(replace(one, period=period + 1))
    return anew


def days_after(at: datetime, days: int) -> datetime:
    """The first moment after the last of so many days in China, the first of which is the day after a moment's."""
    return end_of_day_in_china(day_in_china(at) + timedelta(days=days))


def next_period(due_at: datetime, days: int) -> datetime:
    """When the next of something periodic is due: the periods follow one another, however late one was discharged."""
    return due_at + timedelta(days=days)


def breached_at(due_at: datetime, grace_days: int) -> datetime:
    """The moment at which what is still owed is a breach."""
    return due_at + timedelta(days=grace_days)


def reminders_due(due_at: datetime, days: ObligationDays, at: datetime) -> int:
    """How many of the reminders before and after a day should have been sent by now."""
    return sum(due_at + each <= at for each in days.reminders)
