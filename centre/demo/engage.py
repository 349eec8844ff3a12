"""The engagement of the story: a firm's people with keys of their own, their papers, their review, two signatures."""

import base64
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from centre.demo import supply
from centre.demo.client import ApiClient
from centre.demo.context import Context
from kernel.crypto import signing
from kernel.identity.commands import challenge as key_challenge
from valuation.practitioners.commands import challenge

NAMES: Final = {"first_valuer": "赵明", "second_valuer": "钱悦", "reviewer": "孙立"}
PURPOSE: Final = "挂牌定价参考"
PAPERS: Final = {
    "title-verification": "权属核查记录（演示）：登记证书与来源说明一致，公共登记簿查验无异议。",
    "survey": "现场调查记录（演示）：抽取航班、天气两表各 100 行与文件摘要核对一致。",
}


@dataclass(frozen=True)
class Valuer:
    """A natural person of the firm; the private half of the signing key stays with the person."""

    client: ApiClient
    practitioner: str
    key_id: str
    signer: signing.Ed25519Signer

    def signature(self, text: str) -> str:
        """The person's signature over a text, in base64."""
        return _signed(self.signer, text)


def _signed(signer: signing.Ed25519Signer, text: str) -> str:
    return base64.b64encode(signer.sign(text.encode())).decode()


def appraise(context: Context) -> None:
    """Engage the firm, and value by the cost approach with the scorecard's coefficient."""
    printer, people = context.printer, context.people
    printer.step("委托评估，两名评估师签署报告", "Engage a valuer: two natural persons sign the report")
    team = {part: _valuer(people.valuer, number, name) for number, (part, name) in enumerate(NAMES.items(), start=1)}
    on = people.operator.get("/v1/sandbox/clock")["day_in_china"]
    terms = _terms(context, on)
    contingent = {**terms, "fee": {**terms["fee"], "basis": "contingent"}}
    context.expect_refusal("a fee that depends on the value", people.provider, "/v1/engagements", contingent)
    engagement = people.provider.post("/v1/engagements", terms)
    path = f"/v1/engagements/{engagement['id']}"
    parts = {part: valuer.practitioner for part, valuer in team.items()}
    people.valuer.post(f"{path}/acceptance", parts)
    accepted = people.provider.get(path)
    printer.fact(f"independence checked since {accepted['checks'][0]['since']}: no ties")
    _gather(context, path, team["first_valuer"])
    body = {
        "scorecard_id": context.results["scorecard_id"],
        "study": _study(date.fromisoformat(on)),
        "disclosures": _DISCLOSURES,
    }
    draft = team["first_valuer"].client.post(f"{path}/drafts", body)
    for part in ("second_valuer", "reviewer"):
        opinion = {"draft_id": draft["id"], "verdict": "agree", "reason": "参数、过程与底稿核对一致"}
        signed = team[part].client.post(f"{path}/opinions", opinion)
        printer.fact(f"{NAMES[part]} ({signed['stage']}): {signed['verdict']}")
    _sign(context, path, draft, team)


_DISCLOSURES: Final = {
    "scenario": "航班延误建模与运行研究；不用于个体旅客分析。",
    "special": ["演示数据，成本为演示工时与报价单。"],
}


def _valuer(firm: ApiClient, number: int, name: str) -> Valuer:
    """A person with an API key, a signing key and a registration of its own."""
    made = firm.post("/v1/api-keys", {"name": name, "roles": ["valuer"]})
    client, signer = firm.with_key(made["secret"], firm.party), signing.generate()
    public = signing.multibase(signer.public)
    proof = _signed(signer, key_challenge(public))
    key = client.post("/v1/signing-keys", {"public_key": public, "proof": proof})
    registration, api_key = f"150000{number:02d}", made["key"]["id"]
    registered = firm.post(
        "/v1/practitioners",
        {
            "name": name,
            "registration_number": registration,
            "api_key_id": api_key,
            "signing_key_id": key["id"],
            "proof": _signed(signer, challenge(registration, api_key)),
        },
    )
    return Valuer(client, registered["id"], key["id"], signer)


def _terms(context: Context, on: str) -> dict[str, Any]:
    return {
        "firm": context.people.valuer.party,
        "asset_id": context.results["asset_id"],
        "purpose": PURPOSE,
        "value_type": "market-value",
        "base_date": on,
        "scope": "登记证书所载数据资产的持有、使用与经营权利，及其最新版本的全部文件",
        "intended_users": ["委托方", "流通中心"],
        "fee": {"basis": "fixed", "amount": {"amount": "6000.00", "currency": "CNY"}},
    }


def _gather(context: Context, path: str, first: Valuer) -> None:
    """Ask for the costs, get them, and keep the papers that the law wants."""
    provider, firm = context.people.provider, context.people.valuer
    today = date.fromisoformat(context.people.operator.get("/v1/sandbox/clock")["day_in_china"])
    wish = {"subject": "各阶段成本工时与报价单", "due_on": str(today + timedelta(days=7))}
    request = first.client.post(f"{path}/data-requests", wish)
    sheet = supply.upload(provider, "规划,12000\n采集,46000\n加工,65000\n".encode(), "costs.csv", "evidence")
    answer = {"answer": "见附件", "files": [sheet["id"]]}
    provider.post(f"/v1/data-requests/{request['id']}/answer", answer)
    for kind, text in PAPERS.items():
        file = supply.upload(firm, text.encode(), f"{kind}.txt", "evidence")
        body = {"kind": kind, "title": text.partition("（")[0], "file_id": file["id"]}
        paper = first.client.post(f"{path}/working-papers", body)
        context.printer.fact(
            f"working paper {kind}, sha256 {paper['sha256'][:16]}…, kept until {paper['retention_until']}"
        )


def _study(on: date) -> dict[str, Any]:
    """The cost approach alone, and why."""
    inputs = supply.cost_inputs(on)
    reason = inputs.pop("single_approach_reason")
    return {
        "currency": inputs.pop("currency"),
        "purpose": inputs.pop("purpose"),
        "value_type": "market-value",
        "cost": inputs,
        "single_approach_reason": reason,
    }


def _sign(context: Context, path: str, draft: dict[str, Any], team: dict[str, Valuer]) -> None:
    """Two keys sign one digest; a borrowed key does not."""
    printer, first, second = context.printer, team["first_valuer"], team["second_valuer"]
    text = draft["signing_text"]

    def body(valuer: Valuer) -> dict[str, Any]:
        signature = valuer.signature(text)
        return {"draft_id": draft["id"], "signing_key_id": valuer.key_id, "signature": signature}

    context.expect_refusal("signing with a colleague's key", first.client, f"{path}/signatures", body(second))
    for valuer in (first, second):
        valuer.client.post(f"{path}/signatures", body(valuer))
    done = context.people.provider.get(path)
    appraisal = context.people.provider.get(f"/v1/appraisals/{done['appraisal_id']}")
    value = appraisal["value"]
    printer.fact(f"report {done['number']}, value {value['amount']} {value['currency']}, use until {done['use_until']}")
    printer.fact(f"{len(appraisal['appraisal']['trace'])} steps shown; {appraisal['standing_text']['zh']}")
    public = context.people.stranger.with_key("", None).get(f"/v1/appraisal-register/{done['number']}")
    printer.fact(f"public register: {public['number']} {public['status']}, label “{public['label']}”")
    context.results |= {"appraisal_id": appraisal["id"], "valuation": value, "report_number": done["number"]}
