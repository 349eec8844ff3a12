"""Disputes through HTTP and the clock: agreed, decided and appealed, withdrawn, delivered again, and handed off."""

import io
import json
import subprocess
import zipfile
from datetime import timedelta

import pytest

from centre.verification.verify import examined, verified
from kernel.documents.checks import Trust
from kernel.money import Money
from market.complaints import jobs
from market.ledger import book
from market.ledger.commands import post
from market.orders import jobs as orders
from tests.market.complaints import story as stories
from tests.market.complaints.story import FINDINGS, done, money
from tests.market.negotiation.story import upload
from tests.refusals import refused


@pytest.fixture
async def story(runtime, as_):
    return await stories.story(runtime, as_)


def summed(folder):
    """What `sha256sum` says of an unpacked bundle."""
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    return subprocess.run(command, cwd=folder, check=False).returncode


async def test_an_agreed_part_goes_back_and_the_rest_is_settled(story, drain):
    """12,500.00 in escrow; 2,500.00 is agreed: the buyer has it back, and 10,000.00 is shared out less 5 %."""
    case = await story.filed(asked="price-reduction", disputed={"amount": "5000.00", "currency": "CNY"})
    assert (await story.order_view())["complaint_id"] == case.rpartition("/")[2]
    await story.answered(case)
    await done(story.mediator.post(f"{case}/mediation"), "mediating")
    body = {"remedy": "price-reduction", "statement": "按缺失比例减价", **money("2500.00")}
    await done(story.mediator.post(f"{case}/proposal", body), "proposed")
    await done(story.provider.post(f"{case}/proposal-answer", {"accept": True}), "proposed")
    twice = await story.provider.post(f"{case}/proposal-answer", {"accept": True})
    refused(twice, 409, "proposal-answered", "LT-CMP-05")
    taken = await done(story.buyer.post(f"{case}/proposal-answer", {"accept": True}), "executed")
    assert (taken["outcome"], taken["paid_back"]["amount"]) == ("price-reduction", "2500.00")
    assert (await story.order_view())["status"] == "accepted"
    await drain()
    assert (await story.order_view())["status"] == "settled"
    assert (await story.order_view())["complaint_id"] is None
    assert await story.balances() == {
        "world:bank": -1_250_000,
        "refunding:order:order": 250_000,
        "platform:fees": 50_000,
        "payable:party:provider": 950_000,
    }
    kinds = [each["kind"] for each in (await story.buyer.get(f"{case}/steps")).json()["items"]]
    expected = ["complaint", "answer", "mediation", "proposal", "response", "response", "execution"]
    assert kinds == expected


@pytest.mark.slow
async def test_a_silent_provider_loses_on_appeal_after_it_was_paid_out(story, runtime, clock, drain):
    """Settled and paid out; 5,000.00 of a hidden fault: decided, appealed, final, and 4,750.00 owed by the provider."""
    await story.settled(drain)
    disputed = {"amount": "5000.00", "currency": "CNY"}
    case = await story.filed(reason="hidden-fault", asked="price-reduction", disputed=disputed)
    assert (await story.balances())["withheld:order:provider"] == 475_000
    # All that was payable besides is paid out meanwhile.
    async with runtime.act() as act:
        left = Money(712_500, "CNY")
        await post(act, book.payout("BANK-1", str(story.provider.party), left, book.Source.BANK))
    await story.pass_(clock, 8)
    assert (await story.read(case))["status"] == "unanswered"
    await done(story.mediator.post(f"{case}/mediation"), "mediating")
    await story.pass_(clock, 15)
    assert (await story.read(case))["status"] == "deciding"
    decision = {"remedy": "refusal", **FINDINGS}
    await done(story.mediator.post(f"{case}/decision", decision), "decided")
    appealed = await done(story.buyer.post(f"{case}/appeal", {"statement": "抽样不足以否定瑕疵"}), "appealed")
    assert appealed["owner"] == "centre"
    again = {"remedy": "price-reduction", **FINDINGS, **money("5000.00")}
    own = await story.mediator.post(f"{case}/appeal-decision", again)
    refused(own, 403, "mediator-not-independent", "LT-CMP-06")
    ruled = await done(story.other.post(f"{case}/appeal-decision", again), "final")
    assert ruled["due_at"] is not None
    await story.pass_(clock, 7)
    ended = await story.read(case)
    assert (ended["status"], ended["outcome"], ended["paid_back"]["amount"]) == (
        "executed",
        "price-reduction",
        "5000.00",
    )
    refund = (await story.buyer.get(f"/v1/refunds/{ended['refund_id']}")).json()
    assert (refund["because"], refund["amount"]["amount"]) == (ended["id"], "5000.00")
    books = await story.balances()
    assert books["refunding:order:order"] == 500_000
    assert books["platform:fees"] == 62_500 - 25_000
    assert "withheld:order:provider" not in books
    assert "clawback:party:provider" not in books
    # The licence goes on, and what was decided is signed and verified offline.
    assert (await story.buyer.get(f"/v1/entitlements/{story.order}")).json()["entitled"]
    await drain()
    documents = [
        each["document_id"]
        for each in (await story.buyer.get(f"{case}/steps")).json()["items"]
        if each["kind"] == "decision"
    ]
    trust = Trust.of((await story.buyer.get("/v1/trust")).json(), "test")
    for each in documents:
        envelope = (await story.provider.get(f"/v1/documents/{each}")).content
        report = examined(envelope, "decision.json", trust)
        assert report.holds
        assert {"Figures", "Rules cited"} <= {check.name.en for check in report.checks if check.holds}
    assert len(documents) == 2


