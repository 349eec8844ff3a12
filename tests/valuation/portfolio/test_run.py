"""Runs from files: resumed to the same bytes, order without effect, faults listed, changes explained to the cent."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from centre.cli import main
from centre.cli.portfolio import RunDiffers, RunFinished
from kernel.errors import DomainError, InvalidInput
from tests.patience import PATIENCE_SECONDS
from tests.valuation.appraisal.makers import comparable, cost, income, market
from tests.valuation.portfolio.makers import both, inputs, line, performed, said, written
from valuation.appraisal.engine.trace import replay
from valuation.appraisal.errors import InputsFaulty, RuleSetNotInForce
from valuation.portfolio.engine import run as running
from valuation.portfolio.engine.overlap import LineageCircular

SHARED = {"upstream": {"ast_open": "0.5"}}


def test_a_portfolio_by_hand(tmp_path: Path) -> None:
    # Three assets of 103,333.33, two of which rest half on one open source: it is held twice, 51,666.67 or .66 each.
    lines = [line("a"), line("b", **SHARED), line("c", **SHARED)]
    found = performed(written(tmp_path, lines, overlap="1"))
    assert (found.sum.amount, found.discount.amount, found.value.amount) == ("309999.99", "51666.67", "258333.32")
    assert [(each.source, each.assets, each.repeated.amount) for each in found.shared] == [("ast_open", 2, "51666.67")]
    # σ↓ = 103,333.33 − 95,000; independent groups of one: σ²·(3·(1 − b) + 9·b) with b = 0.2
    down = Decimal("8333.33") * (Decimal("4.2")).sqrt() * Decimal("258333.32") / Decimal("309999.99")
    assert abs(Decimal(found.low.amount) - (Decimal("258333.32") - down)) < Decimal("0.01")


def test_the_trace_recomputes_and_the_ends_of_correlation_are_known(tmp_path: Path) -> None:
    lines = [line(f"a{i}", group="g") for i in range(4)]
    found = performed(written(tmp_path, lines, within="1", between="1"))
    assert Decimal(found.low.amount) == 4 * Decimal("95000")
    again = replay(found.trace, {})
    assert all(again[f"#/trace/{step.id}"] == Decimal(step.result) for step in found.trace)
    apart = performed(written(tmp_path, lines, name="apart", within="0", between="0"))
    assert Decimal(apart.value.amount) - Decimal(apart.low.amount) == Decimal("2") * Decimal("8333.33")


def test_the_order_of_the_lines_and_the_processes_changes_nothing(tmp_path: Path) -> None:
    studies = [
        inputs(market=market(comparables={name: comparable(str(90000 + 1000 * i)) for name in "xyz"})) for i in range(9)
    ]
    lines = [line(f"a{i:03}", stated, upstream={"s": "0.3"}) for i, stated in enumerate(studies)]
    one = performed(written(tmp_path, lines))
    other = performed(written(tmp_path, reversed(lines), name="other"))
    assert msgspec.structs.replace(other, terms=one.terms) == msgspec.structs.replace(one, terms=one.terms)
    assert (tmp_path / "RUN-result/assets.csv").read_bytes() == (tmp_path / "other-result/assets.csv").read_bytes()


def test_faulty_lines_are_listed_with_all_their_faults_and_stop_nothing(tmp_path: Path) -> None:
    bad = inputs(income=income(life={"years": said("9"), "right": said("5")}, decay=said("0.9")))
    lines: list[object] = [
        line("good"), b"{", b"[" * 100_000, b'{"asset": "x", "inputs": {}, "price": 1}', line("bad", bad), line("good"),
        line("greedy", upstream={"s": "0.7", "t": "0.4"}), line("usd", inputs(cost=cost()) | {"currency": "USD"}),
        b"\xff\xfe", line("huge", json.loads(json.dumps(inputs(cost=cost())).replace('"0.1"', '"1e9999"'))),
    ]  # fmt: skip
    path = written(tmp_path, lines)  # type: ignore[arg-type]
    found = performed(path)
    assert (found.assets, found.faulty, found.value.amount) == (1, 9, "103333.33")
    told = [json.loads(each) for each in (tmp_path / "RUN-result/faults.jsonl").read_text().splitlines()]
    assert [each["line"] for each in told] == list(range(2, 11))
    by_asset = {each["asset"]: [fault["pointer"] for fault in each["faults"]] for each in told if each["asset"]}
    assert by_asset == {
        "bad": ["/inputs/income/decay/value", "/inputs/income/life/years/value"],
        "good": ["/asset"], "greedy": ["/upstream"], "usd": ["/inputs/currency"],
        "huge": ["/inputs/cost/return_on_cost/value"],
    }  # fmt: skip
    assert all(fault["rule"] and fault["detail"]["zh"] for each in told for fault in each["faults"])
    asked = CliRunner().invoke(main, ["portfolio", str(path), "--output", str(tmp_path / "again"), "--plain"])
    assert (asked.exit_code, "9 行未能估值" in asked.output) == (1, True)


def test_terms_are_refused_with_every_fault(tmp_path: Path) -> None:
    for over, pointers in (
        ({"overlap": "1.5", "between": "0.9"}, ["/overlap/value", "/correlation/between/value"]),
        ({"within": "-1"}, ["/correlation/within/value"]),
    ):
        with pytest.raises((InputsFaulty, InvalidInput)) as refused:
            performed(written(tmp_path, [line("a")], **over))
        assert [error.pointer for error in refused.value.errors] == pointers
    with pytest.raises(RuleSetNotInForce):
        performed(written(tmp_path, [line("a")], base_date="2020-01-01"))
    with pytest.raises(InvalidInput) as unknown:
        performed(written(tmp_path, [line("a")], more="surprise = 1\n"))
    assert "surprise" in unknown.value.errors[0].detail.en
    (tmp_path / "RUN.jsonl").unlink()
    gone = tmp_path / "RUN.toml"
    gone.write_text(gone.read_text().replace("surprise = 1\n", ""))
    with pytest.raises(InvalidInput) as refused:
        performed(gone)
    assert refused.value.errors[0].pointer == "/assets"


def test_a_lineage_file_counts_and_its_faults_are_told(tmp_path: Path) -> None:
    lineage, more = tmp_path / "lineage.csv", 'lineage = "lineage.csv"\n'
    lineage.write_text("child,parent,share\nb,a,0.5\nc,a,0.5\n")
    found = performed(written(tmp_path, [line(name) for name in "abc"], overlap="1", more=more))
    assert found.shared[0].source == "a"
    assert found.shared[0].assets == 3
    for text, kind in (
        ("child,parent,share\na,b,0.5\nb,a,0.5\n", LineageCircular),
        ("child,parent,share\na,x,0.6\na,y,0.6\n", InvalidInput),
        ("child,parent,share\na,a,0.6\n", InvalidInput),
        ("child,parent,share\na,b,NaN\n", InvalidInput),
        ("from,to\n", InvalidInput),
    ):
        lineage.write_text(text)
        with pytest.raises(kind):
            performed(written(tmp_path, [line("a"), line("b")], name="x", more=more), restart=True)


@pytest.mark.slow
def test_what_changed_is_explained_to_the_cent(tmp_path: Path) -> None:
    before = [line("same"), line("quality"), line("old"), line("both", both(decay=said("0.10"))),
              line("child", upstream={"same": "0.5"}), line("other way", inputs(income=income()))]  # fmt: skip
    path = written(tmp_path, before, overlap="0.8", name="first")
    first = performed(path)
    charges = {"plant": {"value": said("100000"), "rate": said("0.1")}}
    after = [
        line("same"), line("quality", score="80"), line("new"), line("both", both(decay=said("0.20")), score="90"),
        line("child", upstream={"same": "0.6"}),
        line("other way", inputs(income=income(method="excess", charges=charges)), score="91"),
    ]  # fmt: skip
    second = performed(written(tmp_path, after, overlap="0.6", name="second", more='previous = "first-result"\n'))
    change = second.change
    assert change is not None
    amounts = {cause.cause: cause.amount for cause in change.causes}
    assert change.before == int(Decimal(first.value.amount) * 100)
    assert change.after == int(Decimal(second.value.amount) * 100)
    assert sum(amounts.values()) == change.after - change.before
    assert (amounts["assets_gone"], amounts["new_assets"]) == (-10333333, 10333333)
    assert {"quality", "decay_and_life", "lineage", "overlap", "income"} <= set(amounts)
    assert amounts["quality"] < 0
    assert amounts["decay_and_life"] < 0
    assert amounts["overlap"] > 0
    assert amounts["lineage"] < 0
    movers = {mover.asset: mover.causes for mover in change.movers}
    assert set(movers["both"]) == {"quality", "decay_and_life"}
    assert set(movers["other way"]) == {"income"}
    with pytest.raises(RunFinished):
        performed(path)


def test_a_rule_set_that_came_into_force_is_a_cause_of_its_own(tmp_path: Path) -> None:
    only = json.loads(json.dumps(inputs(cost=cost())["cost"]))
    stated = {"currency": "CNY", "purpose": "x", "single_approach_reason": "y", **only}
    performed(written(tmp_path, [line("a", stated)], name="first", base_date="2026-10-31"))
    second = performed(written(tmp_path, [line("a", stated)], name="second", more='previous = "first-result"\n'))
    assert second.change is not None
    assert {each.cause for each in second.change.causes} <= {"rule_set"}
    assert second.change.after == int(Decimal(second.value.amount) * 100)


def test_a_stopped_run_goes_on_to_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line(f"a{i:03}") for i in range(30)]
    whole = performed(written(tmp_path, lines), tmp_path / "whole")
    monkeypatch.setattr(running, "CHUNK_LINES", 7)
    seen = []

    def stop(more: int) -> None:
        seen.append(more)
        if len(seen) == 2:
            raise KeyboardInterrupt

    path, folder = written(tmp_path, lines), tmp_path / "parts"
    monkeypatch.setattr("centre.cli.portfolio._progress", lambda *_: _Told(stop))
    with pytest.raises(KeyboardInterrupt):
        performed(path, folder)
    assert _kept(folder / "run.sqlite") == 14
    monkeypatch.setattr("centre.cli.portfolio._progress", lambda *_: _Told(seen.append))
    assert performed(path, folder) == whole
    assert sum(seen) == 30
    for name in ("result.json", "assets.csv"):
        assert (folder / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


class _Told:
    def __init__(self, told) -> None:
        self.told = told

    def __enter__(self):
        return self.told

    def __exit__(self, *_) -> None:
        return None


def test_other_inputs_do_not_go_on_with_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, [line("a")])
    monkeypatch.setattr("centre.cli.portfolio.summary.concluded", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        performed(path)
    monkeypatch.undo()
    written(tmp_path, [line("b")])
    with pytest.raises(RunDiffers):
        performed(path)
    assert performed(path, restart=True).assets == 1
    with pytest.raises(DomainError):
        performed(path, restart=True)


@pytest.mark.slow
def test_ctrl_c_stops_the_command_and_the_same_command_goes_on(tmp_path: Path) -> None:
    path = written(tmp_path, (line(f"a{i:05}") for i in range(6000)))
    command = [sys.executable, "-c", "from centre.cli import main; main()", "portfolio", str(path), "--workers", "1"]
    process = subprocess.Popen(
        [*command, "--lang", "en"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    state = tmp_path / "RUN-result" / "run.sqlite"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if state.exists() and _kept(state):
            break
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # As a terminal does: to every process of the command.
    _, told = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130, told
    assert "goes on from here" in told
    assert "Traceback" not in told
    assert 0 < _kept(state) < 6000
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert _kept(state) == 6000


def _kept(state: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{state}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM result").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
