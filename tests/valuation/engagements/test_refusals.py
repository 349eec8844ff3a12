"""What an engagement refuses: faulty terms, ties, foreign steps, foreign keys, altered drafts; and two at once."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from kernel.db import dsn_of
from tests.market.trade import Trade, register
from tests.refusals import not_there, outcomes, refused
from tests.valuation.engagements.firm import Work, make_valuer, said, study


@pytest.fixture
async def work(as_, drain):
    return await Work.begin(as_, drain)


def told(answer):
    """Status, code, and the pointers of the faults."""
    return answer.status_code, answer.json()["code"], [each["pointer"] for each in answer.json()["errors"]]


@pytest.mark.slow
async def test_every_faulty_term_is_told_at_once(work):
    body = work.terms(
        base_date="2025-11-01",
        intended_users=["Bank", "Bank"],
        firm=work.provider.party,
        fee={"basis": "contingent", "amount": {"amount": "0.00", "currency": "CNY"}},
        supersedes="eng_00000000000000000000000000",
    )
    refused = await work.client.post("/v1/engagements", body)
    assert told(refused) == (
        422,
        "engagement-faulty",
        ["/base_date", "/fee/basis", "/fee/amount/amount", "/intended_users", "/base_date", "/firm", "/supersedes"],
    )
    assert refused.json()["errors"][1]["rule"] == "LT-ENG-03"


@pytest.mark.slow
async def test_a_firm_does_not_engage_itself(work):
    await register(work.provider.runtime, work.asset)
    refused = await work.firm.post("/v1/engagements", work.terms())
    assert told(refused) == (422, "engagement-faulty", ["/firm"])
    assert refused.json()["errors"][0]["rule"] == "LT-APR-01"


async def test_the_team_is_three_practising_people_of_the_firm(work):
    await work.propose()
    other = await make_valuer(await work.as_("valuer", "other"), 111)
    team = {"first_valuer": work.first.id, "second_valuer": work.first.id, "reviewer": other.id}
    refusal = await work.firm.post(f"{work.path}/acceptance", team)
    assert told(refusal) == (422, "team-faulty", ["/second_valuer", "/reviewer"])
    await work.firm.post(f"/v1/practitioners/{work.second.id}/end")
    assert told(await work.accept())[2] == ["/second_valuer"]
    stranger = await (await work.as_("valuer", "other")).post(f"{work.path}/acceptance", work.team)
    not_there(stranger)


async def test_a_valuer_with_a_declared_interest_steps_back(work):
    await work.propose()
    path = f"/v1/practitioners/{work.second.id}/interests"
    mine = {"interests": [work.provider.party]}
    assert (await work.firm.post(path, mine)).json()["code"] == "practitioner-unknown"
    refused(await work.second.client.post(path, {"interests": ["pty_0"]}), 422, "practitioner-faulty", "LT-ENG-02")
    assert (await work.second.client.post(path, mine)).status_code == 200
    refusal = await work.accept()
    assert told(refusal) == (403, "independence-impaired", ["/second_valuer"])
    assert refusal.json()["rule"]["id"] == "LT-APR-01"
    assert refusal.json()["conflicts"] == ["interest"]
    assert refusal.json()["errors"][0]["detail"] == "a valuer has declared an interest"


async def test_a_firm_does_not_serve_two_clients_on_one_asset(work):
    await work.accepted()
    lender = await work.as_("lender")
    await register(work.provider.runtime, work.asset)
    other = (await lender.post("/v1/engagements", work.terms())).json()["id"]
    refused = await work.firm.post(f"/v1/engagements/{other}/acceptance", work.team)
    assert refused.json()["conflicts"] == ["both-sides"]


async def _trade(work, runtime):
    """A trade that the firm begins with the provider."""
    trade = await Trade.begin(runtime, work.as_)
    assert trade.provider.party == work.client.party
    trade.buyer = work.firm
    return trade


async def test_a_firm_that_traded_with_the_client_steps_back(work, runtime):
    """Every stage of a trade counts by its own kind: order, agreement, payment, settlement."""
    trade = await _trade(work, runtime)
    await work.propose()
    order = await trade.order()
    refused = await work.accept()
    assert refused.json()["conflicts"] == ["order"]
    assert refused.json()["errors"][0]["detail"] == "an order (2026-11-23)"
    assert order not in refused.text
    await trade.draft(order)
    assert (await work.accept()).json()["conflicts"] == ["agreement", "order"]


async def test_an_old_deal_does_not_count_for_ever(work, runtime):
    trade = await _trade(work, runtime)
    await trade.order()
    await runtime.pool.execute("UPDATE \"order\" SET placed_at = placed_at - interval '4 years'")
    await work.propose()
    assert (await work.accept()).status_code == 200


async def test_a_trade_after_the_acceptance_stops_the_signature(work, runtime):
    await work.reviewed()
    trade = await _trade(work, runtime)
    await trade.order()
    assert (await work.sign(work.first)).json()["conflicts"] == ["order"]
    assert (await work.client.get(work.path)).json()["status"] == "reviewed"


@pytest.mark.slow
async def test_every_step_belongs_to_one_person(work):
    await work.accepted()
    body = {"scorecard_id": work.card, "study": study()}
    assert (await work.second.client.post(f"{work.path}/drafts", body)).json()["code"] == "not-your-part"
    assert (await work.firm.post(f"{work.path}/drafts", body)).json()["code"] == "practitioner-unknown"
    refused(await work.client.post(f"{work.path}/drafts", body), 403, "forbidden")
    work.draft = (await work.submit()).json()
    assert (await work.say(work.first)).json()["code"] == "not-your-part"
    assert (await work.say(work.reviewer)).json()["code"] == "not-your-part"
    assert (await work.sign(work.first)).json()["code"] == "illegal-transition"
    assert (await work.sign(work.reviewer)).json()["code"] == "not-your-part"


async def test_every_faulty_parameter_of_a_draft_is_told_at_once(work):
    await work.accepted()
    bad = study(purpose="Sale", value_type="value-in-use")
    bad["cost"] |= {"return_on_cost": said("0.9"), "remaining_life_years": said("5")}
    refused = await work.submit(study=bad, use_until="2028-01-01")
    status, code, pointers = told(refused)
    assert (status, code) == (422, "inputs-faulty")
    assert set(pointers) == {
        "/study/cost/return_on_cost/value",
        "/study/cost/remaining_life_years/value",
        "/use_until",
        "/study/purpose",
        "/study/value_type",
    }
    assert (await work.client.get(work.path)).json()["status"] == "accepted"


async def test_an_outdated_draft_is_neither_agreed_to_nor_signed(work):
    await work.drafted()
    old = work.draft
    work.draft = (await work.submit()).json()
    new, work.draft = work.draft, old
    assert (await work.say(work.second)).json()["code"] == "draft-outdated"
    work.draft = new
    for who in (work.second, work.reviewer):
        await work.say(who)
    work.draft = old
    assert (await work.sign(work.first)).json()["code"] == "draft-outdated"


@pytest.mark.slow
async def test_nobody_signs_with_another_s_key_or_signature(work):
    await work.reviewed()
    path = f"{work.path}/signatures"
    text = work.draft["signing_text"]
    draft = {"draft_id": work.draft["id"]}
    foreign = {**draft, "signing_key_id": work.second.key_id, "signature": work.second.sign(text)}
    assert (await work.first.client.post(path, foreign)).json()["code"] == "not-your-signing-key"
    borrowed = {**draft, "signing_key_id": work.first.key_id, "signature": work.second.sign(text)}
    assert (await work.first.client.post(path, borrowed)).json()["code"] == "report-signature-invalid"
    garbled = {**borrowed, "signature": "not base64"}
    assert (await work.first.client.post(path, garbled)).json()["code"] == "report-signature-invalid"
    other = {**borrowed, "signature": work.first.sign(text + "0")}
    assert (await work.first.client.post(path, other)).json()["code"] == "report-signature-invalid"
    assert (await work.sign(work.first)).status_code == 201
    assert (await work.sign(work.first)).json()["code"] == "signed-already"
    assert (await work.client.get(work.path)).json()["status"] == "signed"


async def test_a_revoked_key_does_not_sign(work, runtime):
    await work.reviewed()
    await runtime.pool.execute("UPDATE signing_key SET revoked_at = now() WHERE id = $1", work.first.key_id)
    assert (await work.sign(work.first)).json()["code"] == "not-your-signing-key"


async def test_a_draft_that_was_altered_between_the_signatures_is_not_signed(work, runtime):
    await work.reviewed()
    assert (await work.sign(work.first)).status_code == 201
    change = "UPDATE engagement_draft SET content = jsonb_set(content, '{asset_name}', '\"other\"') WHERE id = $1"
    with pytest.raises(asyncpg.PostgresError, match="append"):
        await runtime.pool.execute(change, work.draft["id"])
    # An administrator of the database who goes past the trigger is noticed by the digest.
    raw = await asyncpg.connect(dsn_of(str(runtime.settings.database_url)))
    await raw.execute("SET session_replication_role = replica")
    await raw.execute(change, work.draft["id"])
    await raw.close()
    refused = await work.sign(work.second)
    assert (refused.status_code, refused.json()["code"]) == (409, "draft-altered")


async def test_a_report_is_not_issued_after_its_use(work, clock):
    await work.reviewed(use_until="2026-12-01")
    clock.move(timedelta(days=30))
    assert (await work.sign(work.first)).json()["code"] == "use-over"


@pytest.mark.slow
async def test_two_valuers_sign_at_once(work, runtime):
    await work.reviewed()
    answers = await asyncio.gather(*(work.sign(who) for who in (work.first, work.second) for _ in range(3)))
    came = outcomes(answers)
    assert came[201] == 2
    assert set(came) <= {201, (409, "signed-already", "LT-ENG-07"), (409, "illegal-transition", "LT-GEN-02")}
    assert await runtime.pool.fetchval("SELECT count(*) FROM engagement_signature") == 2
    assert await runtime.pool.fetchval("SELECT count(*) FROM appraisal WHERE standing = 'issued'") == 1


@pytest.mark.slow
async def test_a_signature_meets_a_termination(work, runtime):
    """Whichever comes first, there is a report or there is none, and never half of one."""
    await work.reviewed()
    await work.sign(work.first)
    signed, ended = await asyncio.gather(
        work.sign(work.second), work.client.post(f"{work.path}/termination", {"reason": "no more"})
    )
    state = (await work.client.get(work.path)).json()
    [lost] = [each for each in (signed, ended) if not each.is_success]
    refused(lost, 409, "illegal-transition", "LT-GEN-02")
    assert state["status"] == ("issued" if signed.status_code == 201 else "terminated")
    count = await runtime.pool.fetchval("SELECT count(*) FROM appraisal")
    assert count == (1 if state["status"] == "issued" else 0)


@pytest.mark.slow
async def test_nobody_signs_what_is_withdrawn_or_ended(work):
    await work.issued()
    await work.first.client.post(f"{work.path}/withdrawal", {"reason": "wrong"})
    assert (await work.sign(work.first)).json()["code"] == "illegal-transition"
    assert (await work.first.client.post(f"{work.path}/withdrawal", {"reason": "x"})).json()[
        "code"
    ] == "illegal-transition"


async def test_two_clients_are_accepted_at_once_and_one_is_refused(work):
    lender = await work.as_("lender")
    await register(work.provider.runtime, work.asset)
    first = (await work.propose())["id"]
    second = (await lender.post("/v1/engagements", work.terms())).json()["id"]
    answers = await asyncio.gather(
        *(work.firm.post(f"/v1/engagements/{each}/acceptance", work.team) for each in (first, second))
    )
    assert outcomes(answers) == {200: 1, (403, "independence-impaired", "LT-APR-01"): 1}


async def test_strangers_see_nothing(work):
    await work.drafted()
    stranger = await work.as_("buyer")
    for path in ("", "/data-requests", "/drafts", "/opinions", "/working-papers"):
        not_there(await stranger.get(work.path + path))
    assert (await stranger.get("/v1/engagements")).json()["items"] == []
    auditor = await work.as_("auditor")
    assert (await auditor.get(f"{work.path}/drafts")).json()["items"][0]["id"] == work.draft["id"]


async def test_a_registration_number_stands_at_one_firm(work):
    other = await work.as_("valuer", "other")
    made = (await other.post("/v1/api-keys", {"name": "one", "roles": ["valuer"]})).json()
    body = {
        "name": "评估师",
        "registration_number": "11030101",
        "api_key_id": made["key"]["id"],
        "signing_key_id": work.first.key_id,
        "proof": "eA==",
        "interests": ["pty_x"],
    }
    refused = await other.post("/v1/practitioners", body)
    assert told(refused) == (422, "practitioner-faulty", ["/signing_key_id", "/interests/0"])
    with pytest.raises(AssertionError, match="practitioner-taken"):
        await make_valuer(other, 121, number="11030101")
