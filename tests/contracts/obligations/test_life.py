"""What is owed under an agreement, what a breach and a suspension stop, and how an end is made and proved; by HTTP."""

import base64
from datetime import datetime, timedelta

import msgspec
import pytest

from centre.verification.verify import DEEPER
from contracts.agreements.jobs import resume
from contracts.obligations.jobs import accept_silently, keep
from contracts.obligations.schemas import Deletion
from contracts.obligations.verify import check, signing_text, statement_digest
from contracts.usage.tree import Duty, DutyKind
from kernel.money import Money
from market.endings.jobs import terminations
from tests.market.agreed import opened, received, signed, terms_of
from tests.market.trade import Trade
from tests.market.trade import signature as sign
from tests.refusals import refused

REPORTS = Duty(id="reports", kind=DutyKind.REPORT, days=30)
DELETE = Duty(id="delete", kind=DutyKind.DELETE, days=30)
PROVE = Duty(id="prove", kind=DutyKind.PROVE_DELETION, days=40)


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def swept(trade):
    """What time does, done now."""
    for sweep in (keep, accept_silently, resume, terminations):
        await sweep(trade.runtime)


async def in_force(trade, drain, *duties, price=None):
    """An agreement in force of free data, or of data at a price, under which these duties are owed."""
    terms = await terms_of(trade, price=price, duties=duties)
    (rule,) = terms.policy.permissions
    order = await opened(trade, terms)
    agreement = await signed(trade, order)
    await drain()
    return order, agreement, rule


async def owed(trade, agreement, who="buyer"):
    answer = await getattr(trade, who).get(f"/v1/agreements/{agreement['id']}/obligations")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.slow
async def test_a_report_is_owed_each_period_by_its_bearer_and_to_its_beneficiary(trade, drain, clock):
    _, agreement, _ = await in_force(trade, drain, REPORTS)
    (first,) = await owed(trade, agreement)
    start = clock.now().date()
    # Days in China: the thirty days after that of the signatures, whose last ends at 16:00 UTC.
    assert first["due_at"] == f"{start + timedelta(days=30)}T16:00:00Z"
    assert first["breached_at"] == f"{start + timedelta(days=40)}T16:00:00Z"
    assert (first["status"], first["allowed_actions"]) == ("due", ["discharge"])
    assert first["text"] == {"zh": "每 30 天报告使用情况", "en": "the use is reported every 30 days"}
    body = {"statement": "本期共使用三次。"}
    path = f"/v1/obligations/{first['id']}"
    refused(await trade.provider.post(f"{path}/discharge", body), 403, "not-yours-to-discharge", "LT-CON-40")
    refused(await trade.buyer.post(f"{path}/waiver", {"reason": "x"}), 403, "not-yours-to-discharge", "LT-CON-40")
    done = (await trade.buyer.post(f"{path}/discharge", body)).json()
    assert (done["status"], done["evidence"]["statement"]) == ("discharged", "本期共使用三次。")
    refused(await trade.buyer.post(f"{path}/discharge", body), 409, "illegal-transition", "LT-GEN-02")
    second = (await owed(trade, agreement))[1]
    assert (second["period"], second["due_at"]) == (2, f"{start + timedelta(days=60)}T16:00:00Z")
    waived = await trade.provider.post(f"/v1/obligations/{second['id']}/waiver", {"reason": "not needed"})
    assert waived.json()["status"] == "waived"
    calendar = (await trade.provider.get("/v1/obligations?status=due")).json()
    assert [(one["period"], one["agreement_id"]) for one in calendar["items"]] == [(3, agreement["id"])]


