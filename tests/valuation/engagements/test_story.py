"""A whole engagement through HTTP: proposed, accepted, worked on, reviewed, signed by two, issued, and its ends."""

from datetime import timedelta

import pytest

from kernel.documents.verify import Check
from tests.refusals import refused
from tests.valuation.engagements.firm import Work, shown, study
from tests.valuation.makers import engage
from valuation.engagements.jobs import expire
from valuation.engagements.verify import check


@pytest.fixture
async def work(as_, drain):
    return await Work.begin(as_, drain)


async def test_from_the_proposal_to_the_signed_report(work, runtime):
    proposed = await work.propose()
    assert (proposed["status"], proposed["client"]) == ("proposed", work.provider.party)
    accepted = (await work.accept()).json()
    assert accepted["status"] == "accepted"
    assert [each["part"] for each in accepted["valuers"]] == ["first_valuer", "second_valuer", "reviewer"]
    assert accepted["checks"][0]["ties"] == []
    await work.paper("title-verification")
    await work.paper("survey")
    draft = await work.submit()
    assert draft.status_code == 201, shown(draft)
    work.draft = draft.json()
    assert (await work.say(work.second)).json()["stage"] == "second"
    assert (await work.say(work.reviewer)).json()["stage"] == "review"
    once = await work.sign(work.second)
    assert (once.status_code, once.json()["status"]) == (201, "signed")
    done = (await work.sign(work.first)).json()
    assert (done["status"], done["number"], done["use_until"]) == ("issued", "PG2026000001", "2027-11-22")
    assert done["archive_until"] == "2041-11-23"
    appraisal = (await work.client.get(f"/v1/appraisals/{done['appraisal_id']}")).json()
    assert (appraisal["standing"], appraisal["engagement_id"]) == ("issued", work.id)
    document = (await work.client.get(f"/v1/documents/{appraisal['document_id']}")).json()["document"]
    claims = document["credentialSubject"]
    assert {each["part"] for each in claims["signatures"]} == {"first_valuer", "second_valuer"}
    assert claims["appraisal"]["label"] == {
        "zh": "仅供参考，不得直接作为入账依据",
        "en": "For reference; not a booking basis",
    }
    assert all(each.holds for each in check(claims)), check(claims)
    public = await work.client.with_key("").get("/v1/appraisal-register/PG2026000001")
    assert public.status_code == 200, shown(public)
    seen = public.json()
    assert (seen["status"], seen["use_until"]) == ("issued", "2027-11-22")
    assert "value" not in seen
    assert work.client.party not in str(seen)
    listed = (await work.client.with_key("").get(f"/v1/appraisal-register?asset_id={work.asset}")).json()
    assert [each["number"] for each in listed["items"]] == ["PG2026000001"]


@pytest.mark.slow
async def test_a_draft_goes_back_until_everybody_agrees(work):
    await work.drafted()
    back = await work.say(work.second, "return", remarks=[{"text": "Life {n}?", "pointer": "/study/cost"}])
    assert back.status_code == 201, shown(back)
    assert (await work.client.get(work.path)).json()["status"] == "accepted"
    work.draft = (await work.submit()).json()
    assert work.draft["number"] == 2
    assert (await work.say(work.second)).status_code == 201
    assert (await work.say(work.reviewer, "return")).status_code == 201
    work.draft = (await work.submit()).json()
    assert (await work.say(work.second)).status_code == 201
    assert (await work.say(work.reviewer)).status_code == 201
    assert (await work.sign(work.first)).status_code == 201
    # The second signer sees a fault that the first one missed: the first signature falls with the draft.
    assert (await work.say(work.second, "return")).status_code == 201
    assert (await work.sign(work.first)).json()["code"] == "illegal-transition"
    said = (await work.firm.get(f"{work.path}/opinions")).json()["items"]
    assert [(each["stage"], each["verdict"]) for each in said] == [
        ("second", "return"),
        ("second", "agree"),
        ("review", "return"),
        ("second", "agree"),
        ("review", "agree"),
        ("signing", "return"),
    ]
    assert said[0]["remarks"] == [{"text": "Life {n}?", "pointer": "/study/cost"}]
    refused(await work.client.get(f"{work.path}/opinions"), 403, "papers-of-the-firm", "LT-ENG-04")


async def test_data_is_asked_for_answered_and_overdue(work, clock):
    await work.accepted()
    body = {"subject": "Cost ledger {2025}", "due_on": "2026-11-30"}
    asked = await work.first.client.post(f"{work.path}/data-requests", body)
    assert asked.status_code == 201, shown(asked)
    second = await work.second.client.post(f"{work.path}/data-requests", {**body, "subject": "Customer list"})
    clock.move(timedelta(days=8))
    seen = (await work.client.get(work.path)).json()
    assert (seen["requests_open"], seen["requests_overdue"]) == (2, 2)
    await work.paper("title-verification")
    work.draft = (await work.submit()).json()
    assert (await work.say(work.second)).status_code == 201
    refused = await work.say(work.reviewer)
    assert (refused.status_code, refused.json()["code"], refused.json()["rule"]["id"]) == (
        409,
        "work-unfinished",
        "LT-ENG-05",
    )
    assert len(refused.json()["errors"]) == 3
    assert "Cost ledger {2025}" in refused.text
    file = await work.client("POST", "/v1/files?name=ledger.csv&purpose=evidence", content=b"a,b")
    answer = {"answer": "Attached", "files": [file.json()["id"]]}
    told = await work.client.post(f"/v1/data-requests/{asked.json()['id']}/answer", answer)
    assert told.json()["files"][0]["sha256"] == file.json()["sha256"]
    again = await work.client.post(f"/v1/data-requests/{asked.json()['id']}/answer", answer)
    assert again.json()["code"] == "illegal-transition"
    why = {"reason": "Not needed for the cost approach"}
    waived = await work.first.client.post(f"/v1/data-requests/{second.json()['id']}/waiver", why)
    assert waived.json()["status"] == "waived"
    await work.paper("survey")
    assert (await work.say(work.reviewer)).status_code == 201


