"""Sound contracts and files, from which mutations begin."""

import io
import json
import tempfile
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from tests.valuation.quality.test_reading import write_xlsx

PROPERTIES: list[dict[str, Any]] = [
    {"name": "id", "id": "id_id", "logicalType": "integer", "primaryKey": True,
     "logicalTypeOptions": {"format": "i32"}},
    {"name": "f", "logicalType": "number", "required": True, "logicalTypeOptions": {"minimum": 0, "maximum": 9.5},
     "quality": [{"type": "custom", "engine": "liutong", "implementation": {"metric": "mean"},
                  "mustBeBetween": [0, 9]}]},
    {"name": "s", "logicalType": "string", "classification": "public",
     "logicalTypeOptions": {"pattern": r"^[a-z]\d*$", "minLength": 1, "maxLength": 9}, "quality": [
         {"metric": "invalidValues", "arguments": {"validValues": ["a", "b1"]}, "mustBeLessThan": 5, "unit": "percent"},
         {"metric": "missingValues", "arguments": {"missingValues": ["", "-"]}, "mustBe": 0}]},
    {"name": "e", "logicalType": "string", "enum": [{"value": "x"}, {"value": "y"}]},
    {"name": "b", "logicalType": "boolean"},
    {"name": "d", "logicalType": "date", "logicalTypeOptions": {"minimum": "2020-01-01"}},
    {"name": "at", "logicalType": "timestamp", "logicalTypeOptions": {"exclusiveMaximum": "2030-01-01T00:00:00Z"}},
    {"name": "clock", "logicalType": "time"},
    {"name": "u", "logicalType": "integer", "relationships": [{"type": "foreignKey", "to": "u.id"}]},
    {"name": "o", "logicalType": "object", "properties": [
        {"name": "city", "logicalType": "string", "required": True}, {"name": "n", "logicalType": "integer"}]},
    {"name": "l", "logicalType": "array", "logicalTypeOptions": {"minItems": 1}, "items": {
        "logicalType": "object", "properties": [{"name": "k", "logicalType": "integer", "unique": True}]}},
]  # fmt: skip
QUALITY = [
    {"metric": "rowCount", "mustBeGreaterThan": 2},
    {"metric": "duplicateValues", "arguments": {"properties": ["s", "e"]}, "mustBe": 0},
    {"id": "order", "type": "sql", "query": "SELECT COUNT(*) FROM {object} WHERE NOT (at <= at)", "mustBe": 0},
    {"type": "sql", "query": "SELECT COUNT(*) FROM {object} WHERE f * 2 < id AND (s LIKE 'a%' OR b IS NULL)",
     "mustBe": 0, "dimension": "accuracy", "customProperties": [{"property": "dialect", "value": "postgres"}]},
    {"type": "sql", "query": "SELECT (SELECT COUNT(*) FROM t) - (SELECT COUNT(DISTINCT id) FROM u)", "mustBe": 0},
    {"type": "text", "description": "told"},
]  # fmt: skip


def document(*, nested: bool = True, plain: bool = True) -> dict[str, Any]:
    """A contract that uses everything; without nesting for formats that have none."""
    own = [p for p in PROPERTIES if nested or p["logicalType"] not in ("object", "array")]
    quality = QUALITY if plain else [q for q in QUALITY if q.get("id") != "order"]
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "fuzz",
        "version": "1.0.0",
        "status": "active",
        "price": {"priceAmount": 1, "priceCurrency": "CNY", "priceUnit": "GB"},
        "servers": [{"server": "s", "type": "local", "format": "csv", "delimiter": ","}],
        "schema": [
            {"name": "t", "id": "t_id", "quality": quality, "properties": own,
             "relationships": [{"type": "foreignKey", "from": ["t.u"], "to": ["u.id"]}][:0]},
            {"name": "u", "properties": [{"name": "id", "logicalType": "integer", "primaryKey": True}]},
        ],
        "slaProperties": [
            {"property": "latency", "value": 3, "unit": "d", "element": "t.at"},
            {"property": "retention", "value": 9, "unit": "y", "element": "t.d"},
            {"property": "frequency", "value": 1, "unit": "d"},
        ],
    }  # fmt: skip


def frame(rows: int = 12) -> pl.DataFrame:
    """Data of every type of the contract, with some of everything missing."""
    moment = datetime(2026, 11, 22, 8, tzinfo=UTC)
    return pl.DataFrame(
        {
            "id": list(range(rows)),
            "f": [None if i % 5 == 4 else i / 3 for i in range(rows)],
            "s": [("a", "b1", "", None, "中文")[i % 5] for i in range(rows)],
            "e": ["x", "y"] * (rows // 2),
            "b": [True, False, None] * (rows // 3),
            "d": [date(2026, 1, 1 + i) for i in range(rows)],
            "at": [moment] * rows,
            "clock": [time(8, i) for i in range(rows)],
            "u": [i % 4 for i in range(rows)],
            "o": [{"city": "甲", "n": i} if i % 3 else None for i in range(rows)],
            "l": [[{"k": i}] * (i % 3) for i in range(rows)],
            "extra": [Decimal(i) for i in range(rows)],
        }
    )


FLAT = ("o", "l", "extra")


def files() -> dict[str, bytes]:
    """The same data in every format, by file name."""
    data, found = frame(), dict[str, bytes]()
    for name, options in {
        "zstd": {"compression": "zstd"},
        "snappy": {"compression": "snappy", "use_pyarrow": True},
        "plain": {"compression": "uncompressed", "row_group_size": 5},
    }.items():
        out = io.BytesIO()
        data.write_parquet(out, **options)  # type: ignore[arg-type]
        found[f"{name}/t.parquet"] = out.getvalue()
    text = data.drop(*FLAT).write_csv()
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        found[f"{encoding}/t.csv"] = text.encode(encoding)
    lines = [json.dumps(row, default=str, ensure_ascii=False) for row in data.iter_rows(named=True)]
    found["json/t.jsonl"] = "\n".join(lines).encode()
    sheet = Path(tempfile.mkdtemp(prefix="liutong-fuzz-")) / "t.xlsx"
    rows = [
        [None if v is None else v if isinstance(v, int | float) else str(v) for v in row]
        for row in data.drop(*FLAT).rows()
    ]
    write_xlsx(sheet, [data.drop(*FLAT).columns, *rows])
    found["sheet/t.xlsx"] = sheet.read_bytes()
    sheet.unlink()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("数据/t.csv", text)
        archive.writestr("u.csv", U)
    found["zip/all.zip"] = packed.getvalue()
    return found


U = "id\n0\n1\n2\n"