@pytest.mark.slow
async def test_what_is_overdue_is_a_breach_that_the_gate_holds_against_an_access(trade, drain, clock):
    terms = await terms_of(trade, duties=(REPORTS,))
    (rule,) = terms.policy.permissions
    policy = msgspec.structs.replace(
        terms.policy, permissions=(msgspec.structs.replace(rule, duties=(*rule.duties, "reports")),)
    )
    order = await opened(trade, msgspec.structs.replace(terms, policy=policy))
    agreement = await signed(trade, order)
    await drain()
    (first,) = await owed(trade, agreement)
    decisions = f"/v1/orders/{order.id}/decisions"
    assert (await trade.buyer.post(decisions, {})).json()["permit"] is True
    clock.move(datetime.fromisoformat(first["breached_at"]) - clock.now() - timedelta(seconds=1))
    assert (await trade.buyer.post(decisions, {})).json()["permit"] is True
    clock.move(timedelta(seconds=1))
    late = (await trade.buyer.post(decisions, {})).json()
    assert (late["permit"], [one["pointer"] for one in late["failed"]]) == (False, ["/policy/permissions/0/duties"])
    await swept(trade)
    assert (await owed(trade, agreement))[0]["status"] == "breached"
    done = await trade.buyer.post(f"/v1/obligations/{first['id']}/discharge", {"statement": "迟报"})
    assert done.status_code == 200
    assert (await trade.buyer.post(decisions, {})).json()["permit"] is True


@pytest.mark.slow
async def test_a_provider_suspends_for_a_breach_only_and_it_ends_by_itself(trade, drain, clock, as_):
    order, agreement, _ = await in_force(trade, drain, REPORTS)
    path, body = f"/v1/agreements/{agreement['id']}", {"reason": "no report", "days": 10}
    refused(await trade.provider.post(f"{path}/suspension", body), 409, "suspension-unfounded", "LT-CON-41")
    refused(await trade.buyer.post(f"{path}/suspension", body), 403, "wrong-actor", "LT-GEN-03")
    clock.move(timedelta(days=42))
    await swept(trade)
    refused(
        await trade.provider.post(f"{path}/suspension", {**body, "days": 31}), 422, "suspension-too-long", "LT-CON-41"
    )
    assert (await trade.provider.post(f"{path}/suspension", body)).json()["status"] == "suspended"
    entitled = (await trade.buyer.get(f"/v1/entitlements/{order.id}")).json()
    assert (entitled["entitled"], entitled["reason"]) == (False, "agreement-not-in-force")
    regulator = await as_("regulator", "watch")
    assert (await regulator.post(f"{path}/resumption", {"reason": "settled"})).json()["status"] == "in_force"
    assert (await regulator.post(f"{path}/suspension", {**body, "days": 5})).json()["status"] == "suspended"
    refused(await trade.provider.post(f"{path}/resumption", {"reason": "x"}), 403, "not-your-suspension", "LT-CON-41")
    clock.move(timedelta(days=6))
    await swept(trade)
    assert (await trade.buyer.get(path)).json()["status"] == "in_force"


def deletion(agreement, clock, **changes):
    content = agreement["content"]["subject"]["content_sha256"]
    at = clock.now().isoformat()
    copies = [{"where": "warehouse, /data/flights", "method": "overwritten", "deleted_at": at}]
    whole = {"agreement_id": agreement["id"], "content_sha256": content, "copies": copies, "responsible": "李雷"}
    return {**whole, "covers": [f"files/{agreement['content']['subject']['revision_id']}"], **changes}


def signature(trade, agreement, statement):
    """The statement as the server reads it, signed by the buyer."""
    import msgspec

    plain = msgspec.to_builtins(msgspec.convert(statement, Deletion, strict=False))
    key_id, key = trade.buyer_key
    text = signing_text(agreement["id"], statement_digest(plain)).encode()
    return {
        "statement": statement,
        "signing_key_id": key_id,
        "signature": base64.b64encode(key.sign(text)).decode(),
    }


