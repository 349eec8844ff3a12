"""Complaints over HTTP: who may complain of what and when, what is held, and what each step is refused for."""

from datetime import timedelta

import pytest

from market.endings import jobs as endings
from tests.market.complaints import story as stories
from tests.market.complaints.story import FINDINGS, done, money
from tests.market.negotiation.story import upload
from tests.refusals import not_there, refused


@pytest.fixture
async def story(runtime, as_):
    return await stories.story(runtime, as_)


def cny(amount):
    return {"amount": amount, "currency": "CNY"}


@pytest.mark.slow
async def test_only_the_buyer_has_anything_to_complain_about(story, as_):
    stranger = await as_("buyer", "stranger")
    not_there(await story.file(who=stranger, evidence=[]))
    refused(await story.file(who=story.provider, evidence=[]), 403, "forbidden")
    case = await story.filed()
    for path in (case, f"{case}/steps", f"{case}/files/1", f"{case}/bundles"):
        not_there(await stranger.get(path))
    assert (await story.provider.get(f"{case}/files/1")).content == b"rows that lack a time"


@pytest.mark.slow
async def test_one_complaint_at_a_time_and_none_for_what_was_decided(story, clock):
    case = await story.filed()
    again = await story.file(reason="incomplete")
    problem = refused(again, 409, "complaint-repeated", "LT-CMP-01")
    assert problem["complaint"] == case.rpartition("/")[2]
    await done(story.buyer.post(f"{case}/withdrawal", {"reason": "误报"}), "withdrawn")
    refusal = await story.agreed("refusal")
    assert (await story.read(refusal))["status"] == "executed"
    refused(await story.file(), 409, "complaint-repeated", "LT-CMP-01")
    assert (await story.file(reason="incomplete")).status_code == 201


@pytest.mark.slow
async def test_what_was_decided_is_not_had_anew_by_withdrawing_it(story):
    case = await story.decided("refusal")
    await done(story.buyer.post(f"{case}/withdrawal", {"reason": "另行投诉"}), "withdrawn")
    problem = refused(await story.file(), 409, "complaint-repeated", "LT-CMP-01")
    assert problem["complaint"] == case.rpartition("/")[2]


@pytest.mark.slow
async def test_complaints_of_one_order_are_bounded(story):
    """Ten are heard: each could hold the money and let the inspection wait a little longer."""
    for _ in range(10):
        case = await story.filed(evidence=[])
        await done(story.buyer.post(f"{case}/withdrawal", {"reason": "误报"}), "withdrawn")
    refused(await story.file(evidence=[]), 409, "complaints-too-many", "LT-CMP-01")


@pytest.mark.slow
async def test_nobody_takes_another_roles_step(story, as_, client):
    case = await story.filed(evidence=[])
    stranger = await as_("provider", "stranger")
    text = {"statement": "不属于其步骤"}
    offices = [await as_(role) for role in ("clearing", "regulator")]
    buyers = {"withdrawal": {"reason": "x"}, "redelivery-answer": {"accept": True}}
    providers = {"answer": {"stance": "contest", **text}, "redelivery": {"revision_id": "rev_" + "0" * 26}}
    sides = {
        "proposal-answer": {"accept": True},
        "appeal": text,
        "hand-off": {"kind": "court", "body": "法院", "reference": "1", "evidence": ["fil_" + "0" * 26]},
    }
    officers = {
        "mediation": None,
        "proposal": {"remedy": "refusal", **text},
        "mediation-end": None,
        "decision": {"remedy": "refusal", **FINDINGS},
        "appeal-decision": {"remedy": "refusal", **FINDINGS},
        "conclusion": {"remedy": "refusal", **text},
    }
    barred = [
        (buyers, [story.provider, story.mediator, *offices]),
        (providers, [story.buyer, story.mediator, *offices]),
        (sides, [story.mediator, *offices]),
        (officers, [story.buyer, story.provider, *offices]),
        ({"messages": {"text": "x"}}, offices),
    ]
    for steps, others in barred:
        for step, body in steps.items():
            for who in others:
                refused(await who.post(f"{case}/{step}", body), 403, "forbidden")
            refused(await client.post(f"{case}/{step}", body), 401, "unauthenticated")
    for step, body in (providers | sides).items():
        not_there(await stranger.post(f"{case}/{step}", body))
    for office in offices:
        assert (await office.get(case)).json()["allowed_actions"] == []
    assert (await story.read(case))["status"] == "filed"


async def test_an_appeal_is_not_decided_with_another_key_of_the_mediator(story):
    """A key that the mediator's made, and the one that made it, are of the same person; another officer's is not."""
    case = await story.decided("refusal")
    await done(story.buyer.post(f"{case}/appeal", {"statement": "抽样不足"}), "appealed")
    ruling = {"remedy": "refusal", **FINDINGS}
    operator = await story.trade.as_("operator")
    for who in (operator, await stories.officer(story.mediator, "mine")):
        refused(await who.post(f"{case}/appeal-decision", ruling), 403, "mediator-not-independent", "LT-CMP-06")
    await done(story.other.post(f"{case}/appeal-decision", ruling), "final")


