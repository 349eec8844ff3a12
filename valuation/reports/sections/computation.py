"""The numbers: every step, how the conclusion was formed, and what moves it.

数据资产评估指导意见: the calculation of each important parameter, and how the conclusion was formed. The trace shown
here is the computation itself, step by step.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from msgspec import convert

from kernel.text import Text
from valuation.appraisal.analysis import sensitivity
from valuation.appraisal.engine.trace import Step
from valuation.appraisal.presentation import figures, names
from valuation.reports.facts import ReportFacts
from valuation.reports.model import (
    Block,
    Column,
    Fact,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Section,
    Table,
    same,
)
from valuation.reports.sections.words import GENERAL, GUIDANCE, amount, capital, label, money, number

Report = Mapping[str, Any]
_SWINGS: Final = 15
_DOWN: Final = tuple(Decimal(point) for point in ("-0.02", "-0.01", "0", "0.01", "0.02"))
_ACROSS: Final = tuple(Decimal(share) for share in ("-0.20", "-0.10", "0", "0.10", "0.20"))


def computation(report: Report, facts: ReportFacts) -> Section:  # noqa: ARG001 -- every section is built from the same two
    """计算过程: the trace for reading, approach by approach, with its charts."""
    said = Text(
        "每一步按所列公式对所列数值计算而得；较长的小数仅显示约十二位，完整位数见随附的 JSON。",
        "Each step is its formula computed over its numbers; about twelve digits are shown, all of them in the JSON.",
    )
    blocks: list[Block] = [Paragraph(said, "note")]
    used = figures.used(report)
    alone = not any(step["id"].startswith(f"{used[0]}.") for step in report["trace"])
    for approach in used:
        own = [step for step in report["trace"] if alone or step["id"].startswith(f"{approach}.")]
        blocks += _approach(approach, own)
    if report["approach"] == "reconciled":
        rest = [step for step in report["trace"] if step["id"].partition(".")[0] not in used]
        blocks += [Heading(names.APPROACHES["reconciled"]), _trace(rest)]
    return Section("computation", Text("计算过程", "Computation"), GUIDANCE, tuple(blocks))


def _approach(approach: str, steps: list[Mapping[str, Any]]) -> Iterator[Block]:
    yield Heading(names.APPROACHES[approach])
    if approach == "income":
        yield Figure("cash-flows", Text("各年收益及其现值", "Income of each year and what it is worth"))
    if approach == "market":
        yield Figure("comparables", Text("可比案例：价格与接近程度", "The comparables: price and nearness"))
    if approach == "cost" and any(step["id"].rpartition(".")[2].startswith("I_") for step in steps):
        yield Figure("cost-waterfall", Text("成本法的价值构成", "How the value by the cost approach is built up"))
    yield _trace(steps)


def _trace(steps: list[Mapping[str, Any]]) -> Table:
    columns = (
        Column(Text("步骤", "Step"), weight=5),
        Column(Text("公式与代入", "Formula and its numbers"), weight=9),
        Column(Text("结果", "Result"), "right", 4),
        Column(Text("规则", "Rule"), "center", 2),
    )
    return Table(columns, tuple(_row(step) for step in steps), tuple(i for i, s in enumerate(steps) if _is_value(s)))


def _is_value(step: Mapping[str, Any]) -> bool:
    return str(step["id"]).rpartition(".")[2] == "P"


def _row(step: Mapping[str, Any]) -> tuple[Text, ...]:
    given = "; ".join(f"{operand['name']} = {number(operand['value'])}" for operand in step["inputs"])
    formula = f"{step['id']} = {step['formula']}"
    said = f"{formula}\n{given}" if given else formula
    return label(step["label"]), same(said), same(number(step["result"])), same(step["rule"].removeprefix("LT-"))


def conclusion(report: Report, facts: ReportFacts) -> Section:  # noqa: ARG001 -- every section is built from the same two
    """评估结论及其形成过程."""
    columns = (
        Column(Text("方法", "Approach"), weight=4),
        Column(Text("区间下限", "Low"), "right", 4),
        Column(Text("评估值", "Value"), "right", 4),
        Column(Text("区间上限", "High"), "right", 4),
        Column(Text("权重", "Weight"), "right", 3),
    )
    weights, bands = _weights(report), {lang: figures.bands(report, lang) for lang in ("zh", "en")}
    places = figures.places(report)
    rows = tuple(
        (
            Text(zh.words, en.words),
            *(same(f"{end:,.{places}f}") for end in (zh.low, zh.value, zh.high)),
            same(weights[i] if i < len(weights) else "—"),
        )
        for i, (zh, en) in enumerate(zip(bands["zh"], bands["en"], strict=True))
    )
    currency = report["value"]["currency"]
    blocks: list[Block] = [
        Paragraph(_formed(report)),
        Table(columns, rows, (len(rows) - 1,) if len(rows) > 1 else ()),
        Figure("methods", Text(f"各方法的区间与评估值（{currency}）", f"Range and value by approach ({currency})")),
    ]
    if report["approach"] == "reconciled":
        blocks.append(Figure("waterfall", Text("综合评估值的构成", "How the reconciled value is built up")))
    blocks += _gap(report)
    said = Text(
        f"截至评估基准日 {report['base_date']}，所述数据资产的评估值为 {money(report['value'])}，"
        f"区间为 {amount(report['low'])} 至 {amount(report['high'])} {currency}。",
        f"At the base date {report['base_date']} the value of the data asset is {money(report['value'])}, within the "
        f"range {amount(report['low'])} to {amount(report['high'])} {currency}.",
    )
    blocks += [Paragraph(said, "strong"), Paragraph(label(report["label"]), "strong")]
    return Section("conclusion", Text("评估结论", "Conclusion"), GENERAL, tuple(blocks))


def _formed(report: Report) -> Text:
    if report["approach"] == "reconciled":
        return Text(
            "各方法分别得出评估值与区间，按下列权重加权为综合评估值；区间两端以同样权重加权。",
            "Each approach gave a value and a range; they are weighed as below into the reconciled value, and the two "
            "ends of the range by the same weights.",
        )
    return Text(
        "本次采用一种方法，其结果即为评估结论；区间按规则集规定的幅度或分位得出。",
        "One approach was used and its result is the conclusion; the range follows from the width or quantiles of the "
        "rule set.",
    )


def _weights(report: Report) -> list[str]:
    if report["approach"] != "reconciled":
        return []
    last = next(step for step in report["trace"] if step["id"] == "P")
    given = {operand["name"]: operand["value"] for operand in last["inputs"]}
    return [number(given[f"w_{each}"]) for each in figures.used(report)]


def _gap(report: Report) -> Iterator[Block]:
    if report["approach"] != "reconciled":
        return
    found, weighing = figures.results(report), report["inputs"]["weighing"]
    share = f"{(found['gap'] * 100).normalize():f}%"
    rows = [Fact(Text("各方法结果的差异", "Gap between the approaches"), same(share))]
    if reason := weighing.get("gap_reason"):
        rows.append(Fact(Text("差异原因", "Why they differ"), same(reason)))
    if "CR" in found:
        ratio = Text("层次分析法一致性比率 CR", "Consistency ratio CR of the pairwise judgements")
        rows.append(Fact(ratio, same(f"{found['CR']:f} < 0.1")))
    for judged in weighing.get("judgements", []):
        first, second = (names.APPROACHES[judged[end]] for end in ("first", "second"))
        pair = Text(f"{first.zh}相对{second.zh}", f"{first.en} to {second.en}")
        rows.append(Fact(pair, same(f"{judged['scale']}：{judged['reason']}")))
    yield Facts(tuple(rows))


def uncertainty(report: Report, facts: ReportFacts) -> Section:  # noqa: ARG001 -- every section is built from the same two
    """敏感性分析: what moves the value, one way and two ways."""
    said = Text(
        "各参数单独变动百分之十（折现率变动一个百分点）后的评估值；按影响大小排列。",
        "The value after one parameter alone changes by ten per cent (the discount rate by one point), widest first.",
    )
    columns = (
        Column(Text("参数", "Parameter"), weight=8),
        Column(Text("变动", "Change"), "center", 3),
        Column(Text("下调后评估值", "Value after the change down"), "right", 5),
        Column(Text("上调后评估值", "Value after the change up"), "right", 5),
    )
    places, swings = figures.places(report), figures.swings(report)
    rows = tuple(
        (
            capital(names.place(down.driver)),
            Text(figures.change(down, "zh"), figures.change(down, "en")),
            same(f"{down.value:,.{places}f}"),
            same(f"{up.value:,.{places}f}"),
        )
        for down, up in swings[:_SWINGS]
    )
    blocks: list[Block] = [
        Paragraph(said, "note"),
        Figure("tornado", Text("敏感性龙卷风图", "Tornado")),
        Table(columns, rows),
    ]
    if len(swings) > _SWINGS:
        left = len(swings) - _SWINGS
        blocks.append(Paragraph(Text(f"其余 {left} 项影响更小，从略。", f"{left} more move it less."), "note"))
    blocks += _two_way(report)
    return Section("sensitivity", Text("敏感性分析", "Sensitivity"), GUIDANCE, tuple(blocks))


def _two_way(report: Report) -> Iterator[Block]:
    """The rate by the share rate or, without one, by the income."""
    steps = convert(report["trace"], tuple[Step, ...])
    known = {driver.name: driver for driver in sensitivity.drivers(steps)}
    rate = next((driver for driver in known.values() if driver.is_rate), None)
    other = known.get("#/inputs/income/share_rate") or known.get("#/inputs/income/income")
    if rate is None or other is None:
        return
    table, places = sensitivity.two_way(steps, rate, other, _DOWN, _ACROSS), figures.places(report)
    words = names.place(other.name)
    said = Text(f"折现率（行）与{words.zh}（列）同时变动", f"The discount rate (rows) by {words.en} (columns)")
    columns = (
        Column(Text("折现率", "Discount rate"), weight=3),
        *(Column(same(f"{share * 100:+.0f}%" if share else "0"), "right", 4) for share in _ACROSS),
    )
    rows = tuple(
        (
            Text(f"{point * 100:+.0f} 个百分点", f"{point * 100:+.0f} pp") if point else same("0"),
            *(same("—" if value is None else f"{value:,.{places}f}") for value in row),
        )
        for point, row in zip(_DOWN, table, strict=True)
    )
    yield Heading(said)
    yield Table(columns, rows)
