"""Pure rules of watching: what a new scorecard means beside the promise and the last one, and when an update is due."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

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
    """How often new data was promised, and where."""

    seconds: int
    source: str


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
    """How often new data is promised: by the contract's service level `frequency`, or as the asset was described."""
    if follow == "asset":
        seconds = policy.cycles.get(update_cycle)
        return Cycle(seconds, "asset") if seconds else None
    levels = document.get("slaProperties")
    for level in levels if isinstance(levels, list) else ():
        if isinstance(level, Mapping) and level.get("property") == "frequency":
            return _stated(level, policy)
    return None


def _stated(level: Mapping[str, Any], policy: WatchPolicy) -> Cycle | None:
    """A number of units, or one of the words for a cycle; ODCS leaves both open."""
    value, unit = level.get("value"), str(level.get("unit") or "").lower()
    if isinstance(value, str) and (named := policy.cycles.get(value.lower())):
        return Cycle(named, "contract")
    if isinstance(value, bool) or not isinstance(value, int | float) or unit not in _UNITS:
        return None
    seconds = value * _UNITS[unit]
    return Cycle(int(seconds), "contract") if 60 <= seconds <= _YEARS_MAX * _UNITS["y"] else None


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
