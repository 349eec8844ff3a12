"""The operators on columns: what comes out depends on the value, the plan, the key and the row's place alone.

A value that an operator cannot read, such as a text where a date was expected, is removed and counted: to let it
through as it is would be a leak.
"""

import hashlib
import hmac
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from valuation.quality.contract.contract import LogicalType
from valuation.quality.desensitisation.plan import (
    AnyOperator,
    Generalise,
    Hash,
    Keep,
    Mask,
    Perturb,
    Suppress,
)
from valuation.quality.reading.staging import cast

_PERIODS = {"day": "1d", "month": "1mo", "quarter": "1q", "year": "1y", "decade": "10y"}


@dataclass(slots=True)
class Column:
    """One column on its way through an operator, batch by batch in the order of the rows."""

    object: str
    name: str
    operator: AnyOperator
    key: bytes
    seed: str
    changed: int = 0
    unreadable: int = 0
    _noise: np.random.Generator | None = field(default=None, init=False)

    @property
    def dropped(self) -> bool:
        """Whether the column is left out."""
        return isinstance(self.operator, Suppress) and not self.operator.keep_column

    def apply(self, values: pl.Series) -> pl.Series:
        """Give the values of the next batch, and count what changed and what could not be read."""
        done = self._applied(values)
        if values.dtype.is_nested():
            same = done.is_null() == values.is_null()
            self.changed += len(values) if done.dtype != values.dtype else int((~same).sum())
        else:
            before, after = values.cast(pl.String, strict=False), done.cast(pl.String, strict=False)
            self.changed += int(before.ne_missing(after).sum())
        return done.alias(self.name)

    def _applied(self, values: pl.Series) -> pl.Series:
        match self.operator:
            case Keep():
                return values
            case Suppress():
                return pl.Series(self.name, [None] * len(values), dtype=values.dtype)
            case Mask():
                return _masked(_texts(values), self.operator)
            case Hash():
                return self._hashed(_texts(values), self.operator)
            case Generalise():
                return self._read(values, self._generalised(values, self.operator))
            case Perturb():
                return self._read(values, self._perturbed(values, self.operator))

    def _read(self, values: pl.Series, done: pl.Series) -> pl.Series:
        self.unreadable += int((done.is_null() & values.is_not_null()).sum())
        return done

    def _hashed(self, texts: pl.Series, operator: Hash) -> pl.Series:
        domain = operator.domain if operator.domain is not None else f"{self.object}.{self.name}"
        key = hmac.digest(self.key, f"hash\n{domain}".encode(), "sha256")
        known = texts.drop_nulls().unique()
        names = [hmac.digest(key, value.encode(), "sha256").hex()[: operator.length] for value in known]
        return _looked_up(texts, known, names)

    def _generalised(self, values: pl.Series, operator: Generalise) -> pl.Series:
        if operator.values is not None:
            given, coarse = list(operator.values), list(operator.values.values())
            return _texts(values).replace_strict(given, coarse, default=operator.other, return_dtype=pl.String)
        if operator.keep_first is not None:
            texts = _texts(values)
            rest = (texts.str.len_chars().cast(pl.Int64) - operator.keep_first).clip(lower_bound=0)
            return texts.str.head(operator.keep_first) + _repeated("*", rest)
        if operator.to is not None:
            return _period(values, operator.to)
        assert operator.width is not None
        return _steps(values, operator.width)

    def _perturbed(self, values: pl.Series, operator: Perturb) -> pl.Series:
        noise = self._draw(len(values), operator)
        if operator.days:
            return _moved(values, noise)
        numbers = values.cast(pl.Float64, strict=False)
        moved = (numbers + pl.Series(noise)).clip(operator.minimum, operator.maximum).round(operator.decimals)
        return _like(values, moved, operator.decimals)

    def _draw(self, count: int, operator: Perturb) -> npt.NDArray[np.float64]:
        """Noise by the place of the row, whatever the batches; rows without a value take their turn too."""
        if self._noise is None:
            parts = ("perturb", self.seed, self.object, self.name)
            digest = hmac.digest(self.key, "\n".join(parts).encode(), "sha256")
            self._noise = np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "big")))
        drawn = self._noise.random(count) - 0.5
        if operator.noise == "uniform":
            return np.asarray(2 * operator.scale * drawn, dtype=np.float64)
        drawn = -operator.scale * np.sign(drawn) * np.log1p(-2 * np.abs(drawn))
        return np.asarray(drawn, dtype=np.float64)


