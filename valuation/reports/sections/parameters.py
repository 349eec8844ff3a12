"""重要参数: every stated number with source, evidence, confidence and range, and everything stated that is no number.

数据资产评估指导意见: source, analysis and comparison of each important parameter.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kernel.text import Text
from valuation.appraisal.analysis.parameters import parameters_of as stated_parameters
from valuation.appraisal.presentation import figures, names
from valuation.reports import ranges
from valuation.reports.facts import ReportFacts
from valuation.reports.model import Block, Column, Fact, Facts, Heading, Paragraph, Section, Table, same
from valuation.reports.sections.words import GUIDANCE, capital, number

Report = Mapping[str, Any]
_APPROACHES: Final = ("cost", "guide", "income", "market", "weighing")
_TAX: Final = {"pre-tax": Text("税前", "before tax"), "post-tax": Text("税后", "after tax")}
_RATES: Final = {
    "build-up": Text("累加法", "build-up"),
    "capm": Text("资本资产定价模型", "CAPM"),
    "wacc": Text("加权平均资本成本", "WACC"),
    "wara": Text("加权平均资产回报率", "WARA"),
}
_SHARED: Final = {"revenue": Text("收入", "revenue"), "profit": Text("利润", "profit")}
_KINDS: Final = {"realised": Text("成交", "realised"), "asking": Text("挂牌", "asking")}


def parameters(report: Report, facts: ReportFacts) -> Section:  # noqa: ARG001 -- every section is built from the same two
    """重要参数的来源、分析与比较."""
    said = Text(
        "每项参数均列明数值、来源、证据和可信度；“允许范围”由规则集规定，“常见区间”为实务做法，超出常见区间的在特别事项中说明。",
        "Each parameter is stated with its value, source, evidence and confidence. The admitted range is set by the "
        "rule set; the usual range is practice, and what lies outside it is told among the special notes.",
    )
    inputs, grouped = report["inputs"], _grouped(report)
    blocks: list[Block] = [Paragraph(said, "note")]
    for head in ("", *_APPROACHES):
        if head in inputs or head in grouped:
            blocks.append(Heading(capital(names.place(f"#/inputs/{head}")) if head else Text("参数", "Parameters")))
            blocks += _traits(report, head)
            blocks += [Table(_COLUMNS, rows) for rows in (grouped.pop(head, ()),) if rows]
            for sub in [each for each in grouped if head and each.startswith(f"{head}/")]:
                blocks += [Heading(names.place(f"#/inputs/{sub}")), Table(_COLUMNS, grouped.pop(sub))]
    title = Text("重要参数的来源、分析与比较", "Parameters: source, analysis, comparison")
    return Section("parameters", title, GUIDANCE, tuple(blocks))


_COLUMNS: Final = (
    Column(Text("参数", "Parameter"), weight=6),
    Column(Text("数值", "Value"), "right", 4),
    Column(Text("允许范围（常见区间）", "Admitted range (usual)"), "center", 6),
    Column(Text("来源", "Source"), weight=6),
    Column(Text("证据", "Evidence"), weight=5),
    Column(Text("可信度", "Confidence"), "center", 3),
)


def _grouped(report: Report) -> dict[str, tuple[tuple[Text, ...], ...]]:
    """The rows of each approach apart, and of each comparable."""
    grouped: dict[str, list[tuple[Text, ...]]] = {}
    admitted = ranges.admitted(report)
    stated = sorted(stated_parameters(report["inputs"]), key=lambda each: names.order(each[0]))
    for where, parameter in stated:
        head = _head(where)
        words, above = names.place(f"#/inputs/{where}"), names.place(f"#/inputs/{head}") if head else Text("", "")
        row = (
            capital(Text(words.zh.removeprefix(f"{above.zh} · "), words.en.removeprefix(f"{above.en} · "))),
            same(number(parameter["value"])),
            ranges.written(admitted.get(where)),
            same(parameter["source"]),
            same(parameter["evidence"]),
            names.CONFIDENCE[parameter["confidence"]],
        )
        grouped.setdefault(head, []).append(row)
    return {head: tuple(rows) for head, rows in grouped.items()}


def _head(where: str) -> str:
    parts = where.split("/")
    if parts[0] not in _APPROACHES or len(parts) < 2:
        return ""
    return "/".join(parts[:3]) if parts[1] == "comparables" else parts[0]


def _traits(report: Report, head: str) -> Iterator[Block]:
    """What was stated in words and not in numbers."""
    inputs = report["inputs"]
    if head == "income":
        yield Facts(tuple(_income(inputs["income"])))
    if head == "market":
        market = inputs["market"]
        like = " · ".join(str(market[each]) for each in ("right", "mode", "field", "region"))
        yield Facts(
            (
                Fact(Text("待估资产：权利、方式、领域、地域", "The asset: right, mode, field, region"), same(like)),
                Fact(Text("价格口径", "Prices"), _TAX[market["tax_basis"]]),
            )
        )
        yield _comparables(report)


def _income(model: Mapping[str, Any]) -> Iterator[Fact]:
    yield Fact(Text("收益形式", "Form of income"), names.METHODS[model["method"]])
    if model.get("share_of"):
        yield Fact(Text("分成基础", "Share of"), _SHARED[model["share_of"]])
    yield Fact(Text("收益口径", "Income is"), _TAX[model["tax_basis"]])
    yield Fact(Text("折现率口径", "The rate is"), _TAX[model["discount_tax_basis"]])
    yield Fact(Text("折现率构成", "The rate is built by"), _RATES[model["discount"]["by"]])


def _comparables(report: Report) -> Table:
    """The deals beside each other: which were used, at what price, corrected to what, with what weight."""
    steps, market = figures.own(report, "market"), report["inputs"]["market"]
    columns = (
        Column(Text("案例", "Comparable"), weight=4),
        Column(Text("日期 · 性质", "Date · kind"), "center", 4),
        Column(Text("权利 · 方式 · 领域 · 地域", "Right · mode · field · region"), weight=5),
        Column(Text("价格", "Price"), "right", 4),
        Column(Text("修正后价格", "Corrected"), "right", 4),
        Column(Text("接近程度", "Nearness"), "right", 3),
        Column(Text("权重", "Weight"), "right", 3),
    )
    return Table(columns, tuple(_comparable(report, steps, name, case) for name, case in market["comparables"].items()))


def _comparable(report: Report, steps: Mapping[str, Any], name: str, case: Mapping[str, Any]) -> tuple[Text, ...]:
    kind, used = _KINDS[case["kind"]], f"A_{name}" in steps
    like = same(" · ".join(str(case[each]) for each in ("right", "mode", "field", "region")))
    dated = Text(f"{case['dated']} {kind.zh}", f"{case['dated']} {kind.en}")
    if not used:
        out = Text("未采用", "left out")
        return same(name), dated, like, same(number(case["price"]["value"])), out, same("—"), same("—")
    weight = case["weight"]["value"] if "weight" in case else steps[f"w_{name}"]["result"]
    near = figures.nearness(report, steps, name)
    return (
        same(name),
        dated,
        like,
        same(number(case["price"]["value"])),
        same(number(steps[f"A_{name}"]["result"])),
        same(f"{near:.4f}"),
        same(f"{weight:.6}"),
    )