async def test_a_paper_keeps_its_digest_for_as_long_as_the_law_says(work):
    await work.accepted(statutory=True)
    paper = await work.paper("survey")
    assert paper["retention_until"] == "2056-11-23"
    body = {"kind": "survey", "title": "again", "file_id": paper["file_id"]}
    taken = await work.second.client.post(f"{work.path}/working-papers", body)
    assert (taken.status_code, taken.json()["code"]) == (409, "paper-taken")
    for name in ("working-papers", "drafts", "opinions"):
        told = (await work.client.get(f"{work.path}/{name}")).json()
        assert (told["status"], told["code"], told["rule"]["id"]) == (403, "papers-of-the-firm", "LT-ENG-04"), name


async def test_a_report_expires_by_itself(work, clock, runtime):
    await work.issued()
    clock.move(timedelta(days=365))
    await expire(runtime)
    await expire(runtime)
    seen = (await work.client.with_key("").get("/v1/appraisal-register/PG2026000001")).json()
    assert seen["status"] == "expired"
    kinds = await runtime.pool.fetch("SELECT kind FROM log_entry WHERE subject = $1 ORDER BY id", work.id)
    assert [each["kind"].rpartition(".")[2] for each in kinds] == [
        "proposed",
        "accepted",
        "drafted",
        "seconded",
        "reviewed",
        "signed",
        "issued",
        "expired",
    ]


@pytest.mark.slow
async def test_a_new_report_takes_the_place_of_the_old(work, clock):
    old = await work.issued()
    clock.move(timedelta(days=30))
    await work.accepted(supersedes=old["id"], base_date="2026-12-20")
    await work.paper("title-verification", b"new")
    await work.paper("survey", b"new")
    work.draft = (await work.submit()).json()
    for who in (work.second, work.reviewer):
        assert (await work.say(who)).status_code == 201
    for who in (work.first, work.second):
        signed = await work.sign(who)
    assert (signed.json()["status"], signed.json()["number"]) == ("issued", "PG2026000002")
    seen = (await work.client.with_key("").get("/v1/appraisal-register/PG2026000001")).json()
    assert (seen["status"], seen["superseded_by"]) == ("superseded", "PG2026000002")
    again = await work.client.post("/v1/engagements", work.terms(supersedes=old["id"]))
    assert (again.status_code, again.json()["errors"][0]["rule"]) == (422, "LT-ENG-08")


async def test_a_withdrawn_report_says_so(work):
    await work.issued()
    why = {"reason": "An input was false"}
    assert (await work.reviewer.client.post(f"{work.path}/withdrawal", why)).json()["code"] == "not-your-part"
    taken = await work.second.client.post(f"{work.path}/withdrawal", why)
    assert taken.json()["status"] == "withdrawn"
    seen = (await work.client.with_key("").get("/v1/appraisal-register/PG2026000001")).json()
    assert seen["status"] == "withdrawn"


async def test_the_verifier_names_what_was_changed(work):
    done = await work.issued()
    appraisal = (await work.client.get(f"/v1/appraisals/{done['appraisal_id']}")).json()
    document = (await work.client.get(f"/v1/documents/{appraisal['document_id']}")).json()["document"]

    def failed(claims):
        return [each.name.en for each in check(claims) if not each.holds]

    claims = document["credentialSubject"]
    assert failed(claims) == []
    scope = {**claims, "engagement": {**claims["engagement"], "scope": "more"}}
    assert failed(scope) == ["Digest of what the valuers signed"]
    swapped = {
        **claims,
        "signatures": [{**claims["signatures"][0]}, {**claims["signatures"][0], "part": "first_valuer"}],
    }
    assert "The first valuer's signature" in failed(swapped)
    bare = {name: value for name, value in claims.items() if name not in ("signatures", "digest")}
    assert len(failed(bare)) == 3
    assert isinstance(check(claims)[0], Check)


async def test_a_study_is_labelled_as_what_it_is(work):
    body = {"scorecard_id": work.card, "base_date": "2026-11-23", "study": study()}
    await engage(work.firm, work.asset)
    made = await work.firm.post(f"/v1/assets/{work.asset}/appraisals", body)
    assert (made.status_code, made.json()["standing"], made.json()["engagement_id"]) == (201, "study", None)
    assert "no appraisal report" in made.json()["standing_text"]["en"]


async def test_a_draft_warns_of_every_section_that_it_leaves_out(work):
    await work.drafted()
    warned = {each["pointer"]: each["detail"] for each in work.draft["warnings"]}
    assert list(warned) == [
        "/disclosures/limits_of_use",
        "/disclosures/outlook",
        "/study/assumptions",
        "/disclosures/later_events",
        "/disclosures/experts",
    ]
    assert warned["/disclosures/outlook"]["zh"] == "未提供宏观经济与行业前景分析，报告将载明“未提供”"
    assert warned["/disclosures/outlook"]["en"].startswith("not given: outlook")
    told = {"scenario": "s", "outlook": "o", "experts": "e", "later_events": "l", "limits_of_use": ["u"]}
    again = (await work.submit(disclosures=told)).json()
    assert [each["pointer"] for each in again["warnings"]] == ["/study/assumptions"]
