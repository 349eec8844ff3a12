"""`liutong verify` of a run's result: computed again with its assets, named as what it is, and found when altered."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from centre.verification.verify import examined, verified, verify_and_tell
from kernel.documents.checks import Report
from tests.valuation.portfolio.makers import both, line, performed, written

SHARED = {"upstream": {"ast_open": "0.5"}}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    performed(written(folder, [line("a", group="g"), line("b", **SHARED), line("c", both(), **SHARED)]))
    return folder / "RUN-result"


def said(report: Report) -> dict[str, bool | None]:
    return {check.name.en: check.holds for check in report.checks}


def test_an_intact_result_holds_and_its_assets_are_valued_again(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = verified(run / "result.json")
    assert report.kind == "portfolio-result"
    assert said(report) == {
        "signature": None, "rule sets": True, "recomputed totals": True, "recomputed assets": True,
    }  # fmt: skip
    # Not by the command itself: it limits the memory of its process, which here is the tests' own.
    assert verify_and_tell(run / "result.json", None, "en") == 0
    told = capsys.readouterr().out
    assert "portfolio-result holds" in told
    assert "all 3 assets are the same" in told


def test_alone_and_from_the_api_its_totals_are_computed_again(run: Path, tmp_path: Path) -> None:
    shutil.copy(run / "result.json", tmp_path / "result.json")
    report = verified(tmp_path / "result.json")
    assert report.holds
    assert said(report)["recomputed assets"] is None
    whole = json.dumps({"id": "pfr_1", "status": "done", "result": json.loads((run / "result.json").read_bytes())})
    assert said(examined(whole.encode(), "run.json", None))["recomputed totals"] is True


def altered(run: Path, change: Any) -> Report:
    found = json.loads((run / "result.json").read_bytes())
    change(found)
    return examined(json.dumps(found).encode(), "x", None)


def test_an_altered_result_does_not_hold_and_the_place_is_named(run: Path) -> None:
    changes = {
        "/value": lambda found: found["value"].update(amount="1.00"),
        "/discount": lambda found: found["discount"].update(amount="0.00"),
        "/trace/P": lambda found: next(each for each in found["trace"] if each["id"] == "P").update(result="1"),
        "/trace/D": lambda found: found["terms"]["overlap"].update(value="0.1"),
        "/trace/low": lambda found: next(each for each in found["trace"] if each["id"] == "low").update(formula="P"),
    }
    for place, change in changes.items():
        report = altered(run, change)
        assert not report.holds
        assert report.checks[-1].detail.en == f"the first place that differs is {place}"
    rules = altered(run, lambda found: found["rule_sets"][1].update(sha256="0" * 64))
    assert said(rules)["rule sets"] is False
    assert said(altered(run, lambda found: found.update(terms=5)))["contents"] is False


def test_an_altered_file_of_the_run_is_found(run: Path, tmp_path: Path) -> None:
    for i, statement in enumerate((
        "UPDATE result SET value = value + 1 WHERE asset = 'a'",
        "UPDATE result SET line = (SELECT line FROM result WHERE asset = 'b') WHERE asset = 'c'",
        "DELETE FROM upstream",
    )):  # fmt: skip
        folder = tmp_path / str(i)
        shutil.copytree(run, folder)
        (folder / "run.sqlite").chmod(0o600)
        with closing(sqlite3.connect(folder / "run.sqlite")) as db:
            db.execute(statement)
            db.commit()
        assert said(verified(folder / "result.json"))["recomputed assets"] is False, statement
    (folder / "run.sqlite").write_bytes(b"SQLite format 3\x00" + b"x" * 5000)
    assert said(verified(folder / "result.json"))["recomputed assets"] is False
