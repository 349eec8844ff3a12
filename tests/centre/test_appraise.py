"""`liutong appraise` and `liutong rules diff` from the command line."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from centre.cli import main
from tests.valuation.appraisal.makers import cost, income, quality, said, study, weighing
from tests.valuation.appraisal.test_calculations import cap
from valuation.appraisal.offline.rule_set_diff import differences, read
from valuation.appraisal.recompute import recompute


def stated(**approaches: Any) -> dict[str, Any]:
    inputs = msgspec.to_builtins(study(**approaches))
    return {"asset": "ast_1", "base_date": "2026-11-23", "quality": msgspec.to_builtins(quality()), "inputs": inputs}


def run(tmp_path: Path, document: Any, *options: str) -> Result:
    file = tmp_path / "input.json"
    file.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    return CliRunner().invoke(main, ["appraise", str(file), *options])


def test_a_file_is_valued_and_its_report_verified_by_the_one_file(tmp_path: Path) -> None:
    report, verifier = tmp_path / "report.json", tmp_path / "verifier.py"
    document = stated(cost=cost(), income=income(), weighing=weighing(gap_reason="x"))
    ran = run(tmp_path, document, "--output", str(report), "--verifier", str(verifier), "--tornado", "--lang", "en")
    assert ran.exit_code == 0, ran.output
    assert "1313441.02 CNY" in ran.output
    assert "not a booking basis" in ran.output
    assert "#/inputs/income/income" in ran.output
    checked = subprocess.run([sys.executable, "-I", str(verifier), str(report)], capture_output=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_a_calculation_is_told_with_its_finding(tmp_path: Path) -> None:
    inputs = cap(actual_income=said("1254002"))
    ran = run(tmp_path, {"calculation": "price-cap", "base_date": "2026-11-23", "inputs": inputs})
    assert (ran.exit_code, "r_max = 1140000" in ran.output, "调整上限价格" in ran.output) == (0, True, True)


def test_every_faulty_parameter_is_told(tmp_path: Path) -> None:
    bad = income(life={"years": said("9"), "right": said("5")}, decay=said("0.9"))
    ran = run(tmp_path, stated(income=bad))
    assert ran.exit_code == 1
    for place, rule in (("/inputs/income/life/years/value", "LT-APR-06"), ("/inputs/income/decay/value", "LT-APR-05")):
        assert place in ran.output
        assert rule in ran.output


@pytest.mark.parametrize(
    "document", [b"{", b"\xff", {"asset": 5}, {"calculation": "x"}, [], {**stated(cost=cost()), "x": 1}]
)
def test_what_is_no_input_is_refused(tmp_path: Path, document: Any) -> None:
    assert run(tmp_path, document).exit_code == 2


def test_a_base_date_before_every_rule_set_is_refused(tmp_path: Path) -> None:
    ran = run(tmp_path, stated(cost=cost()) | {"base_date": "2025-01-01"})
    assert (ran.exit_code, "2025-01-01" in ran.output) == (1, True)
    assert CliRunner().invoke(main, ["appraise"]).exit_code == 2


def test_rule_sets_are_compared_number_by_number(tmp_path: Path) -> None:
    ran = CliRunner().invoke(main, ["rules", "diff", "2026-11", "2026-11.1"])
    assert ran.exit_code == 1
    assert "+ income.discount.total.maximum: 0.40" in ran.output
    assert "~ effective_from: 2026-01-01 → 2026-11-01" in ran.output
    assert CliRunner().invoke(main, ["rules", "diff", "2026-11", "2026-11"]).exit_code == 0
    assert "there are 2026-11" in CliRunner().invoke(main, ["rules", "diff", "2026-11", "../x"]).output
    file = tmp_path / "mine.toml"
    file.write_text('version = "x"\n[cost]\nuncertainty = "0.2"\n')
    found = {each.place: (each.first, each.second) for each in differences(read("2026-11"), read(str(file)))}
    assert found["cost.uncertainty"] == ("0.10", "0.2")
    assert found["cost.amount.minimum"] == ("0", None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[" * 200_000, "no readable JSON"),
        (b'{"asset": NaN}', "no readable JSON"),
        (b"1" * 5000, "no readable JSON"),
        (b"\xff\xfe", "no readable JSON"),
        (b"", "no readable JSON"),
        (b"[]", "/: It is array, where object belongs"),
        (b'{"asset": "a", "surprise": 1}', "There is no field surprise"),
    ],
)
def test_hostile_files_are_told_what_is_wrong(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "x.json").write_bytes(content)
    ran = CliRunner().invoke(main, ["appraise", str(tmp_path / "x.json"), "--lang", "en"])
    assert ran.exit_code == 2
    assert words in ran.output
    assert ran.exception is None or isinstance(ran.exception, SystemExit)


@pytest.mark.parametrize(
    "number", ["1e9999", "-0.1", "NaN", "Infinity", "0x10", "1_000", " 1", "１", "9" * 400, "0.1\n"]
)
def test_numbers_that_are_none_are_refused_by_their_place(tmp_path: Path, number: str) -> None:
    example = json.loads(CliRunner().invoke(main, ["appraise", "--example", "study"]).output)
    example["inputs"]["income"]["share_rate"]["value"] = number
    (tmp_path / "x.json").write_text(json.dumps(example))
    ran = CliRunner().invoke(main, ["appraise", str(tmp_path / "x.json")])
    assert ran.exit_code == 2
    assert "/inputs/income/share_rate/value" in ran.output


@pytest.mark.parametrize("kind", ["cost", "study", "price-cap"])
def test_an_example_is_a_file_to_begin_with(tmp_path: Path, kind: str) -> None:
    made = CliRunner().invoke(main, ["appraise", "--example", kind])
    (tmp_path / "x.json").write_text(made.output)
    result, ran = tmp_path / "out.json", None
    for lang in ("zh", "en"):
        ran = CliRunner().invoke(main, ["appraise", str(tmp_path / "x.json"), "--lang", lang, "--output", str(result)])
        assert ran.exit_code == 0, ran.output
    assert recompute(json.loads(result.read_bytes())).same


def test_the_last_day_of_the_calendar_ends_no_program(tmp_path: Path) -> None:
    example = json.loads(CliRunner().invoke(main, ["appraise", "--example", "cost"]).output)
    (tmp_path / "x.json").write_text(json.dumps(example | {"base_date": "9999-12-31"}))
    assert CliRunner().invoke(main, ["appraise", str(tmp_path / "x.json")]).exit_code == 0


def test_a_rule_set_that_cannot_be_read_is_told_apart_from_one_that_differs(tmp_path: Path) -> None:
    for text in ("a = [", "a = " + "[" * 100_000, "\x00"):
        (tmp_path / "x.toml").write_text(text)
        ran = CliRunner().invoke(main, ["rules", "diff", str(tmp_path / "x.toml"), "2026-11"])
        assert (ran.exit_code, isinstance(ran.exception, SystemExit)) == (2, True)
