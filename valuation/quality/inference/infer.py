"""A first draft of a data contract from the data itself, for its provider to correct: what is, not what should be."""

import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from kernel.text import Text
from kernel.time.clock import SystemClock, day_in_china
from valuation.quality.contract.contract import DRAFTED_FROM, NESTED, Contract, ContractObject
from valuation.quality.contract.reader import read
from valuation.quality.contract.upgrade import VERSION
from valuation.quality.errors import CorruptFile
from valuation.quality.inference import keys, losses, skeleton
from valuation.quality.inference.columns import Columns, Drafted, column_of, holder
from valuation.quality.policy import Limits, policies
from valuation.quality.reading import archives, jsonlines
from valuation.quality.reading.damage import check_kind, guarded
from valuation.quality.reading.formats import format_of
from valuation.quality.reading.opening import ROW, File, Table, collect, digest_of, open_family
from valuation.quality.reading.staging import Declared, Dialect, Malformed

ROWS_READ = 2_000_000
"""A draft needs no more rows than this; what it was drafted from is said in it."""
Progress = Callable[[int, int, str], None]
Tell = Callable[[Text], None]


def draft(
    files: Mapping[str, Path], name: str, *, progress: Progress | None = None, tell: Tell | None = None
) -> dict[str, Any]:
    """Draft an ODCS document over files; raises CorruptFile, DataTooLarge or NothingToScore.

    `tell` is called with what was left out of each file; the draft says it too, and names the files by their digests.
    """
    limits = policies().at(day_in_china(SystemClock().now())).body.limits
    drafted: dict[str, Columns] = {}
    objects: dict[str, tuple[skeleton.Properties, str]] = {}
    with tempfile.TemporaryDirectory(prefix="liutong-quality-") as place:
        folder = Path(place)
        sources = sorted({digest_of(path) for path in files.values()})
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
            if (left := losses.lost(tables[stem], path)) is not None:
                told += left.zh + left.en
                if tell is not None:
                    tell(left)
            objects[stem] = (properties or [{"name": each} for each in drafted[stem]], told)
    _refer(drafted, objects)
    return _document(name, drafted, objects, sources)


def _document(
    name: str,
    drafted: Mapping[str, Columns],
    objects: Mapping[str, tuple[skeleton.Properties, str]],
    sources: Sequence[str],
) -> dict[str, Any]:
    """The ODCS document; `sources` are the digests of the files that it was drafted from."""
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
        "customProperties": [{"property": DRAFTED_FROM, "value": list(sources)}],
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
    check_kind(file, path, format_of(file))
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
            fault = found[0].message
            reason = Text(f"其列无法声明：{fault.zh}", f"its columns cannot be declared: {fault.en}")
            raise CorruptFile(file=file.name, reason=reason)
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
            found[name] = holder(name, values, stated.logical_type, held)
        else:
            found[name] = column_of(name, values, table.format, held)
            if dtype.is_temporal() and _beyond_calendar(table, name, values):
                found[name].declaration.pop("logicalTypeOptions", None)
    for column in found.values():
        if keys.identifying(column):
            column.unique = column.declaration["unique"] = True
    chosen = keys.primary_key(found, min(table.rows, ROWS_READ)) if root else ()
    for position, name in enumerate(chosen, 1):
        declaration = found[name].declaration
        declaration["primaryKey"] = True
        if len(chosen) == 1:
            declaration.pop("unique", None)
        else:
            declaration["primaryKeyPosition"] = position
    return found


def _beyond_calendar(table: Table, name: str, values: pl.Series) -> bool:
    """Whether moments were left out that no calendar tells: the earliest of the others is then no bound."""
    if not values.null_count():
        return False
    nulls = collect(table.file, [table.frame.head(ROWS_READ).select(pl.col(name).null_count())])[0].item()
    return bool(values.null_count() > nulls)


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
