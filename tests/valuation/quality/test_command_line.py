"""`liutong score` as a stranger uses it: every refusal on stderr with its file and cure, and never a traceback."""

import json
import os
import stat

import pytest
from click.testing import CliRunner

from centre.cli import main

CONTRACT = """apiVersion: v3.2.0
kind: DataContract
id: c
version: "1"
schema:
  - name: t
    properties:
      - {name: id, logicalType: integer, primaryKey: true, quality: [{id: mine, metric: nullValues, mustBe: 0}]}
      - {name: name, logicalType: string, required: true}
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.yaml").write_text(CONTRACT)
    (tmp_path / "t.csv").write_text("id,name\n1,a\n2,\n2,b\n")
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    return lambda *given: CliRunner().invoke(main, list(given))


def test_the_json_has_what_was_promised(run):
    done = run("score", "t.csv", "--contract", "c.yaml", "--json", "--as-of", "2026-11-23")
    assert (done.exit_code, done.stderr) == (0, "")
    card = json.loads(done.stdout)
    assert card["rows"] == 3
    assert card["grade"]["code"] == "excellent"
    assert set(card["dimensions"]) == {
        "normativity", "completeness", "accuracy", "consistency", "timeliness", "accessibility",
    }  # fmt: skip
    assert card["dimensions"]["consistency"]["score"] is None
    assert card["dimensions"]["consistency"]["reason"]["en"]
    checks = {check["id"]: check for check in card["checks"]}
    unique = checks["t.id:unique"]
    told = ("column", "kind", "indicator", "dimension", "evaluated", "failed")
    assert [unique[key] for key in told] == ["id", "unique", "0304", "accuracy", 3, 1]
    assert unique["samples"] == [{"row": 2, "value": {"id": 2}}]
    assert checks["mine"]["failed"] == 0  # The contract's own id.
    assert (checks["t.name:not_null"]["evaluated"], checks["t.name:not_null"]["failed"]) == (3, 1)


def test_ones_own_values_are_shown_and_rows_are_numbered_after_the_header(run, tmp_path):
    """Who scores on a machine of his own sees what is wrong; `--masked` shows what others would see."""
    (tmp_path / "r.csv").write_text("id,name\n11,a\n22,b,c\n22,\n22,d\n")
    done = run("score", "t=r.csv", "--contract", "c.yaml")
    assert "row 3: {'id': 22}" in done.stdout
    assert "row 2: 3 fields instead of 2" in done.stdout
    assert "Rows are records, numbered from the first after any header." in done.stdout
    assert "t.name:not_null" in done.stdout.split()
    chinese = run("score", "t=r.csv", "--contract", "c.yaml", "--lang", "zh").stdout
    assert "第3行: {'id': 22}" in chinese
    assert "不计标题行" in chinese
    card = json.loads(run("score", "t=r.csv", "--contract", "c.yaml", "--json", "--masked").stdout)
    (unique,) = [check for check in card["checks"] if check["id"] == "t.id:unique"]
    assert unique["samples"] == [{"row": 3, "value": {"id": "*"}, "masked": True}]
    assert card["masked_columns"] == {"t": ["id", "name"]}
    assert all(column["masked"] for column in card["profile"]["t"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("nowhere.csv", "nowhere.csv cannot be read: there is no such file"),
        ("pipe.csv", "pipe.csv cannot be read: it is no file"),
        ("folder.csv", "folder.csv cannot be read: it is no file"),
        ("loop.csv", "loop.csv"),
        ("t=c.yaml", "c.yaml cannot be read"),
        ("s3://", "name one object"),
        ("postgresql://u:s3cret@[x/db#t", "port"),
        ("postgresql://u:s3cret@127.0.0.1:1/db#t", "cannot be reached"),
    ],
)
def test_what_is_no_table_is_refused_by_its_name(run, given, words):
    done = run("score", given, "--contract", "c.yaml")
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert "s3cret" not in done.stderr
    assert done.exception is None or isinstance(done.exception, SystemExit)


def test_a_file_that_may_not_be_read(run, tmp_path):
    (tmp_path / "t.csv").chmod(0)
    if os.access(tmp_path / "t.csv", os.R_OK):
        pytest.skip("this user may read everything")
    done = run("score", "t.csv", "--contract", "c.yaml", "--lang", "zh")
    (tmp_path / "t.csv").chmod(stat.S_IRUSR)
    assert done.exit_code == 2
    assert "t.csv 无法读取：permission denied" in done.stderr


def test_a_sample_is_told_with_its_interval(run, tmp_path):
    (tmp_path / "t.csv").write_text("id,name\n" + "".join(f"{i},{'x' * (i % 2)}\n" for i in range(300)))
    done = run("score", "t.csv", "--contract", "c.yaml", "--sample", "50", "--seed", "3", "--lang", "zh")
    assert done.exit_code == 0
    assert "抽样 50" in done.stdout
    told = json.loads(run("score", "t.csv", "--contract", "c.yaml", "--sample", "50", "--seed", "3", "--json").stdout)
    assert told["sampling"]["seed"] == 3
    (check,) = [c for c in told["checks"] if c["id"] == "t.name:not_null"]
    assert check["evaluated"] == 50
    assert float(check["sampled"]["low"]) < 0.5 < float(check["sampled"]["high"])


def test_what_is_kept_and_not_counted_says_why(tmp_path):
    document = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": "c",
        "version": "1",
        "schema": [{"name": "t", "properties": [{"name": "a", "logicalType": "integer"}]}],
        "slaProperties": [{"property": "frequency", "value": 1, "unit": "d"}],
    }
    (tmp_path / "c.json").write_text(json.dumps(document), encoding="utf-8")
    for lang, words in (("en", "latency, freshness and retention"), ("zh", "不计入得分")):
        told = CliRunner().invoke(main, ["contract", "check", str(tmp_path / "c.json"), "--lang", lang])
        assert told.exit_code == 0, told.output
        assert "/slaProperties/0: " in told.output
        assert words in told.output