@pytest.mark.slow
async def test_what_is_given_up_ends_at_once_and_deletion_is_proved_to_outsiders(trade, drain, clock):
    order, agreement, _ = await in_force(trade, drain, REPORTS, DELETE, PROVE)
    path = f"/v1/agreements/{agreement['id']}"
    notice = {"ground": "given-up", "reason": "the project is over"}
    refused(await trade.buyer.post(f"{path}/termination", notice), 422, "termination-unfounded", "LT-END-01")
    await received(trade, order)
    await drain()
    refused(await trade.provider.post(f"{path}/termination", notice), 422, "termination-unfounded", "LT-END-01")
    early = signature(trade, agreement, deletion(agreement, clock))
    refused(await trade.buyer.post(f"{path}/deletion-statement", early), 409, "deletion-not-due", "LT-CON-42")
    ended = await trade.buyer.post(f"{path}/termination", notice)
    assert (ended.status_code, ended.json()["status"]) == (201, "effective")
    assert (await trade.buyer.get(path)).json()["status"] == "terminated"
    assert (await trade.buyer.get(f"/v1/entitlements/{order.id}")).json()["entitled"] is False
    listed = {one["duty"]: one for one in await owed(trade, agreement)}
    assert {duty: one["status"] for duty, one in listed.items()} == {
        "reports": "released",
        "delete": "due",
        "prove": "due",
    }
    told = await trade.buyer.post(f"/v1/obligations/{listed['delete']['id']}/discharge", {"statement": "done"})
    refused(told, 409, "proved-by-deletion", "LT-CON-42")
    wrong = deletion(agreement, clock, content_sha256="sha256:" + "0" * 64)
    answer = await trade.buyer.post(f"{path}/deletion-statement", signature(trade, agreement, wrong))
    refused(answer, 422, "deletion-incomplete", "LT-CON-42")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/statement/content_sha256"]
    good = signature(trade, agreement, deletion(agreement, clock))
    forged = {**good, "statement": {**good["statement"], "responsible": "韩梅梅"}}
    refused(await trade.buyer.post(f"{path}/deletion-statement", forged), 422, "signature-invalid", "LT-CON-04")
    filed = await trade.buyer.post(f"{path}/deletion-statement", good)
    assert (filed.status_code, filed.json()["status"]) == (201, "filed")
    assert {one["status"] for one in await owed(trade, agreement)} == {"released", "discharged"}
    await drain()
    document = (await trade.provider.get(f"/v1/documents/{filed.json()['document_id']}")).json()["document"]
    claims = document["credentialSubject"]
    assert DEEPER["deletion-statement"] is check
    assert [one.holds for one in check(claims)] == [True, True, True, True]
    for lang, words in (("zh", "删除证明"), ("en", "Statement of deletion")):
        page = await trade.buyer.get(f"/v1/documents/{filed.json()['document_id']}/page?lang={lang}")
        assert words in page.text
    contested = await trade.provider.post(f"{path}/deletion-answer", {"accepted": False, "reason": "one copy more"})
    assert contested.json()["status"] == "contested"
    again = [one for one in await owed(trade, agreement) if one["status"] == "due"]
    assert sorted((one["duty"], one["period"]) for one in again) == [("delete", 2), ("prove", 2)]
    assert (await trade.buyer.post(f"{path}/deletion-statement", good)).status_code == 201
    clock.move(timedelta(days=20))
    await swept(trade)
    statements = (await trade.buyer.get(f"{path}/deletion-statements")).json()
    assert [one["status"] for one in statements] == ["accepted", "contested"]


@pytest.mark.slow
async def test_whoever_was_handed_nothing_has_nothing_to_delete(trade, drain, clock):
    """Its agreement ends with no deletion owed, and with no statement to file: both are let go, and say why."""
    _, agreement, _ = await in_force(trade, drain, REPORTS, DELETE, PROVE)
    path = f"/v1/agreements/{agreement['id']}"
    given = await trade.provider.post(f"{path}/termination", {"ground": "agreed", "reason": "x"})
    done = await trade.buyer.post(f"/v1/terminations/{given.json()['id']}/answer", {"answer": "agree", "reason": "x"})
    assert done.status_code == 200, done.text
    await swept(trade)
    assert (await trade.buyer.get(path)).json()["status"] == "terminated"
    assert (await trade.provider.get(f"{path}/handed-over")).json()["items"] == []
    listed = {one["duty"]: (one["status"], one["reason"]) for one in await owed(trade, agreement)}
    assert listed == {
        "reports": ("released", "the agreement has ended"),
        "delete": ("released", "nothing was handed over"),
        "prove": ("released", "nothing was handed over"),
    }
    empty = signature(trade, agreement, deletion(agreement, clock, covers=[], copies=[]))
    refused(await trade.buyer.post(f"{path}/deletion-statement", empty), 409, "deletion-not-due", "LT-CON-42")


