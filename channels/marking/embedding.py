"""Making a marked copy of a table: values moved by one step, and rows left out, as the delivery's key draws; pure.

The same key, table and terms give the same copy. A value that has the parity drawn for it stays as it is; another moves
to the nearest side that the key draws and its bounds allow. No value leaves the range that its column has, or that the
contract promises of it; nought, and whatever is empty or no number, stays.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from channels.marking.cells import Bits, decimals, draws, names_of_rows, steps_in, typed
from contracts.policy.marks import TableMarks


class Range(msgspec.Struct, frozen=True):
    """Bounds of a column's values, each itself within or not; None leaves a side open."""

    low: Decimal | None
    high: Decimal | None
    low_within: bool = True
    high_within: bool = True

    def admits(self, value: Decimal) -> bool:
        """Whether a value lies within."""
        above = self.low is None or self.low < value or (self.low_within and self.low == value)
        return above and (self.high is None or value < self.high or (self.high_within and self.high == value))


def marked(
    frame: pl.DataFrame,
    table: TableMarks,
    key: Sequence[str],
    delivery_key: bytes,
    promised: Mapping[str, Sequence[Range]],
) -> pl.DataFrame:
    """A table as one delivery gets it.

    `key` names each row once and is never empty; `promised` are the ranges that the contract states, by column.
    """
    if not frame.height:
        return frame
    drawn = draws(names_of_rows(frame, key), delivery_key, len(table.columns), table.omits_one_in)
    columns = []
    for place, one in enumerate(table.columns):
        here = np.flatnonzero(drawn.marked & (drawn.column == place) & ~drawn.omitted)
        values = frame[one.column]
        ranges = (_own_range(values), *promised.get(one.column, ()))
        columns.append(_moved(values, here, drawn.bit[here], drawn.up[here], Decimal(one.step), ranges))
    return frame.with_columns(columns).filter(pl.Series(~drawn.omitted))


def _own_range(values: pl.Series) -> Range:
    there = [each for each in decimals(pl.Series([values.min(), values.max()], dtype=values.dtype)) if each is not None]
    return Range(min(there), max(there)) if there and all(each.is_finite() for each in there) else Range(None, None)


def _moved(
    values: pl.Series,
    here: npt.NDArray[np.intp],
    bits: Bits,
    ups: Bits,
    step: Decimal,
    ranges: Sequence[Range],
) -> pl.Series:
    """A column with the values at these places moved to the parity of their bit, where one step may do that."""
    places, wanted = [], []
    for place, value, bit, up in zip(here, decimals(values.gather(here)), bits, ups, strict=True):
        steps = steps_in(value, step)
        if value is None or steps is None or steps & 1 == bit:
            continue
        sides = (step, -step) if up else (-step, step)
        allowed = (value + side for side in sides if _may_be(value, value + side, step, int(bit), ranges))
        if (new := next(allowed, None)) is not None:
            places.append(int(place))
            wanted.append(new)
    made = typed(wanted, values.dtype)
    # A float that cannot be one step further would come out as another number: it stays as it was.
    held = [k for k, (new, got) in enumerate(zip(wanted, decimals(made), strict=True)) if new == got]
    source = np.arange(len(values))
    source[[places[k] for k in held]] = len(values) + np.asarray(held, dtype=np.intp)
    return pl.concat([values, made]).gather(source).alias(values.name)


def _may_be(old: Decimal, new: Decimal, step: Decimal, bit: int, ranges: Sequence[Range]) -> bool:
    """Whether a value may become another: within every range that it lies in, and telling its bit."""
    steps = steps_in(new, step)
    return steps is not None and steps & 1 == bit and all(one.admits(new) for one in ranges if one.admits(old))
