"""Small files that want to become large ones: each is refused by what it would hold, before it is held."""

import io
import tempfile
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.errors import DataTooLarge
from valuation.quality.policy import policies
from valuation.quality.reading import jsonlines, sheets
from valuation.quality.reading.opening import open_tables

LIMITS = policies().at(date(2026, 11, 23)).body.limits
AS_OF = datetime(2026, 11, 23, tzinfo=UTC)


def contract(*columns, file="t"):
    properties = [{"name": column, "logicalType": "string"} for column in columns]
    document = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "t", "version": "1",
                "schema": [{"name": file, "properties": properties}]}  # fmt: skip
    found = read(document)
    assert isinstance(found, Contract)
    return found


def refused(path, folder, *columns, limits=LIMITS):
    with pytest.raises(DataTooLarge) as problem, tempfile.TemporaryDirectory(dir=folder) as place:
        open_tables(contract(*columns), {path.name: path}, limits, Path(place))
    assert problem.value.rule == "LT-QLT-03"
    return problem.value.facts


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "work"
    made.mkdir()
    return made


@pytest.mark.slow
def test_a_parquet_file_of_a_few_giant_values(tmp_path, folder):
    path = tmp_path / "t.parquet"
    table = pa.table({"a": pa.array(["x" * 20_000_000] * 4)})
    pq.write_table(table, path, compression="zstd", use_dictionary=False)
    assert path.stat().st_size < 100_000
    facts = refused(path, folder, "a")
    assert (facts["measure"], facts["limit"]) == ("bytes_per_value", 1 << 20)


def test_a_parquet_file_that_unpacks_to_thousands_of_times_its_size(tmp_path, folder):
    path = tmp_path / "t.parquet"
    schema = pa.schema({"a": pa.string()})
    batch = pa.table({"a": pa.array(["x" * 500_000] * 40)}, schema)
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=False) as writer:
        for _ in range(8):
            writer.write_table(batch)
    facts = refused(path, folder, "a")
    assert facts["measure"] == "expanded_size_bytes"
    assert facts["value"] > facts["limit"]


def test_an_ordinary_parquet_file_that_shrinks_well_is_read(tmp_path, folder):
    path = tmp_path / "t.parquet"
    pl.DataFrame({"a": ["the same words"] * 2_000_000}).write_parquet(path)
    (table,) = open_tables(contract("a"), {path.name: path}, LIMITS, folder).values()
    assert table.rows == 2_000_000


@pytest.mark.slow
def test_empty_records_under_many_columns(tmp_path, folder):
    path = tmp_path / "t.jsonl"
    wide = "{" + ",".join(f'"c{n}":"1"' for n in range(1_900)) + "}\n"
    path.write_text(wide + "{}\n" * 1_000, encoding="ascii")
    facts = refused(path, folder, "c0", limits=msgspec.structs.replace(LIMITS, cells_unchecked=10_000))
    assert facts["measure"] == "cells"
    assert facts["limit"] == 50 * path.stat().st_size < 2_000_000


def test_long_lines_are_not_held_together(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(jsonlines, "HELD_BYTES_MAX", 10_000)
    flushed = []
    flush = jsonlines.Records.flush
    monkeypatch.setattr(jsonlines.Records, "flush", lambda self: (flushed.append(len(self._batch)), flush(self)))
    path = tmp_path / "t.jsonl"
    path.write_text("".join('{"a":"%s"}\n' % ("x" * 3_000) for _ in range(100)), encoding="ascii")
    (table,) = open_tables(contract("a"), {path.name: path}, LIMITS, folder).values()
    assert table.rows == 100
    assert max(flushed) <= 4


def workbook(text, cells):
    """A workbook whose cells all refer to one text."""
    kind = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    rows = "".join(f'<row r="{n + 1}"><c r="A{n + 1}" t="s"><v>{min(n, 1)}</v></c></row>' for n in range(cells))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{related}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{kind}" xmlns:r="{related}"><sheets>'
        '<sheet name="t" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{related}/worksheet" Target="worksheets/s.xml"/>'
        f'<Relationship Id="r2" Type="{related}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/s.xml": f'<worksheet xmlns="{kind}"><sheetData>{rows}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{kind}"><si><t>a</t></si><si><t>{text}</t></si></sst>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return out.getvalue()


def test_a_workbook_whose_cells_repeat_one_long_text(tmp_path, folder, monkeypatch):
    path = tmp_path / "t.xlsx"
    path.write_bytes(workbook("x" * 500_000, 4_000))
    assert path.stat().st_size < 100_000
    facts = refused(path, folder, "a")
    assert facts["measure"].startswith("text bytes of")
    assert facts["value"] == 1 + 3_999 * 500_000
    path.write_bytes(workbook("x" * (1 << 21), 2))
    assert refused(path, folder, "a")["measure"] == "bytes of a cell"
    path.write_bytes(workbook("x" * 5_000, 300))
    monkeypatch.setattr(sheets, "EXPANDED_BYTES_MAX", 1_499_001 + 5_000)
    (table,) = open_tables(contract("a"), {path.name: path}, LIMITS, folder).values()
    assert table.rows == 299


@pytest.mark.slow
def test_a_zip_of_one_of_them(tmp_path, folder):
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("t.csv", b"a\n" + b"x" * 110_000_000)
    assert refused(path, folder, "a")["measure"] == "expanded_size_bytes"