async def test_after_its_period_a_reason_is_refused_with_the_dates(story, clock):
    """Delivered on Monday 23 November; five working days of inspection end with the 30th."""
    clock.move(timedelta(days=8))
    late = refused(await story.file(), 422, "complaint-too-late", "LT-CMP-02")
    assert (late["closes"][:16], late["reasons"]) == ("2026-11-30T16:00", ["hidden-fault", "title"])
    refused(await story.file(reason="overcharged"), 422, "complaint-unfit", "LT-CMP-01")
    refused(await story.file(reason="no-such-reason"), 422, "complaint-unfit", "LT-CMP-01")
    clock.move(timedelta(days=730))
    refused(await story.file(reason="title"), 422, "complaint-too-late", "LT-CMP-02")


async def test_what_is_disputed_is_at_most_what_was_paid(story):
    above = refused(await story.file(disputed=cny("12500.01")), 422, "remedy-faulty", "LT-CMP-05")
    assert above["errors"][0]["pointer"] == "/disputed"
    other = await story.file(disputed={"amount": "1.00", "currency": "USD"})
    refused(other, 422, "remedy-faulty", "LT-CMP-05")
    refused(await story.file(disputed=cny("0.00")), 422, "remedy-faulty", "LT-CMP-05")
    case = await story.proposed("refusal", disputed=cny("100.00"))
    assert (await story.read(case))["disputed"] == cny("100.00")


async def test_files_are_evidence_and_bounded(story):
    many = [await upload(story.buyer, f"{n}".encode()) for n in range(11)]
    refused(await story.file(evidence=many), 422, "complaint-files-faulty", "LT-CMP-01")
    report = await story.buyer("POST", "/v1/files?name=a.txt&purpose=report", content=b"not evidence")
    refused(await story.file(evidence=[report.json()["id"]]), 422, "complaint-files-faulty", "LT-CMP-01")
    not_there(await story.file(evidence=[await upload(story.provider, b"theirs")]))


async def test_accepting_under_a_complaint_settles_and_keeps_the_disputed_part(story, drain):
    """A tenth is in dispute; the buyer accepts: 1,187.50 of the provider's 11,875.00 are kept back."""
    case = await story.filed(disputed=cny("1250.00"), asked="price-reduction")
    await story.settled(drain)
    held = {"payable:party:provider": 1_068_750, "withheld:order:provider": 118_750, "platform:fees": 62_500}
    assert await story.balances() == {"world:bank": -1_250_000, **held}
    (share,) = (await story.provider.get("/v1/withheld-shares")).json()["items"]
    assert (share["ground"], share["reference"]) == ("complaint", case.rpartition("/")[2])
    clearing = await story.trade.as_("clearing")
    own = await clearing.post(f"/v1/withheld-shares/{share['id']}/release", {"basis": "x"})
    refused(own, 409, "share-under-complaint", "LT-CMP-03")
    await done(story.buyer.post(f"{case}/withdrawal", {"reason": "已解决"}), "withdrawn")
    assert (await story.balances())["payable:party:provider"] == 1_187_500


async def test_conceding_carries_out_what_is_asked(story):
    case = await story.filed()
    conceded = await story.provider.post(f"{case}/answer", {"stance": "concede", "statement": "同意退款"})
    assert (conceded.json()["status"], conceded.json()["outcome"]) == ("executed", "refund")
    assert (await story.order_view())["status"] == "refunded"
    assert (await story.balances())["refunding:order:order"] == 1_250_000


async def test_what_was_only_said_in_words_is_not_conceded(story):
    case = await story.filed(asked="other")
    refusal = await story.provider.post(f"{case}/answer", {"stance": "concede", "statement": "同意请求"})
    refused(refusal, 422, "remedy-faulty", "LT-CMP-05")
    assert (await story.read(case))["status"] == "filed"


async def test_a_redelivery_is_inspected_anew_and_its_lapse_pays_back(story, clock):
    case = await story.agreed("redelivery", asked="redelivery")
    assert (await story.read(case))["status"] == "redelivering"
    other = await story.provider.post(f"{case}/redelivery", {"revision_id": "rev_" + "0" * 26})
    refused(other, 422, "redelivery-unfit", "LT-RDL-02")
    revision = (await story.order_view())["revision_id"]
    again = await done(story.provider.post(f"{case}/redelivery", {"revision_id": revision}), "redelivered")
    assert again["owner"] == "buyer"
    await done(story.buyer.post(f"{case}/redelivery-answer", {"accept": False, "statement": "仍缺失"}), "deciding")
    decision = {"remedy": "redelivery", **FINDINGS}
    await done(story.mediator.post(f"{case}/decision", decision), "decided")
    for days in (10, 7):
        await story.pass_(clock, days)
    assert (await story.read(case))["status"] == "redelivering"
    await story.pass_(clock, 16)  # Ten working days without a delivery.
    ended = await story.read(case)
    assert (ended["status"], ended["outcome"], ended["paid_back"]) == ("executed", "refund", cny("12500.00"))
    assert (await story.order_view())["status"] == "refunded"


