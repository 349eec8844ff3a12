"""What is wrong with a file is said of the file, in both languages: no stranger's error, no line lost in silence."""

import gzip
import io
import json
import re
from datetime import UTC, datetime

import polars as pl
import pytest
import yaml
from click.testing import CliRunner
from msgspec import UNSET

from centre.cli import main
from valuation.quality.contract.reader import read
from valuation.quality.errors import CorruptFile
from valuation.quality.inference.infer import draft
from valuation.quality.policy import policies
from valuation.quality.scoring.score import score
from valuation.quality.scoring.scorecard import REPEATED

HAN = re.compile("[㐀-鿿]")


def parquet() -> bytes:
    sink = io.BytesIO()
    pl.DataFrame({"a": [1]}).write_parquet(sink)
    return sink.getvalue()


REFUSED = [
    ("cars.json", b'[{"a": 1}, {"a": 2}]', "one JSON array", "JSON 数组"),
    ("cars.jsonl", b'[\n {"a": 1},\n {"a": 2}\n]', "one JSON array", "JSON 数组"),
    ("cars.json", b'{"a": 1}\n{"a": 2}\n', "name it .jsonl", ".jsonl"),
    ("cars.jsonl", b'{\n  "a": 1\n}\n', "several lines", "跨多行"),
    ("x.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0), "packed with gzip", "gzip"),
    ("x.csv", gzip.compress(b"a,b\n1,2\n", mtime=0), "packed with gzip", "gzip"),
    ("x.jsonl", gzip.compress(b"{}", mtime=0), "packed with gzip", "gzip"),
    ("x.parquet", b"a,b\n1,2\n", "it is no Parquet", "不是 Parquet"),
    ("x.data", b"a,b\n1,2\n", "extension .data", ".data"),
    ("x.csv", parquet(), "it is Parquet", "是 Parquet 文件"),
    ("x.csv", b"PK\x03\x04rest", "a zip or an XLSX", "XLSX"),
    ("x.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel", "旧版 Excel"),
    ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel", "旧版 Excel"),
    ("x.csv", b"<!DOCTYPE html><html><table>", "web page", "网页"),
    ("x.csv", b'[{"a": 1}]', "one JSON array", "JSON 数组"),
    ("x.csv", b"", "it is empty", "为空"),
    ("x.jsonl", b"a\nb\n", "none of its 2 lines is a JSON object", "没有一行是 JSON 对象"),
    ("x.parquet", b"PAR1PAR1", "its content is damaged", "已损坏"),
    (
        "x.csv",
        b"569,30,malignant,benign\n" + b"1,2,3,4,5\n" * 569,
        "line 1 has 4 fields and none of the 569",
        "第 1 行有 4 个字段",
    ),
]


@pytest.mark.parametrize(("name", "content", "en", "zh"), REFUSED)
def test_a_file_is_told_what_is_wrong_with_it(tmp_path, name, content, en, zh):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CorruptFile) as refused:
        draft({name: path}, "t")
    assert refused.value.rule == "LT-QLT-02"
    told = refused.value.sentence
    assert en in told.en
    assert zh in told.zh
    assert not HAN.search(told.en)
    assert "PAR1" not in told.en or name.endswith((".parquet", ".data"))


def test_every_ragged_line_is_told_by_its_number_as_an_editor_shows_it(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text('a,b\n1,2\n3,4,5\n\n"x\ny",6\n7\n8,9\n')
    lost = []
    document = draft({path.name: path}, "t", tell=lost.append)
    (told,) = lost
    assert "2 lines of r.csv" in told.en
    assert "line 3 (3 fields instead of 2), line 7 (1 fields instead of 2)" in told.en
    assert "第 3 行（3 个字段，应为 2 个），第 7 行（1 个字段，应为 2 个）" in told.zh
    assert told.en in document["schema"][0]["description"]


def test_many_ragged_lines_are_counted_and_the_first_are_told(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("a,b\n" + "1,2\n3\n" * 500)
    lost = []
    draft({path.name: path}, "t", tell=lost.append)
    assert lost[0].en.startswith("500 lines of r.csv")
    assert lost[0].en.count("line ") == 50
    assert lost[0].en.endswith("and 450 more.")
    assert "另有 450 行" in lost[0].zh


def test_json_lines_that_are_no_records_are_told_by_their_number(tmp_path):
    path = tmp_path / "r.jsonl"
    path.write_text('{"a": 1}\n\nnope\n{"a": 2}\n[1]\n')
    lost = []
    draft({path.name: path}, "t", tell=lost.append)
    assert "2 lines of r.jsonl" in lost[0].en
    assert "line 3 (" in lost[0].en
    assert "line 5 (no JSON object)" in lost[0].en


def test_the_command_line_tells_what_was_left_out_and_the_draft_stays_a_contract(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.csv").write_text("a,b\n1,2\n3,4,5\n6,7\n")
    told = CliRunner().invoke(main, ["contract", "infer", "r.csv"])
    assert told.exit_code == 0
    assert "line 3 (3 fields instead of 2)" in told.stderr
    assert yaml.safe_load(told.stdout)["kind"] == "DataContract"


def test_a_score_by_a_contract_inferred_from_the_same_data_says_so_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    (tmp_path / "t.csv").write_text("id,v\n1,5\n2,6\n3,7\n")
    (tmp_path / "c.yaml").write_text(run(main, ["contract", "infer", "t.csv"]).stdout)
    for lang in ("zh", "en"):
        first = run(main, ["score", "t.csv", "--contract", "c.yaml", "--lang", lang]).stdout.splitlines()[0]
        assert first == f"⚠ {REPEATED.of(lang)}"
    card = json.loads(run(main, ["score", "t.csv", "--contract", "c.yaml", "--json"]).stdout)
    assert card["caution"] == {"zh": REPEATED.zh, "en": REPEATED.en}
    (tmp_path / "t.csv").write_text("id,v\n4,5\n5,6\n6,7\n")
    later = run(main, ["score", "t.csv", "--contract", "c.yaml"]).stdout
    assert "⚠" not in later
    assert " / 100 · " in later.splitlines()[0]


def test_a_contract_that_was_corrected_is_no_draft_any_more(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,v\n1,5\n2,6\n")
    document = draft({path.name: path}, "t")
    as_of = datetime(2026, 11, 23, tzinfo=UTC)
    policy = policies().at(as_of.date())
    assert score(read(document), {path.name: path}, as_of=as_of, policy=policy).caution == REPEATED
    document.pop("customProperties")
    assert score(read(document), {path.name: path}, as_of=as_of, policy=policy).caution is UNSET
