"""The common shape of texts as a portable regular expression: what a code looks like, seen from its values."""

import re
from itertools import groupby

import polars as pl

from valuation.quality.contract.sql.patterns import UnportablePatternError, portable

_SAMPLE = 10_000
_RUNS_MAX = 10
_CLASSES = {"D": "[0-9]", "U": "[A-Z]", "L": "[a-z]"}


def pattern_of(texts: pl.Series) -> str | None:
    """Give the pattern that all of these texts follow, or None where they have no common shape worth a rule."""
    seen = texts.head(_SAMPLE).unique().to_list()
    shapes = [_runs(text) for text in seen]
    first = shapes[0]
    kinds = [kind for kind, _ in first]
    if not 0 < len(first) <= _RUNS_MAX or "D" not in kinds or any([k for k, _ in s] != kinds for s in shapes):
        return None
    pattern = "^" + "".join(_part(kind, [shape[i][1] for shape in shapes]) for i, kind in enumerate(kinds)) + "$"
    try:
        followed = texts.str.contains(portable(pattern)).all()
    except UnportablePatternError:
        return None
    return pattern if followed else None


def _runs(text: str) -> list[tuple[str, str]]:
    return [(kind, "".join(run)) for kind, run in groupby(text, key=_kind)]


def _kind(char: str) -> str:
    if "0" <= char <= "9":
        return "D"
    if "A" <= char <= "Z":
        return "U"
    return "L" if "a" <= char <= "z" else char


def _part(kind: str, runs: list[str]) -> str:
    """Letters that never change are themselves; other runs are a class with its lengths."""
    if len(set(runs)) == 1 and kind != "D":
        return re.escape(runs[0])
    lengths = sorted({len(run) for run in runs})
    times = f"{{{lengths[0]}}}" if len(lengths) == 1 else f"{{{lengths[0]},{lengths[-1]}}}"
    return (_CLASSES.get(kind) or re.escape(kind)) + times
