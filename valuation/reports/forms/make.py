"""Making a form from the report's file and from nothing else, so that every form says what the JSON says."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from kernel.documents.checks import parse_json
from kernel.text import Lang
from valuation.reports.facts import ReportFacts
from valuation.reports.forms import page
from valuation.reports.forms import print as printing
from valuation.reports.forms.workbook.book import xlsx
from valuation.reports.model import Report

Form = Literal["json", "html", "pdf", "xlsx"]

MEDIA: dict[Form, str] = {
    "json": "application/json",
    "html": "text/html",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def made(form: Form, file: bytes, lang: Lang) -> bytes:
    """One form of the report; the PDF is not sealed yet; raises GlyphMissing."""
    if form == "json":
        return file
    found = parse_json(file)
    report, facts = msgspec.convert(found["report"], Report), msgspec.convert(found["facts"], ReportFacts)
    appraisal = appraisal_of(found)
    if form == "html":
        return page.html(report, appraisal, facts, lang, found.get("document")).encode("utf-8")
    work = printing.pdf if form == "pdf" else xlsx
    return work(report, appraisal, facts, lang, file)


def appraisal_of(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """The appraisal that a report's file carries, issued or bare."""
    held = found["document"]["credentialSubject"] if "document" in found else found
    appraisal: Mapping[str, Any] = held["appraisal"]
    return appraisal