@pytest.mark.slow
async def test_a_provider_says_no_so_often_and_then_the_regulator_has_to(trade, drain, clock, as_):
    order, agreement, _ = await in_force(trade, drain, DELETE, PROVE)
    path = f"/v1/agreements/{agreement['id']}"
    await received(trade, order)
    ended = await trade.buyer.post(f"{path}/termination", {"ground": "given-up", "reason": "the project is over"})
    assert ended.json()["status"] == "effective", ended.text
    said_no = {"accepted": False, "reason": "one copy more"}
    false = {"reason": "still there", "evidence_sha256": "a" * 64}
    good = signature(trade, agreement, deletion(agreement, clock))

    async def filed():
        answer = await trade.buyer.post(f"{path}/deletion-statement", good)
        assert answer.status_code == 201, answer.text

    for _ in range(2):
        await filed()
        assert (await trade.provider.post(f"{path}/deletion-answer", said_no)).json()["status"] == "contested"
    await filed()
    assert (await trade.provider.post(f"{path}/deletion-answer", {"accepted": True, "reason": "x"})).status_code == 200
    assert (await trade.provider.post(f"{path}/deletion-refutation", false)).json()["status"] == "refuted"
    await filed()
    denied = await trade.provider.post(f"{path}/deletion-answer", said_no)
    assert refused(denied, 409, "deletion-denied", "LT-DEL-05")["limit"] == 3
    clock.move(timedelta(days=20))
    await swept(trade)
    refused(await trade.provider.post(f"{path}/deletion-refutation", false), 409, "deletion-denied", "LT-DEL-05")
    assert {one["status"] for one in await owed(trade, agreement)} == {"discharged"}
    refuted = await (await as_("regulator")).post(f"{path}/deletion-refutation", false)
    assert (refuted.status_code, refuted.json()["status"]) == (200, "refuted"), refuted.text
    assert [one["duty"] for one in await owed(trade, agreement) if one["status"] == "due"] == ["delete", "prove"]


@pytest.mark.slow
async def test_a_notice_is_answered_by_the_other_side_or_lapses(trade, drain, clock):
    _, agreement, _ = await in_force(trade, drain, REPORTS, price=Money(900_00, "CNY"))
    path = f"/v1/agreements/{agreement['id']}"
    clock.move(timedelta(days=1))
    asked = await trade.provider.post(f"{path}/termination", {"ground": "agreed", "reason": "no longer collected"})
    assert asked.json()["status"] == "noticed"
    again = await trade.buyer.post(f"{path}/termination", {"ground": "agreed", "reason": "x"})
    refused(again, 409, "termination-pending", "LT-END-01")
    notice = f"/v1/terminations/{asked.json()['id']}/answer"
    refused(
        await trade.provider.post(notice, {"answer": "agree", "reason": "x"}), 403, "not-yours-to-answer", "LT-END-01"
    )
    refused(
        await trade.buyer.post(notice, {"answer": "withdraw", "reason": "x"}), 403, "not-yours-to-answer", "LT-END-01"
    )
    assert (await trade.buyer.post(notice, {"answer": "refuse", "reason": "paid for"})).json()["status"] == "refused"
    lapsing = await trade.provider.post(f"{path}/termination", {"ground": "agreed", "reason": "again"})
    clock.move(timedelta(days=30))
    await swept(trade)
    listed = (await trade.buyer.get(f"{path}/terminations")).json()
    assert [(one["status"], one["id"] == lapsing.json()["id"]) for one in listed] == [
        ("lapsed", True),
        ("refused", False),
    ]


