"""What a report contains: everything that the standard and the guidance name, and what is missing in so many words."""

from decimal import Decimal

import pytest
from msgspec import to_builtins

from kernel.text import Text
from tests.valuation.reports.makers import BARE, cost_alone, engagement, reported, three_approaches, told
from valuation.reports import build
from valuation.reports.model import Fact, Facts, Figure, Paragraph, Signatures, Table

MUST = {
    # 资产评估执业准则——资产评估报告
    "statement", "summary", "parties", "purpose", "subject", "value-type", "base-date", "basis", "methods", "process",
    "assumptions", "conclusion", "special", "use-limits", "report-date", "signatures", "annexes",
    # 数据资产评估指导意见
    "quality", "scenario", "outlook", "experts", "parameters", "computation", "sensitivity",
    # 财会〔2025〕33号
    "booking",
}  # fmt: skip


def section(report, name):
    return next(each for each in report.sections if each.id == name)


def texts(value):
    """Every text of a model."""
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        yield Text(value["zh"], value["en"])
    elif isinstance(value, dict):
        for below in value.values():
            yield from texts(below)
    elif isinstance(value, list | tuple):
        for below in value:
            yield from texts(below)


@pytest.mark.parametrize("facts", [told(), BARE], ids=["told", "bare"])
@pytest.mark.parametrize("appraisal", [three_approaches(), cost_alone()], ids=["three", "cost"])
def test_every_section_stands_there_in_both_languages(appraisal, facts):
    report, _ = reported(appraisal, facts)
    assert {each.id for each in report.sections} == MUST
    for each in report.sections:
        assert each.blocks, each.id
    for text in texts(to_builtins(report)):
        assert bool(text.zh) == bool(text.en)


def absences(report):
    found = set()
    for each in report.sections:
        for block in each.blocks:
            rows = block.rows if isinstance(block, Facts) else ()
            if any(isinstance(row, Fact) and row.tone == "absent" for row in rows):
                found.add(each.id)
            if isinstance(block, Paragraph) and block.tone == "absent":
                found.add(each.id)
    return found


def test_what_was_not_given_is_said_and_does_not_vanish():
    bare, _ = reported(cost_alone(), BARE)
    full, _ = reported(three_approaches(), told())
    missing = {"parties", "subject", "basis", "quality", "scenario", "outlook", "process", "special", "experts",
               "report-date", "annexes", "statement", "purpose"}  # fmt: skip
    assert missing <= absences(bare)
    assert absences(full) == set()


def test_two_signatures_make_a_report_and_one_does_not():
    from msgspec.structs import replace

    full, _ = reported(three_approaches(), told())
    assert full.title.zh == "数据资产评估报告"
    first, second = engagement().signed
    alone = replace(told(), engagement=replace(engagement(), signed=(first, replace(second, signed_at=None))))
    draft, _ = reported(three_approaches(), alone)
    assert "未经两名" in draft.title.zh
    said = [block.text.zh for block in section(draft, "signatures").blocks if isinstance(block, Paragraph)]
    assert any("现有签名 1 个" in each for each in said)
    places = next(block for block in section(draft, "signatures").blocks if isinstance(block, Signatures)).places
    assert [bool(place.signed_at) for place in places] == [True, False]


def test_every_parameter_and_every_step_is_shown():
    from valuation.appraisal.analysis.parameters import parameters_of

    appraisal = three_approaches()
    report, _ = reported(appraisal, told())
    tables = [block for block in section(report, "parameters").blocks if isinstance(block, Table)]
    shown = sum(len(table.rows) for table in tables if len(table.columns) == 6)
    assert shown == sum(1 for _ in parameters_of(appraisal["inputs"])) == 57
    steps = [block for block in section(report, "computation").blocks if isinstance(block, Table)]
    assert sum(len(table.rows) for table in steps) == len(appraisal["trace"])


def test_the_conclusion_is_the_documents_own():
    appraisal = three_approaches()
    report, _ = reported(appraisal, told())
    value = appraisal["value"]["amount"]
    assert report.value.zh == f"{Decimal(value):,} CNY"
    table = next(block for block in section(report, "conclusion").blocks if isinstance(block, Table))
    assert table.rows[-1][2].zh.replace(",", "") == value
    assert report.label.zh == "仅供参考，不得直接作为入账依据"


def test_every_chart_that_is_named_can_be_drawn():
    for appraisal, facts in ((three_approaches(), told()), (cost_alone(), BARE)):
        report, _ = reported(appraisal, facts)
        named = [block.chart for each in report.sections for block in each.blocks if isinstance(block, Figure)]
        assert "tornado" in named
        for name in named:
            for lang in ("zh", "en"):
                assert build.chart(name, appraisal, facts, lang).startswith("<svg"), name


def test_nearness_is_what_the_trace_weighs_by():
    """Where weights are stated the trace holds no nearness; the report then shows it by the same formula."""
    from valuation.appraisal.presentation import figures

    appraisal = three_approaches()
    steps = figures.own(appraisal, "market")
    for name in ("hangzhou_retail", "shanghai_pos", "gz_orders"):
        weighed = Decimal(steps[f"s_{name}"]["result"])
        others = {key: step for key, step in steps.items() if not key.startswith("s_")}
        assert figures.nearness(appraisal, others, name) == weighed


def test_the_order_of_names_in_the_store_does_not_matter():
    appraisal = three_approaches()

    def turned(value):
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in sorted(value, key=lambda key: (len(key), key), reverse=True)}
        return [turned(each) for each in value] if isinstance(value, list) else value

    assert build.build(turned(appraisal), told()) == build.build(appraisal, told())
