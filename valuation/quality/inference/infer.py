"""A first draft of a data contract from the data itself, for its provider to correct: what is, not what should be."""

import math
import re
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from msgspec import Struct

from kernel.time.clock import SystemClock, day_in_china
from valuation.quality.contract.contract import NESTED, Contract, ContractObject, LogicalType
from valuation.quality.contract.reader import read
from valuation.quality.contract.upgrade import VERSION
from valuation.quality.errors import CorruptFile
from valuation.quality.inference import shapes, skeleton
from valuation.quality.policy import Limits, policies
from valuation.quality.profile.masking import plain
from valuation.quality.reading import archives, jsonlines
from valuation.quality.reading.damage import guarded
from valuation.quality.reading.formats import format_of
from valuation.quality.reading.opening import ROW, File, Table, collect, open_family
from valuation.quality.reading.staging import Declared, Dialect, Malformed, cast

ROWS_READ = 2_000_000
"""A draft needs no more rows than this; what it was drafted from is said in it."""
_SET_MAX = 30
_NUMBERS = (LogicalType.INTEGER, LogicalType.NUMBER)
_TRIED = (LogicalType.INTEGER, LogicalType.NUMBER, LogicalType.BOOLEAN, LogicalType.DATE, LogicalType.TIMESTAMP)
_DATES = (LogicalType.DATE, LogicalType.TIMESTAMP)
"""What a text of JSON may be beside itself; its numbers are no texts."""
_WHOLE_MAX, _DOUBLE_MAX = 1 << 53, 1e300
_CODE = re.compile(r"^0[0-9]")

Progress = Callable[[int, int, str], None]


class Drafted(Struct):
    """What was found of one column, and its values as long as references are looked for."""

    name: str
    logical_type: LogicalType
    values: pl.Series
    unique: bool
    declaration: dict[str, Any]


Columns = dict[str, Drafted]
"""The columns of one flat table by name."""


def draft(files: Mapping[str, Path], name: str, *, progress: Progress | None = None) -> dict[str, Any]:
    """Draft an ODCS document over files; raises CorruptFile, DataTooLarge or NothingToScore."""
    limits = policies().at(day_in_china(SystemClock().now())).body.limits
    drafted: dict[str, Columns] = {}
    objects: dict[str, tuple[skeleton.Properties, str]] = {}
    with tempfile.TemporaryDirectory(prefix="liutong-quality-") as place:
        folder = Path(place)
        given = archives.unpacked(files, folder, limits)
        for number, (file, (source, path)) in enumerate(sorted(given.items())):
            if progress is not None:
                progress(number, len(given), file)
            stem, inner = Path(file).stem, folder / f"draft-{number}"
            inner.mkdir()
            properties = _skeleton(file, path)
            tables = _opened(File(file, source, path, files[source]), stem, properties, inner, limits)
            drafted |= {table: _columns(opened, table == stem) for table, opened in tables.items()}
            read = min(tables[stem].rows, ROWS_READ)
            told = f"起草依据：{file} 的前 {read} 条记录。Drafted from the first {read} rows of {file}."
            objects[stem] = (properties or [{"name": each} for each in drafted[stem]], told)
    _refer(drafted, objects)
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
                "description": told,
                "properties": _assembled(drafted, object_, properties, ""),
                "quality": [{"metric": "rowCount", "mustBeGreaterThan": 0, "dimension": "completeness"}],
            }
            for object_, (properties, told) in objects.items()
        ],
    }


def _skeleton(file: str, path: Path) -> skeleton.Properties:
    """The nesting of a file that can have any."""
    with guarded(file):
        if format_of(file) == "jsonl":
            return skeleton.of_json(record for _, _, record in jsonlines.lines(file, path, Malformed(0, [], [])))
        if format_of(file) == "parquet":
            return skeleton.of_types(pl.scan_parquet(path, glob=False, hive_partitioning=False).collect_schema())
    return []


def _opened(file: File, name: str, properties: skeleton.Properties, folder: Path, limits: Limits) -> dict[str, Table]:
    """Open a file with the types that its own format gives it; plain tables are opened as they are."""
    declared = Declared(ContractObject(name, name, (), ()))
    if properties and (skeleton.is_nested(properties) or format_of(file.name) == "jsonl"):
        document = {"apiVersion": VERSION, "kind": "DataContract", "id": name, "version": "0"}
        found = read(document | {"schema": [{"name": name, "properties": properties}]})
        if not isinstance(found, Contract):
            reason = f"its columns cannot be declared: {found[0].message.en}"
            raise CorruptFile(file=file.name, reason=reason.replace("{", "(").replace("}", ")"))
        declared = Declared(found.tables[0], found.items_of(name))
    return open_family(file, declared, folder, Dialect(), limits)


def _assembled(
    drafted: Mapping[str, Columns], table: str, properties: skeleton.Properties, prefix: str
) -> list[dict[str, Any]]:
    """Put the flat columns back where they are nested."""
    found: list[dict[str, Any]] = []
    for each in properties:
        column = prefix + each["name"]
        if column not in drafted[table]:
            continue
        declaration = drafted[table][column].declaration | {"name": each["name"]}
        if inner := each.get("properties"):
            declaration["properties"] = _assembled(drafted, table, inner, column + ".")
        if (item := each.get("items")) is not None:
            items = f"{table}.{column}"
            if item["logicalType"] == "object":
                own = _assembled(drafted, items, item.get("properties", []), "")
                declaration["items"] = {"logicalType": "object"} | ({"properties": own} if own else {})
            elif plain := _assembled(drafted, items, [item], ""):
                declaration["items"] = {k: v for k, v in plain[0].items() if k != "name"}
        found.append({k: v for k, v in declaration.items() if not (k == "properties" and not v)})
    return found


