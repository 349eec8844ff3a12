"""One column at a time: its type, how its values are written, and what may be promised of them."""

import math
import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import polars as pl
from msgspec import Struct

from valuation.quality.contract.contract import LogicalType
from valuation.quality.inference import shapes
from valuation.quality.profile.masking import plain
from valuation.quality.reading.staging import cast
from valuation.quality.spelling import dates, numbers
from valuation.quality.spelling.width import plain_width

_SET_MAX = 30
_NUMBERS = (LogicalType.INTEGER, LogicalType.NUMBER)
_DATES = (LogicalType.DATE, LogicalType.TIMESTAMP)
_TRIED: Final[dict[str, tuple[LogicalType, ...]]] = {"parquet": (), "jsonl": _DATES}
"""What a text of a format may be beside itself: Parquet has types of its own, JSON numbers are no texts."""
_TRIED_OF_TEXT: Final = (LogicalType.INTEGER, LogicalType.NUMBER, LogicalType.BOOLEAN, *_DATES)
_WHOLE_MAX, _DOUBLE_MAX = 1 << 53, 1e300
_CODE = re.compile(r"^0[0-9]")
_DIGITS: Final = re.compile(
    r"手机|电话|身份证|证件|银行卡|卡号|账号|邮编|编号|编码|代码|号码|单号|phone|mobile|(^|_)tel($|_)|zip|post_?code|code$|uscc|card",
    re.I,
)
"""Names of what is written in digits and is no quantity."""
_DIGITS_MIN = 6
"""Digits of one length from here on are a code where the name says so; shorter ones are counted from 1 as often."""


class Drafted(Struct):
    """What was found of one column, and its values as long as references are looked for."""

    name: str
    logical_type: LogicalType
    values: pl.Series
    distinct: int
    declaration: dict[str, Any]
    unique: bool = False


Columns = dict[str, Drafted]
"""The columns of one flat table by name."""


def holder(name: str, values: pl.Series, logical_type: LogicalType, held: int) -> Drafted:
    """An object or an array: whether it is always there, and how many items it has."""
    there = values.drop_nulls()
    declaration: dict[str, Any] = {"name": name, "logicalType": str(logical_type)}
    if len(there) == held:
        declaration["required"] = True
    if logical_type is LogicalType.ARRAY and len(there):
        declaration["logicalTypeOptions"] = {"minItems": there.min(), "maxItems": there.max()}
    return Drafted(name, logical_type, there, 0, declaration)


def column_of(name: str, given: pl.Series, format_: str, held: int) -> Drafted:
    """`held` is how many records have what holds the column; `format_` is that of the file."""
    found = _cells(given) if format_ == "xlsx" else None
    found = found or _typed(given, _TRIED.get(format_, _TRIED_OF_TEXT))
    logical_type, values = found.logical_type, found.values
    if values.dtype.is_float():
        values = values.fill_nan(None)
    there = values.drop_nulls()
    distinct = there.n_unique()
    declaration: dict[str, Any] = {"name": name, "logicalType": str(logical_type)}
    if len(there) == held:
        declaration["required"] = True
    if found.number_form:
        declaration["customProperties"] = [{"property": "numberForm", "value": found.number_form}]
    if found.doubt:
        declaration["description"] = found.doubt
    options: dict[str, Any] = {}
    if logical_type in _NUMBERS and len(there) and not _DIGITS.search(name):
        options = _bounds(there)
    elif logical_type in (LogicalType.DATE, LogicalType.TIMESTAMP) and len(there):
        options = _earliest(there) | ({"format": found.format} if found.format else {})
    elif logical_type is LogicalType.STRING and len(there):
        options = _text_options(there, distinct)
        if (
            1 < distinct <= _SET_MAX
            and len(there) >= 10 * distinct
            and not there.str.contains("\x00", literal=True).any()
        ):
            declaration["enum"] = [{"value": value} for value in there.unique().sort().to_list()]
            options.pop("pattern", None)
    if options:
        declaration["logicalTypeOptions"] = options
    return Drafted(name, logical_type, there, distinct, declaration)


def _bounds(there: pl.Series) -> dict[str, Any]:
    """The extremes, where a contract can hold them; decimals are widened to whole numbers."""
    if not there.dtype.is_decimal() and not there.is_finite().all():
        return {}
    low, high = there.min(), there.max()
    if there.dtype.is_decimal():
        low, high = math.floor(low), math.ceil(high)  # type: ignore[arg-type]
    found = {"minimum": low, "maximum": high}
    largest = _WHOLE_MAX if isinstance(low, int) else _DOUBLE_MAX
    return {key: value for key, value in found.items() if abs(float(value)) < largest}  # type: ignore[arg-type]


def _earliest(there: pl.Series) -> dict[str, Any]:
    """The first day or moment, where the calendar of the contract has it."""
    first = there.cast(pl.Date).min() if there.dtype == pl.Date else there.dt.cast_time_unit("us").min()
    return {"minimum": plain(first)} if isinstance(first, date) else {}


