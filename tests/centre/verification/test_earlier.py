"""What a centre issued before verifies and recomputes with the code of today, check by check.

Each form that a kind of document has had is stored once, made by the code of the commit that its folder names
(tests/forms.py says how, decision 0225). A whole demonstration stands in a folder of its own.
"""

import gzip
import json
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest

from centre.lists import event_kinds
from centre.verification.verify import DEEPER, examined, verified
from kernel.documents.checks import FileUnreadable, Trust
from tests import forms

RELEASE = forms.EARLIER / "2026-11-29"
"""A whole demonstration by the code of commit c4378ea, as it left it."""
CHECKS = {"agreement": 7, "certificate": 6, "receipt": 3, "scorecard": 3, "settlement": 6, "valuation": 7}
"""How many checks the demonstration itself counted, which all held."""
COUNTED = tomllib.loads((forms.EARLIER / "counted.toml").read_text(encoding="utf-8"))
"""How many checks the code of its own commit made of each stored document, by folder and name; all of them held."""


PACKAGES = {
    "case.zip", "certificate.pdf", "evidence.zip", "report.json", "report.pdf", "report.xlsx",
}  # fmt: skip
"""What a centre hands out that is more than one document: bundles, sealed prints, the forms of a report."""


def trust_of(path: Path) -> Trust:
    """The keys that the verifier saved when the document was issued."""
    return Trust.read(path.parent / "trust.json")


@pytest.mark.parametrize("name", CHECKS)
def test_a_demonstration_of_yesterday_holds_today(name):
    report = verified(RELEASE / f"{name}.json", RELEASE / "trust.json")
    assert [check.name.en for check in report.checks if not check.holds] == []
    assert len(report.checks) == CHECKS[name]


def test_its_report_is_computed_again():
    report = verified(RELEASE / "report.json", RELEASE / "trust.json")
    assert report.holds
    assert "recomputed value" in {check.name.en for check in report.checks}


@pytest.mark.parametrize("path", forms.samples(), ids=forms.name_of)
def test_every_form_holds_today(path):
    """No check fails, none is left out that the code of its day made, and one changed digit is seen."""
    data = gzip.decompress(path.read_bytes())
    report = examined(data, path.name, trust_of(path))
    assert report.kind == forms.kind_of(path)
    assert [check.name.en for check in report.checks if check.holds is False] == []
    assert len(report.checks) >= COUNTED[forms.name_of(path)]
    changed = json.loads(data)
    changed["document"]["credentialSubject"]["id"] += "x"
    assert not examined(json.dumps(changed).encode(), path.name, trust_of(path)).holds


@pytest.mark.parametrize("path", forms.packages(), ids=lambda path: f"{path.parent.parent.name}/{path.name}")
def test_every_package_holds_today(path):
    """What is recomputed of a package is recomputed, and a package of which a byte was changed is none."""
    data, trust = path.read_bytes(), Trust.read(path.with_name(f"{path.name}.trust.json"))
    report = examined(data, path.name, trust)
    assert [check.name.en for check in report.checks if check.holds is False] == []
    assert len(report.checks) >= COUNTED[f"{path.parent.parent.name}/packages/{path.name}"]
    middle = len(data) // 2
    changed = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    with suppress(FileUnreadable):
        assert not examined(changed, path.name, trust).holds


@pytest.mark.parametrize("path", sorted(forms.EARLIER.glob("*/portfolio/result.json")), ids=lambda path: path.parts[-3])
def test_a_run_over_many_assets_is_computed_again_today(path, tmp_path):
    report = verified(path)
    named = {check.name.en: check.holds for check in report.checks}
    assert named == {"signature": None, "rule sets": True, "recomputed totals": True, "recomputed assets": True}
    changed = tmp_path / "result.json"
    changed.write_text(path.read_text(encoding="utf-8").replace("258333.32", "258333.33"), encoding="utf-8")
    assert not verified(changed).holds


def test_every_kind_of_package_is_stored():
    assert {path.name for path in forms.packages()} == PACKAGES


def test_every_kind_that_is_issued_is_stored():
    """Kinds of documents are those of whose issue an event tells."""
    issued = {kind.split(".")[1] for kind in event_kinds() if kind.startswith("kernel.") and kind.endswith(".issued")}
    assert set(DEEPER) <= issued
    assert {forms.kind_of(path) for path in forms.samples()} == issued
    assert [path for path in forms.STORIES if not path.is_file()] == []


def test_every_stored_document_was_counted():
    packages = {f"{path.parent.parent.name}/packages/{path.name}" for path in forms.packages()}
    assert {forms.name_of(path) for path in forms.samples()} | packages == set(COUNTED)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [("settlement", '"amount": "940.00"', '"amount": "941.00"'), ("valuation", '"value"', '"valuf"')],
)
def test_a_changed_one_does_not(tmp_path, name, old, new):
    text = (RELEASE / f"{name}.json").read_text(encoding="utf-8")
    assert old in text
    changed = tmp_path / f"{name}.json"
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert not verified(changed, RELEASE / "trust.json").holds
