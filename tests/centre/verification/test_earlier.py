"""What a centre issued before verifies and recomputes with the code of today, check by check.

Each form that a kind of document has had is stored once, made by the code of the commit that its folder names
(tests/forms.py says how, decision 0225). A whole demonstration stands in a folder of its own.
"""

import gzip
import json
import tomllib
from pathlib import Path

import pytest

from centre.lists import event_kinds
from centre.verification.verify import DEEPER, examined, verified
from kernel.documents.checks import Trust
from tests import forms

RELEASE = forms.EARLIER / "2026-11-29"
"""A whole demonstration by the code of commit c4378ea, as it left it."""
CHECKS = {"agreement": 7, "certificate": 6, "receipt": 3, "scorecard": 3, "settlement": 6, "valuation": 7}
"""How many checks the demonstration itself counted, which all held."""
COUNTED = tomllib.loads((forms.EARLIER / "counted.toml").read_text(encoding="utf-8"))
"""How many checks the code of its own commit made of each stored document, by folder and name; all of them held."""


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


def test_every_kind_that_is_issued_is_stored():
    """Kinds of documents are those of whose issue an event tells."""
    issued = {kind.split(".")[1] for kind in event_kinds() if kind.startswith("kernel.") and kind.endswith(".issued")}
    assert set(DEEPER) <= issued
    assert {forms.kind_of(path) for path in forms.samples()} == issued
    assert [path for path in forms.STORIES if not path.is_file()] == []


def test_every_stored_document_was_counted():
    assert {forms.name_of(path) for path in forms.samples()} == set(COUNTED)


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
