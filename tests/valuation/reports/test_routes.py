"""Reports over HTTP: four forms by Accept and by suffix, sealed and kept, for those whom the appraisal concerns."""

import json

import pytest

from centre.verification.verify import examined
from kernel.documents.checks import Trust
from tests.refusals import not_there, refused
from tests.valuation.appraisal.test_appraisals import inputs, scored
from tests.valuation.engagements.firm import Work
from tests.valuation.makers import engage
from valuation.reports.forms.make import MEDIA


async def _trust(client):
    return Trust.of((await client.get("/v1/trust")).json(), "trust.json")


@pytest.mark.slow
async def test_a_signed_report_in_every_form_is_verified_with_the_centres_keys(as_, drain, client):
    work = await Work.begin(as_, drain, client="investor")
    done = await work.issued(disclosures={"scenario": "Credit", "outlook": "Growing", "limits_of_use": ["Not abroad"]})
    await drain()
    trust, path = await _trust(client), f"/v1/appraisals/{done['appraisal_id']}"
    for form, media in MEDIA.items():
        got = await work.client.get(f"{path}/report.{form}?lang=en")
        assert (got.status_code, got.headers["content-type"].split(";")[0]) == (200, media), got.text
        asked = await work.client("GET", f"{path}/report?lang=en", headers={"Accept": f"{media}, */*;q=0.1"})
        assert asked.content == got.content
        if form == "html":
            assert done["number"] in got.text
            assert "Appraisal report of a data asset" in got.text
            assert "Not abroad" in got.text
            continue
        found = examined(got.content, "x", trust)
        assert all(check.holds is not False for check in found.checks), [check.detail.en for check in found.checks]
        online = await client.http.post("/v1/verification", content=got.content)
        assert (online.status_code, online.json()["holds"]) == (200, True), online.text
        named = {check.name.en: check.holds for check in found.checks}
        assert named["signature"] is named["log inclusion"] is named["recomputed value"] is True
        assert named["text of the report"] is named["The first valuer's signature"] is True
        if form == "pdf":
            assert named["PDF signature"] is named["seal certificate"] is True
        if form == "xlsx":
            assert named["cells"] is True
    report = json.loads((await work.client.get(f"{path}/report.json")).content)
    assert report["report"]["number"] == done["number"]
    facts = report["facts"]
    assert facts["engagement"]["signed"][0]["signed_at"]
    assert facts["quality"]["dimensions"]["accuracy"]["score"]
    assert facts["described"]["update_cycle"] == {"zh": "每日", "en": "daily"}
    beside = await work.client.get(f"{path}/report.json")
    tampered = json.loads(beside.content)
    tampered["facts"]["engagement"]["client"] = "Somebody else"
    named = {check.name.en: check.holds for check in examined(json.dumps(tampered).encode(), "x", trust).checks}
    assert named["facts beside it"] is False
    step = report["document"]["credentialSubject"]["appraisal"]["trace"][2]
    for whole in (report, {"document": report["document"], "log": report["log"]}):
        forged = json.loads(json.dumps(whole))
        forged["document"]["credentialSubject"]["appraisal"]["trace"][2]["result"] = "7"
        checks = examined(json.dumps(forged).encode(), "x", trust).checks
        assert not any(check.holds and check.name.en == "recomputed value" for check in checks)
        told = next(check for check in checks if check.name.en == "recomputed value")
        assert f"/trace/{step['id']}/result" in told.detail.en


@pytest.mark.slow
async def test_the_print_is_made_once_and_kept(as_, drain, runtime, clock):
    from datetime import timedelta

    provider, asset, card = await scored(as_, drain)
    valuer = await as_("valuer")
    body = {"scorecard_id": card, "base_date": "2026-11-23", "inputs": inputs()}
    await engage(valuer, asset)
    made = (await valuer.post(f"/v1/assets/{asset}/appraisals", body)).json()
    path = f"/v1/appraisals/{made['id']}/report"
    # In the second of its issue it cannot prove itself yet, and no form of it is served.
    for form in ("", ".json", ".html", ".pdf", ".xlsx"):
        early = await valuer.get(f"{path}{form}")
        assert (early.status_code, early.json()["code"]) == (409, "proof-pending"), form
        assert early.headers["retry-after"] == "1"
    await drain()
    first = await valuer.get(f"{path}.pdf?lang=zh")
    assert first.content.startswith(b"%PDF-")
    clock.move(timedelta(days=1))
    assert (await provider.get(f"{path}.pdf?lang=zh")).content == first.content
    assert (await provider.get(f"{path}.pdf?lang=en")).content != first.content
    assert (await provider.get(path)).headers["content-type"] == "application/json"
    page = (await provider.get(f"{path}.html?lang=zh")).text
    assert "未经两名评估专业人员签名" in page
    assert made["value"]["amount"] in page.replace(",", "")


@pytest.mark.slow
async def test_a_report_is_for_those_whom_it_concerns(as_, drain, client):
    _, asset, card = await scored(as_, drain)
    valuer = await as_("valuer")
    body = {"scorecard_id": card, "base_date": "2026-11-23", "inputs": inputs()}
    await engage(valuer, asset)
    made = (await valuer.post(f"/v1/assets/{asset}/appraisals", body)).json()
    path = f"/v1/appraisals/{made['id']}/report.json"
    await drain()
    not_there(await (await as_("valuer", "another")).get(path))
    assert (await (await as_("auditor")).get(path)).status_code == 200
    refused(await client.get(path), 401, "unauthenticated")
    not_there(await valuer.get("/v1/appraisals/apr_00000000000000000000000000/report.json"))


async def test_anybody_may_have_the_verifier(client):
    got = await client.get("/v1/appraisal-verifier")
    assert got.status_code == 200
    assert got.headers["content-type"] == "text/x-python; charset=utf-8"
    compile(got.text, "verifier.py", "exec")


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "json"),
        ("*/*", "json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "html"),
        ("application/pdf;q=0.5, text/html;q=0.4", "pdf"),
        ("application/pdf;q=0, text/html;q=0.4", "html"),
        ("application/pdf;q=x", "json"),
        ("image/png", "json"),
    ],
)
def test_the_form_follows_the_accept_header(accept, form):
    from valuation.reports.accept import chosen

    assert chosen(accept) == form
