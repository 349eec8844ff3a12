"""The only place that reads the time; everybody else is handed a Clock or a moment."""

from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
"""Statutory days are China's days."""


@runtime_checkable
class Clock(Protocol):
    """Tells the time in UTC."""

    def now(self) -> datetime:
        """The present moment, with its zone."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment."""
        return datetime.now(UTC)


class FixedClock:
    """A clock for tests: it stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a moment needs a zone")
        self._at = at

    def now(self) -> datetime:
        """The moment it stands at."""
        return self._at

    def move(self, by: timedelta) -> None:
        """Move it forward."""
        self._at += by


class SandboxClock:
    """The machine's clock plus an offset that the sandbox may advance; production never builds one."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """The sandbox's present moment."""
        return datetime.now(UTC) + self.offset


def outside(clock: Clock) -> datetime:
    """The moment as clocks outside have it, such as a member's phone: those do not go along with the sandbox's."""
    return clock.now() - (clock.offset if isinstance(clock, SandboxClock) else timedelta())


def day_in_china(at: datetime) -> date:
    """The calendar day in China on which a moment falls."""
    return at.astimezone(SHANGHAI).date()


def start_of_day_in_china(on: date) -> datetime:
    """The first moment of a day in China."""
    return datetime(on.year, on.month, on.day, tzinfo=SHANGHAI).astimezone(UTC)


def end_of_day_in_china(on: date) -> datetime:
    """The first moment after a day in China: a deadline on that day has passed from then on."""
    return start_of_day_in_china(on) + timedelta(days=1)


def months_before(day: date, months: int) -> date:
    """The first day of a look back over so many months; a day that some month lacks becomes its 28th."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, 28))


def timestamp(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds: one text for one moment, as signed and hashed."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
