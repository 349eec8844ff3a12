"""Appraisals through HTTP: independent, computed in the open, issued, and recomputable from the document alone."""

from tests.beginnings import beginning
from tests.refusals import not_there, refused
from tests.valuation.makers import add_revision, engage, make_asset, parquet, score
from valuation.appraisal.recompute import recompute


def said(value):
    return {"value": value, "source": "cost ledger 2025", "evidence": "ledger p. 7", "confidence": "high"}


def inputs(**over):
    return {
        "currency": "CNY",
        "stages": {
            "collect": {"direct": said("100000")},
            "process": {"direct": said("50000.50"), "taxes": said("600")},
        },
        "return_on_cost": said("0.1"),
        "economic_life_years": said("4"),
        "remaining_life_years": said("3"),
        "purpose": "Listing price reference",
        "single_approach_reason": "No income history and no comparable deals.",
        **over,
    }


@beginning
async def scored(as_, drain):
    provider = await as_("provider")
    revision = await make_asset(provider)
    run = await score(provider, revision["asset_id"], drain)
    return provider, revision["asset_id"], run["scorecard_id"]


async def test_an_asset_is_valued_and_the_document_recomputes(as_, drain):
    provider, asset, card = await scored(as_, drain)
    valuer = await as_("valuer")
    body = {"scorecard_id": card, "base_date": "2026-11-23", "inputs": inputs()}
    await engage(valuer, asset)
    made = await valuer.post(f"/v1/assets/{asset}/appraisals", body)
    assert made.status_code == 201, made.text
    view = made.json()
    assert (view["base_date"], view["use_until"]) == ("2026-11-23", "2027-11-22")
    document = (await provider.get(f"/v1/documents/{view['document_id']}")).json()["document"]
    appraisal = document["credentialSubject"]["appraisal"]
    assert appraisal == view["appraisal"]
    assert recompute(appraisal).same
    assert appraisal["value"] == view["value"]
    score_of = (await valuer.get(f"/v1/scorecards/{card}")).json()["scorecard"]["score"]
    assert appraisal["quality"]["score"] == score_of
    assert (await provider.get(f"/v1/appraisals/{view['id']}")).json() == view
    for lang, word in (("zh", "不得直接作为入账依据"), ("en", "not a booking basis")):
        page = await provider.get(f"/v1/documents/{view['document_id']}/page?lang={lang}")
        assert page.status_code == 200
        assert word in page.text
        assert view["value"]["amount"] in page.text.replace(",", "")


async def test_every_faulty_parameter_is_told_at_once(as_, drain):
    _, asset, card = await scored(as_, drain)
    valuer = await as_("valuer")
    bad = inputs(return_on_cost=said("0.9"), remaining_life_years=said("5"), currency="XXX")
    body = {"scorecard_id": card, "base_date": "2026-11-23", "inputs": bad, "use_until": "2028-01-01"}
    await engage(valuer, asset)
    refused = await valuer.post(f"/v1/assets/{asset}/appraisals", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "inputs-faulty")
    assert refused.json()["rule"]["id"] == "LT-APR-05"
    assert [error["pointer"] for error in refused.json()["errors"]] == [
        "/inputs/return_on_cost/value",
        "/inputs/remaining_life_years/value",
        "/inputs/currency",
        "/use_until",
    ]


async def test_the_provider_may_not_value_its_own_asset(as_, drain, client):
    from tests.makers import application

    operator = await as_("operator")
    both = await client.post("/v1/parties", application("provider", roles=["provider", "valuer"]))
    assert both.status_code == 201, both.text
    party = both.json()["party"]["id"]
    await operator.post(f"/v1/parties/{party}/admission", {"action": "admit", "reason": "ok"})
    actor = client.with_key(both.json()["secret"], party)
    revision = await make_asset(actor)
    run = await score(actor, revision["asset_id"], drain)
    body = {"scorecard_id": run["scorecard_id"], "base_date": "2026-11-23", "inputs": inputs()}
    refused = await actor.post(f"/v1/assets/{revision['asset_id']}/appraisals", body)
    assert (refused.status_code, refused.json()["code"]) == (403, "conflict-of-interest")
    assert refused.json()["rule"]["id"] == "LT-APR-01"


async def test_only_a_valuer_values(as_, drain):
    provider, asset, card = await scored(as_, drain)
    body = {"scorecard_id": card, "base_date": "2026-11-23", "inputs": inputs()}
    refused(await provider.post(f"/v1/assets/{asset}/appraisals", body), 403, "forbidden")


async def test_an_old_revision_s_scorecard_is_refused(as_, drain):
    import polars as pl

    provider, asset, card = await scored(as_, drain)
    await add_revision(
        provider, asset, orders=parquet(pl.DataFrame({"id": [9]})), shops=parquet(pl.DataFrame({"id": [1]}))
    )
    valuer = await as_("valuer")
    body = {"scorecard_id": card, "base_date": "2026-11-23", "inputs": inputs()}
    await engage(valuer, asset)
    refused = await valuer.post(f"/v1/assets/{asset}/appraisals", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "scorecard-mismatch")


async def test_a_base_date_must_be_usable(as_, drain):
    _, asset, card = await scored(as_, drain)
    valuer = await as_("valuer")
    for base_date, status, code in (
        ("2026-11-24", 422, "base-date-outside"),
        ("2025-11-22", 422, "base-date-outside"),
        ("2025-12-31", 409, "rule-set-not-in-force"),
    ):
        body = {"scorecard_id": card, "base_date": base_date, "inputs": inputs()}
        await engage(valuer, asset)
        refused = await valuer.post(f"/v1/assets/{asset}/appraisals", body)
        assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_a_stranger_does_not_see_it(as_, drain):
    provider, asset, card = await scored(as_, drain)
    valuer, other = await as_("valuer"), await as_("valuer", "other")
    body = {"scorecard_id": card, "base_date": "2026-11-23", "inputs": inputs()}
    await engage(valuer, asset)
    view = (await valuer.post(f"/v1/assets/{asset}/appraisals", body)).json()
    not_there(await other.get(f"/v1/appraisals/{view['id']}"))
    for client, shown in ((provider, [view["id"]]), (valuer, [view["id"]]), (other, []), (await as_("buyer"), [])):
        for asked in ("", f"?asset_id={asset}"):
            listed = await client.get(f"/v1/appraisals{asked}")
            assert [each["id"] for each in listed.json()["items"]] == shown
    assert (await valuer.get("/v1/appraisals?asset_id=ast_1")).json()["items"] == []
