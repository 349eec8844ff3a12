"""`liutong verify FILE`: what every kind of document lets an outsider check, and how it is told."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from centre.verification.anchors import NAME, anchors
from contracts.agreements import verify as agreement
from contracts.amendments import verify as amendment
from contracts.obligations import verify as deletion
from contracts.signatures import messages
from contracts.successions import verify as succession
from kernel.documents.verify import (
    Check,
    Deeper,
    FileUnreadable,
    Report,
    Statuses,
    Trust,
    parse_json,
    read_file,
    read_json,
    verify_bytes,
)
from kernel.text import Lang, Text
from market.auctions.record import verify as auction
from market.complaints import verify as complaint
from market.complaints.bundle import verify as case
from market.mandates import verify as mandate
from market.papers import verify as papers
from market.settlement import verify as settlement
from rights.certificates import verify as certificate
from rights.register import bundle
from valuation.engagements import verify as appraisal
from valuation.portfolio import verify as portfolio
from valuation.reports import verify as reports
from valuation.splits import verify as splits
from valuation.testing import verify as testing

DEEPER: Final[dict[str, Deeper]] = {
    "agreement": agreement.check,
    "amendment": amendment.check,
    "appraisal-report": appraisal.check,
    "bill-statement": papers.check,
    "credit-note": papers.check_invoice,
    "dataspace-agreement": messages.check,
    "complaint-decision": complaint.check,
    "deletion-statement": deletion.check,
    "invoice": papers.check_invoice,
    "mandate": mandate.check,
    "monthly-statement": papers.check,
    "payout-advice": papers.check,
    "rights-certificate": certificate.check,
    "settlement-statement": settlement.check,
    "succession": succession.check,
    "tax-summary": papers.check,
    "third-party-test": testing.check,
    "value-split": splits.check,
}
"""Checks of a kind's own content, by kind."""

STATUS_BESIDE: Final = "status-list.json"

MARKS: Final = {True: "✓", False: "✗", None: "–"}
"""How a check is told; a dash where nothing was at hand to check with."""


def examined(data: bytes, name: str, trust: Trust | None, statuses: Sequence[Statuses] = ()) -> Report:
    """Verify the bytes of any form: JSON, PDF, spreadsheet or evidence bundle; raises FileUnreadable."""
    report = _computed_again(data, name, trust) or reports.examined(data, name, trust, DEEPER, statuses)
    if report is not None:
        return report
    if bundle.is_bundle(data) and case.is_case(data):
        return case.verify(data, name, trust, DEEPER)
    if bundle.is_bundle(data):
        return bundle.verify(data, name, trust, DEEPER)
    return verify_bytes(data, name, trust, DEEPER, statuses)


def _computed_again(data: bytes, name: str, trust: Trust | None) -> Report | None:
    """The report of a JSON file that is no issued document but is computed again: a portfolio run, an auction."""
    if data.lstrip()[:1] != b"{":
        return None
    found = parse_json(data)
    return portfolio.examined(data, found, name, trust) or auction.examined(data, found, name, trust)


def verified(
    path: Path, trust_path: Path | None = None, status_paths: Sequence[Path] = (), pin: str | None = None
) -> Report:
    """Verify one file by the keys that the verifier vouches for; raises FileUnreadable.

    A trust file beside it, or within a bundle, is gone by too, and then the report does not hold: by its own word
    anybody is who he says. A status list beside it is used where nobody names one; a trusted key must have signed it.
    """
    chosen = anchors(path.parent, trust_path, pin)
    trust = chosen.trust if chosen else None
    beside = path.parent / STATUS_BESIDE
    if not status_paths and trust is not None and beside.exists() and beside != path:
        status_paths = [beside]
    statuses = [_statuses(each, trust) for each in status_paths]
    data = read_file(path)
    report = examined(data, str(path), trust, statuses)
    if _signed(report) and chosen is not None and not chosen.established:
        report.checks.append(chosen.own_word)
    elif chosen is None and report.trust_source is not None:
        report.checks[:] = [replace(each, holds=False) if each.name == NAME else each for each in report.checks]
    if report.kind == portfolio.KIND:
        report.checks.append(portfolio.check_assets_file(path.parent, parse_json(data)))
    return report


def _statuses(path: Path, trust: Trust | None) -> Statuses:
    try:
        return Statuses.of(read_json(path), trust)
    except FileUnreadable as problem:
        raise FileUnreadable(f"{path.name}: {problem}") from problem


def _signed(report: Report) -> bool:
    """Whether anybody signed it: arithmetic that was never issued needs nobody's key."""
    return not any(check.name.en == "signature" and check.holds is None for check in report.checks)


def verify_and_tell(
    path: Path, trust_path: Path | None, lang: Lang, status_paths: Sequence[Path] = (), pin: str | None = None
) -> int:
    """Verify one file and print what was proved; gives the exit code."""
    try:
        report = verified(path, trust_path, status_paths, pin)
    except FileUnreadable as problem:
        click.echo(f"✗ {path}: {problem}")
        return 2
    _tell(report, lang)
    return 0 if report.holds else 1


def _tell(report: Report, lang: Lang) -> None:
    click.echo(f"{'✓' if report.holds else '✗'} {report.file}: {report.kind} {_verdict(report).of(lang)}")
    for check in report.checks:
        click.echo(_line(check, lang))
    if report.trust_source:
        label = {"zh": "信任锚取自", "en": "trust anchors from"}[lang]
        click.echo(f"    {label} {report.trust_source}")


def _verdict(report: Report) -> Text:
    if report.holds:
        return Text("成立", "holds")
    if all(check.name == NAME for check in report.checks if check.holds is False):
        return Text("签发者未确认", "ISSUER NOT ESTABLISHED")
    return Text("不成立", "DOES NOT HOLD")


def _line(check: Check, lang: Lang) -> str:
    name, detail = (check.name.zh, check.detail.zh) if lang == "zh" else (check.name.en, check.detail.en)
    return f"  {MARKS[check.holds]} {name}: {detail}"