def key_id(key: bytes) -> str:
    """The name of a key, which says nothing of it."""
    return hashlib.sha256(hmac.digest(key, b"name", "sha256")).hexdigest()[:16]


def _texts(values: pl.Series) -> pl.Series:
    """Values as texts, one spelling each."""
    return values if values.dtype == pl.String else values.cast(pl.String, strict=False)


def _masked(texts: pl.Series, operator: Mask) -> pl.Series:
    """What is shorter than what would be kept is masked whole."""
    length = texts.str.len_chars().cast(pl.Int64)
    kept = operator.keep_first + operator.keep_last
    hidden = pl.select(pl.when(length > kept).then(length - kept).otherwise(length)).to_series()
    if operator.fixed is not None:
        hidden = pl.Series([operator.fixed] * len(texts), dtype=pl.Int64)
    signs = _repeated(operator.character, hidden)
    shown = texts.str.head(operator.keep_first) + signs + texts.str.tail(operator.keep_last)
    return pl.select(pl.when(texts.is_null()).then(None).when(length > kept).then(shown).otherwise(signs)).to_series()


def _repeated(character: str, counts: pl.Series) -> pl.Series:
    """A run of one character for each count."""
    known = counts.drop_nulls().unique()
    return _looked_up(counts, known, [character * int(count) for count in known])


def _looked_up(values: pl.Series, known: pl.Series, names: list[str]) -> pl.Series:
    """The text that stands for each value; NULL stays NULL."""
    if not names:
        return pl.Series(values.name, [None] * len(values), dtype=pl.String)
    return values.replace_strict(known, pl.Series(names, dtype=pl.String), default=None, return_dtype=pl.String)


def _steps(values: pl.Series, width: float) -> pl.Series:
    """The lower end of the step that a number falls into."""
    if values.dtype.is_integer() and width == int(width):
        return (values // int(width)) * int(width)
    numbers = values.cast(pl.Float64, strict=False)
    decimals = max(0, min(10, len(np.format_float_positional(width, trim="-").partition(".")[2])))
    return _like(values, ((numbers / width).floor() * width).round(decimals), decimals)


def _like(values: pl.Series, numbers: pl.Series, decimals: int) -> pl.Series:
    """Numbers in the type of the values that they stand for; what is infinite or no number is none."""
    there = pl.select(pl.when(numbers.is_finite()).then(numbers)).to_series()
    if values.dtype == pl.String:
        whole = there.cast(pl.Int64, strict=False) if decimals == 0 else there
        return whole.cast(pl.String)
    if values.dtype.is_integer():
        return there.round(0).cast(values.dtype, strict=False)
    return there if values.dtype.is_float() else there.cast(pl.Float64)


def _times(values: pl.Series) -> pl.Series:
    """Dates and moments, those written as texts too."""
    return cast(values, LogicalType.TIMESTAMP) if values.dtype == pl.String else values


def _period(values: pl.Series, to: str) -> pl.Series:
    times = _times(values)
    if times.dtype != pl.Date and not isinstance(times.dtype, pl.Datetime):
        return pl.Series([None] * len(values), dtype=values.dtype)
    coarse = times.dt.truncate(_PERIODS[to])
    return coarse.dt.date().dt.to_string("iso") if values.dtype == pl.String else coarse


def _moved(values: pl.Series, days: npt.NDArray[np.float64]) -> pl.Series:
    times = _times(values)
    if times.dtype == pl.Date:
        moved = times + pl.Series(np.rint(days).astype(np.int64)).cast(pl.Duration("us")) * 86_400_000_000
        done = moved.cast(pl.Date)
    elif isinstance(times.dtype, pl.Datetime):
        unit = {"ms": 1e3, "us": 1e6, "ns": 1e9}[times.dtype.time_unit]
        shift = pl.Series(np.rint(days * 86_400).astype(np.int64)) * int(unit)
        done = times + shift.cast(pl.Duration(times.dtype.time_unit))
    else:
        return pl.Series([None] * len(values), dtype=values.dtype)
    return _written(values, done) if values.dtype == pl.String else done


def _written(texts: pl.Series, moved: pl.Series) -> pl.Series:
    """A text that told no time of day tells none afterwards."""
    bare = texts.str.len_chars() <= len("2026-11-23")
    whole, day = moved.dt.to_string("%Y-%m-%dT%H:%M:%S"), moved.dt.round("1d").dt.to_string("%Y-%m-%d")
    return pl.select(pl.when(bare).then(day).otherwise(whole)).to_series()
