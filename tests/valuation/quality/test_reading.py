"""Text formats are read as declared, losses are counted, and hostile files get one clear refusal."""

import json
import random
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kernel.errors import DomainError
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.errors import CorruptFile, DataTooLarge, FilesDiffer, NothingToScore
from valuation.quality.policy import policies
from valuation.quality.scoring.score import score

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
RULES = policies().at(date(2026, 11, 23))
PROPERTIES = [
    {"name": "id", "logicalType": "integer", "primaryKey": True},
    {"name": "price", "logicalType": "number", "required": True},
    {"name": "name", "logicalType": "string", "required": True, "classification": "public"},
    {"name": "day", "logicalType": "date"},
    {"name": "at", "logicalType": "timestamp"},
    {"name": "ok", "logicalType": "boolean"},
]
CSV = """id,price,name,day,at,ok
1,1.5,甲,2026-01-01,2026-01-01 08:00:00,true
2,x,"乙,
丙",2026-02-30,2026-01-01T08:00:00+08:00,FALSE
only,two
3,,"",2026-01-03,2026-01-01T08:00:00Z,yes
3,2e3,000101,,,
"""
EXPECTED = {
    "t.id:not_null": (5 - 1, 0),
    "t.id:type": (4, 0),
    "t.id:unique": (4, 1),
    "t.price:type": (3, 1),
    "t.price:not_null": (4, 1),
    "t.name:not_null": (4, 0),
    "t.day:type": (3, 1),
    "t.at:type": (3, 0),
    "t.ok:type": (3, 1),
    "t:malformed": (5, 1),
}


def contract(**over) -> Contract:
    document = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": "c",
        "version": "1",
        "schema": [{"name": "t", "properties": PROPERTIES}],
    }
    found = read(document | over)
    assert isinstance(found, Contract), found
    return found


def scored(path: Path, **over):
    return score(contract(**over), {path.name: path}, as_of=AS_OF, policy=RULES)


def counts(card) -> dict[str, tuple[int, int]]:
    return {c.id: (c.evaluated, c.failed) for c in card.checks}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_as_text_and_cast(tmp_path, encoding):
    path = tmp_path / "t.csv"
    path.write_bytes(CSV.encode(encoding))
    card = scored(path)
    assert {k: v for k, v in counts(card).items() if k in EXPECTED} == EXPECTED
    assert (card.files[0].encoding, card.files[0].malformed, card.rows) == (encoding, 1, 4)
    samples = {c.id: [(s.row, s.value) for s in c.samples] for c in card.checks}
    assert samples["t:malformed"] == [(3, "2 fields instead of 6")]
    assert samples["t.id:unique"] == [(4, {"id": 3})]
    assert samples["t.day:type"] == [(2, "2026-02-30")]
    assert card.sample_rows["t"][3]["name"] == "000101"
    assert card.freshness["t.at"] == "2026-01-01T08:00:00+00:00"


def test_the_declared_dialect_is_used(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("id;price;name;day;at;ok\n1;2;é;;;\n".encode("latin-1"))
    with pytest.raises(CorruptFile, match=r"utf-8|gb18030|';'"):
        scored(path)
    card = scored(
        path, servers=[{"server": "s", "type": "local", "format": "csv", "delimiter": ";", "encoding": "latin-1"}]
    )
    assert card.sample_rows["t"][0]["name"] == "é"


def test_json_lines_and_their_faults(tmp_path):
    rows = [
        {"id": 1, "price": 1, "name": "a", "at": "2026-01-01T00:00:00Z", "ok": True},
        {"id": 1.5, "late": [1, {"x": None}]},
    ]
    lines = [json.dumps(row) for row in rows] + ["{broken", "[1]", '{"id": NaN}', "", "[" * 5000]
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join(lines))
    card = scored(path)
    found = counts(card)
    assert found["t:malformed"] == (6, 4)
    assert found["t.id:type"] == (2, 1)
    assert found["t.price:not_null"] == (2, 1)
    assert found["t:documented"] == (6, 1)


def test_a_spreadsheet_is_read_by_its_values(tmp_path):
    path = tmp_path / "t.xlsx"
    write_xlsx(
        path,
        [
            ["id", "price", "name", "day", "at", "ok"],
            [1, 2.5, "甲", "2026-01-01", None, True],
            [2, "x", "=1+1", None, None, None],
        ],
    )
    card = scored(path)
    found = counts(card)
    assert (found["t.id:type"], found["t.price:type"]) == ((2, 0), (2, 1))
    assert card.sample_rows["t"][1]["name"] == "=1+1"


