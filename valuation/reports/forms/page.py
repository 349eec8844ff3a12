"""The report as one self-contained HTML page."""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup
from msgspec import to_builtins

from kernel.documents import render
from kernel.text import Lang
from valuation.reports import build, claims
from valuation.reports.facts import ReportFacts
from valuation.reports.model import Figure, Report


def charts(report: Report, appraisal: Mapping[str, Any], facts: ReportFacts, lang: Lang) -> dict[str, str]:
    """Every chart that the report shows, drawn once."""
    wanted = {block.chart: None for part in report.sections for block in part.blocks if isinstance(block, Figure)}
    return {name: build.chart(name, appraisal, facts, lang) for name in wanted}


def html(
    report: Report,
    appraisal: Mapping[str, Any],
    facts: ReportFacts,
    lang: Lang,
    document: Mapping[str, Any] | None = None,
) -> str:
    """The page; `document` is the credential that it was issued as, if it was."""
    template = render.environment().get_template("report.html")
    return template.render(**_context(report, appraisal, facts, lang), document=document, lang=lang)


def _context(report: Report, appraisal: Mapping[str, Any], facts: ReportFacts, lang: Lang) -> dict[str, Any]:
    drawn = {name: Markup(svg) for name, svg in charts(report, appraisal, facts, lang).items()}  # noqa: S704 -- our chart module escapes what it writes
    return {"report": to_builtins(report), "charts": drawn}


def of_document(subject: Mapping[str, Any], document: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """The report of an issued document from its own claims alone, for its page."""
    facts = claims.of_document({**document, "credentialSubject": dict(subject)})
    appraisal = subject["appraisal"]
    return _context(build.build(appraisal, facts), appraisal, facts, lang)


TEMPLATE_FUNCTIONS: dict[str, Callable[..., Any]] = {"appraisal_report": of_document}
