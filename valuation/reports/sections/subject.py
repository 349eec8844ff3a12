"""What is valued and by what: object and scope with the rights in it, value type, base date, basis.

数据资产评估指导意见: basic information and rights information; 资产评估执业准则——资产评估报告: the rest.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from kernel.rules import rulebook
from kernel.text import Text
from valuation.appraisal.analysis.parameters import parameters_of as stated_parameters
from valuation.reports.facts import AssetFacts, ReportFacts, RightsFacts
from valuation.reports.model import (
    Block,
    Column,
    Fact,
    Facts,
    Heading,
    Listing,
    Paragraph,
    Section,
    Table,
    absent,
    same,
)
from valuation.reports.sections.words import GENERAL, GUIDANCE, LAW, NONE, field_of, gap, optional

Report = Mapping[str, Any]


def subject(report: Report, facts: ReportFacts) -> Section:
    """评估对象和范围: basic information and rights, as the guidance asks."""
    given, engagement = facts.described, facts.engagement
    blocks: list[Block] = [Facts(tuple(_identity(report, facts)))]
    blocks.append(Heading(Text("基本信息", "Basic information")))
    blocks.append(Facts(tuple(_basics(given))) if given else gap("数据资产基本信息", "Basic information of the data"))
    blocks.append(Heading(Text("权利信息", "Rights")))
    if facts.rights:
        blocks.append(Facts(tuple(_rights(facts.rights))))
    else:
        blocks.append(
            absent(
                "登记证书：未提供；评估结论以委托人合法持有所述权利为前提。",
                "Registration certificate: not given; the conclusion supposes that the rights are lawfully held.",
            )
        )
    blocks.append(Heading(Text("评估范围", "Scope")))
    scope = engagement.scope if engagement else None
    blocks.append(Paragraph(same(scope)) if scope else gap("评估范围", "Scope of the appraisal"))
    return Section("subject", Text("评估对象和范围", "Object and scope"), GUIDANCE, tuple(blocks))


def _identity(report: Report, facts: ReportFacts) -> Iterator[Fact]:
    yield Fact(Text("数据资产", "Data asset"), same(facts.asset_name), "strong")
    yield Fact(Text("资产编号", "Asset"), same(report["asset"]), "code")
    yield optional("数据版本", "Revision", facts.revision or report["quality"]["revision"], "code")
    digest = facts.content_sha256 or report["quality"]["content_sha256"]
    yield Fact(Text("内容摘要", "Digest of the content"), same(digest), "code")


def _basics(given: AssetFacts) -> Iterator[Fact]:
    yield Fact(Text("概述", "Overview"), same(given.overview))
    yield Fact(Text("行业（GB/T 4754）", "Industry (GB/T 4754)"), field_of(given))
    yield Fact(Text("地域", "Region"), given.region_name or same(given.region))
    covers = f"{given.covers_from} – {given.covers_until}" if given.covers_from and given.covers_until else None
    yield optional("时间范围", "Period covered", covers)
    yield Fact(Text("更新频率", "Update cycle"), given.update_cycle)
    yield optional("规模（记录数）", "Scale in records", f"{given.records:,}" if given.records else None)
    yield Fact(
        Text("文件", "Files"),
        Text(f"{given.files} 个，{given.size_bytes:,} 字节", f"{given.files} in all, {given.size_bytes:,} bytes"),
    )
    yield Fact(Text("数据形态", "Structure"), given.structure or NONE, "plain" if given.structure else "absent")
    yield Fact(Text("登记形态", "Registered as"), given.form)
    yield Fact(Text("数据来源", "Source of the data"), given.source_kind)
    yield Fact(Text("公共数据", "Public data"), Text("是", "yes") if given.public_data else Text("否", "no"))


def _rights(given: RightsFacts) -> Iterator[Fact]:
    yield Fact(Text("登记证书", "Certificate"), same(given.number), "code")
    yield Fact(Text("权利人", "Holder"), same(given.holder))
    rights = Text("、".join(each.zh for each in given.rights), ", ".join(each.en for each in given.rights))
    yield Fact(Text("权利类型", "Rights"), rights)
    term = Text(f"{given.valid_from} 至 {given.valid_until}", f"{given.valid_from} to {given.valid_until}")
    yield Fact(Text("有效期", "Term"), term)
    limits = same(given.restrictions) if given.restrictions else Text("证书未载明限制", "the certificate states none")
    yield Fact(Text("权利限制", "Limits"), limits)
    if given.title_basis is not None:
        yield Fact(Text("取得路径", "Basis of the title"), given.title_basis)


def value_type(report: Report, facts: ReportFacts) -> Section:  # noqa: ARG001 -- every section is built from the same two
    """价值类型及其定义."""
    meanings = {
        "market-value": Text(
            "市场价值：自愿买方和自愿卖方在各自理性行事且未受强迫的情况下，评估对象在基准日进行正常公平交易的价值估计数额。",
            "Market value: what a willing buyer and a willing seller, both acting reasonably and under no compulsion, "
            "would be expected to agree in an ordinary fair deal at the base date.",
        ),
        "value-in-use": Text(
            "在用价值：评估对象按其正在使用的方式和程度，对所服务的业务所贡献价值的估计数额。",
            "Value in use: what the asset contributes to the business that it serves, used as it is used now.",
        ),
        "investment-value": Text(
            "投资价值：评估对象对于具有明确投资目标的特定投资者所具有的价值估计数额。",
            "Investment value: what the asset is worth to a particular investor with aims of its own.",
        ),
        "liquidation-value": Text(
            "清算价值：评估对象处于被迫出售、快速变现等非正常市场条件下的价值估计数额。",
            "Liquidation value: what the asset would bring under a forced or hurried sale.",
        ),
    }
    stated = report["inputs"].get("value_type")
    said = Paragraph(meanings[stated]) if stated else gap("价值类型", "Value type")
    return Section("value-type", Text("价值类型", "Value type"), GENERAL, (said,))


def base_date(report: Report, facts: ReportFacts) -> Section:  # noqa: ARG001 -- every section is built from the same two
    """评估基准日."""
    day, last = report["base_date"], report["use_until"]
    text = Text(
        f"评估基准日为 {day}。所用参数、价格和规则集均以该日为准；评估结论自该日起至 {last} 可以使用。",
        f"The base date is {day}: parameters, prices and the rule set are those of that day. The conclusion may be "
        f"used from then until {last}.",
    )
    currency = Text(f"金额以 {report['value']['currency']} 计。", f"Amounts are in {report['value']['currency']}.")
    blocks = (Paragraph(text), Paragraph(currency, "note"))
    return Section("base-date", Text("评估基准日", "Base date"), GENERAL, blocks)


def basis(report: Report, facts: ReportFacts) -> Section:
    """评估依据: law, standards, title, pricing, and the rules of the steps."""
    listed = Listing((LAW, GUIDANCE, GENERAL, *_STANDARDS))
    blocks: list[Block] = [
        Heading(Text("法律、准则", "Law and standards")),
        listed,
        Heading(Text("权属依据", "Title")),
        Paragraph(same(facts.rights.number)) if facts.rights else gap("权属证明", "Proof of title"),
        Heading(Text("取价依据", "Pricing")),
        Facts(tuple(_rule_set(report))),
        Heading(Text("计算步骤所引的规则", "The rules that the steps cite")),
        Table(_RULES, tuple(_rules(report))),
        Paragraph(_SURE, "note"),
    ]
    return Section("basis", Text("评估依据", "Basis"), GENERAL, tuple(blocks))


_STANDARDS: Final = (
    Text(
        "企业数据资源相关会计处理暂行规定（财会〔2023〕11号）",
        "Interim rules on accounting for data (财会〔2023〕11号)",
    ),
    Text("信息技术 数据质量评价指标（GB/T 36344—2018）", "Indicators of data quality (GB/T 36344-2018)"),
)
_RULES: Final = (
    Column(Text("规则", "Rule"), weight=3),
    Column(Text("内容", "What it says"), weight=9),
    Column(Text("依据（把握）", "Basis (how sure)"), weight=8),
)
_SURE: Final = Text(
    "把握：A 为读过原文，B 为读过部分原文或转引，M 为凭记忆（hi、md、lo 为高、中、低），house 为本中心自定。",
    "How sure: A the text was read, B in part or as quoted, M from memory (hi, md, lo), house set by this centre.",
)


def _rules(report: Report) -> Iterator[tuple[Text, ...]]:
    """Each rule that a step cites, as the rulebook of the base date publishes it."""
    book = rulebook.in_force(date.fromisoformat(report["base_date"]), ("valuation",))
    for cited in sorted({step["rule"] for step in report["trace"]}):
        rule = book.cite(cited)
        if rule is not None:
            yield same(cited), Text(rule.zh, rule.en), _basis(rule.basis, rule.confidence)


_SAID_OF_BASES: Final = {
    "the product is the centre's choice": "乘积形式由本中心选定",
    "practice; no regulation gives numbers": "行业惯例，法规未规定数值",
    "the size of the gap is practice": "差距大小取自行业惯例",
    "the number is practice": "数值取自行业惯例",
    "AHP as in practice": "层次分析法按行业惯例",
    "house rule on the revision": "版本要求为本中心自定",
    "house rule": "本中心自定",
    ": source, analysis and calculation of each important parameter are disclosed": "：披露重要参数来源与测算",
    ": life by legal life, contract term, update cycle, rights state": "：寿命按法定、合同、更新周期与权利状态确定",
    ": normally one year from the base date": "：一般自基准日起一年",
    ": quality must be considered": "：应当考虑数据质量",
    "; practice": "；行业惯例",
}
"""What the rulebook says of a basis in words of its own; the names of laws stay as they are."""


def _basis(stated: str, sure: str) -> Text:
    zh = stated
    for english, chinese in _SAID_OF_BASES.items():
        zh = zh.replace(english, chinese)
    return Text(f"{zh.replace('; ', '；')}（{sure}）", f"{stated} ({sure})")


def _rule_set(report: Report) -> Iterator[Fact]:
    rules = report["rule_set"]
    count = sum(1 for _ in stated_parameters(report["inputs"]))
    yield Fact(Text("规则集", "Rule set"), same(f"{rules['kind']} {rules['version']}"), "code")
    yield Fact(Text("规则集摘要", "Digest of the rule set"), same(rules["sha256"]), "code")
    said = Text(f"{count} 项，逐项来源见“重要参数”", f'{count}, each with its source under "Parameters"')
    yield Fact(Text("所述参数", "Stated parameters"), said)
