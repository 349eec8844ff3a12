"""Two scorecards side by side: what changed in the score and why, in the columns, and in the distributions.

Drift is read from the histograms that scorecards hold, as cumulative distributions that are linear inside a bin:
KS is the largest distance of the two; PSI sums (q - p)·ln(q / p) over ten bins that held a tenth each before.
Up to 0.1 PSI is commonly read as stable and from 0.25 as a shift.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import UNSET, Struct, UnsetType

from valuation.quality.profile.masking import is_shape

Body = Mapping[str, Any]
Floats = npt.NDArray[np.float64]
_TINY = 1e-6


class Change(Struct, frozen=True):
    """A number before and after; null where it was not assessed."""

    before: str | None
    after: str | None


class Cause(Struct, frozen=True):
    """A check whose share of failures changed, or that exists on one side only, as points of its own share."""

    check: str
    indicator: str
    failed_before: int | None
    failed_after: int | None
    share_before: str | None
    share_after: str | None


class ColumnChange(Struct, frozen=True):
    """A column that came, went, or has another type."""

    object: str
    column: str
    before: str | None
    after: str | None


class Drift(Struct, frozen=True):
    """How far a column's values moved; null where there is no histogram, which only number columns have.

    `masked` is there where a side keeps its histogram to itself: it tells of persons, or is of before it was kept.
    """

    object: str
    column: str
    psi: str | None
    ks: str | None
    missing_before: str
    missing_after: str
    masked: bool | UnsetType = UNSET


class Comparison(Struct, frozen=True):
    """What changed from one scorecard to a later one of the same asset."""

    before: str
    after: str
    score: Change
    dimensions: Mapping[str, Change]
    rows: tuple[int, int]
    causes: tuple[Cause, ...]
    columns: tuple[ColumnChange, ...]
    drift: tuple[Drift, ...]


def compare(before_id: str, before: Body, after_id: str, after: Body) -> Comparison:
    """Compare two bodies; causes come with the largest change first."""
    dimensions = {
        code: Change(before["dimensions"][code]["score"], after["dimensions"][code]["score"])
        for code in after["dimensions"]
        if code in before["dimensions"]
    }
    return Comparison(
        before=before_id,
        after=after_id,
        score=Change(before["score"], after["score"]),
        dimensions=dimensions,
        rows=(before["rows"], after["rows"]),
        causes=_causes(before, after),
        columns=_columns(before, after),
        drift=_drifts(before, after),
    )


def _causes(before: Body, after: Body) -> tuple[Cause, ...]:
    old, new = ({check["id"]: check for check in body["checks"]} for body in (before, after))
    found: list[tuple[float, Cause]] = []
    for name in sorted(old | new):
        left, right = _share(old.get(name)), _share(new.get(name))
        if left == right:
            continue
        told = new.get(name) or old[name]
        cause = Cause(
            check=name,
            indicator=told["indicator"],
            failed_before=old[name]["failed"] if name in old else None,
            failed_after=new[name]["failed"] if name in new else None,
            share_before=None if left is None else f"{left:.6f}",
            share_after=None if right is None else f"{right:.6f}",
        )
        found.append((abs((right or 0.0) - (left or 0.0)), cause))
    return tuple(cause for _, cause in sorted(found, key=lambda each: -each[0]))


def _share(check: Body | None) -> float | None:
    return check["failed"] / check["evaluated"] if check is not None and check["evaluated"] else None


def _profiles(body: Body) -> dict[tuple[str, str], Body]:
    return {(name, column["column"]): column for name, columns in body["profile"].items() for column in columns}


def _columns(before: Body, after: Body) -> tuple[ColumnChange, ...]:
    old, new = _profiles(before), _profiles(after)
    types = (
        (key, old[key]["type"] if key in old else None, new[key]["type"] if key in new else None)
        for key in sorted(old | new)
    )
    return tuple(ColumnChange(key[0], key[1], left, right) for key, left, right in types if left != right)


def _drifts(before: Body, after: Body) -> tuple[Drift, ...]:
    old, new = _profiles(before), _profiles(after)
    rows = [{file["object"]: file["rows"] for file in body["files"]} for body in (before, after)]
    found = []
    for key in sorted(set(old) & set(new)):
        left, right = old[key], new[key]
        missing = [
            f"{(c['null_count'] + c['nan_count']) / max(n[key[0]], 1):.6f}"
            for c, n in zip((left, right), rows, strict=True)
        ]
        bins = left.get("histogram") or (), right.get("histogram") or ()
        measured = moved(*bins) if all(bins) else None
        psi, ks = (f"{measured[0]:.4f}", f"{measured[1]:.4f}") if measured else (None, None)
        hidden = not measured and any(each.get("masked") or is_shape(each["minimum"]) for each in (left, right))
        found.append(Drift(key[0], key[1], psi, ks, missing[0], missing[1], True if hidden else UNSET))
    return tuple(found)


def moved(before: Sequence[Body], after: Sequence[Body]) -> tuple[float, float]:
    """PSI and KS of two histograms."""
    edges, shares = _cumulative(before)
    cuts = np.interp(np.linspace(0, 1, 11)[1:-1], shares, edges)
    p, q = (np.diff(np.concatenate(([0.0], _at(bins, cuts), [1.0]))) for bins in (before, after))
    p, q = np.maximum(p, _TINY), np.maximum(q, _TINY)
    psi = float(np.sum((q - p) * np.log(q / p)))
    places = np.union1d(edges, _cumulative(after)[0])
    ks = float(np.max(np.abs(_at(before, places) - _at(after, places))))
    return psi, ks


def _cumulative(bins: Sequence[Body]) -> tuple[Floats, Floats]:
    edges = np.array([bins[0]["low"], *(each["high"] for each in bins)], dtype=np.float64)
    counts = np.array([each["count"] for each in bins], dtype=np.float64)
    return edges, np.concatenate(([0.0], np.cumsum(counts) / counts.sum()))


def _at(bins: Sequence[Body], places: Floats) -> Floats:
    """The share of values up to each place; a column of one value jumps there."""
    edges, shares = _cumulative(bins)
    if edges[0] == edges[-1]:
        return np.where(places >= edges[0], 1.0, 0.0)
    return np.interp(places, edges, shares, left=0.0, right=1.0)
