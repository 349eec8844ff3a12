"""Accounting decisions and notes through HTTP: stored with every answer, issued, shown, and never another's."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.refusals import not_there, refused
from tests.valuation.makers import make_asset


def checklist(**over):
    questions = ("controlled", "benefits", "measurable", "identifiable", "own_use", "for_sale", "expensed_before")
    yes = {"controlled", "benefits", "measurable", "identifiable", "own_use"}
    answers = {each: {"yes": each in yes, "reason": f"file 7, {each}", "evidence": "fil_1"} for each in questions}
    return {
        "acquisition": "purchased",
        "answers": answers | over,
        "decided_on": "2026-11-20",
        "decided_by": "财务总监 李四",
    }


async def refused_change(session, statement):
    with pytest.raises(DBAPIError, match="append-only"):
        async with session.begin_nested():
            await session.execute(text(statement))


async def decided(provider, asset, **over):
    made = await provider.post("/v1/accounting-decisions", {"asset_id": asset, **checklist(**over)})
    assert made.status_code == 201, made.text
    return made.json()


async def test_a_decision_is_stored_with_its_answers_and_has_a_page(as_, session):
    provider = await as_("provider")
    asset = (await make_asset(provider))["asset_id"]
    made = await decided(provider, asset)
    assert made["classification"] == "intangible"
    answer = made["decision"]["answers"]["own_use"]
    assert (answer["yes"], answer["reason"], answer["evidence"]) == (True, "file 7, own_use", "fil_1")
    assert (await provider.get(f"/v1/accounting-decisions/{made['id']}")).json() == made
    for lang, word in (("zh", "无形资产——数据资源"), ("en", "Intangible asset: data resources")):
        page = await provider.get(f"/v1/documents/{made['document_id']}/page?lang={lang}")
        assert page.status_code == 200, page.text
        assert word in page.text
        assert "file 7, own_use" in page.text
    listed = (await provider.get(f"/v1/accounting-decisions?asset_id={asset}")).json()
    assert [each["id"] for each in listed["items"]] == [made["id"]]
    auditor, other = await as_("auditor"), await as_("provider", "another")
    assert (await auditor.get(f"/v1/accounting-decisions/{made['id']}")).status_code == 200
    not_there(await other.get(f"/v1/accounting-decisions/{made['id']}"))
    assert (await other.get("/v1/accounting-decisions")).json()["items"] == []
    await refused_change(session, "UPDATE accounting_decision SET classification = 'inventory'")


async def test_open_questions_are_told_all_at_once(as_):
    provider = await as_("provider")
    asset = (await make_asset(provider))["asset_id"]
    body = {"asset_id": asset, **checklist()}
    del body["answers"]["benefits"]
    body |= {"acquisition": "developed", "decided_on": "2027-01-01"}
    refused = await provider.post("/v1/accounting-decisions", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "checklist-incomplete")
    told = [each["pointer"] for each in refused.json()["errors"]]
    assert told[0] == "/answers/benefits"
    assert "/answers/finished" in told
    assert told[-1] == "/decided_on"
    assert refused.json()["rule"]["id"] == "LT-ACC-01"
    questions = (await provider.get("/v1/accounting-checklist")).json()
    assert {each["code"] for each in questions if each["development"]} >= {"finished", "feasible"}


async def test_nobody_decides_for_anothers_asset(as_):
    asset = (await make_asset(await as_("provider")))["asset_id"]
    other = await as_("provider", "another")
    refusal = await other.post("/v1/accounting-decisions", {"asset_id": asset, **checklist()})
    not_there(refusal)


def note(**over):
    return {
        "currency": "CNY",
        "period_from": "2026-01-01",
        "period_until": "2026-12-31",
        "intangible": {
            "purchased": {
                "gross_opening": "1000.00", "gross_purchased": "300.00", "amortisation_opening": "400.00",
                "amortisation_charged": "220.00",
            },
            "developed": {"gross_developed": "500.00", "amortisation_charged": "25.00"},
        },
        "inventory": {"developed": {"gross_processed": "80.00", "gross_sold": "30.00", "provision_charged": "5.00"}},
        "development": {"opening": "100.00", "spent": "450.00", "capitalised": "500.00", "expensed": "20.00"},
        "life": "按更新频率与权利期限确定为 4 年",
        **over,
    }  # fmt: skip


async def test_a_note_is_computed_issued_and_shown(as_, session):
    provider = await as_("provider")
    asset = (await make_asset(provider))["asset_id"]
    decision = await decided(provider, asset)
    made = await provider.post("/v1/accounting-notes", note(decisions=[decision["id"]]))
    assert made.status_code == 201, made.text
    view = made.json()
    rows = {row["code"]: row["cells"] for row in view["note"]["intangible"]}
    assert rows["carrying_closing"] == ["680.00", "475.00", "0.00", "1155.00"]
    assert [line["closing"] for line in view["note"]["balance_sheet"]] == ["45.00", "1155.00", "30.00"]
    assert (await provider.get(f"/v1/accounting-notes/{view['id']}")).json() == view
    assert [each["id"] for each in (await provider.get("/v1/accounting-notes")).json()["items"]] == [view["id"]]
    for lang, word in (("zh", "外购的数据资源无形资产"), ("en", "Developed in-house")):
        page = await provider.get(f"/v1/documents/{view['document_id']}/page?lang={lang}")
        assert page.status_code == 200, page.text
        assert word in page.text
        assert "1,155.00" in page.text
    not_there(await (await as_("provider", "another")).get(f"/v1/accounting-notes/{view['id']}"))
    await refused_change(session, "DELETE FROM accounting_note")


async def test_a_note_that_cannot_be_is_refused(as_):
    provider = await as_("provider")
    over = {"developed": {"gross_developed": "400.00", "gross_disposed": "500.00"}}
    refusal = await provider.post("/v1/accounting-notes", note(intangible=over, period_until="2025-12-31"))
    assert (refusal.status_code, refusal.json()["code"]) == (422, "note-faulty")
    assert [each["pointer"] for each in refusal.json()["errors"]] == [
        "/period_until",
        "/intangible/developed/gross_closing",
        "/intangible/developed/carrying_closing",
        "/development/capitalised",
    ]
    stranger = await provider.post("/v1/accounting-notes", note(decisions=["acd_00000000000000000000000000"]))
    assert [each["pointer"] for each in stranger.json()["errors"]] == ["/decisions/0"]
    refused(await provider.post("/v1/accounting-notes", note(currency="XXX")), 422, "note-faulty", "LT-ACC-02")
