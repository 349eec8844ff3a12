"""Which columns tell one row from another, as a person would say: an identifier, a day, a place on a day, no measure.

That values differ today says nothing of tomorrow: an amount, a count or a first name that happens to be different in
every row is no key, for the next legitimate file may repeat it.
"""

import re
from collections.abc import Mapping
from itertools import combinations
from math import prod
from typing import Final

import polars as pl
from msgspec import Struct

from valuation.quality.contract.contract import LogicalType
from valuation.quality.inference import shapes
from valuation.quality.inference.columns import Columns, Drafted

_IDENTIFIER: Final = re.compile(
    r"(^|[_\W])(id|no|num|nr|number|code|key|sn|uuid|guid|isbn|sku|serial|seq|ref|uscc)\.?$|[a-z](Id|ID|No|Num|Code|Key)$"
    r"|^(id|index|rownum|row_?number|flight|train|trip|route|station|sensor|device|meter)$|编号|代码|编码|序号|流水|单号|标识|主键|[^型账]号码?$",
    re.ASCII,
)
_PERSONAL: Final = re.compile(
    r"身份证|证件|手机|电话|银行卡|卡号|id_?card|phone|mobile|(^|_)tel($|_)|card|passport|ssn", re.I
)
_PROSE: Final = re.compile(
    r"name|title|addr|remark|note|desc|comment|mail|url|link|text|memo|姓名|名称|地址|备注|说明|描述|邮箱|内容|摘要|标题",
    re.I,
)
_YEAR: Final = re.compile(r"year|年$|年[份度]", re.I)
_CALENDAR: Final = re.compile(r"^(month|day|hour|minute|week|quarter|月份?|日|时|小时|周|季度?)$", re.I)
_YEARS = (1500, 2200)
_ROWS_MIN = 10
"""Fewer rows show no running number and no key of several columns."""
_RUNNING_FROM = (0, 1)
_TEXT_MAX = 40
_PARTS_MAX, _CANDIDATES_MAX = 4, 8
_HEAD = 20_000
_CHANCE_MIN = 5.0
"""So many repetitions would be expected of values that fall by chance; that there is none then says something."""

_TEMPORAL = (LogicalType.DATE, LogicalType.TIMESTAMP)


class _Part(Struct, frozen=True):
    """A column that may be part of a key: how likely (0 is likeliest), its place, and whether it tells the time."""

    name: str
    rank: int
    place: int
    temporal: bool
    distinct: int


def identifying(column: Drafted) -> bool:
    """Say whether a column whose values all differ may be declared unique: it names something, by name or by shape."""
    different = column.distinct == len(column.values) > 1
    return different and _rank(column, 1) is not None and column.logical_type not in _TEMPORAL


def primary_key(columns: Columns, rows: int) -> tuple[str, ...]:
    """The columns of the key that a person would propose, in order; none is better than a wrong one."""
    whole = {n: c for n, c in columns.items() if c.declaration.get("required") and len(c.values) == rows > 1}
    single = [
        (rank, place, name)
        for place, (name, column) in enumerate(whole.items())
        if column.distinct == rows and "." not in name and (rank := _rank(column, place)) is not None
    ]
    return (min(single)[2],) if single else _composite(whole, rows)


def _rank(column: Drafted, place: int) -> int | None:
    """How likely a column is to be the key alone, 0 before all; None for what never is one."""
    kind, name = column.logical_type, column.name
    if kind in _TEMPORAL:
        return 2
    if kind not in (LogicalType.INTEGER, LogicalType.STRING):
        return None
    if _PERSONAL.search(name):
        return 6
    if _IDENTIFIER.search(name):
        return 0
    if kind is LogicalType.INTEGER:
        return 3 if _years(column) else 4 if _running(column.values) else None
    if _PROSE.search(name) or not len(column.values):
        return None
    if shapes.pattern_of(column.values) is not None:
        return 1
    longest = column.values.str.len_chars().max()
    return 5 if place == 0 and isinstance(longest, int) and longest <= _TEXT_MAX else None


def _years(column: Drafted) -> bool:
    low, high = column.values.min(), column.values.max()
    within = isinstance(low, int) and isinstance(high, int) and _YEARS[0] <= low and high <= _YEARS[1]
    return within and _YEAR.search(column.name) is not None


def _running(values: pl.Series) -> bool:
    """Row numbers: every whole number from 0 or 1."""
    low, high = values.min(), values.max()
    if not isinstance(low, int) or not isinstance(high, int) or len(values) < _ROWS_MIN:
        return False
    return low in _RUNNING_FROM and high - low + 1 == len(values)


def _composite(whole: Mapping[str, Drafted], rows: int) -> tuple[str, ...]:
    """The fewest columns that together tell every row apart and hardly do so by chance; time first, then places."""
    if rows < _ROWS_MIN:
        return ()
    parts = [p for place, column in enumerate(whole.values()) if (p := _part(column, place, rows)) is not None]
    parts = sorted(parts, key=lambda p: (p.rank, p.place))[:_CANDIDATES_MAX]
    timed = any(part.temporal for part in parts)
    for size in range(2, _PARTS_MAX + 1):
        tried = sorted(combinations(parts, size), key=lambda c: (sum(p.rank for p in c), [p.place for p in c]))
        for chosen in tried:
            if timed and not any(part.temporal for part in chosen):
                continue
            possible = prod(part.distinct for part in chosen)
            if possible >= rows and rows * rows / (2 * possible) >= _CHANCE_MIN and _tell_apart(whole, chosen, rows):
                return tuple(p.name for p in sorted(chosen, key=lambda p: (not p.temporal, p.place)))
    return ()


def _part(column: Drafted, place: int, rows: int) -> _Part | None:
    """What may be part of a key: time, identifiers that come again, and names of kinds; never a measure."""
    kind, name, distinct = column.logical_type, column.name, column.distinct
    if "." in name or distinct < 2:
        return None
    if kind in _TEMPORAL or (kind is LogicalType.INTEGER and _years(column)):
        return _Part(name, 0, place, True, distinct)
    if _PERSONAL.search(name):
        return None
    if kind in (LogicalType.INTEGER, LogicalType.STRING) and _IDENTIFIER.search(name):
        return _Part(name, 1, place, False, distinct)
    if kind is LogicalType.INTEGER:
        return _Part(name, 1, place, False, distinct) if _CALENDAR.search(name) else None
    of_kinds = kind is LogicalType.STRING and distinct <= rows / (5 if _PROSE.search(name) else 2)
    return _Part(name, 2, place, False, distinct) if of_kinds else None


def _tell_apart(whole: Mapping[str, Drafted], chosen: tuple[_Part, ...], rows: int) -> bool:
    """Whether no two rows are alike in these columns; most choices end with the first rows."""
    frame = pl.DataFrame([whole[part.name].values.alias(part.name) for part in chosen])
    head = frame.head(_HEAD)
    return head.n_unique() == head.height and (rows <= _HEAD or frame.n_unique() == rows)
