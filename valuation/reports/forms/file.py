"""The report as JSON: the document model, the facts it was built from, and the appraisal that recomputes."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kernel.crypto import canonical
from valuation.reports import wording
from valuation.reports.facts import ReportFacts
from valuation.reports.model import Report


def contents(
    report: Report,
    facts: ReportFacts,
    appraisal: Mapping[str, Any],
    envelope: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The whole file; an issued appraisal stands in its envelope, one that was not issued stands bare."""
    proof = dict(envelope) if envelope is not None else {"appraisal": dict(appraisal)}
    built = {"report": msgspec.to_builtins(report), "facts": msgspec.to_builtins(facts), "wording": wording.digest()}
    return {**built, **proof}


def encoded(file: Mapping[str, Any]) -> bytes:
    """Canonical JSON: the same report gives the same bytes."""
    return canonical.dumps(dict(file))
