"""What the guidance asks to be considered: quality, scenario, outlook, methods and why, process, assumptions.

数据资产评估指导意见: quality evaluation with goal, method, result and analysis of problems; scenario with regional,
field and legal limits; macro and industry outlook; choice of methods; assumptions. 资产评估法 art. 25, 26.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kernel.documents.readable import clock
from kernel.text import Text
from valuation.appraisal.analysis.parameters import parameters_of as stated_parameters
from valuation.appraisal.presentation import figures, names
from valuation.reports.facts import QualityFacts, ReportFacts
from valuation.reports.model import (
    Block,
    Column,
    Fact,
    Facts,
    Figure,
    Heading,
    Listing,
    Paragraph,
    Section,
    Table,
    same,
)
from valuation.reports.sections.words import GENERAL, GUIDANCE, LAW, NONE, field_of, gap

Report = Mapping[str, Any]
_WEAK: Final = 80
_BETWEEN: Final = ("cost", "income", "market")


def quality(report: Report, facts: ReportFacts) -> Section:
    """数据资产质量评价: goal, method, result, analysis of problems."""
    basis, given = report["quality"], facts.quality
    goal = Text(
        "评价目标：衡量数据在六个质量维度上满足所述数据合同的程度，为价值调整提供依据。",
        "Goal: to measure how far the data keeps its data contract on six dimensions, as a ground for adjusting value.",
    )
    blocks: list[Block] = [Paragraph(goal)]
    if given is None:
        blocks.append(gap("评价方法与各维度得分", "Method and scores by dimension"))
    else:
        blocks += _evaluated(given)
    rows = (
        Fact(Text("得分", "Score"), same(f"{basis['score']} / 100"), "strong"),
        Fact(Text("评分卡", "Scorecard"), same(basis["scorecard"]), "code"),
        Fact(Text("评分文书摘要", "Digest of its document"), same(basis["document_sha256"]), "code"),
        Fact(Text("所评数据版本", "Revision that was scored"), same(basis["revision"]), "code"),
    )
    blocks += [Heading(Text("评价结果", "Result")), Facts(rows)]
    blocks.append(Heading(Text("问题分析", "Analysis of problems")))
    blocks += _problems(given) if given else [gap("问题分析", "Analysis of problems")]
    return Section("quality", Text("数据资产质量评价", "Quality evaluation"), GUIDANCE, tuple(blocks))


def _evaluated(given: QualityFacts) -> Iterator[Block]:
    method = Text(
        f"评价方法：依据 {given.standard}，以数据合同 {given.contract} 的全部承诺为检查项，共 {given.checks} 项，"
        f"检查 {given.rows:,} 条记录；各维度按 {given.policy} 所公布的权重加权，无法评估的维度不计零分、不参与加权。",
        f"Method: under {given.standard}, every promise of the data contract {given.contract} is a check, "
        f"{given.checks} in all, over {given.rows:,} records; dimensions are weighted as published in {given.policy}, "
        "and one that could not be assessed is left out, not counted as zero.",
    )
    yield Paragraph(method)
    yield Figure("radar", Text("六个质量维度的得分", "Scores of the six quality dimensions"))
    columns = (
        Column(Text("维度", "Dimension"), weight=3),
        Column(Text("得分", "Score"), "right", 2),
        Column(Text("权重", "Weight"), "right", 2),
        Column(Text("说明", "Remark"), weight=6),
    )
    rows = tuple(
        (each.name, same(each.score or "—"), same(each.weight), each.reason or same("")) for each in given.ordered
    )
    yield Table(columns, rows)
    yield Paragraph(
        Text(
            f"等级：{given.grade.zh}（评分时点 {clock(given.as_of)}）。",
            f"Grade: {given.grade.en} (as of {clock(given.as_of)}).",
        ),
        "strong",
    )


def _problems(given: QualityFacts) -> list[Block]:
    points = [
        Text(f"{each.name.zh}得分 {each.score}，低于 {_WEAK}。", f"{each.name.en} scored {each.score}, below {_WEAK}.")
        for each in given.ordered
        if each.score is not None
        and len(each.score.partition(".")[0]) < 3
        and int(each.score.partition(".")[0]) < _WEAK
    ]
    if given.not_assessed:
        zh = "、".join(each.zh for each in given.not_assessed)
        en = ", ".join(each.en for each in given.not_assessed)
        points.append(Text(f"下列指标缺少所需资料而未评估：{zh}。", f"Not assessed, for want of what they need: {en}."))
    found: list[Block] = [Listing(tuple(points))] if points else []
    if not given.findings:
        return [*found, Paragraph(Text("全部检查均未发现不合格数据。", "No check found anything amiss."))]
    columns = (
        Column(Text("检查", "Check"), weight=6),
        Column(Text("指标", "Indicator"), weight=4),
        Column(Text("不合格", "Failed"), "right", 2),
        Column(Text("评估数", "Evaluated"), "right", 2),
    )
    rows = tuple(
        (same(each.check), each.indicator, same(f"{each.failed:,}"), same(f"{each.evaluated:,}"))
        for each in given.findings
    )
    shown = Text(
        f"共 {given.findings_total} 项检查发现不合格数据，列出其中 {len(rows)} 项；其余见评分卡。",
        f"{given.findings_total} checks found something; {len(rows)} are listed, the scorecard has them all.",
    )
    return [*found, Table(columns, rows), Paragraph(shown, "note")]


def scenario(report: Report, facts: ReportFacts) -> Section:
    """应用场景及其地域、领域、法律限制."""
    engagement, given, market = facts.engagement, facts.described, report["inputs"].get("market")
    stated = engagement.scenario if engagement else None
    blocks: list[Block] = [Paragraph(same(stated)) if stated else gap("应用场景", "Scenario of use")]
    region = (given.region_name or same(given.region)) if given else same(market["region"]) if market else None
    field = field_of(given) if given else same(market["field"]) if market else None
    legal = list(engagement.limits_of_use) if engagement else []
    if facts.rights and facts.rights.restrictions:
        legal.append(facts.rights.restrictions)
    rows = [
        Fact(Text("地域限制", "Limits of region"), region or NONE, "plain" if region else "absent"),
        Fact(Text("领域限制", "Limits of field"), field or NONE, "plain" if field else "absent"),
        Fact(
            Text("法律与合同限制", "Limits of law and contract"),
            same("；".join(legal)) if legal else NONE,
            "plain" if legal else "absent",
        ),
    ]
    title = Text("应用场景及其限制", "Scenario of use and its limits")
    return Section("scenario", title, GUIDANCE, (*blocks, Facts(tuple(rows))))


def outlook(report: Report, facts: ReportFacts) -> Section:  # noqa: ARG001 -- every section is built from the same two
    """宏观经济与行业前景."""
    stated = facts.engagement.outlook if facts.engagement else None
    said = (
        Paragraph(same(stated)) if stated else gap("宏观经济与行业前景分析", "Outlook of the economy and the industry")
    )
    title = Text("宏观经济与行业前景", "Outlook of the economy and the industry")
    return Section("outlook", title, GUIDANCE, (said,))


def methods(report: Report, facts: ReportFacts) -> Section:  # noqa: ARG001 -- every section is built from the same two
    """评估方法的选择及其理由."""
    used, inputs = figures.used(report), report["inputs"]
    asked = Text(
        "评估应当采用两种以上方法；只采用一种的，应当说明理由（资产评估法第二十六条）。",
        "At least two approaches are used, or the reason is stated why only one (Asset Appraisal Law, art. 26).",
    )
    rows = tuple((names.APPROACHES[each], *_chosen(inputs, each, each in used)) for each in _BETWEEN)
    columns = (
        Column(Text("方法", "Approach"), weight=2),
        Column(Text("是否采用", "Used"), "center", 2),
        Column(Text("形式与公式", "Form and formula"), weight=8),
    )
    blocks: list[Block] = [Paragraph(asked), Table(columns, rows)]
    reason = inputs.get("single_approach_reason") or (inputs.get("weighing") or {}).get("reason")
    name = Text("选择理由", "Why") if len(used) == 1 else Text("加权理由", "Why these weights")
    facts_ = Fact(name, same(reason), "plain") if reason else Fact(name, NONE, "absent")
    return Section("methods", Text("评估方法", "Methods"), LAW, (*blocks, Facts((facts_,))))


def _chosen(inputs: Mapping[str, Any], approach: str, used: bool) -> tuple[Text, Text]:
    if not used:
        return Text("未采用", "no"), Text("未提供采用该方法所需的资料", "what it needs was not given")
    return Text("采用", "yes"), _form(inputs, approach)


def _form(inputs: Mapping[str, Any], approach: str) -> Text:
    if approach == "income":
        method = names.METHODS[inputs["income"]["method"]]
        return Text(f"{method.zh}：V = Σ F_t / (1 + i)^t", f"{method.en}: V = Σ F_t / (1 + i)^t")
    if approach == "market":
        return Text(
            "可比案例修正：P = Σ w·Q·X1·X2·X3·X4·X5（质量、供求、期日、容量、其他）",
            "corrected comparables: P = Σ w·Q·X1·X2·X3·X4·X5 (quality, supply and demand, date, capacity, other)",
        )
    if "guide" in inputs:
        return Text("专家指引第9号：P = TC·(1+R)·α·β·(1+l)·(1−r)", "expert guide: P = TC·(1+R)·α·β·(1+l)·(1−r)")
    return Text("重置成本：P = C·δ", "replacement cost: P = C·δ")


def process(report: Report, facts: ReportFacts) -> Section:
    """评估程序实施过程: what was done, by the engagement's own record, and what the engine did."""
    stages = facts.engagement.stages if facts.engagement else ()
    blocks: list[Block] = []
    if stages:
        columns = (
            Column(Text("时间", "When"), weight=3),
            Column(Text("程序", "Step"), weight=4),
            Column(Text("情况", "What was done"), weight=7),
        )
        blocks.append(Table(columns, tuple((same(each.at), each.name, each.detail or same("")) for each in stages)))
    else:
        blocks.append(
            gap(
                "接受委托、现场调查、核查验证、内部审核的记录",
                "Record of acceptance, survey, verification and internal review",
            )
        )
    stated, steps = sum(1 for _ in stated_parameters(report["inputs"])), len(report["trace"])
    points = (
        Text(
            f"核对输入：{stated} 项参数；规则集规定了允许范围的，逐项比较且均在范围之内。",
            f"Inputs: {stated} parameters; each for which the rule set admits a range was compared and lies within it.",
        ),
        Text(
            f"计算：以三十四位十进制数逐步计算 {steps} 步，每一步均记入计算过程。",
            f"Computation: {steps} steps in decimal numbers of 34 digits, every one of them in the trace.",
        ),
    )
    blocks.append(Listing(points))
    return Section("process", Text("评估程序", "Process"), GENERAL, tuple(blocks))


def assumptions(report: Report, facts: ReportFacts) -> Section:  # noqa: ARG001 -- every section is built from the same two
    """评估假设."""
    stated = report["inputs"].get("assumptions", [])
    blocks: list[Block] = [
        Listing(
            (
                Text(
                    "假设评估对象的权利状况、质量与所述一致，并在使用有效期内不发生重大变化。",
                    "The rights in the data and its quality are as stated and do not change materially while the "
                    "conclusion may be used.",
                ),
                Text(
                    "假设与数据流通、数据安全有关的法律和政策不发生影响结论的重大变化。",
                    "Law and policy on circulating and protecting data do not change so as to affect the conclusion.",
                ),
                *(same(each) for each in stated),
            )
        )
    ]
    if not stated:
        blocks.append(gap("评估专业人员另行作出的假设", "Assumptions of the valuers' own"))
    return Section("assumptions", Text("评估假设", "Assumptions"), GUIDANCE, tuple(blocks))
