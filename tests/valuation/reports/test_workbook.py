"""The spreadsheet: formulas that compute the report's own digits in another program, and texts that stay texts."""

import csv
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.patience import PATIENCE_SECONDS
from tests.valuation.appraisal import makers as m
from tests.valuation.appraisal.spreadsheet import OFFICE
from tests.valuation.appraisal.test_standalone import JUDGED, documents
from tests.valuation.reports.makers import BARE, cost_alone, plain, reported, three_approaches, told
from valuation.appraisal.analysis import sensitivity
from valuation.reports import build
from valuation.reports.facts import ReportFacts
from valuation.reports.forms.workbook import hidden
from valuation.reports.forms.workbook.book import xlsx
from valuation.reports.forms.workbook.formulas import Written

RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""
"""LibreOffice computes every formula anew when it opens a file, instead of believing what is stored beside it."""


def recalculated(books: Mapping[str, bytes], folder: Path) -> dict[str, dict[str, list[list[str]]]]:
    """The cells of every sheet of every book, as LibreOffice computes them."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")
    for name, data in books.items():
        (folder / f"{name}.xlsx").write_bytes(data)
    raw = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    subprocess.run(
        [OFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", raw,
         "--outdir", str(folder / "csv"), *[str(folder / f"{name}.xlsx") for name in books]],
        check=True, capture_output=True, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    found: dict[str, dict[str, list[list[str]]]] = {}
    for name in books:
        for path in (folder / "csv").glob(f"{name}-*.csv"):
            with path.open(encoding="utf-8", newline="") as lines:
                found.setdefault(name, {})[path.stem.removeprefix(f"{name}-")] = list(csv.reader(lines))
    return found


def studies() -> dict[str, dict]:
    """Every approach and every form of it that has a report."""
    made = {name: json.loads(stored) for name, stored in documents().items()}
    made = {name: each for name, each in made.items() if "calculation" not in each}
    everything = {"cost": m.cost(), "income": m.income(), "market": m.market()}
    made["ahp"] = plain(
        m.value(m.study(**everything, weighing={"reason": "x", "judgements": JUDGED, "gap_reason": "y"}))
    )
    made["whole"] = three_approaches()
    return made


def halves() -> Iterator[dict]:
    """Values whose range ends in an exact half of a cent, above an even cent and above an odd one."""
    wanted = {5, 15}
    for cents in range(10_000):
        stage = {"collect": {"direct": m.said(f"400000.{cents % 100:02}"), "indirect": m.said(str(cents // 100))}}
        made = plain(m.value(m.study(cost={**m.cost(), "stages": stage})))
        last = int(made["value"]["amount"].replace(".", "")) % 20
        if last in wanted:
            wanted.remove(last)
            yield made
        if not wanted:
            return


def stated_weights() -> dict:
    """Comparables whose weights are stated, and so are not computed."""
    weights = {"a": "0.5", "b": "0.3", "c": "0.2"}
    cases = {name: m.comparable("100000", weight=m.said(weight)) for name, weight in weights.items()}
    return plain(m.value(m.study(market=m.market(comparables=cases))))


def workbook(appraisal: dict, facts: ReportFacts = BARE, lang: str = "en") -> bytes:
    report, file = reported(appraisal, facts)
    return xlsx(report, appraisal, facts, lang, file)


def traced(sheets: Mapping[str, list[list[str]]]) -> dict[str, tuple[str, str, str]]:
    """Every step with what LibreOffice computed, what the report states, and whether the sheet calls it the same."""
    found = {}
    for rows in sheets.values():
        if rows and rows[0] and rows[0][0] == "Step":
            found |= {row[0]: (row[4], row[5], row[6]) for row in rows[1:] if row[0]}
    return found


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice Calc is not installed here")
def test_a_spreadsheet_computes_exactly_the_reports_value(tmp_path: Path) -> None:
    made = {**studies(), "weights": stated_weights(), **{f"half{i}": each for i, each in enumerate(halves())}}
    assert {"half0", "half1"} <= set(made)
    found = recalculated({name: workbook(each) for name, each in made.items()}, tmp_path)
    compared = 0
    for name, appraisal in made.items():
        cells = traced(found[name])
        for step in appraisal["trace"]:
            theirs, _, same = cells[step["id"]]
            assert same == "✓", (name, step, theirs)
            if "round(" in step["formula"]:
                assert Decimal(theirs) == Decimal(step["result"]), (name, step, theirs)
            else:
                gap = abs(Decimal(theirs) - Decimal(step["result"]))
                assert gap <= Decimal("1e-12") * max(1, abs(Decimal(step["result"]))), (name, step, theirs)
            compared += 1
        front = next(
            rows for rows in found[name].values() if any("Steps that agree" in cell for row in rows for cell in row)
        )
        count = len(appraisal["trace"])
        assert f"{count} / {count}" in [cell for row in front for cell in row]
    assert compared > 350


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice Calc is not installed here")
def test_a_changed_parameter_changes_the_value_as_the_engine_would(tmp_path: Path) -> None:
    appraisal = three_approaches()
    pointer = "/inputs/income/share_rate/value"
    asked = sensitivity.what_if(appraisal, {pointer: "0.06"})
    changed = changed_cell(workbook(appraisal), "#/inputs/income/share_rate", "0.06")
    cells = traced(recalculated({"changed": changed}, tmp_path)["changed"])
    for step in asked.trace:
        if "round(" in step.formula:
            assert Decimal(cells[step.id][0]) == Decimal(step.result), step
    assert cells["P"][2] == "✗"  # It is no longer what the report states, and the sheet says so.


def changed_cell(data: bytes, source: str, value: str) -> bytes:
    """The workbook with another number for one source, as a person would type it."""
    rows = hidden.cells(data)["Parameters"]
    row = next(at for at, cells in enumerate(rows, 1) if cells[0] == source)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            if member == "xl/worksheets/sheet2.xml":
                pattern = rf'(<c r="C{row}"[^>]*><v>)[^<]*(</v>)'.encode()
                content, count = re.subn(pattern, rb"\g<1>" + value.encode() + rb"\g<2>", content)
                assert count == 1
            new.writestr(member, content)
    return out.getvalue()


def half_even(value: Decimal, places: int) -> Decimal:
    """What the formula of a rounding does, by the same operations in doubles."""
    x, whole = float(value), 10**places
    half = abs(x) * whole / 2
    near = max(1e-9, half * 1e-15)
    if abs(half - int(half) - 0.25) <= near:
        return Decimal(int(x * whole)) / whole
    if abs(half - int(half) - 0.75) <= near:
        return Decimal(int(x * whole) + (1 if x > 0 else -1)) / whole
    return Decimal(repr(x)).quantize(Decimal(1).scaleb(-places))


@given(st.integers(-(10**11), 10**11), st.sampled_from([0, 2, 6]), st.sampled_from(["0.5", "0.501", "0.499"]))
def test_an_exact_half_goes_to_the_even_neighbour(number: int, places: int, part: str) -> None:
    value = (Decimal(number) + Decimal(part)) / 10**places
    assert half_even(value, places) == value.quantize(Decimal(1).scaleb(-places), "ROUND_HALF_EVEN")


def test_a_step_is_written_as_the_spreadsheet_reads_it() -> None:
    cells = {"C": "H3", "delta": "I3"}
    written = Written("round(C * delta, 2)", cells, "$D2")
    assert written.inner == "=(H3*I3)"
    assert written.outer.startswith("=IF(ABS(ABS($D2)*100/2-INT(ABS($D2)*100/2)-0.25)<=MAX(1E-9,")
    assert written.outer.endswith(",ROUND($D2,2)))")
    assert Written("C - delta * 0.50", cells, "$D2").outer == "=(H3-(I3*0.50))"


def test_no_text_of_anybody_becomes_a_formula() -> None:
    """Texts that begin like formulas are text cells and carry the quote that keeps them texts when edited."""
    from msgspec.structs import replace

    said = {"value": "0.1", "source": "=cmd|'/c calc'!A0", "evidence": "@SUM(1)", "confidence": "high"}
    cost = {**m.cost(), "return_on_cost": said}
    appraisal = plain(m.value(m.study(cost=cost, purpose="+1+1", assumptions=["-2+3", "\t=1", "=1+1"])))
    facts = replace(BARE, asset_name="=HYPERLINK(1)")
    data = workbook(appraisal, facts)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheets = {
            name: packed.read(name).decode() for name in packed.namelist() if name.startswith("xl/worksheets/sheet")
        }
        styles = packed.read("xl/styles.xml").decode()
    formulas = [each for text in sheets.values() for each in re.findall(r"<f>([^<]*)</f>", text)]
    assert formulas
    for hostile in ("cmd", "SUM(1)", "1+1", "2+3", "HYPERLINK"):
        assert not any(hostile in each for each in formulas), hostile
    assert 'quotePrefix="1"' in styles
    cells = [cell for rows in hidden.cells(data).values() for row in rows for cell in row]
    for hostile in ("=cmd|'/c calc'!A0", "@SUM(1)", "+1+1", "=HYPERLINK(1)"):
        assert hostile in cells


def test_the_same_report_gives_the_same_bytes_and_carries_its_json() -> None:
    appraisal = three_approaches()
    report, file = reported(appraisal, told())
    first = xlsx(report, appraisal, told(), "zh", file)
    assert first == xlsx(report, appraisal, told(), "zh", file)
    assert hidden.is_workbook(first)
    assert hidden.detach(first) == file


def test_both_languages_hold_the_same_numbers() -> None:
    appraisal = cost_alone()
    report = build.build(appraisal, BARE)
    _, file = reported(appraisal, BARE)
    zh, en = (hidden.cells(xlsx(report, appraisal, BARE, lang, file)) for lang in ("zh", "en"))

    def numbers(sheets):
        return sorted(cell for rows in sheets.values() for row in rows for cell in row if isinstance(cell, float))

    assert numbers(zh) == numbers(en)