class _Typed(Struct, frozen=True):
    """A column with its type, the form in which it is written, and what cannot be told of it."""

    logical_type: LogicalType
    values: pl.Series
    format: str = ""
    number_form: str = ""
    doubt: str = ""


def _typed(given: pl.Series, tries: Sequence[LogicalType]) -> _Typed:
    """The type of a column; text becomes the narrowest type that every value has, but codes like 0012 stay text."""
    dtype = given.dtype
    if dtype in (pl.Categorical, pl.Enum):
        return _Typed(LogicalType.STRING, given.cast(pl.String))
    if dtype == pl.String and tries and given.null_count() < len(given):
        return _of_text(given, tries)
    known = {pl.String: LogicalType.STRING, pl.Boolean: LogicalType.BOOLEAN, pl.Date: LogicalType.DATE,
             pl.Time: LogicalType.TIME}  # fmt: skip
    if dtype.base_type() in known:
        return _Typed(known[dtype.base_type()], given)
    if dtype == pl.Datetime:
        return _Typed(LogicalType.TIMESTAMP, given)
    return _Typed(LogicalType.INTEGER if dtype.is_integer() else LogicalType.NUMBER, given)


def _cells(given: pl.Series) -> _Typed | None:
    """The cells of a spreadsheet that are all numbers, some of them written as text; None for any other column.

    A number of a cell is a double and was put down as one (12.0): digits without a point are a cell of text.
    """
    there = given.drop_nulls()
    coded = there.str.contains(_CODE.pattern).any()
    if not len(there) or coded or not there.str.contains(r"^[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$").all():
        return None
    form = "digits" if there.str.contains(r"^[+-]?[0-9]+$").any() else ""
    if form and (_digits(there) or _dated(given, bare=True) is not None):
        return None
    whole = cast(given.str.replace(r"\.0$", ""), LogicalType.INTEGER)
    if whole.null_count() == given.null_count():
        return _Typed(LogicalType.INTEGER, whole, number_form=form)
    return _Typed(LogicalType.NUMBER, cast(given, LogicalType.NUMBER), number_form=form)


def _of_text(given: pl.Series, tries: Sequence[LogicalType]) -> _Typed:
    """Plain values first, then the forms in which people write them; what is neither stays text."""
    there = given.drop_nulls()
    bare = _dated(given, bare=True)
    if bare is not None or _digits(there):
        return bare or _Typed(LogicalType.STRING, given)
    coded = bool(plain_width(there).str.contains(_CODE.pattern).any())
    for tried in () if coded else tries:
        values = cast(given, tried)
        if values.null_count() == given.null_count():
            return _Typed(tried, values)
    if (dated := _dated(given, bare=False)) is not None:
        return dated
    form = numbers.form_of(given)
    if form is None or (coded and form in ("digits", "grouped")):
        return _Typed(LogicalType.STRING, given)
    whole = cast(given, LogicalType.INTEGER, form) if form != "percent" else None
    if whole is not None and whole.null_count() == given.null_count():
        return _Typed(LogicalType.INTEGER, whole, number_form=form)
    return _Typed(LogicalType.NUMBER, cast(given, LogicalType.NUMBER, form), number_form=form)


def _dated(given: pl.Series, *, bare: bool) -> _Typed | None:
    """Days or moments that are written in a known form; one that two forms read differently stays text and is told."""
    for logical_type in _DATES:
        found = dates.form_of(given, stamp=logical_type is LogicalType.TIMESTAMP, bare=bare)
        if found is not None and found[1]:
            first, other = found
            doubt = (
                f"日月次序不明：既可读作 {first}，也可读作 {other}；请改为 logicalType: {logical_type} 并声明 format。"
                f"Day and month cannot be told apart: {first} or {other}; make it a {logical_type} with its format."
            )
            return _Typed(LogicalType.STRING, given, doubt=doubt)
        if found is not None:
            return _Typed(logical_type, cast(given, logical_type, found[0]), format=found[0])
    return None


def _digits(there: pl.Series) -> bool:
    """Say whether a column holds numbers of telephones, cards, persons or posts: digits of one length."""
    if _DIGITS.search(there.name) is None or not there.str.contains(r"^[0-9]+$").all():
        return False
    shortest, longest = there.str.len_bytes().min(), there.str.len_bytes().max()
    return isinstance(longest, int) and shortest == longest >= _DIGITS_MIN


def _text_options(there: pl.Series, distinct: int) -> dict[str, Any]:
    lengths = there.str.len_chars()
    low, high = lengths.min(), lengths.max()
    options: dict[str, Any] = {"minLength": low, "maxLength": high}
    if distinct > 1 and (pattern := shapes.pattern_of(there)) is not None:
        options["pattern"] = pattern
    return options
