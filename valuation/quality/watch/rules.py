"""Pure rules of watching: what a new scorecard means beside the promise and the last one, and when an update is due."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from kernel.time.clock import SHANGHAI, end_of_day_in_china
from valuation.quality.scoring.comparison import Comparison
from valuation.quality.watch.policy import WatchPolicy

_UNITS = {
    **dict.fromkeys(("min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
    **dict.fromkeys(("w", "week", "weeks"), 604_800),
    **dict.fromkeys(("m", "month", "months"), 2_678_400),
    **dict.fromkeys(("y", "yr", "year", "years"), 31_622_400),
}
_YEARS_MAX = 10


class Crossing(Struct, frozen=True):
    """One thing that is worth an event: its participle and its facts."""

    kind: str
    facts: dict[str, Any]


class Cycle(Struct, frozen=True):
    """How often new data was promised, and where; nothing is due after `until`."""

    seconds: int
    source: str
    until: datetime | None = None

    def has_ended(self, now: datetime) -> bool:
        """Whether nothing is promised any more."""
        return self.until is not None and now >= self.until

    def next_look(self, due_at: datetime) -> datetime:
        """When the next update is due, or when the promises end, if that comes first."""
        return due_at if self.until is None else min(due_at, self.until)


def crossings(
    comparison: Comparison | None, score: str, minimum: Decimal | None, policy: WatchPolicy
) -> list[Crossing]:
    """What a new scorecard crosses: the promised minimum, and beside the last one the limits of change."""
    found = []
    if minimum is not None and Decimal(score) < minimum:
        found.append(Crossing("undershot", {"score": score, "minimum": str(minimum)}))
    if comparison is None:
        return found
    before = comparison.score.before
    if before is not None and Decimal(before) - Decimal(score) >= policy.score_fall_min:
        causes = [cause.check for cause in comparison.causes[: policy.columns_told_max]]
        found.append(Crossing("fell", {"score": score, "score_before": before, "causes": causes}))
    drifted = [
        {"object": drift.object, "column": drift.column, "psi": drift.psi, "ks": drift.ks}
        for drift in comparison.drift
        if _at_least(drift.psi, policy.psi_min) or _at_least(drift.ks, policy.ks_min)
    ]
    if drifted:
        found.append(Crossing("drifted", _first(drifted, policy)))
    changed = [
        {"object": each.object, "column": each.column, "before": each.before, "after": each.after}
        for each in comparison.columns
    ]
    if changed:
        found.append(Crossing("schema_changed", _first(changed, policy)))
    return found


def _at_least(measured: str | None, limit: Decimal) -> bool:
    return measured is not None and Decimal(measured) >= limit


def _first(columns: list[dict[str, Any]], policy: WatchPolicy) -> dict[str, Any]:
    return {"columns": columns[: policy.columns_told_max], "column_count": len(columns)}


def cycle_of(document: Mapping[str, Any], update_cycle: str, follow: str, policy: WatchPolicy) -> Cycle | None:
    """How often new data is promised, by the contract's service level `frequency` or as the asset was described.

    A frequency of a column says how often its rows come, and no more often than the asset is said to be updated does a
    new revision come with them; without a column it is the cycle of updates itself. `endOfLife` ends every promise.
    """
    described = policy.cycles.get(update_cycle)
    levels = [each for each in _listed(document.get("slaProperties")) if isinstance(each, Mapping)]
    until = next((end for each in levels if (end := _end_of_life(each)) is not None), None)
    if follow == "asset":
        return Cycle(described, "asset", until) if described else None
    stated = next((each for each in levels if each.get("property") == "frequency"), None)
    seconds = None if stated is None else _stated(stated, policy)
    if seconds is None or stated is None:
        return None
    if not _is_of_column(stated):
        return Cycle(seconds, "contract", until)
    return Cycle(max(seconds, described), "contract", until) if described else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_of_column(level: Mapping[str, Any]) -> bool:
    """Whether a service level names a column, `object.column`, and not an object or the whole contract."""
    return isinstance(level.get("element"), str) and "." in level["element"]


def _end_of_life(level: Mapping[str, Any]) -> datetime | None:
    """The moment from which nothing new is promised; a day ends with its last second in China."""
    if level.get("property") != "endOfLife":
        return None
    value = level.get("value")
    try:
        if isinstance(value, str) and len(value) > len("2013-12-31"):
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo is not None else moment.replace(tzinfo=SHANGHAI)
        return end_of_day_in_china(date.fromisoformat(str(value)))
    except (ValueError, OverflowError):
        return None  # ODCS leaves it open, such as "when the centre closes"; the scorecard says what is kept unread.


def _stated(level: Mapping[str, Any], policy: WatchPolicy) -> int | None:
    """The seconds of a number of units, or of one of the words for a cycle; ODCS leaves both open."""
    value, unit = level.get("value"), str(level.get("unit") or "").lower()
    if isinstance(value, str) and (named := policy.cycles.get(value.lower())):
        return named
    if isinstance(value, bool) or not isinstance(value, int | float) or unit not in _UNITS:
        return None
    seconds = value * _UNITS[unit]
    return int(seconds) if 60 <= seconds <= _YEARS_MAX * _UNITS["y"] else None


def due(published: datetime, cycle_seconds: int, policy: WatchPolicy) -> datetime:
    """The moment from which the next update counts as missed."""
    return published + timedelta(seconds=cycle_seconds) + grace(cycle_seconds, policy)


def grace(cycle_seconds: int, policy: WatchPolicy) -> timedelta:
    """How late an update may be: a share of its cycle, and no more than so many hours."""
    share = timedelta(seconds=float(cycle_seconds * policy.grace_share))
    return min(share, timedelta(hours=policy.grace_hours_max))


def passed(due_at: datetime, cycle_seconds: int, now: datetime) -> int:
    """How many cycles were missed when the moment `due_at` has come; at least one."""
    return 1 + int((now - due_at).total_seconds() // cycle_seconds)
