"""Verifying reports of every form without a server: what holds, and the first place where something does not."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from centre.cli import main
from centre.verification.verify import examined
from kernel.crypto import canonical
from kernel.documents.checks import FileUnreadable
from tests.valuation.reports.makers import BARE, cost_alone, reported, three_approaches, told
from valuation.reports.forms import make
from valuation.reports.forms.workbook import hidden


def checks(data: bytes):
    return {check.name.en: check for check in examined(data, "x", None).checks}


@pytest.fixture(scope="module")
def file() -> bytes:
    return reported(three_approaches(), told())[1]


def test_a_bare_appraisal_recomputes_and_names_the_step_that_differs():
    appraisal = cost_alone()
    found = examined(canonical.dumps(appraisal), "x", None)
    assert found.holds
    assert found.checks[-1].detail.en == f"all {len(appraisal['trace'])} steps are the same"
    appraisal["trace"][3]["result"] = "1"
    step = appraisal["trace"][3]["id"]
    refused = examined(canonical.dumps(appraisal), "x", None)
    assert not refused.holds
    assert f"/trace/{step}" in refused.checks[-1].detail.en


@pytest.mark.slow
def test_a_report_holds_in_json_pdf_and_spreadsheet(file):
    for form in ("json", "pdf", "xlsx"):
        for lang in ("zh", "en"):
            found = examined(make.made(form, file, lang), "x", None)
            assert found.holds, (form, [check.detail.en for check in found.checks])
            assert found.kind == "appraisal-report"


def test_a_changed_word_of_the_report_is_named(file):
    found = json.loads(file)
    found["report"]["sections"][1]["blocks"][0]["rows"][4]["value"]["en"] = "9,999,999.00 CNY"
    check = checks(json.dumps(found).encode())["text of the report"]
    assert check.holds is False
    assert "/report/sections/1/blocks/0/rows/4/value/en" in check.detail.en


def test_changed_facts_change_the_text(file):
    found = json.loads(file)
    found["facts"]["engagement"]["client"] = "Somebody else"
    assert checks(json.dumps(found).encode())["text of the report"].holds is False


def test_other_words_than_this_versions_are_not_called_altered(file):
    found = json.loads(file)
    found["wording"] = "sha256:" + "0" * 64
    assert checks(json.dumps(found).encode())["text of the report"].holds is None


@pytest.mark.slow
def test_a_changed_cell_is_named_and_a_file_saved_again_is_not_accused(file):
    book = make.made("xlsx", file, "en")

    def saved(change):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                new.writestr(name, change(content) if name == "xl/worksheets/sheet1.xml" else content)
        return out.getvalue()

    again = checks(saved(lambda content: content))["cells"]
    assert (again.holds, "saved since" in again.detail.en) == (None, True)
    value = json.loads(file)["appraisal"]["value"]["amount"].encode()
    forged = checks(saved(lambda content: content.replace(value, b"9" + value)))["cells"]
    assert forged.holds is False
    assert "Report!R10C" in forged.detail.en


def test_a_workbook_whose_json_was_cut_is_not_readable(file):
    book = make.made("xlsx", file, "en")
    assert hidden.detach(book) == file
    with pytest.raises(FileUnreadable):
        hidden.detach(book[:-40])
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as other:
        other.add_worksheet("JSON").write_string(0, 0, "hello")
    with pytest.raises(FileUnreadable, match="carries no report"):
        examined(out.getvalue(), "x", None)


@pytest.mark.slow
def test_a_print_is_pdf_a_3_with_its_json_and_the_same_bytes_again(file):
    from kernel.documents.prints import printed

    first = make.made("pdf", file, "zh")
    assert first == make.made("pdf", file, "zh")
    assert b"<pdfaid:part>3</pdfaid:part>" in first
    assert printed.open_unsealed(first) == file
    assert not printed.is_sealed(first)


def test_a_character_without_a_glyph_is_refused_and_named():
    from msgspec.structs import replace

    from kernel.documents.errors import GlyphMissing

    _, file = reported(cost_alone(), replace(BARE, asset_name="数据 🦄"))
    with pytest.raises(GlyphMissing) as refused:
        make.made("pdf", file, "zh")
    assert refused.value.facts["characters"] == ["🦄"]


@pytest.mark.slow
def test_the_command_writes_all_forms_and_each_of_them_verifies(tmp_path: Path):
    given, out = tmp_path / "appraisal.json", tmp_path / "out"
    given.write_bytes(canonical.dumps(three_approaches()))
    ran = CliRunner().invoke(main, ["report", str(given), "--out", str(out), "--lang", "en"])
    assert ran.exit_code == 0, ran.output
    names = ["report.html", "report.json", "report.pdf", "report.xlsx", "verifier.py"]
    assert sorted(path.name for path in out.iterdir()) == names
    for form in ("json", "pdf", "xlsx"):
        # In a process of its own: the command bounds the memory of the process that it runs in.
        told_ = subprocess.run(
            [sys.executable, "-m", "centre", "verify", str(out / f"report.{form}")], capture_output=True, check=False
        )
        assert told_.returncode == 0, told_.stdout.decode()
    alone = subprocess.run(
        [sys.executable, "-I", "-S", str(out / "verifier.py"), str(out / "report.json")],
        capture_output=True,
        check=False,
    )
    assert (alone.returncode, "73" in alone.stdout.decode()) == (0, True), alone.stderr.decode()
    assert "9,999" not in (out / "report.html").read_text()


def test_no_report_is_made_of_what_does_not_recompute(tmp_path: Path):
    appraisal = cost_alone()
    appraisal["trace"][0]["result"] = "7"
    given = tmp_path / "appraisal.json"
    given.write_bytes(canonical.dumps(appraisal))
    ran = CliRunner().invoke(main, ["report", str(given), "--out", str(tmp_path / "out")])
    assert (ran.exit_code, (tmp_path / "out").exists()) == (1, False)
    assert appraisal["trace"][0]["id"] in ran.output
    given.write_text("{}")
    assert CliRunner().invoke(main, ["report", str(given), "--out", str(tmp_path / "out")]).exit_code == 2


def leaves(value, path=()):
    """Every text and number of a document, by its place."""
    if isinstance(value, dict):
        for key in value:
            yield from leaves(value[key], (*path, key))
    elif isinstance(value, list):
        for at, below in enumerate(value):
            yield from leaves(below, (*path, at))
    else:
        yield path, value


def altered(found, path):
    """The document with one place changed."""
    copy = json.loads(json.dumps(found))
    node = copy
    for key in path[:-1]:
        node = node[key]
    was = node[path[-1]]
    node[path[-1]] = (
        was + "1" if isinstance(was, str) else not was if isinstance(was, bool) else 1 if was is None else was + 1
    )
    return json.dumps(copy, ensure_ascii=False).encode()


@pytest.mark.slow
def test_no_place_of_a_report_can_be_changed_unseen():
    """Of every text and number of appraisal and report, a sample in an order that no run chooses."""
    import random

    found = json.loads(reported(cost_alone(), BARE)[1])
    places = [path for path, _ in leaves(found) if path[0] in ("appraisal", "report")]
    assert len(places) > 1000
    for path in random.Random(20261123).sample(places, 250):
        try:
            report = examined(altered(found, path), "x", None)
        except FileUnreadable:
            continue
        assert not report.holds, path


@pytest.mark.slow
def test_a_file_of_any_shape_is_answered():
    """Whatever stands where something else belongs, the answer is a verdict or that it cannot be read."""
    import random

    dice = random.Random(20261123)
    found = json.loads(reported(cost_alone(), told())[1])
    nodes = [path for path, _ in nodes_of(found)]
    for path in dice.sample(nodes, 300):
        copy = json.loads(json.dumps(found))
        node = copy
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = dice.choice([None, [], {}, "x", 1, [1], {"zh": 1}, True])
        try:
            examined(json.dumps(copy).encode(), "x", None)
        except FileUnreadable:
            continue


def nodes_of(value, path=()):
    """Every place of a document, containers too."""
    if path:
        yield path, value
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from nodes_of(value[key], (*path, key))


@pytest.mark.slow
def test_what_is_told_beside_the_numbers_is_printed_or_changes_nothing_that_is():
    found = json.loads(reported(cost_alone(), told())[1])
    unseen = []
    for path, _ in leaves(found["facts"], ("facts",)):
        report = examined(altered(found, path), "x", None)
        if report.holds:
            unseen.append("/".join(map(str, path)))
    # What a bare file carries without printing it; in an issued one the signature covers the first of them.
    assert set(unseen) <= {
        "facts/appraisal_id", "facts/provider", "facts/valuer", "facts/valuer_name", "facts/described/name",
        "facts/described/revision_number", "facts/engagement/signed/0/signature", "facts/engagement/signed/1/signature",
        "facts/rights/title_basis", "facts/standing",
    }  # fmt: skip
