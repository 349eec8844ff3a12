"""What a centre issued before verifies and recomputes with the code of today, check by check.

The documents are those of a demonstration by the code of commit c4378ea, as it left them; another release adds its own.
"""

from pathlib import Path

import pytest

from centre.verification.verify import verified

EARLIER = Path(__file__).parent / "earlier"
CHECKS = {"agreement": 7, "certificate": 6, "receipt": 3, "scorecard": 3, "settlement": 6, "valuation": 7}
"""How many checks the demonstration itself counted, which all held."""
DOCUMENTS = sorted(path for path in EARLIER.glob("*/*.json") if path.stem in CHECKS)


def test_every_kind_of_every_release_is_here():
    for release in EARLIER.iterdir():
        assert {path.stem for path in DOCUMENTS if path.parent == release} == set(CHECKS)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_it_holds_today(path):
    report = verified(path, path.parent / "trust.json")
    assert [check.name.en for check in report.checks if not check.holds] == []
    assert len(report.checks) == CHECKS[path.stem]


@pytest.mark.parametrize("release", sorted(EARLIER.iterdir()), ids=lambda folder: folder.name)
def test_its_report_is_computed_again(release):
    report = verified(release / "report.json", release / "trust.json")
    assert report.holds
    assert "recomputed value" in {check.name.en for check in report.checks}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [("settlement", '"amount": "940.00"', '"amount": "941.00"'), ("valuation", '"value"', '"valuf"')],
)
def test_a_changed_one_does_not(tmp_path, name, old, new):
    path = next(each for each in DOCUMENTS if each.stem == name)
    text = path.read_text(encoding="utf-8")
    assert old in text
    changed = tmp_path / path.name
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert not verified(changed, path.parent / "trust.json").holds