def _columns(table: Table, root: bool) -> Columns:
    """One column at a time, so that no more than one is in memory as a whole."""
    found: Columns = {}
    for name, dtype in table.dtypes.items():
        if dtype.is_nested() or dtype in (pl.Binary, pl.Null, pl.Duration):
            continue
        stated = table.object.property(name)
        within = [stated.within] if stated is not None and stated.within else []
        data = collect(table.file, [table.frame.head(ROWS_READ).sort(ROW).select(name, *within)])[0]
        values, held = data[name], len(data) - (data[within[0]].null_count() if within else 0)
        if stated is not None and stated.logical_type in NESTED:
            found[name] = _holder(name, values, stated.logical_type, held)
        else:
            tried = {"parquet": (), "jsonl": _DATES}.get(table.format, _TRIED)
            found[name] = _column(name, values, tried, held)
            if dtype.is_temporal() and _beyond_calendar(table, name, values):
                found[name].declaration.pop("logicalTypeOptions", None)
    keys = [column for column in found.values() if column.unique and column.declaration.get("required")]
    if root and keys and "." not in keys[0].name:
        keys[0].declaration["primaryKey"] = True
        keys[0].declaration.pop("unique")
    return found


def _beyond_calendar(table: Table, name: str, values: pl.Series) -> bool:
    """Whether moments were left out that no calendar tells: the earliest of the others is then no bound."""
    if not values.null_count():
        return False
    nulls = collect(table.file, [table.frame.head(ROWS_READ).select(pl.col(name).null_count())])[0].item()
    return bool(values.null_count() > nulls)


def _holder(name: str, values: pl.Series, logical_type: LogicalType, held: int) -> Drafted:
    """An object or an array: whether it is always there, and how many items it has."""
    there = values.drop_nulls()
    declaration: dict[str, Any] = {"name": name, "logicalType": str(logical_type)}
    if len(there) == held:
        declaration["required"] = True
    if logical_type is LogicalType.ARRAY and len(there):
        declaration["logicalTypeOptions"] = {"minItems": there.min(), "maxItems": there.max()}
    return Drafted(name, logical_type, there, False, declaration)


def _column(name: str, given: pl.Series, tried: Sequence[LogicalType], held: int) -> Drafted:
    """`held` is how many records have what holds the column."""
    logical_type, values = _typed(given, tried)
    if values.dtype.is_float():
        values = values.fill_nan(None)
    there = values.drop_nulls()
    distinct = there.n_unique()
    declaration: dict[str, Any] = {"name": name, "logicalType": str(logical_type)}
    if len(there) == held:
        declaration["required"] = True
    countable = logical_type in (LogicalType.INTEGER, LogicalType.STRING)
    unique = countable and distinct == len(there) > 1
    if unique:
        declaration["unique"] = True
    options: dict[str, Any] = {}
    if logical_type in _NUMBERS and len(there):
        options = _bounds(there)
    elif logical_type in (LogicalType.DATE, LogicalType.TIMESTAMP) and len(there):
        options = _earliest(there)
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
    return Drafted(name, logical_type, there, unique, declaration)


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


def _typed(given: pl.Series, tries: Sequence[LogicalType]) -> tuple[LogicalType, pl.Series]:
    """The type of a column; text becomes the narrowest type that every value has, but codes like 0012 stay text."""
    dtype = given.dtype
    if dtype in (pl.Categorical, pl.Enum):
        return LogicalType.STRING, given.cast(pl.String)
    if dtype == pl.String and tries:
        there = given.drop_nulls()
        if len(there) and not there.str.contains(_CODE.pattern).any():
            for tried in tries:
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


def _refer(drafted: Mapping[str, Columns], roots: Collection[str]) -> None:
    """A column refers to a unique column of another object when its name says so and all its values are there."""
    for table, columns in drafted.items():
        for column in columns.values():
            for other in (root for root in roots if root != table and not table.startswith(f"{root}.")):
                for key in drafted[other].values():
                    if "." not in key.name and _names(column, other, key.name) and _within(column, key):
                        column.declaration["relationships"] = [{"type": "foreignKey", "to": f"{other}.{key.name}"}]


def _names(column: Drafted, other: str, key: str) -> bool:
    """Two keys that are both called `id` say nothing about each other."""
    single, name = other.removesuffix("s"), column.name.lower().rpartition(".")[2]
    telling = {each.lower() for each in (single, other, f"{single}_{key}", f"{other}_{key}")}
    return name in telling or (name == key.lower() and not column.unique)


def _within(column: Drafted, key: Drafted) -> bool:
    if not key.unique or key.logical_type is not column.logical_type or not len(column.values):
        return False
    if key.logical_type in NESTED or key.values.dtype != column.values.dtype:
        return False
    return bool(column.values.is_in(key.values.implode()).all())
