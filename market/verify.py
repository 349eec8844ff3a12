"""`liutong verify FILE`: what every kind of document lets an outsider check, and how it is told."""

from pathlib import Path
from typing import Final

import click

from contracts.agreements import verify as agreement
from kernel.documents.verify import Check, Deeper, FileUnreadable, Report, Trust, verify_file
from kernel.text import Lang
from market.settlement import verify as settlement
from valuation.appraisal import recompute

DEEPER: Final[dict[str, Deeper]] = {
    "agreement": agreement.check,
    "appraisal-report": recompute.proven,
    "settlement-statement": settlement.check,
}
"""Checks of a kind's own content, by kind."""


def verified(path: Path, trust_path: Path | None = None) -> Report:
    """Verify one file with the given trust file or the one beside it; raises FileUnreadable."""
    beside = path.parent / "trust.json"
    chosen = trust_path or (beside if beside.exists() else None)
    return verify_file(path, Trust.read(chosen) if chosen else None, DEEPER)


def verify_and_tell(path: Path, trust_path: Path | None, lang: Lang) -> int:
    """Verify one file and print what was proved; gives the exit code."""
    try:
        report = verified(path, trust_path)
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
        told = {"zh": "信任锚取自", "en": "trust anchors from"}[lang]
        click.echo(f"    {told} {report.trust_source}")


def _line(check: Check, lang: Lang) -> str:
    name, detail = (check.name.zh, check.detail.zh) if lang == "zh" else (check.name.en, check.detail.en)
    return f"  {'✓' if check.holds else '✗'} {name}: {detail}"
