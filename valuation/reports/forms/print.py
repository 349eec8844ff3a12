"""The report as PDF/A-3 set by typst, with the JSON attached; the same input gives the same bytes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any, Final

from msgspec import to_builtins

from kernel.documents.prints import typeset
from kernel.documents.seal import seal_svg
from kernel.text import Lang
from valuation.reports.facts import ReportFacts
from valuation.reports.forms.page import charts
from valuation.reports.model import Report

ATTACHMENT: Final = "report.json"
_FAMILY: Final = "Noto Sans CJK SC"


@cache
def source() -> bytes:
    """The typst template."""
    return resources.files("valuation.reports").joinpath("templates", "appraisal-report.typ").read_bytes()


def pdf(report: Report, appraisal: Mapping[str, Any], facts: ReportFacts, lang: Lang, attached: bytes) -> bytes:
    """The printed report, not yet sealed; raises GlyphMissing naming every character without a glyph."""
    return typeset.pdf(source(), data(report, appraisal, facts, lang), attached)


def data(report: Report, appraisal: Mapping[str, Any], facts: ReportFacts, lang: Lang) -> dict[str, Any]:
    """What the template is given: the model, and its charts with the font that is at hand."""
    drawn = {name: _for_print(svg) for name, svg in charts(report, appraisal, facts, lang).items()}
    return {
        "lang": lang,
        "report": to_builtins(report),
        "charts": drawn,
        "made": _moment(appraisal, facts),
        **_centre(facts, lang),
    }


def _for_print(svg: str) -> str:
    """The one font of printed documents; its light face is what typst takes for the regular one inside a picture."""
    head, tail = svg.split(">", 1)
    family = head.find(' font-family="')
    if family >= 0:
        end = head.index('"', family + 14)
        head = head[:family] + head[end + 1 :]
    return f'{head} font-family="{_FAMILY}" font-weight="300">{tail}'


def _centre(facts: ReportFacts, lang: Lang) -> dict[str, str]:
    """The centre that issued the report, with its seal; nothing where it was not issued."""
    name = facts.issued.centre if facts.issued else None
    return {"centre": name or "", "seal": seal_svg(name, lang, family=_FAMILY) if name else ""}


def _moment(appraisal: Mapping[str, Any], facts: ReportFacts) -> dict[str, int]:
    """The moment of issue, or of the base date's beginning where nothing was issued."""
    said = facts.issued.issued_at if facts.issued else f"{appraisal['base_date']}T00:00:00+00:00"
    at = datetime.fromisoformat(said).astimezone(UTC)
    parts = ("year", "month", "day", "hour", "minute", "second")
    return {part: getattr(at, part) for part in parts}