@pytest.mark.slow
async def test_a_breach_that_stands_to_the_end_of_its_time_ends_the_agreement(trade, drain, clock):
    order, agreement, _ = await in_force(trade, drain, REPORTS)
    path = f"/v1/agreements/{agreement['id']}"
    await received(trade, order)
    await drain()
    (report,) = await owed(trade, agreement)
    breach = {"ground": "breach", "reason": "no report", "obligation_id": report["id"]}
    refused(await trade.provider.post(f"{path}/termination", breach), 422, "termination-unfounded", "LT-END-01")
    clock.move(timedelta(days=42))
    await swept(trade)
    refused(await trade.buyer.post(f"{path}/termination", breach), 422, "termination-unfounded", "LT-END-01")
    first = (await trade.provider.post(f"{path}/termination", breach)).json()
    assert (first["status"], first["allowed_actions"]) == ("noticed", ["withdraw"])
    done = await trade.buyer.post(f"/v1/obligations/{report['id']}/discharge", {"statement": "迟报"})
    assert done.status_code == 200
    clock.move(timedelta(days=25))
    await swept(trade)
    assert (await trade.buyer.get(path)).json()["status"] == "in_force"
    clock.move(timedelta(days=30))
    await swept(trade)
    second = next(one for one in await owed(trade, agreement) if one["status"] == "breached")
    given = await trade.provider.post(f"{path}/termination", {**breach, "obligation_id": second["id"]})
    assert given.status_code == 201
    clock.move(timedelta(days=25))
    await swept(trade)
    assert (await trade.buyer.get(path)).json()["status"] == "terminated"
    listed = (await trade.buyer.get(f"{path}/terminations")).json()
    assert [one["status"] for one in listed] == ["effective", "lapsed"]
    refused(await trade.provider.post(f"{path}/termination", breach), 409, "agreement-not-binding", "LT-END-01")


@pytest.mark.slow
async def test_a_statement_that_silence_has_taken_is_not_contested_before_the_sweep_comes(trade, drain, clock):
    order, agreement, _ = await in_force(trade, drain, DELETE)
    path = f"/v1/agreements/{agreement['id']}"
    await received(trade, order)
    await drain()
    assert (await trade.buyer.post(f"{path}/termination", {"ground": "given-up", "reason": "x"})).status_code == 201
    filed = await trade.buyer.post(
        f"{path}/deletion-statement", signature(trade, agreement, deletion(agreement, clock))
    )
    assert filed.status_code == 201, filed.text
    clock.move(timedelta(days=60))
    late = await trade.provider.post(f"{path}/deletion-answer", {"accepted": False, "reason": "late"})
    refused(late, 409, "deletion-taken", "LT-CON-42")
    assert {one["status"] for one in await owed(trade, agreement)} == {"discharged"}


@pytest.mark.slow
async def test_what_an_amendment_takes_away_and_another_asks_for_again_is_owed_again(trade, drain):
    _, agreement, _ = await in_force(trade, drain, REPORTS)
    path, asked = f"/v1/agreements/{agreement['id']}", agreement["content"]["terms"]
    without = {**asked, "policy": {**asked["policy"], "duties": []}}
    for terms in (without, asked):
        made = (await trade.provider.post(f"{path}/amendments", {"terms": terms, "reason": "x"})).json()
        for who, key in ((trade.provider, trade.provider_key), (trade.buyer, trade.buyer_key)):
            signed_ = await who.post(f"/v1/amendments/{made['id']}/signatures", sign(made, *key))
            assert signed_.status_code == 201, signed_.text
    assert [(one["period"], one["status"]) for one in await owed(trade, agreement)] == [(1, "released"), (2, "due")]
