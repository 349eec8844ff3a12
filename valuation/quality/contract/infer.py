"""A first draft of a data contract from the data itself, for its provider to correct: what is, not what should be."""

import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from msgspec import Struct

from kernel.clock import SystemClock, day_in_china
from valuation.quality.contract import shapes
from valuation.quality.contract.contract import ContractObject, LogicalType
from valuation.quality.policy import policies
from valuation.quality.profile.masking import plain
from valuation.quality.reading import archives
from valuation.quality.reading.opening import ROW, Table, collect, open_table
from valuation.quality.reading.staging import Dialect, cast

ROWS_READ = 2_000_000
"""A draft needs no more rows than this; what it was drafted from is said in it."""
VERSION = "v3.2.0"
"""The version of ODCS that is written."""
_SET_MAX = 30
_NUMBERS = (LogicalType.INTEGER, LogicalType.NUMBER)
_TRIED = (LogicalType.INTEGER, LogicalType.NUMBER, LogicalType.BOOLEAN, LogicalType.DATE, LogicalType.TIMESTAMP)
_CODE = re.compile(r"^0[0-9]")

Progress = Callable[[int, int, str], None]


class Drafted(Struct):
    """What was found of one column, and its values as long as references are looked for."""

    name: str
    logical_type: LogicalType
    values: pl.Series
    unique: bool
    declaration: dict[str, Any]


def draft(files: Mapping[str, Path], name: str, *, progress: Progress | None = None) -> dict[str, Any]:
    """Draft an ODCS document over files; raises CorruptFile, DataTooLarge or NothingToScore."""
    limits = policies().at(day_in_china(SystemClock().now())).body.limits
    objects: dict[str, list[Drafted]] = {}
    notes: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="liutong-quality-") as place:
        folder = Path(place)
        given = archives.unpacked(files, folder, limits)
        for number, (file, (source, path)) in enumerate(sorted(given.items())):
            if progress is not None:
                progress(number, len(given), file)
            declared = ContractObject(Path(file).stem, Path(file).stem, (), ())
            target = folder / f"draft-{number}.parquet"
            table = open_table(file, source, declared, path, files[source], target, Dialect(), limits)
            objects[declared.name] = _columns(table)
            read = min(table.rows, ROWS_READ)
            notes[declared.name] = f"起草依据：{file} 的前 {read} 条记录。Drafted from the first {read} rows of {file}."
    _refer(objects)
    return {
        "apiVersion": VERSION,
        "kind": "DataContract",
        "id": name,
        "name": name,
        "version": "0.1.0",
        "status": "draft",
        "description": {
            "limitations": "由数据起草，范围与取值照抄现有数据，须由提供方逐条更正。"
            "Drafted from data: bounds and sets repeat what is there, errors included; correct them one by one."
        },
        "schema": [
            {
                "name": object_,
                "logicalType": "object",
                "physicalType": "table",
                "description": notes[object_],
                "properties": [column.declaration for column in columns],
                "quality": [{"metric": "rowCount", "mustBeGreaterThan": 0, "dimension": "completeness"}],
            }
            for object_, columns in objects.items()
        ],
    }


def _columns(table: Table) -> list[Drafted]:
    """One column at a time, so that no more than one is in memory as a whole."""
    found: list[Drafted] = []
    for name, dtype in table.dtypes.items():
        if dtype.is_nested() or dtype == pl.Binary or dtype == pl.Null:
            continue
        values = collect(table.file, [table.frame.head(ROWS_READ).sort(ROW).select(name)])[0].to_series()
        found.append(_column(name, values, parsed=table.format == "parquet"))
    keys = [column for column in found if column.unique and column.declaration.get("required")]
    if keys:
        keys[0].declaration["primaryKey"] = True
        keys[0].declaration.pop("unique")
    return found


def _column(name: str, given: pl.Series, *, parsed: bool) -> Drafted:
    logical_type, values = _typed(given, parsed=parsed)
    if values.dtype.is_float():
        values = values.fill_nan(None)
    there = values.drop_nulls()
    distinct = there.n_unique()
    declaration: dict[str, Any] = {"name": name, "logicalType": str(logical_type)}
    if len(there) == len(values):
        declaration["required"] = True
    countable = logical_type in (LogicalType.INTEGER, LogicalType.STRING)
    unique = countable and distinct == len(there) > 1
    if unique:
        declaration["unique"] = True
    options: dict[str, Any] = {}
    if logical_type in _NUMBERS and len(there) and there.is_finite().all():
        options = {"minimum": there.min(), "maximum": there.max()}
    elif logical_type in (LogicalType.DATE, LogicalType.TIMESTAMP) and len(there):
        options = {"minimum": plain(there.min())}
    elif logical_type is LogicalType.STRING and len(there):
        options = _text_options(there, distinct)
        if 1 < distinct <= _SET_MAX and len(there) >= 10 * distinct:
            declaration["enum"] = [{"value": value} for value in there.unique().sort().to_list()]
            options.pop("pattern", None)
    if options:
        declaration["logicalTypeOptions"] = options
    return Drafted(name, logical_type, there, unique, declaration)


def _typed(given: pl.Series, *, parsed: bool) -> tuple[LogicalType, pl.Series]:
    """The type of a column; text becomes the narrowest type that every value has, but codes like 0012 stay text."""
    dtype = given.dtype
    if dtype in (pl.Categorical, pl.Enum):
        return LogicalType.STRING, given.cast(pl.String)
    if dtype == pl.String and not parsed:
        there = given.drop_nulls()
        if len(there) and not there.str.contains(_CODE.pattern).any():
            for tried in _TRIED:
                values = cast(given, tried)
                if values.null_count() == given.null_count():
                    return tried, values
    known = {pl.String: LogicalType.STRING, pl.Boolean: LogicalType.BOOLEAN, pl.Date: LogicalType.DATE,
             pl.Time: LogicalType.TIME}  # fmt: skip
    if dtype.base_type() in known:
        return known[dtype.base_type()], given
    if dtype == pl.Datetime:
        return LogicalType.TIMESTAMP, given
    return (LogicalType.INTEGER if dtype.is_integer() else LogicalType.NUMBER), given


def _text_options(there: pl.Series, distinct: int) -> dict[str, Any]:
    lengths = there.str.len_chars()
    low, high = lengths.min(), lengths.max()
    options: dict[str, Any] = {"minLength": low, "maxLength": high}
    if distinct > 1 and (pattern := shapes.pattern_of(there)) is not None:
        options["pattern"] = pattern
    return options


def _refer(objects: Mapping[str, list[Drafted]]) -> None:
    """A column refers to a unique column of another object when its name says so and all its values are there."""
    for object_, columns in objects.items():
        for column in columns:
            for other, candidates in objects.items():
                for key in candidates if other != object_ else ():
                    if _names(column, other, key.name) and _within(column, key):
                        column.declaration["relationships"] = [{"type": "foreignKey", "to": f"{other}.{key.name}"}]


def _names(column: Drafted, other: str, key: str) -> bool:
    """Two keys that are both called `id` say nothing about each other."""
    single, name = other.removesuffix("s"), column.name.lower()
    telling = {each.lower() for each in (single, other, f"{single}_{key}", f"{other}_{key}")}
    return name in telling or (name == key.lower() and not column.unique)


def _within(column: Drafted, key: Drafted) -> bool:
    if not key.unique or key.logical_type is not column.logical_type or not len(column.values):
        return False
    return bool(column.values.is_in(key.values.implode()).all())
