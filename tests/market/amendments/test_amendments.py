"""Amendments over HTTP: proposed, signed by both, obeyed from their moment on, and every way in which they end."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from centre.verification.verify import verified
from contracts.amendments import jobs
from contracts.amendments.verify import check
from kernel.documents.routes import trust
from kernel.time.clock import timestamp
from market.orders import commands as orders
from market.orders.models import Order
from tests.beginnings import beginning
from tests.market.amendments.story import Amending
from tests.market.trade import LICENCE, Trade, signature
from tests.refusals import outcomes, refused

WIDER = ("internal-analysis", "risk-control")


@pytest.fixture
@beginning
async def story(runtime, as_):
    return await Amending.begin(await Trade.begin(runtime, as_))


def refusal(answer: Any) -> tuple[int, str, str | None]:
    told = answer.json()
    return answer.status_code, told["code"], told.get("rule", {}).get("id")


@pytest.mark.slow
async def test_both_sign_and_the_gate_follows_at_once(story, drain):
    assert (await story.decide(purpose="risk-control"))["permit"] is False
    before = await story.agreement()
    terms = await story.limited(purposes=list(WIDER), calls_max=5)
    amendment = await story.proposed(terms, "buyer")
    assert (amendment["status"], amendment["n"]) == ("proposed", 1)
    assert amendment["allowed_actions"] == ["sign_first", "withdraw"]
    assert amendment["content"]["from_digest"] == before["digest"]
    said = {change["path"]: change["en"] for change in amendment["content"]["changes"]}
    assert "/policy/permissions/licence/calls_max" in said, said
    half = (await story.sign(amendment, "buyer")).json()
    assert (half["status"], half["document_id"]) == ("signed_by_one", None)
    assert (await story.decide(purpose="risk-control"))["permit"] is False  # One signature changes nothing.
    whole = (await story.sign(amendment, "provider")).json()
    assert (whole["status"], whole["effective_at"] is not None) == ("in_effect", True)
    assert (await story.decide(purpose="risk-control"))["permit"] is True
    after = await story.agreement()
    assert (after["digest"], after["content"]) == (before["digest"], before["content"])  # What stood is kept.
    assert after["terms"] == terms
    assert [one["digest"] for one in after["amendments"]] == [amendment["digest"]]
    policy = (await story.trade.buyer.get(f"/v1/agreements/{story.agreement_id}/policy")).json()
    assert policy["policy"]["permissions"][0]["calls_max"] == 5
    await drain()
    envelope = (await story.trade.buyer.get(f"/v1/documents/{whole['document_id']}")).json()
    assert [one.holds for one in check(envelope["document"]["credentialSubject"])] == [True] * 6
    for lang, words in (("zh", "用次上限"), ("en", "most uses")):
        page = await story.trade.provider.get(f"/v1/documents/{whole['document_id']}/page?lang={lang}")
        assert words in page.text, page.text


async def test_the_title_is_written_anew_in_one_unit(story):
    (old,) = await story.grants()
    await story.agreed(await story.limited(purposes=list(WIDER)))
    first, second = await story.grants()
    assert (first["id"], first["status"]) == (old["id"], "ended")
    assert (second["status"], second["replaces_id"]) == ("active", old["id"])
    assert tuple(second["box"]["purposes"]) == WIDER
    agreement = await story.agreement()
    assert agreement["grant_id"] == second["id"]
    assert agreement["status"] == "in_force"


@pytest.mark.slow
async def test_an_exclusive_licence_is_amended_beside_itself(runtime, as_):
    licence = {**LICENCE, "exclusivity": "exclusive"}
    story = await Amending.begin(await Trade.begin(runtime, as_, licence=licence))
    assert (await story.agreed(await story.limited(calls_max=9)))["status"] == "in_effect"
    assert [one["status"] for one in await story.grants()] == ["ended", "active"]


async def test_before_its_moment_nothing_changes_and_at_it_everything_does(story, clock, runtime):
    at = clock.now() + timedelta(days=10)
    terms = await story.limited(purposes=list(WIDER), window_days=500)
    done = await story.agreed(terms, effective_at=timestamp(at))
    assert (done["status"], done["effective_at"]) == ("agreed", timestamp(at).replace(".000000", ""))
    await jobs.take_effect(runtime)
    assert (await story.decide(purpose="risk-control"))["permit"] is False
    clock.move(timedelta(days=10) - timedelta(seconds=1))
    assert (await story.decide(purpose="risk-control"))["permit"] is False
    clock.move(timedelta(seconds=1))
    assert (await story.decide(purpose="risk-control"))["permit"] is True  # Read before any sweep has run.
    assert (await story.agreement())["terms"]["policy"]["permissions"][0]["purposes"] == list(WIDER)
    assert len(await story.grants()) == 1
    entitled = [(await story.trade.buyer.get(f"/v1/entitlements/{story.order_id}")).json()]
    await jobs.take_effect(runtime)
    entitled.append((await story.trade.buyer.get(f"/v1/entitlements/{story.order_id}")).json())
    assert entitled[0] == entitled[1]
    await jobs.take_effect(runtime)
    assert [one["status"] for one in await story.grants()] == ["ended", "active"]
    assert (await story.decide(purpose="risk-control"))["permit"] is True
    shown = (await story.trade.buyer.get(f"/v1/amendments/{done['id']}")).json()
    assert shown["status"] == "in_effect"


@pytest.mark.slow
async def test_counters_stay_and_a_limit_below_them_refuses(story):
    for _ in range(3):
        assert (await story.links()).status_code == 200
    await story.agreed(await story.limited(calls_max=2))
    refused_answer = await story.links()
    assert refusal(refused_answer) == (403, "access-refused", "LT-CON-10")
    assert "used 3, wanted 1, at most 2" in refused_answer.text
    await story.agreed(await story.limited(calls_max=4))
    assert (await story.links()).status_code == 200
    refused(await story.links(), 403, "access-refused", "LT-CON-10")
    shown = (await story.trade.buyer.get(f"/v1/agreements/{story.agreement_id}/policy")).json()
    assert shown["meters"]["calls"] == 4


@pytest.mark.slow
async def test_a_longer_term_moves_the_last_day_before_and_after_settlement(story, clock, drain):
    before = (await story.agreement())["licence_ends_on"]
    await story.agreed(await story.limited(window_days=400))
    after = await story.agreement()
    assert (before, after["licence_ends_on"]) == ("2028-01-22", "2028-02-26")  # 35 days more, counted as before.
    entitled = (await story.trade.buyer.get(f"/v1/entitlements/{story.order_id}")).json()
    assert entitled["entitled"] is True
    delivered = await story.trade.provider.post(f"/v1/orders/{story.order_id}/delivery")
    assert delivered.status_code == 201
    async with story.trade.runtime.act() as act:
        await orders.mark_delivered(act, await act.session.get_one(Order, story.order_id))
    await story.trade.buyer.post(f"/v1/orders/{story.order_id}/acceptance")
    await drain()
    assert (await story.agreement())["licence_ends_on"] == "2027-12-28"
    clock.move(timedelta(days=30))
    await story.agreed(await story.limited(window_days=200))
    assert (await story.agreement())["licence_ends_on"] == "2027-06-11"  # From settlement, and not from today.
    until = (await story.trade.buyer.get(f"/v1/entitlements/{story.order_id}")).json()["until"]
    assert until.startswith("2027-06-11T16:00")


@pytest.mark.parametrize(
    ("change", "pointer", "rule"),
    [
        ({"consumer": f"pty_{'0' * 26}"}, "/terms/consumer", "LT-CON-31"),
        ({"provider": f"pty_{'0' * 26}"}, "/terms/provider", "LT-CON-31"),
        ({"listing": "lst_x"}, "/terms/listing", "LT-CON-31"),
        ({"price": {"kind": "one-off", "amount": {"amount": "1.00", "currency": "CNY"}}}, "/terms/price", "LT-CON-34"),
        ({}, "/terms", "LT-CON-31"),
    ],
)
async def test_what_an_amendment_does_not_change_is_refused(story, change, pointer, rule):
    terms = {**await story.terms(), **change}
    if "consumer" in change:
        terms["policy"]["permissions"][0]["recipients"] = [f"party:pty_{'0' * 26}"]
    answer = await story.propose(terms)
    assert refusal(answer) == (422, "amendment-faulty", "LT-CON-31"), answer.text
    assert (pointer, rule) in [(one["pointer"], one["rule"]) for one in answer.json()["errors"]]


async def test_faults_of_asset_revision_delivery_and_time_are_named_together(story, clock):
    terms = await story.limited(calls_max=3)
    terms["policy"] |= {"asset": "ast_x", "revisions": ["rev_x"]}
    past = timestamp(clock.now() - timedelta(days=1))
    answer = await story.propose(terms, effective_at=past)
    pointers = [one["pointer"] for one in answer.json()["errors"]]
    assert pointers == ["/terms/policy/asset", "/terms/policy/revisions", "/effective_at"]
    late = await story.propose(await story.limited(calls_max=3), effective_at="2029-01-01T00:00:00Z")
    assert {one["rule"] for one in late.json()["errors"]} == {"LT-CON-33"}
    naive = await story.propose(await story.limited(calls_max=3), effective_at="2026-12-01T00:00:00")
    assert refusal(naive)[:2] == (400, "invalid-input")


async def test_terms_that_cannot_be_obeyed_or_granted_are_refused(story):
    terms = await story.limited(purposes=["moon"])
    assert refusal(await story.propose(terms))[:2] == (422, "policy-inexpressible")
    terms["purpose"] = None
    assert refusal(await story.propose(terms))[:2] == (422, "terms-contradictory")
    answer = await story.propose(await story.limited(window_days=36_000))
    assert refusal(answer)[:2] == (422, "grant-exceeds-title"), answer.text


async def test_one_waits_at_a_time_and_the_proposer_withdraws(story):
    terms = await story.limited(calls_max=5)
    amendment = await story.proposed(terms)
    second = await story.propose(terms, "buyer")
    assert refusal(second) == (409, "amendment-open", "LT-CON-32")
    path = f"/v1/amendments/{amendment['id']}"
    body = {"reason": "不再需要"}
    assert refusal(await story.side("buyer").post(f"{path}/withdrawal", body)) == (
        403,
        "amendment-others-to-end",
        "LT-CON-32",
    )
    assert refusal(await story.side("provider").post(f"{path}/refusal", body))[1] == "amendment-others-to-end"
    gone = await story.side("provider").post(f"{path}/withdrawal", body)
    assert (gone.status_code, gone.json()["status"], gone.json()["end_reason"]) == (200, "withdrawn", "不再需要")
    assert refusal(await story.sign(amendment, "buyer")) == (409, "illegal-transition", "LT-GEN-02")
    again = await story.proposed(terms, "buyer")
    declined = await story.side("provider").post(f"/v1/amendments/{again['id']}/refusal", body)
    assert (declined.json()["status"], again["n"]) == ("declined", 2)
    listed = (await story.side("buyer").get(f"/v1/agreements/{story.agreement_id}/amendments")).json()["items"]
    assert [one["status"] for one in listed] == ["withdrawn", "declined"]


async def test_an_unsigned_proposal_lapses_by_the_clock(story, clock, runtime):
    terms = await story.limited(calls_max=5)
    amendment = await story.proposed(terms)
    clock.move(timedelta(days=30))
    shown = (await story.side("buyer").get(f"/v1/amendments/{amendment['id']}")).json()
    assert shown["allowed_actions"] == []
    assert refusal(await story.sign(amendment, "buyer")) == (409, "amendment-lapsed", "LT-CON-32")
    again = await story.proposed(terms, "buyer")  # Over by the clock, before any sweep has said so.
    assert again["n"] == 2
    clock.move(timedelta(days=30))
    await jobs.lapse(runtime)
    listed = (await story.side("buyer").get(f"/v1/agreements/{story.agreement_id}/amendments")).json()["items"]
    assert [one["status"] for one in listed] == ["lapsed", "lapsed"]


async def test_each_signs_once_with_its_own_key_the_text_that_stands(story, runtime):
    amendment = await story.proposed(await story.limited(calls_max=5))
    path = f"/v1/amendments/{amendment['id']}/signatures"
    trade = story.trade
    foreign = await trade.provider.post(path, signature(amendment, *trade.buyer_key))
    assert refusal(foreign) == (422, "signing-key-foreign", "LT-CON-03")
    other = await trade.provider.post(path, signature(await story.agreement(), *trade.provider_key))
    assert refusal(other) == (422, "signature-invalid", "LT-CON-04")
    assert other.json()["signing_text"] == amendment["signing_text"]
    await story.sign(amendment, "provider")
    assert refusal(await story.sign(amendment, "provider")) == (409, "already-signed", "LT-CON-05")
    await runtime.pool.execute("UPDATE amendment SET content = jsonb_set(content, '{reason}', '\"x\"')")
    assert refusal(await story.sign(amendment, "buyer")) == (409, "amendment-altered", "LT-CON-04")
    with pytest.raises(Exception, match="append-only"):
        await runtime.pool.execute("UPDATE amendment_signature SET signature = ''")


async def test_to_a_stranger_there_is_none(story, as_):
    amendment = await story.proposed(await story.limited(calls_max=5))
    stranger = await as_("buyer", "stranger")
    path = f"/v1/amendments/{amendment['id']}"
    for answer in (
        await stranger.get(path),
        await stranger.get(f"/v1/agreements/{story.agreement_id}/amendments"),
        await stranger.post(f"{path}/withdrawal", {"reason": "x"}),
        await stranger.post(
            f"/v1/agreements/{story.agreement_id}/amendments", {"terms": await story.terms(), "reason": "x"}
        ),
    ):
        assert refusal(answer)[:2] == (404, "not-found")
    regulator = await as_("regulator")
    assert (await regulator.get(path)).status_code == 200
    refused(await regulator.post(f"{path}/withdrawal", {"reason": "x"}), 403, "forbidden")


async def test_an_agreement_that_is_not_in_force_is_not_amended(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    agreement = await trade.draft(await trade.order())
    answer = await trade.buyer.post(
        f"/v1/agreements/{agreement['id']}/amendments", {"terms": agreement["terms"], "reason": "x"}
    )
    assert refusal(answer) == (409, "agreement-not-amendable", "LT-CON-30")


@pytest.mark.slow
async def test_what_the_title_no_longer_carries_is_void_and_what_rests_on_it(story, clock, runtime, as_):
    day = timedelta(days=1)
    first = await story.agreed(await story.limited(calls_max=5), effective_at=timestamp(clock.now() + day))
    terms = await story.limited(calls_max=6)
    second = await story.agreed(terms, effective_at=timestamp(clock.now() + 2 * day))
    assert second["content"]["from_digest"] == first["digest"]
    early = await story.propose(await story.limited(calls_max=7))
    assert [one["rule"] for one in early.json()["errors"]] == ["LT-CON-33"]
    third = await story.proposed(await story.limited(calls_max=8), effective_at=timestamp(clock.now() + 4 * day))
    asset = await runtime.pool.fetchval("SELECT asset_id FROM agreement")
    pledge = {"kind": "pledge", "basis": "质押 1 号", "beneficiary_id": (await as_("lender")).party}
    entered = await (await as_("registrar")).post(f"/v1/assets/{asset}/remarks", pledge)
    assert entered.status_code == 201, entered.text
    clock.move(3 * day)
    await jobs.take_effect(runtime)
    shown = [(await story.side("buyer").get(f"/v1/amendments/{one['id']}")).json() for one in (first, second)]
    assert [one["status"] for one in shown] == ["void", "void"]
    rests = await story.sign(third, "buyer")  # Nobody signs a change of what no longer stands.
    assert refusal(rests) == (409, "amendment-superseded", "LT-CON-32")
    assert (rests.json()["from_digest"], rests.json()["standing"]) == (
        second["digest"], (await story.agreement())["digest"],
    )  # fmt: skip
    assert shown[0]["end_reason"].startswith("LT-TTL-04")
    agreement = await story.agreement()
    assert agreement["amendments"] == []
    assert "calls_max" not in agreement["terms"]["policy"]["permissions"][0]
    assert [one["status"] for one in await story.grants()] == ["active"]


async def test_what_was_granted_on_hangs_on_the_new_link(story, runtime):
    (old,) = await story.grants()
    await runtime.pool.execute(
        "INSERT INTO title_grant SELECT (jsonb_populate_record(g, jsonb_build_object("
        "'id', 'grt_child', 'parent_id', g.id, 'reference', null))).* FROM title_grant g WHERE id = $1",
        old["id"],
    )
    await story.agreed(await story.limited(calls_max=50))
    new = (await story.agreement())["grant_id"]
    assert await runtime.pool.fetchval("SELECT parent_id FROM title_grant WHERE id = 'grt_child'") == new


async def test_two_proposals_at_once_leave_one(story):
    terms = await story.limited(calls_max=5)
    answers = await asyncio.gather(*(story.propose(terms, side) for side in ("provider", "buyer") * 4))
    assert outcomes(answers) == {201: 1, (409, "amendment-open", "LT-CON-32"): 7}


@pytest.mark.slow
async def test_a_second_signature_beside_a_withdrawal_is_never_both(story):
    for limit in range(10, 18):
        amendment = await story.proposed(await story.limited(calls_max=limit))
        await story.sign(amendment, "provider")
        signed, withdrawn = await asyncio.gather(
            story.sign(amendment, "buyer"),
            story.side("provider").post(f"/v1/amendments/{amendment['id']}/withdrawal", {"reason": "x"}),
        )
        assert sorted((signed.status_code < 300, withdrawn.status_code < 300)) == [False, True]
        stands = (await story.terms())["policy"]["permissions"][0].get("calls_max")
        assert (stands == limit) is (signed.status_code == 201)


async def test_the_document_is_proved_offline_and_no_value_of_it_can_be_changed(story, drain, runtime, tmp_path):
    done = await story.agreed(await story.limited(calls_max=5))
    await drain()
    envelope = (await story.trade.buyer.get(f"/v1/documents/{done['document_id']}")).json()
    trusted, path = tmp_path / "trust.json", tmp_path / "amendment.json"
    trusted.write_text(json.dumps(trust(runtime)))
    path.write_text(json.dumps(envelope, ensure_ascii=False), encoding="utf-8")
    report = verified(path, trusted)
    assert (report.holds, report.kind) == (True, "amendment"), report.checks
    assert len(report.checks) > 6  # Signature and log first, then the content.
    envelope["document"]["credentialSubject"]["amendment"]["reason"] = "other"
    path.write_text(json.dumps(envelope), encoding="utf-8")
    assert not verified(path, trusted).holds


@pytest.mark.slow
async def test_what_new_terms_ask_for_is_owed_from_their_day(story):
    terms = await story.terms()
    terms["policy"].setdefault("duties", []).append({"id": "reports", "kind": "report", "days": 30})
    terms["policy"]["permissions"][0].setdefault("duties", []).append("reports")
    await story.agreed(terms)
    path = f"/v1/agreements/{story.agreement_id}/obligations"
    owed = (await story.trade.buyer.get(path)).json()
    assert [(one["duty"], one["status"]) for one in owed] == [("reports", "due")]
    await story.agreed(await _without(story, "reports"))
    owed = (await story.trade.buyer.get(path)).json()
    assert [one["status"] for one in owed] == ["released"]


async def _without(story, duty):
    terms = await story.terms()
    terms["policy"]["duties"] = [one for one in terms["policy"]["duties"] if one["id"] != duty]
    rule = terms["policy"]["permissions"][0]
    rule["duties"] = [one for one in rule["duties"] if one != duty]
    return terms


async def test_a_suspended_agreement_is_amended_and_stays_suspended(story, as_):
    regulator = await as_("regulator")
    stopped = await regulator.post(f"/v1/agreements/{story.agreement_id}/suspension", {"days": 5, "reason": "inquiry"})
    assert stopped.status_code in (200, 201), stopped.text
    await story.agreed(await story.limited(purposes=list(WIDER)))
    said = await story.decide(purpose="risk-control")
    assert (said["permit"], said["factor"]) == (False, "state")


async def test_who_proposes_an_amendment_has_its_own_partys_approval_before(runtime, as_):
    story = await Amending.begin(await Trade.begin(runtime, as_))
    made = await story.side("provider").post("/v1/api-keys", {"name": "ada", "roles": ["provider"]})
    rule = {"bands": [{"approvers": 1}], "approvers": [{"key_id": made.json()["key"]["id"], "name": "ada"}]}
    assert (await story.side("provider").post("/v1/approval-rules", {"rule": rule, "reason": "x"})).status_code == 201
    answer = await story.propose(await story.limited(calls_max=5))
    assert (answer.status_code, answer.json()["code"]) == (409, "approval-missing"), answer.text
