"""Cutting a table to the scope of a licence before anything is written, so that nothing else is in a file; pure.

Constants are bound in the types of the normalised columns, and exactly: what a column's type cannot hold is refused,
not rounded. An empty cell fulfils nothing but `is_null`; `NaN` lies above every number and equals itself, and −0.0 is
0.0, as in the change feed.
"""

import re
import struct
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, NoReturn

import polars as pl

from channels.publishing.errors import NotPublishable
from contracts.usage.scope.tree import Comparator, Condition, Scope, TableScope, columns_read, leaves
from kernel.text import Text

_NUMBER: Final = re.compile(r"-?[0-9]{1,38}(\.[0-9]{1,38})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(_DAY.pattern + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")
_LONG: Final = range(-(2**63), 2**63)
_DIGITS_MAX: Final = 38
_COMPARED: Final[dict[Comparator, Callable[[pl.Expr, Any], pl.Expr]]] = {
    Comparator.EQ: pl.Expr.eq,
    Comparator.NE: pl.Expr.ne,
    Comparator.LT: pl.Expr.lt,
    Comparator.LE: pl.Expr.le,
    Comparator.GT: pl.Expr.gt,
    Comparator.GE: pl.Expr.ge,
}


class Unbound(Exception):
    """A constant that a column's type does not have; `wanted` says what the column is compared with."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.wanted = Text(zh, en)


def require_tables(scope: Scope, tables: Sequence[str]) -> None:
    """Raise NotPublishable for a scope that names a table which is not there."""
    for part in scope:
        if part.table not in tables:
            what = Text("许可范围中的表不在数据中", "the licence names this table, and the data does not have it")
            raise NotPublishable(table=part.table[:60], reason=what)


def fulfils(table: str, schema: pl.Schema, part: TableScope) -> pl.Expr:
    """Which rows of a normalised table are licensed, as true or false.

    Raises NotPublishable for a column that is not there, or a constant that the column cannot be compared with.
    """
    for name in columns_read(part):
        if name not in schema:
            what = Text(
                f"许可范围中的列 {name[:60]} 不在数据中", f"it has no column {name[:60]}, which the licence names"
            )
            raise NotPublishable(table=table, reason=what)
    if part.rows is None:
        return pl.lit(value=True)
    for leaf in leaves(part.rows):
        if (unlike := unbound_of(leaf, schema)) is not None:
            raise NotPublishable(table=table, reason=unlike)
    return matching(part.rows, schema).fill_null(value=False)


def unbound_of(leaf: Condition, schema: pl.Schema) -> Text | None:
    """Why a column that is there cannot be compared so; None where it can."""
    name = leaf.col or ""
    try:
        _comparison(leaf, schema)
    except Unbound as problem:
        wanted = problem.wanted
        return Text(f"列 {name[:60]} 的比较须用{wanted.zh}", f"the column {name[:60]} is compared with {wanted.en}")
    return None


def matching(condition: Condition, schema: pl.Schema) -> pl.Expr:
    """Which rows of a normalised table fulfil a condition, in SQL's own logic of three values; raises Unbound.

    A filter takes what is open for false, and by it as it stands a scan leaves groups of rows out.
    """
    inner = [matching(one, schema) for one in condition.every or condition.some]
    if inner:
        return pl.all_horizontal(inner) if condition.every else pl.any_horizontal(inner)
    return _comparison(condition, schema)


def _comparison(leaf: Condition, schema: pl.Schema) -> pl.Expr:
    name = leaf.col or ""
    column, dtype = pl.col(name), schema[name]
    if leaf.op is Comparator.IS_NULL:
        return column.is_null() if leaf.value is True else column.is_not_null()
    kind = _bound_type(dtype)
    column = column.cast(kind)
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    bound = [_bound(value, kind) for value in values]
    if leaf.op is Comparator.STARTS_WITH:
        if not isinstance(kind, pl.String):
            raise Unbound("其他方式：仅文本列可用 starts_with", "something else: only texts begin with a text")
        return column.str.starts_with(bound[0])
    if leaf.op is Comparator.IN:
        return column.is_in(pl.Series(bound, dtype=kind).implode())
    if leaf.op is Comparator.BETWEEN:
        return column.ge(pl.lit(bound[0], kind)) & column.le(pl.lit(bound[1], kind))
    if isinstance(kind, pl.Boolean) and leaf.op not in (Comparator.EQ, Comparator.NE):
        raise Unbound("eq 或 ne", "eq or ne")
    return _COMPARED[Comparator(str(leaf.op))](column, pl.lit(bound[0], kind))


def _bound_type(dtype: pl.DataType) -> pl.DataType:
    """The type in which a column is compared: its own, but whole numbers in 64 bits, decimals with all their digits."""
    if isinstance(dtype, pl.Binary):
        raise Unbound("is_null：其内容不可比较", "is_null only: bytes are not compared")
    if isinstance(dtype, pl.Decimal):
        return pl.Decimal(_DIGITS_MAX, dtype.scale)
    return pl.Int64() if dtype.is_integer() else dtype


def _bound(value: Any, kind: pl.DataType) -> Any:
    """A constant as a value of a type, exactly; raises Unbound."""
    if isinstance(kind, pl.Boolean):
        return value if isinstance(value, bool) else _refuse("真假值", "true or false")
    if isinstance(value, bool):
        return _refuse("其类型的值，而非真假值", "a value of its type, which is not true or false")
    if isinstance(kind, pl.String):
        return value if isinstance(value, str) else _refuse("文本", "a text")
    if isinstance(kind, pl.Date):
        return _day(value)
    if isinstance(kind, pl.Datetime):
        return _moment(value)
    return _number(value, kind)


def _number(value: Any, kind: pl.DataType) -> Any:
    if not isinstance(value, int) and not (isinstance(value, str) and _NUMBER.fullmatch(value)):
        return _refuse('数，带小数的写作文本（如 "10.50"）', 'a number, with a fraction as text ("10.50")')
    number = Decimal(value)
    if isinstance(kind, pl.Int64):
        if number != number.to_integral_value() or int(number) not in _LONG:
            return _refuse("64 位以内的整数", "a whole number of 64 bits")
        return int(number)
    if isinstance(kind, pl.Decimal):
        whole, _, fraction = f"{number.copy_abs():f}".partition(".")
        if len(fraction.rstrip("0")) > kind.scale or len(whole.lstrip("0")) + kind.scale > _DIGITS_MAX:
            return _refuse(f"至多 {kind.scale} 位小数的数", f"a number of at most {kind.scale} digits after the point")
        return number
    near = _single(float(number)) if isinstance(kind, pl.Float32) else float(number)
    if number == number.to_integral_value() and Decimal(near) != number:
        return _refuse("该列能精确表示的整数", "a whole number that the column holds exactly")
    return near


def _single(number: float) -> float:
    """The nearest number of 32 bits."""
    try:
        near: float = struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError:
        return float("inf")
    return near


def _day(value: Any) -> date:
    with suppress(ValueError):
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    raise Unbound('日期（如 "2026-11-23"）', 'a day ("2026-11-23")')


def _moment(value: Any) -> datetime:
    with suppress(ValueError, OverflowError):
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return datetime.fromisoformat(value).astimezone(UTC)
    raise Unbound(
        '带时区的时间（如 "2026-11-23T10:00:00+08:00"）', 'a moment with its offset ("2026-11-23T10:00:00+08:00")'
    )


def _refuse(zh: str, en: str) -> NoReturn:
    raise Unbound(zh, en)
