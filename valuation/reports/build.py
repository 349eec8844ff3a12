"""Building the report of an appraisal: pure, from the signed document and the facts about it, and from nothing else."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from kernel.text import Lang, Text
from valuation.appraisal.presentation import figures
from valuation.charts import scores as charts
from valuation.reports import claims
from valuation.reports.facts import ReportFacts
from valuation.reports.model import FORM, Report, Section
from valuation.reports.sections import closing, computation, considerations, opening, parameters, subject
from valuation.reports.sections.words import label

Build = Callable[[Mapping[str, Any], ReportFacts], Section]

SECTIONS: Final[tuple[Build, ...]] = (
    opening.statement,
    opening.summary,
    opening.parties,
    opening.purpose,
    subject.subject,
    subject.value_type,
    subject.base_date,
    subject.basis,
    considerations.quality,
    considerations.scenario,
    considerations.outlook,
    considerations.methods,
    considerations.process,
    considerations.assumptions,
    parameters.parameters,
    computation.computation,
    computation.conclusion,
    computation.uncertainty,
    closing.special,
    closing.experts,
    closing.use_limits,
    closing.booking,
    closing.report_date,
    closing.signatures,
    closing.annexes,
)
"""Everything that a report must contain, in the order of the report standard."""

_TITLE: Final = Text("数据资产评估报告", "Appraisal report of a data asset")
_DRAFT: Final = Text(
    "数据资产估值结果（未经两名评估专业人员签名）", "Valuation of a data asset (not signed by two valuers)"
)


def build(appraisal: Mapping[str, Any], facts: ReportFacts) -> Report:
    """The report of an appraisal as the engine gives it and the document holds it."""
    appraisal, engagement = claims.ordered(appraisal), facts.engagement
    signed = sum(each.signed_at is not None for each in engagement.signed) if engagement else 0
    value, between = opening.value_words(appraisal)
    return Report(
        form=FORM,
        number=engagement.number if engagement else None,
        title=_TITLE if signed >= closing.SIGNING else _DRAFT,
        subject=facts.asset_name,
        label=label(appraisal["label"]),
        status=label(appraisal["status"]),
        value=value,
        between=between,
        cover=opening.cover(appraisal, facts),
        sections=tuple(make(appraisal, facts) for make in SECTIONS),
    )


def chart(name: str, appraisal: Mapping[str, Any], facts: ReportFacts, lang: Lang) -> str:
    """A chart of the report as SVG; the radar is drawn from the scorecard, all others from the appraisal."""
    if name == "radar":
        assert facts.quality is not None
        dimensions = {
            code: {"name": {"zh": each.name.zh, "en": each.name.en}, "score": each.score}
            for code, each in facts.quality.dimensions.items()
        }
        return str(charts.radar(dimensions, lang))
    return str(figures.CHARTS[name](claims.ordered(appraisal), lang))
