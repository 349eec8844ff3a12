"""Putting the spreadsheet together: what every sheet shares, and the order of the sheets."""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from kernel.text import Lang, Text
from valuation.appraisal.presentation import figures
from valuation.reports import claims
from valuation.reports.facts import ReportFacts
from valuation.reports.forms.workbook import front, hidden, numbers, prose, steps
from valuation.reports.forms.workbook.styles import Book
from valuation.reports.model import Report

FIRST: Final = Text("报告", "Report")


def xlsx(report: Report, appraisal: Mapping[str, Any], facts: ReportFacts, lang: Lang, attached: bytes) -> bytes:
    """The workbook; the same report gives the same bytes."""
    import xlsxwriter

    appraisal = claims.ordered(appraisal)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        book = Book(workbook, lang, figures.places(appraisal))
        workbook.set_properties(
            {
                "title": f"{report.title.of(lang)} · {report.subject}",
                "subject": report.label.of(lang),
                "created": _made(appraisal, facts),
            }
        )
        workbook.set_calc_mode("auto")
        cover = book.sheet(FIRST, landscape=False)
        given = numbers.parameters(book, appraisal)
        found = steps.traces(book, appraisal, given)
        if "market" in figures.used(appraisal):
            numbers.comparables(book, appraisal, given, found)
        numbers.sensitivity(book, report, appraisal)
        prose.text(book, report)
        front.cover(book, cover, report, appraisal, found)
        hidden.attach(book, attached)
    return out.getvalue()


def _made(appraisal: Mapping[str, Any], facts: ReportFacts) -> datetime:
    said = facts.issued.issued_at if facts.issued else f"{appraisal['base_date']}T00:00:00"
    return datetime.fromisoformat(said).replace(tzinfo=None)