async def test_silence_to_a_proposal_leads_to_a_decision_and_the_centre_is_reminded(story, clock, runtime):
    case = await story.proposed("price-reduction", "100.00")
    await done(story.buyer.post(f"{case}/proposal-answer", {"accept": True}), "proposed")
    await story.pass_(clock, 8)
    late = await story.provider.post(f"{case}/proposal-answer", {"accept": True})
    refused(late, 409, "illegal-transition", "LT-GEN-02")
    assert (await story.read(case))["status"] == "deciding"
    await story.pass_(clock, 8)
    read = await story.read(case)
    assert (read["status"], read["owner"]) == ("deciding", "centre")
    reminded = "SELECT count(*) FROM log_entry WHERE kind = 'market.complaint.reminded'"
    assert await runtime.pool.fetchval(reminded) == 1


async def test_a_late_answer_is_refused_before_the_clock_has_swept(story, clock):
    case = await story.filed()
    clock.move(timedelta(days=8))
    late = await story.provider.post(f"{case}/answer", {"stance": "contest", "statement": "迟到的答复"})
    refused(late, 409, "complaint-step-too-late", "LT-CMP-04")


async def test_a_decision_cites_rules_that_there_are_and_no_more_than_is_disputed(story):
    case = await story.deciding(disputed=cny("100.00"))
    body = {"remedy": "refund", **FINDINGS, **money("100.01")}
    refused(await story.mediator.post(f"{case}/decision", body), 422, "remedy-faulty", "LT-CMP-05")
    unknown = {**body, **money("100.00"), "rules": ["LT-XYZ-99"]}
    refused(await story.mediator.post(f"{case}/decision", unknown), 422, "rule-unknown", "LT-CMP-05")
    assert (await story.read(case))["status"] == "deciding"


async def test_a_termination_that_gives_all_back_overtakes_the_complaint(story):
    case = await story.filed()
    agreement = (await story.order_view())["agreement_id"]
    notice = {"ground": "agreed", "reason": "双方同意解除"}
    given = await story.provider.post(f"/v1/agreements/{agreement}/termination", notice)
    agreed = {"answer": "agree", "reason": "同意"}
    taken = await story.buyer.post(f"/v1/terminations/{given.json()['id']}/answer", agreed)
    assert taken.status_code == 200, taken.text
    ended = await story.read(case)
    assert (ended["status"], ended["outcome"], ended["due_at"]) == ("overtaken", "overtaken", None)
    assert (await story.order_view())["status"] == "refunded"


@pytest.mark.slow
async def test_a_rating_stays_whatever_becomes_of_a_complaint(story, drain):
    await story.settled(drain)
    rating = {"stars": 2, "as_described": False, "text": "缺失较多"}
    assert (await story.buyer.post(f"/v1/orders/{story.order}/rating", rating)).status_code == 201
    await story.agreed("refusal", reason="hidden-fault")
    (shown,) = (await story.buyer.get(f"/v1/parties/{story.provider.party}/ratings")).json()["items"]
    assert (shown["stars"], shown["text"]) == (2, "缺失较多")


async def test_a_provider_ends_its_listing_and_the_buyer_keeps_data_and_complaint(story, runtime):
    """Delisting and what follows of it leave the order, its licence and the case as they were."""
    listing = story.trade.listing_id
    gone = await story.provider.post(f"/v1/listings/{listing}/delisting", {"reason": "停止销售"})
    assert (gone.status_code, gone.json()["status"]) == (200, "delisted"), gone.text
    await endings.lapse(runtime)
    refused(await story.buyer.post("/v1/orders", story.trade.body()), 409, "listing-closed", "LT-ORD-02")
    entitled = (await story.buyer.get(f"/v1/entitlements/{story.order}")).json()
    assert entitled["entitled"]
    assert (await story.buyer.post(f"/v1/orders/{story.order}/links", {})).status_code == 200
    case = await story.filed()
    await story.answered(case)
    assert (await story.read(case))["status"] == "answered"


async def test_the_numbers_are_public_and_name_nobody(story, client):
    await story.agreed("price-reduction", "100.00")
    answer = await client.get("/v1/complaint-statistics?since=2026-11-23&until=2026-11-23")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["counts"] == [{"reason": "quality", "outcome": "price-reduction", "count": 1}]
    assert not any(party in answer.text for party in (story.buyer.party, story.provider.party, story.order))
    assert (await client.get("/v1/complaint-statistics?since=2026-11-24")).json()["total"] == 0


async def test_a_message_is_for_both_sides_and_the_centre_until_the_bound(story):
    case = await story.filed()
    for who, role in ((story.buyer, "buyer"), (story.provider, "provider"), (story.mediator, "operator")):
        said = await who.post(f"{case}/messages", {"text": f"来自 {role}"})
        assert (said.status_code, said.json()["role"]) == (201, role), said.text
    steps = (await story.provider.get(f"{case}/steps")).json()["items"]
    assert [each["text"] for each in steps[1:]] == ["来自 buyer", "来自 provider", "来自 operator"]
    assert all("line" not in each for each in steps)
