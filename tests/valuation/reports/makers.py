"""Appraisals and facts to report: one of all three approaches with everything told, and one with nothing beside it."""

import json
from typing import Any

import msgspec

from kernel.crypto import canonical
from kernel.text import Text
from tests.valuation.appraisal import makers as m
from valuation.reports import build
from valuation.reports.facts import (
    AssetFacts,
    DimensionFacts,
    Engagement,
    Finding,
    Issued,
    QualityFacts,
    ReportFacts,
    RightsFacts,
    Signed,
    Stage,
)
from valuation.reports.forms import file
from valuation.reports.model import Report

NAME = "2026年全国零售门店订单明细数据"
WEIGHTS = {"cost": m.said("0.3"), "income": m.said("0.5"), "market": m.said("0.2")}


def plain(appraisal: msgspec.Struct) -> dict[str, Any]:
    """An appraisal as its document holds it."""
    found: dict[str, Any] = json.loads(canonical.dumps(appraisal))
    return found


def three_approaches(**over: Any) -> dict[str, Any]:
    """Cost, income and market, weighed; one comparable is left out and one is an asking price."""
    income = m.income(
        method="share",
        share_of="revenue",
        share_rate=m.said("0.05"),
        income=[m.said("2000000"), m.said("2300000")],
        decay=m.said("0.15"),
        life={"years": m.said("4"), "right": m.said("5")},
    )
    cost = {
        "stages": {
            "plan": {"early": m.said("20000")},
            "collect": {"direct": m.said("180000"), "indirect": m.said("30000.50")},
            "process": {"direct": m.said("150000"), "taxes": m.said("9000", "low")},
            "deliver": {"indirect": m.said("12000"), "taxes": m.said("720.30")},
        },
        "return_on_cost": m.said("0.1"),
        "economic_life_years": m.said("4"),
        "remaining_life_years": m.said("3"),
    }
    market = m.market(
        comparables={
            "hangzhou_retail": m.comparable("268000"),
            "shanghai_pos": m.comparable("310000", scale=m.said("1300000"), quality=m.said("88")),
            "gz_orders": m.comparable("295000", kind="asking", price_index=m.said("103")),
            "sz_orders": m.comparable("240000", right="hold"),
        }
    )
    study = m.study(
        cost=cost,
        income=income,
        market=market,
        weighing=m.weighing(weights=WEIGHTS, gap_reason="成本法未反映市场需求。", reason="收益有合同支持。"),
        assumptions=["数据持续按日更新至收益期末。", '=HYPERLINK("http://x") 以等号开头'],
        purpose="质押融资价值参考",
        **over,
    )
    return plain(m.value(study))


def cost_alone() -> dict[str, Any]:
    """One approach."""
    return plain(m.value(m.study(cost=m.cost())))


BARE = ReportFacts(asset="ast_1", asset_name=NAME)
_SCORES = {
    "normativity": ("规范性", "Normativity", "96.20", "0.18"),
    "completeness": ("完整性", "Completeness", "91.00", "0.18"),
    "accuracy": ("准确性", "Accuracy", "88.40", "0.18"),
    "consistency": ("一致性", "Consistency", "95.00", "0.16"),
    "timeliness": ("时效性", "Timeliness", "74.50", "0.16"),
    "accessibility": ("可访问性", "Accessibility", None, "0.14"),
}


def told() -> ReportFacts:
    """Everything that a report can be told."""
    return ReportFacts(
        asset="ast_1",
        asset_name=NAME,
        appraisal_id="apr_0686ZK2Q1JTE3W8NDH4RVCSX5Y",
        revision="rev_1",
        content_sha256="bb",
        provider="pty_1",
        provider_name="杭州数衡零售科技有限公司",
        valuer="pty_2",
        valuer_name="中衡联合资产评估（上海）有限公司",
        issued=Issued(
            "https://centre.example/v1/documents/doc_0686ZK2Q1JTE3W8NDH4RVCSX5Y",
            "sha256:" + "cd" * 32,
            "did:web:centre.example",
            "2026-11-23T02:00:00Z",
        ),
        described=AssetFacts(
            NAME, "全国三千余家零售门店的订单明细，逐日更新。", "F52", "retail", Text("每日", "daily"), "全国",
            Text("采集生成", "collected or generated"), Text("数据产品", "data product"),
            Text("结构化数据", "structured"), 12_500_000, "2024-01-01", "2026-10-31", False, 4, 734_003_200, 3,
        ),
        rights=RightsFacts(
            "SJ330100202611001", "杭州数衡零售科技有限公司",
            (Text("数据持有权", "right to hold data"), Text("数据使用权", "right to use data")),
            "2026-11-02", "2031-11-01", "不得用于个人信用评价",
        ),
        quality=quality(),
        engagement=engagement(),
    )  # fmt: skip


def quality() -> QualityFacts:
    """A scorecard with one dimension that could not be assessed."""
    dimensions = {
        code: DimensionFacts(
            Text(zh, en), score, weight, None if score else Text("未提供访问日志", "no access log was given")
        )
        for code, (zh, en, score, weight) in _SCORES.items()
    }
    return QualityFacts(
        "GB/T 36344-2018", "92.50", Text("良好", "good"), "2026-11-20T00:00:00Z", 12_500_000, "shop 1.0.0",
        "quality 2026-11", dimensions, (Text("可用性", "Usability"),), 42,
        (Finding("orders.price.minimum", Text("数据内容正确性", "Correctness"), 1320, 12_500_000),), 1,
    )  # fmt: skip


def engagement() -> Engagement:
    """A finished engagement with two signatures."""
    return Engagement(
        id="eng_0686ZK2Q1JTE3W8NDH4RVCSX5Y",
        number="PG2026000001",
        client="杭州数衡零售科技有限公司",
        firm="中衡联合资产评估（上海）有限公司",
        intended_users=("委托人", "浙江某某银行股份有限公司杭州分行"),
        scope="所述数据版本及其登记的使用权，不含底层信息系统。",
        statutory=False,
        accepted_on="2026-11-10",
        reported_on="2026-11-23",
        archive_until="2041-11-23",
        signed=(
            Signed("张明", "first_valuer", "31200001", "2026-11-22T08:00:00Z", "z6MkexampleA", "sigA"),
            Signed("李华", "second_valuer", "31200002", "2026-11-23T01:00:00Z", "z6MkexampleB", "sigB"),
        ),
        reviewer="王芳 31200003",
        signed_digest="sha256:" + "ef" * 32,
        independence=(Text("未发现应当回避的情形。", "There was no ground to step back."),),
        stages=(Stage("2026-11-10", Text("接受委托", "Acceptance")),),
        papers=("访谈记录", "成本台账"),
        scenario="供零售企业进行选品与补货分析；仅限境内使用。",
        limits_of_use=("不得向境外提供",),
        outlook="零售业数字化投入保持增长。",
        experts="未利用专家工作。",
        special=("委托人未提供 2024 年以前的成本凭证。",),
        later_events="无重大期后事项。",
    )


def reported(appraisal: dict[str, Any], facts: ReportFacts) -> tuple[Report, bytes]:
    """The model and the file of a report."""
    report = build.build(appraisal, facts)
    return report, file.encoded(file.contents(report, facts, appraisal))
