"""What stands last: special notes, experts, limits of use, booking, report date, signatures and annexes.

资产评估执业准则——资产评估报告: special notes, use limits, report date, at least two signatures, annexes;
资产评估法 art. 27, 32; 财会〔2025〕33号: an appraised amount is no basis of booking.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kernel.documents.readable import clock
from kernel.text import Text
from valuation.reports.facts import ReportFacts
from valuation.reports.model import (
    Block,
    Fact,
    Facts,
    Heading,
    Listing,
    Paragraph,
    Section,
    Signature,
    Signatures,
    same,
)
from valuation.reports.sections.words import ACCOUNTING, GENERAL, GUIDANCE, LAW, NONE, gap, label, optional, readable

Report = Mapping[str, Any]
SIGNING: Final = 2
"""So many valuers sign, at least (资产评估法 art. 27)."""


def special(report: Report, facts: ReportFacts) -> Section:
    """特别事项说明."""
    engagement = facts.engagement
    blocks: list[Block] = [Listing(tuple(readable(label(note)) for note in report["notes"]))] if report["notes"] else []
    if engagement and engagement.special:
        blocks.append(Listing(tuple(same(each) for each in engagement.special)))
    if not blocks:
        blocks.append(Paragraph(Text("无其他特别事项。", "There is nothing special to note.")))
    blocks.append(Heading(Text("期后事项", "Events after the base date")))
    later = engagement.later_events if engagement else None
    blocks.append(Paragraph(same(later)) if later else gap("期后事项", "Events after the base date"))
    return Section("special", Text("特别事项说明", "Special notes"), GENERAL, tuple(blocks))


def experts(report: Report, facts: ReportFacts) -> Section:
    """利用专家工作及其他机构报告."""
    stated = facts.engagement.experts if facts.engagement else None
    said = Paragraph(same(stated)) if stated else gap("利用专家工作的情况", "Use of the work of experts")
    card = Fact(Text("引用的质量评分卡", "Scorecard relied on"), same(report["quality"]["scorecard"]), "code")
    title = Text("利用专家工作及其他机构报告", "Work of experts and reports of others")
    return Section("experts", title, GUIDANCE, (said, Facts((card,))))


def use_limits(report: Report, facts: ReportFacts) -> Section:
    """使用限制说明."""
    points = [label(each) for each in report["limits"]]
    if facts.engagement:
        points += [same(each) for each in facts.engagement.limits_of_use]
    until = Text(
        f"评估结论的使用有效期至 {report['use_until']}；逾期、或者所述权利、质量、市场发生重大变化的，应当重新评估。",
        f"The conclusion may be used until {report['use_until']}; after that, or once the rights, the quality or the "
        "market have changed materially, it must be made again.",
    )
    scope = Text(
        "未经评估机构同意，本报告的全部或部分内容不得用于所述目的和使用人之外的用途。",
        "Without the firm's consent nothing of this report serves a purpose or a user other than those stated.",
    )
    title = Text("使用限制说明", "Limits of use")
    return Section("use-limits", title, GENERAL, (Listing((*points, until, scope)),))


def booking(report: Report, facts: ReportFacts) -> Section:  # noqa: ARG001 -- every section is built from the same two
    """会计处理提示: a reference and not a booking basis."""
    points = (
        Text(
            "本评估结论仅供参考：不得将以评估等方式得出的金额直接作为入账和调账的依据。",
            "This conclusion is for reference: an amount obtained by appraisal must not be used directly to book or to "
            "adjust accounts.",
        ),
        Text(
            "数据资源应当按实际成本初始计量；此前已费用化的支出不得追溯资本化。",
            "Data is first measured at its actual cost; what was expensed before is not capitalised afterwards.",
        ),
        Text(
            "企业在附注中披露评估信息的，应当同时披露评估依据的信息来源、评估结论成立的假设前提和限制条件、评估方法的选择、"
            "各重要参数的来源、分析、比较与测算过程；本报告的相应部分即为此而列。",
            "Whoever discloses an appraisal in the notes also discloses the sources of information, the assumptions "
            "and limits, the choice of method, and the source, analysis, comparison and calculation of each important "
            "parameter; the sections of this report serve for that.",
        ),
    )
    blocks = (Paragraph(label(report["label"]), "strong"), Listing(points))
    return Section("booking", Text("会计处理提示", "Note on accounting"), ACCOUNTING, blocks)


def report_date(report: Report, facts: ReportFacts) -> Section:  # noqa: ARG001 -- every section is built from the same two
    """报告日."""
    engagement, issued = facts.engagement, facts.issued
    day = (engagement.reported_on if engagement else None) or (issued.issued_at[:10] if issued else None)
    rows = (
        optional("报告日", "Report date", day),
        optional("档案保存至", "Archive kept until", engagement.archive_until if engagement else None),
        _supersedes(engagement.supersedes) if engagement else optional("取代的报告", "Takes the place of", None),
    )
    return Section("report-date", Text("报告日", "Report date"), GENERAL, (Facts(rows),))


def _supersedes(earlier: str | None) -> Fact:
    name = Text("取代的报告", "Takes the place of")
    return Fact(name, same(earlier), "code") if earlier else Fact(name, Text("无", "none"))


def signatures(report: Report, facts: ReportFacts) -> Section:  # noqa: ARG001 -- every section is built from the same two
    """签名盖章: at least two valuers, or in so many words that they are missing."""
    engagement = facts.engagement
    signed = engagement.signed if engagement else ()
    places = [
        Signature(
            same(each.name),
            CAPACITIES.get(each.capacity, same(each.capacity)),
            same(each.registration) if each.registration else NONE,
            clock(each.signed_at) if each.signed_at else "",
            each.key or "",
        )
        for each in signed
    ]
    done = sum(1 for each in signed if each.signed_at)
    while len(places) < SIGNING:
        places.append(Signature(NONE, Text("评估专业人员", "valuer"), NONE, "", ""))
    blocks: list[Block] = []
    if done < SIGNING:
        said = Text(
            "本报告须由至少两名承办该业务的评估专业人员签名并加盖评估机构印章；"
            f"现有签名 {done} 个，尚不构成正式评估报告。",
            f"At least two valuers of the engagement sign and the firm seals; {done} signed so far, so that this is "
            "not yet a formal appraisal report.",
        )
        blocks.append(Paragraph(said, "strong"))
    else:
        said = Text(
            f"{done} 名评估专业人员已各以本人密钥签名；签名以所列摘要对应的内容为准。",
            f"{done} valuers have signed, each with a key of their own, the content that the digest below stands for.",
        )
        blocks.append(Paragraph(said))
    blocks.append(Signatures(tuple(places)))
    rows = [
        optional("评估机构（印章）", "Valuation firm (seal)", engagement.firm if engagement else None),
        optional("内部审核人员", "Internal reviewer", engagement.reviewer if engagement else None),
    ]
    if engagement and engagement.signed_digest:
        rows.append(Fact(Text("签名所涉摘要", "Digest that was signed"), same(engagement.signed_digest), "code"))
    blocks.append(Facts(tuple(rows)))
    return Section("signatures", Text("签名盖章", "Signatures and seal"), LAW, tuple(blocks))


CAPACITIES: Final = {
    "first_valuer": Text("第一评估专业人员", "first valuer"),
    "second_valuer": Text("第二评估专业人员", "second valuer"),
}


def annexes(report: Report, facts: ReportFacts) -> Section:
    """附件: what this report leads to, and how anybody computes it again."""
    issued = facts.issued
    centre = Text("登记与签发机构", "Registered and issued by")
    rows = (
        optional("签发文书", "Issued document", issued.id if issued else None, "code"),
        optional("文书摘要", "Digest of the document", issued.sha256 if issued else None, "code"),
        optional("签发者", "Issuer", issued.issuer if issued else None, "code"),
        *((Fact(centre, same(issued.centre)),) if issued and issued.centre else ()),
        optional("签发时间", "Issued at", clock(issued.issued_at) if issued else None),
        optional("登记簿（是否仍有效）", "Register, whether it still stands", _register(facts), "code"),
        Fact(Text("输入摘要", "Digest of the inputs"), same(report["inputs_sha256"]), "code"),
        Fact(Text("规则集摘要", "Digest of the rule set"), same(report["rule_set"]["sha256"]), "code"),
        Fact(Text("质量评分卡文书摘要", "Digest of the scorecard"), same(report["quality"]["document_sha256"]), "code"),
        optional("登记证书", "Registration certificate", facts.rights.number if facts.rights else None, "code"),
    )
    points = (
        Text(
            "电子表格（report.xlsx）：以公式重算同一评估值。",
            "A spreadsheet (report.xlsx) whose formulas compute the same value again.",
        ),
        Text(
            "机器可读报告（report.json）：输入、规则集版本、计算过程和本报告的全部内容。",
            "The report for machines (report.json): inputs, version of the rule set, trace and all of this text.",
        ),
        Text(
            "核验：liutong verify report.json，或者单文件核验程序 python3 -I verifier.py report.json；"
            "均不需要网络和数据库，并指出首个不同的步骤。",
            "To check: liutong verify report.json, or the one-file verifier, python3 -I verifier.py report.json; "
            "neither needs a network or a database, and both name the first step that differs.",
        ),
    )
    blocks: list[Block] = [Facts(rows), Listing(points), *_papers(facts)]
    return Section("annexes", Text("附件", "Annexes"), GENERAL, tuple(blocks))


def _register(facts: ReportFacts) -> str | None:
    """Where anybody sees whether the report was withdrawn or replaced since."""
    number = facts.engagement.number if facts.engagement else None
    if facts.issued is None or number is None:
        return None
    return f"{facts.issued.id.partition('/v1/')[0]}/v1/appraisal-register/{number}"


def _papers(facts: ReportFacts) -> Iterator[Block]:
    papers = facts.engagement.papers if facts.engagement else ()
    yield Heading(Text("工作底稿目录", "Working papers"))
    yield Listing(tuple(same(each) for each in papers)) if papers else gap("工作底稿目录", "List of working papers")
