"""What stands first: the cover, the statement of the valuers, the summary, who asked, for whom, and what for.

资产评估执业准则——资产评估报告: title and number, statement, summary, client and users, purpose; 资产评估法 art. 23, 32.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from kernel.text import Text
from valuation.appraisal.presentation import figures, names
from valuation.reports.facts import ReportFacts
from valuation.reports.model import Block, Fact, Facts, Heading, Listing, Paragraph, Section, absent, same
from valuation.reports.sections.words import GENERAL, amount, label, money, optional

Report = Mapping[str, Any]


def cover(report: Report, facts: ReportFacts) -> tuple[Fact, ...]:
    """What a reader must see before anything else."""
    engagement = facts.engagement
    number = engagement.number if engagement else None
    client = engagement.client if engagement else None
    firm = (engagement.firm if engagement else None) or facts.valuer_name or facts.valuer
    return (
        optional("报告编号", "Report number", number, "code"),
        optional("委托人", "Client", client),
        optional("评估机构", "Valuation firm", firm),
        Fact(Text("评估方法", "Approach"), _approaches(report)),
        Fact(Text("价值类型", "Value type"), _value_type(report)),
        Fact(Text("评估基准日", "Base date"), same(report["base_date"])),
        Fact(Text("结论使用有效期至", "May be used until"), same(report["use_until"]), "strong"),
        Fact(Text("规则集", "Rule set"), same(f"{report['rule_set']['kind']} {report['rule_set']['version']}"), "code"),
        Fact(Text("输入摘要", "Digest of the inputs"), same(report["inputs_sha256"]), "code"),
    )


def _approaches(report: Report) -> Text:
    listed = [names.APPROACHES[each] for each in figures.used(report)]
    return Text("、".join(each.zh for each in listed), ", ".join(each.en for each in listed))


def _value_type(report: Report) -> Text:
    stated = report["inputs"].get("value_type")
    return names.VALUE_TYPES[stated] if stated else Text("未提供", "not given")


def statement(report: Report, facts: ReportFacts) -> Section:
    """声明: what those who sign declare, and what nobody declared."""
    signed = facts.engagement.signed if facts.engagement else ()
    by_hand = sum(each.signed_at is not None for each in signed)
    points = (
        Text(
            "本报告依据资产评估法及数据资产评估指导意见编制，所列计算由公开的规则集逐步得出，任何人可依同一输入重算。",
            "This report follows the Asset Appraisal Law and the guidance on appraising data assets. Every number is "
            "computed step by step under a published rule set, and anybody can compute it again from the same inputs.",
        ),
        Text(
            "委托人和其他相关当事人所提供资料的真实性、完整性、合法性由其负责（资产评估法第二十三条）。",
            "The client and the other parties answer for the truth, completeness and lawfulness of what they gave "
            "(Asset Appraisal Law, art. 23).",
        ),
        Text(
            "评估结论不等于评估对象可实现的价格，也不是对其可实现价格的保证。",
            "The conclusion is not the price that the asset will bring, and does not promise it.",
        ),
        Text(
            "报告使用人应当按照法律规定和本报告载明的使用范围使用；超出范围使用的，评估机构及评估专业人员不承担责任"
            "（资产评估法第三十二条）。",
            "Users must stay within the law and the stated scope of use; for any other use the firm and its valuers "
            "are not answerable (Asset Appraisal Law, art. 32).",
        ),
    )
    blocks: list[Block] = [Listing(points), *_independence(facts)]
    if by_hand < 2:
        blocks.append(Paragraph(facts.standing or label(report["status"]), "strong"))
    if facts.revalued:
        blocks += [Heading(Text("自动重估", "Computed anew automatically")), Listing(facts.revalued)]
    return Section("statement", Text("声明", "Statement"), GENERAL, tuple(blocks))


def _independence(facts: ReportFacts) -> Iterator[Block]:
    stated = facts.engagement.independence if facts.engagement else ()
    if stated:
        yield Heading(Text("独立性", "Independence"))
        yield Listing(stated)
    else:
        yield absent("独立性声明：未提供。", "Declaration of independence: not given.")


def summary(report: Report, facts: ReportFacts) -> Section:
    """摘要: the conclusion in a few lines."""
    currency = report["value"]["currency"]
    rows = (
        Fact(Text("评估对象", "Object"), same(facts.asset_name), "strong"),
        Fact(Text("评估目的", "Purpose"), same(report["inputs"]["purpose"])),
        Fact(Text("评估基准日", "Base date"), same(report["base_date"])),
        Fact(Text("评估方法", "Approach"), _approaches(report)),
        Fact(Text("评估结论", "Conclusion"), same(money(report["value"])), "strong"),
        Fact(Text("区间", "Range"), same(f"{amount(report['low'])} – {amount(report['high'])} {currency}")),
        Fact(Text("质量得分", "Quality score"), same(f"{report['quality']['score']} / 100")),
        Fact(Text("结论使用有效期", "May be used"), _until(report)),
        Fact(Text("性质", "Nature"), label(report["label"]), "strong"),
    )
    warning = Text(
        "以上内容摘自正文；欲了解本次评估的全部情况和正确理解结论，应当阅读正文。",
        "Taken from the report below; read it whole to understand the conclusion.",
    )
    return Section("summary", Text("摘要", "Summary"), GENERAL, (Facts(rows), Paragraph(warning, "note")))


def _until(report: Report) -> Text:
    first, last = report["base_date"], report["use_until"]
    return Text(f"自 {first} 至 {last}", f"from {first} until {last}")


def parties(report: Report, facts: ReportFacts) -> Section:  # noqa: ARG001 -- every section is built from the same two
    """委托人、产权持有人和报告使用人."""
    engagement = facts.engagement
    users = "；".join(engagement.intended_users) if engagement and engagement.intended_users else None
    rows = (
        optional("委托人", "Client", engagement.client if engagement else None),
        optional("数据提供方（产权持有人）", "Provider and right holder", facts.provider_name or facts.provider),
        optional("报告使用人", "Intended users", users),
        optional("评估机构", "Valuation firm", (engagement.firm if engagement else None) or facts.valuer_name),
        optional("委托编号", "Engagement", engagement.id if engagement else None, "code"),
        optional("接受委托日", "Accepted on", engagement.accepted_on if engagement else None),
    )
    title = Text("委托人、产权持有人和报告使用人", "Client, right holder and users")
    return Section("parties", title, GENERAL, (Facts(rows),))


def purpose(report: Report, facts: ReportFacts) -> Section:
    """评估目的."""
    statutory = facts.engagement.statutory if facts.engagement else None
    said = {
        True: Text(
            "本次为法定评估业务（资产评估法第二十八条）。", "This is statutory work (Asset Appraisal Law, art. 28)."
        ),
        False: Text("本次不属于法定评估业务。", "This is not statutory work."),
        None: Text("是否属于法定评估业务：未提供。", "Whether this is statutory work: not given."),
    }[statutory]
    blocks = (
        Paragraph(same(report["inputs"]["purpose"])),
        Paragraph(said, "absent" if statutory is None else "note"),
    )
    return Section("purpose", Text("评估目的", "Purpose"), GENERAL, blocks)


def value_words(report: Report) -> tuple[Text, Text]:
    """The value and its range, for the head of the report."""
    currency = report["value"]["currency"]
    low, high = amount(report["low"]), amount(report["high"])
    between = Text(f"区间 {low} – {high} {currency}", f"Range {low} – {high} {currency}")
    return same(f"{Decimal(report['value']['amount']):,} {currency}"), between