def test_a_zip_of_tables(tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("数据/t.csv", CSV)
    card = scored(path)
    assert (card.files[0].file, card.files[0].source) == ("all.zip/数据/t.csv", "all.zip")
    assert counts(card)["t:malformed"] == (5, 1)


def write_xlsx(path: Path, rows: list[list]) -> None:
    cells = []
    for r, row in enumerate(rows, 1):
        line = ""
        for c, value in enumerate(row):
            place = f"{chr(65 + c)}{r}"
            if isinstance(value, bool):
                line += f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
            elif isinstance(value, int | float):
                line += f'<c r="{place}"><v>{value}</v></c>'
            elif value is not None:
                line += f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
        cells.append(f'<row r="{r}">{line}</row>')
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',  # noqa: E501
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',  # noqa: E501
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{rel}"><sheets><sheet name="t" sheetId="1" r:id="r1"/></sheets></workbook>',  # noqa: E501
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',  # noqa: E501
        "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{''.join(cells)}</sheetData></worksheet>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


HOSTILE = {
    "climbing": ("../t.csv", CSV),
    "absolute": ("/etc/t.csv", CSV),
    "drive": ("C:\\t.csv", CSV),
    "nested": ("t.zip", "PK"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_archive_is_refused(tmp_path, kind):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(*HOSTILE[kind])
    with pytest.raises(CorruptFile, match=r"outside|archive in an archive"):
        scored(path)


@pytest.mark.slow
def test_bombs_are_refused_before_they_burst(tmp_path):
    path = tmp_path / "x.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("t.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(150):
            member.write(b"0" * (1 << 20))
    with pytest.raises(DataTooLarge, match="expanded"):
        scored(path)
    path = tmp_path / "t.csv"
    path.write_text("id,name\n1," + "x" * (2 << 20) + "\n")
    with pytest.raises(DataTooLarge, match="cell bytes in name"):
        scored(path)


@pytest.mark.parametrize(
    ("name", "content", "refused"),
    [
        ("t.csv", b"", CorruptFile),
        ("t.csv", b"id,id\n1,2\n", CorruptFile),
        ("t.csv", b"id,__row__\n1,2\n", CorruptFile),
        ("t.csv", b"id,name\n", NothingToScore),
        ("t.csv", b"id,name\n1,\xff\xff\n", CorruptFile),
        ("t.csv", b"id,price,name\n1,2\n3,4\n", CorruptFile),
        ("t.csv", ",".join(f"c{i}" for i in range(3000)).encode(), DataTooLarge),
        ("t.jsonl", b"", CorruptFile),
        ("t.jsonl", b"{}\n", CorruptFile),
        ("t.xlsx", b"PK\x03\x04 no", CorruptFile),
        ("t.xlsx", b"id,name", CorruptFile),
        ("t.zip", b"PK\x03\x04", CorruptFile),
        ("t.zip", b"PK\x05\x06" + b"\x00" * 18, FilesDiffer),
        ("t.parquet", b"PAR1PAR1", CorruptFile),
    ],
)
def test_every_refusal_is_a_clear_one(tmp_path, name, content, refused):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(refused):
        scored(path)


@pytest.mark.slow
@pytest.mark.parametrize("rounds", [40, pytest.param(500, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.xlsx", "t.zip"])
def test_no_mutation_of_a_file_does_more_than_a_clear_refusal(tmp_path, name, rounds):
    path = tmp_path / name
    if name == "t.xlsx":
        write_xlsx(path, [["id", "price", "name"], *([i, i / 3, f"n{i}"] for i in range(40))])
    elif name == "t.zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("t.csv", CSV)
    else:
        path.write_text(CSV if name == "t.csv" else "\n".join(json.dumps({"id": i, "name": "x"}) for i in range(40)))
    sound, chance, outcomes = path.read_bytes(), random.Random(rounds), set()
    for _ in range(rounds):
        raw = bytearray(sound)
        for _ in range(chance.randint(1, 6)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        path.write_bytes(raw[: chance.randrange(len(raw))] if chance.random() < 0.2 else raw)
        try:
            scored(path)
            outcomes.add("scored")
        except DomainError as refused:
            outcomes.add(refused.code())
    assert outcomes <= {"scored", "corrupt-file", "data-too-large", "nothing-to-score", "files-differ"}
    assert len(outcomes) > 1 or rounds < 500 or name == "t.jsonl"  # There every fault is a malformed line.


def sheet_of(path: Path, *cells: str, dtd: str = "") -> None:
    """A spreadsheet with exactly these cells."""
    write_xlsx(path, [["id", "price", "name"], [1, 2, "x"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    body = f'<?xml version="1.0"?>{dtd}<worksheet xmlns="{main}"><sheetData>{"".join(cells)}</sheetData></worksheet>'
    parts["xl/worksheets/sheet1.xml"] = body
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
BARE = f"<row>{'<c><v>1</v></c>' * 16_384}</row>{'<row/>' * 5000}"


@pytest.mark.parametrize(
    ("cells", "dtd", "refused", "words"),
    [
        (FAR, "", DataTooLarge, "cells"),
        (FAR.replace('"XFD1048576"', "'&#88;FD1048576'"), "", DataTooLarge, "cells"),
        (BARE, "", DataTooLarge, "cells"),
        ('<row r="1"><c r="Ä1"/></row>', "", CorruptFile, "a cell is at"),
        ("<row>&a;</row>", '<!DOCTYPE x [<!ENTITY a "aaaa">]>', CorruptFile, "document type"),
        ('<row r="1"><c r="A1">', "", CorruptFile, "mismatched"),
    ],
)
def test_a_sheet_is_measured_before_it_is_loaded(tmp_path, cells, dtd, refused, words):
    path = tmp_path / "t.xlsx"
    sheet_of(path, cells, dtd=dtd)
    with pytest.raises(refused, match=words):
        scored(path)


def test_a_value_that_starts_like_a_formula_stays_a_text(tmp_path):
    """A formula is never computed by us, and a text that another program would compute is told as the text it is."""
    path = tmp_path / "t.csv"
    path.write_text('id,price,name\n1,2,"=HYPERLINK(""http://x"")"\n2,3,@SUM(1)\n')
    assert [row["name"] for row in scored(path).sample_rows["t"]] == ['=HYPERLINK("http://x")', "@SUM(1)"]


def test_json_that_is_nested_too_deeply_is_a_malformed_line(tmp_path):
    path = tmp_path / "t.jsonl"
    deep = '{"name": ' + '{"x": ' * 200 + "1" + "}" * 200 + "}"
    path.write_text('{"id": 1, "price": 1, "name": "a"}\n' + deep + "\n")
    card = scored(path)
    assert counts(card)["t:malformed"] == (2, 1)
    assert next(c for c in card.checks if c.id == "t:malformed").samples[0].value == "nested deeper than 64 levels"
