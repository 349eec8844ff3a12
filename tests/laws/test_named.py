"""The stranger law for ids that stand in a body, or behind an id of one's own: a foreign one is as unknown as none."""

import json
import re
import sys
from typing import Any

from tests.laws.objects import Made, objects, told
from tests.market.trade import LICENCE
from tests.rights import procedure, story
from tests.valuation.accounting.test_routes import checklist, note
from tests.valuation.engagements.firm import make_valuer
from tests.valuation.makers import make_asset
from tests.valuation.portfolio.test_portfolio_runs import asked
from tests.valuation.quality.desensitisation.test_treat import PLAN
from tests.valuation.splits.test_splits import exact

Ask = tuple[Any, str, str, Any, str]
"""Who asks, by which method, where, with which body, and the foreign id that stands for `…` in the two."""


async def asks(as_: Any, made: Made, registered: str) -> list[Ask]:
    """A question for each place in which a body, or a path behind an id of one's own, names something."""
    provider, developer, buyer = [await as_(role, "stranger") for role in ("provider", "developer", "buyer")]
    valuer = await as_("valuer", "stranger")
    person = (await make_valuer(valuer, 222)).client
    own = (await make_asset(provider))["asset_id"]
    case = await story.noticed(await as_("registrar"), await story.submitted(provider, b"q,r\n7,8\n"))
    objection = await procedure.objected(developer, case)
    proof = await story.evidence(provider, story.EVIDENCE["generated"])
    listing = {
        "asset_id": "…", "title_zh": "航班", "title_en": "Flights", "summary_zh": "航班起降与延误的明细数据",
        "summary_en": "All departures with their delays", "theme": "t", "keywords": [], "licence": LICENCE,
        "delivery": "files",
    }  # fmt: skip
    application = {
        "revision_id": "…", "title_basis": "own-operations", "rights": ["HOLD"], "evidence": proof,
        "scope": story.SCOPE, "applicant": story.APPLICANT,
    }  # fmt: skip
    engagement = {
        "firm": valuer.party, "asset_id": "…", "purpose": "p", "value_type": "market-value", "base_date": "2026-11-23",
        "scope": "s", "intended_users": ["u"],
        "fee": {"basis": "fixed", "amount": {"amount": "1.00", "currency": "CNY"}},
    }  # fmt: skip
    ordinary = [{"name": "x", "impacts": {"organisation-or-individual": "ordinary"}}]
    evidence = [{"kind": "consent", "file_id": "…"}]
    order = {"listing_id": "…", "purpose": "risk-control", "use_case": "x"}
    filed = {
        "filer_role": "provider", "subject": "x", "concluded_on": "2026-11-01", "file_id": "…", "other": buyer.party,
    }  # fmt: skip
    asset, file = made["asset_id"], made["file_id"]
    return [
        (provider, "POST", "/v1/accounting-decisions", {"asset_id": "…", **checklist()}, asset),
        (provider, "POST", "/v1/accounting-notes", note(decisions=["…"]), made["decision_id"]),
        (developer, "POST", "/v1/engagements", engagement, asset),
        (provider, "POST", "/v1/engagements", {**engagement, "asset_id": own, "supersedes": "…"},
         made["engagement_id"]),
        (provider, "POST", "/v1/listings", listing, asset),
        (provider, "POST", "/v1/listings", {**listing, "asset_id": own, "scorecard_id": "…"}, made["scorecard_id"]),
        (provider, "POST", "/v1/listings", {**listing, "asset_id": own, "appraisal_id": "…"}, made["appraisal_id"]),
        (buyer, "POST", "/v1/orders", order, made["listings/draft"]),
        (person, "POST", "/v1/portfolio-runs", asked(["…"]), asset),
        (person, "POST", "/v1/portfolio-runs", {**asked([registered]), "previous_id": "…"},
         made["portfolio-runs/run_id"]),
        (provider, "POST", "/v1/registrations", application, made["revision_id"]),
        (provider, "POST", "/v1/filings", filed, file),
        (provider, "POST", f"/v1/assets/{own}/revisions", {"files": ["…"]}, file),
        (provider, "POST", f"/v1/assets/{own}/parents", {"parent_asset_id": "…", "kind": "derived-from"}, asset),
        (provider, "POST", f"/v1/assets/{own}/classification",
         {"items": ordinary, "personal": "none", "after": "aggregation", "sources": ["…"]}, asset),
        (provider, "POST", f"/v1/assets/{own}/classification",
         {"items": ordinary, "personal": "none", "evidence": evidence}, file),
        (provider, "POST", f"/v1/assets/{own}/desensitisations", {"plan": PLAN, "into_asset_id": "…"}, asset),
        (person, "POST", "/v1/value-splits", {"appraisal_id": "…", "calculation": exact()}, made["appraisal_id"]),
        (provider, "GET", f"/v1/registrations/{case['id']}/evidence/…", None, made["evidence_id"]),
        (developer, "GET", f"/v1/objections/{objection['id']}/evidence/…", None, made["objections/evidence_id"]),
    ]  # fmt: skip


async def test_a_foreign_id_is_as_unknown_as_none(runtime, as_, drain, clock, capsys):
    made, registered = await objects(runtime, as_, drain, clock)
    leaks, questions = [], await asks(as_, made, registered)
    for who, method, path, body, foreign in questions:
        nothing = re.sub(r"_.*", "_" + "0" * 26, foreign)
        said = []
        for name in (foreign, nothing):
            around = json.loads(json.dumps(body).replace(json.dumps("…"), json.dumps(name)))
            said.append(told(await who(method, path.replace("…", name), around), name))
        if said[0] != said[1] or said[0][0] not in (404, 422):
            leaks.append(f"{method} {path} {foreign}: {said[0]} but {said[1]}")
    with capsys.disabled():
        sys.stdout.write(f"\nids in bodies: {len(questions)} asked, {len(leaks)} leaks\n")
    assert not leaks, "\n".join(leaks)
