"""What verification says on the wire."""

import msgspec

from kernel.documents.checks import Check, Report


class Words(msgspec.Struct, frozen=True):
    """A sentence in both languages."""

    zh: str
    en: str


class CheckView(msgspec.Struct, frozen=True):
    """One check: true, false, or null where nothing was at hand to check it with."""

    name: Words
    holds: bool | None
    detail: Words


class VerificationView(msgspec.Struct, frozen=True):
    """What was proved of a file; `holds` when no check failed."""

    holds: bool
    kind: str
    subject: str
    sha256: str
    checks: list[CheckView]


def verification_view(report: Report) -> VerificationView:
    """A report for the wire."""
    return VerificationView(
        holds=report.holds,
        kind=report.kind,
        subject=report.subject,
        sha256=report.sha256,
        checks=[_check(each) for each in report.checks],
    )


def _check(one: Check) -> CheckView:
    # The sentences hold names from the file; they are shown as they are and never formatted again.
    return CheckView(Words(one.name.zh, one.name.en), one.holds, Words(one.detail.zh, one.detail.en))
