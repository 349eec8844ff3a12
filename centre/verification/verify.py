"""`liutong verify FILE`: what every kind of document lets an outsider check, and how it is told."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from contracts.agreements import verify as agreement
from kernel.documents.verify import (
    Check,
    Deeper,
    FileUnreadable,
    Report,
    Statuses,
    Trust,
    read_file,
    read_json,
    verify_bytes,
)
from kernel.text import Lang
from market.settlement import verify as settlement
from rights.certificates import verify as certificate
from rights.register import bundle
from valuation.engagements import verify as appraisal
from valuation.reports import verify as reports
from valuation.splits import verify as splits
from valuation.testing import verify as testing

DEEPER: Final[dict[str, Deeper]] = {
    "agreement": agreement.check,
    "appraisal-report": appraisal.check,
    "rights-certificate": certificate.check,
    "settlement-statement": settlement.check,
    "third-party-test": testing.check,
    "value-split": splits.check,
}
"""Checks of a kind's own content, by kind."""

MARKS: Final = {True: "✓", False: "✗", None: "–"}
"""How a check is told; a dash where nothing was at hand to check with."""


def examined(data: bytes, name: str, trust: Trust | None, statuses: Sequence[Statuses] = ()) -> Report:
    """Verify the bytes of any form: JSON, PDF, spreadsheet or evidence bundle; raises FileUnreadable."""
    report = reports.examined(data, name, trust, DEEPER, statuses)
    if report is not None:
        return report
    if bundle.is_bundle(data):
        return bundle.verify(data, name, trust, DEEPER)
    return verify_bytes(data, name, trust, DEEPER, statuses)


def verified(path: Path, trust_path: Path | None = None, status_paths: Sequence[Path] = ()) -> Report:
    """Verify one file with the given trust file or the one beside it; raises FileUnreadable."""
    beside = path.parent / "trust.json"
    chosen = trust_path or (beside if beside.exists() else None)
    trust = Trust.read(chosen) if chosen else None
    statuses = [Statuses.of(read_json(each), trust) for each in status_paths]
    return examined(read_file(path), str(path), trust, statuses)


def verify_and_tell(path: Path, trust_path: Path | None, lang: Lang, status_paths: Sequence[Path] = ()) -> int:
    """Verify one file and print what was proved; gives the exit code."""
    try:
        report = verified(path, trust_path, status_paths)
    except FileUnreadable as problem:
        click.echo(f"✗ {path}: {problem}")
        return 2
    _tell(report, lang)
    return 0 if report.holds else 1


def _tell(report: Report, lang: Lang) -> None:
    verdict = {"zh": ("成立", "不成立"), "en": ("holds", "DOES NOT HOLD")}[lang][0 if report.holds else 1]
    click.echo(f"{'✓' if report.holds else '✗'} {report.file}: {report.kind} {verdict}")
    for check in report.checks:
        click.echo(_line(check, lang))
    if report.trust_source:
        label = {"zh": "信任锚取自", "en": "trust anchors from"}[lang]
        click.echo(f"    {label} {report.trust_source}")


def _line(check: Check, lang: Lang) -> str:
    name, detail = (check.name.zh, check.detail.zh) if lang == "zh" else (check.name.en, check.detail.en)
    return f"  {MARKS[check.holds]} {name}: {detail}"