@pytest.mark.slow
async def test_what_is_paid_out_is_owed_back(story, runtime, clock, drain):
    """Everything was paid out before the fault was found: nothing is held, and the whole share becomes a debt."""
    await story.settled(drain)
    async with runtime.act() as act:
        await post(act, book.payout("BANK-1", str(story.provider.party), Money(1_187_500, "CNY"), book.Source.BANK))
    case = await story.decided("refund", "12500.00", reason="title")
    assert "withheld:order:provider" not in await story.balances()
    await story.pass_(clock, 10)  # Nobody appeals, and the decision is final.
    assert (await story.read(case))["status"] == "final"
    await story.pass_(clock, 7)
    ended = await story.read(case)
    assert (ended["status"], ended["paid_back"]["amount"]) == ("executed", "12500.00")
    assert await story.balances() == {
        "world:bank": -62_500,
        "refunding:order:order": 1_250_000,
        "clawback:party:provider": -1_187_500,
    }
    # The whole price went back, so the licence has ended.
    assert not (await story.buyer.get(f"/v1/entitlements/{story.order}")).json()["entitled"]


async def test_a_withdrawn_complaint_leaves_the_inspection_to_go_on(story, clock, runtime, drain):
    due = (await story.order_view())["inspection_due_at"]
    case = await story.filed()
    await story.pass_(clock, 8)
    await orders.accept_silently(runtime)
    assert (await story.order_view())["status"] == "delivered"  # Silence accepts nothing meanwhile.
    ended = await done(story.buyer.post(f"{case}/withdrawal", {"reason": "已自行解决"}), "withdrawn")
    assert (ended["outcome"], ended["due_at"]) == ("withdrawn", None)
    later = (await story.order_view())["inspection_due_at"]
    assert later > due  # Two working days at least are left to look.
    clock.move(timedelta(days=4))
    await orders.accept_silently(runtime)
    assert (await story.order_view())["status"] == "accepted"
    again = await story.file(reason="hidden-fault")
    assert again.status_code == 201  # What was withdrawn was not decided.


@pytest.mark.slow
async def test_a_case_goes_to_court_with_a_bundle_that_anybody_verifies(story, runtime, clock, drain, tmp_path):
    case = await story.mediating()
    said = await story.provider.post(f"{case}/messages", {"text": "愿意补充缺失字段"})
    assert said.status_code == 201, said.text
    asked = await story.buyer.post(f"{case}/bundles")
    assert asked.status_code == 201, asked.text
    path = f"{case}/bundles/{asked.json()['id']}"
    refused(await story.buyer.get(path), 409, "bundle-in-the-making", "LT-CMP-09")
    await drain()
    await jobs.bundles(runtime)
    got = await story.buyer.get(path)
    assert (got.status_code, got.headers["content-type"]) == (200, "application/zip")
    trust = await story.buyer.get("/v1/trust")
    (tmp_path / "bundle.zip").write_bytes(got.content)
    (tmp_path / "trust.json").write_bytes(trust.content)
    report = verified(tmp_path / "bundle.zip", tmp_path / "trust.json")
    told = "\n".join(f"{check.name.en} {check.holds} {check.detail.en}" for check in report.checks)
    assert report.holds, told
    assert not [check for check in report.checks if check.holds is not True], told
    # Plain tools say that the files are whole.
    with zipfile.ZipFile(io.BytesIO(got.content)) as packed:
        packed.extractall(tmp_path / "case")
        record = json.loads(packed.read("record.json"))
    assert summed(tmp_path / "case") == 0
    assert [step["kind"] for step in record["steps"]] == ["complaint", "answer", "mediation", "message"]
    proof = [await upload(story.buyer, b"case accepted")]
    body = {"kind": "court", "body": "上海市浦东新区人民法院", "reference": "(2026)沪0115民初1号", "evidence": proof}
    handed = await done(story.buyer.post(f"{case}/hand-off", body), "handed_off")
    assert handed["owner"] == "centre"
    await story.pass_(clock, 91)
    assert (await story.read(case))["status"] == "handed_off"  # It is looked at again, and waits for the court.
    ruling = {"remedy": "refund", "statement": "判决解除合同并退款", **money("12500.00")}
    await done(story.mediator.post(f"{case}/conclusion", ruling), "final")
    await story.pass_(clock, 7)
    ended = await story.read(case)
    assert (ended["status"], ended["outcome"]) == ("executed", "refund")
    assert (await story.order_view())["status"] == "refunded"
