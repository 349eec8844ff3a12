"""The duty to delete: what was handed over by which channel, reminders, what an overdue one costs, proof, falsity."""

from datetime import datetime, timedelta

import pytest

from contracts.obligations.jobs import remind
from contracts.obligations.verify import check
from tests.channels import story
from tests.channels.formats.story import opened as format_link
from tests.channels.formats.story import settled
from tests.channels.pushes.story import begun, target
from tests.channels.story import Reader
from tests.contracts.obligations.test_life import DELETE, PROVE, deletion, in_force, owed, signature, swept
from tests.doubles import bucket
from tests.market.agreed import opened, received, terms_of
from tests.market.trade import signature as sign
from tests.refusals import not_there, refused


@pytest.fixture
def store():
    with bucket.store() as opened_:
        yield opened_


async def reminded(runtime):
    """Whom each reminder so far was told, in their order."""
    rows = await runtime.pool.fetch(
        "SELECT parties FROM log_entry WHERE kind = 'contracts.obligation.reminded' ORDER BY id"
    )
    return [len(row["parties"]) for row in rows]


async def test_what_was_handed_over_is_deleted_and_proved(runtime, as_, drain, clock, store):
    trade = await story.begin(runtime, as_)
    order, agreement, _ = await in_force(trade, drain, DELETE, PROVE)
    path, revision = f"/v1/agreements/{agreement['id']}", agreement["content"]["subject"]["revision_id"]

    # It leaves as files, in another format, by a share and into a bucket.
    await received(trade, order)
    sheet = await settled(trade, order.id, drain, table="shops", format="xlsx")
    assert (await trade.buyer.get(await format_link(trade, sheet))).status_code == 200
    key = await story.take_key(trade, order.id)
    await drain()
    table = f"/shares/{agreement['id']}/schemas/data/tables/shops/query"
    await Reader(trade.buyer, key["profile"]).lines("POST", table, json={})
    await begun(trade, await target(trade, store, order.id, drain))
    await drain()
    ended = await trade.buyer.post(f"{path}/termination", {"ground": "given-up", "reason": "the project is over"})
    assert (ended.status_code, ended.json()["status"]) == (201, "effective")
    regulator = await as_("regulator")
    for reader in (trade.buyer, trade.provider, regulator):
        first = (await reader.get(f"{path}/handed-over?limit=3")).json()
        rest = (await reader.get(f"{path}/handed-over?cursor={first['next']}")).json()
        left = [*first["items"], *rest["items"]]
        assert [each["ref"] for each in left] == [
            f"{channel}/{revision}" for channel in ("files", "formats", "push", "share")
        ]
    assert {each["content_sha256"] for each in left} == {agreement["content"]["subject"]["content_sha256"]}
    assert [each["to"] for each in left] == [[], [], [f"{store.url}/liutong-in/数据/"], ["风控模型"]]
    not_there(await (await as_("buyer", "stranger")).get(f"{path}/handed-over"))

    # The bearer is reminded before the day, both sides after it; then it is a breach, and nothing new is signed.
    due = datetime.fromisoformat({one["duty"]: one for one in await owed(trade, agreement)}["delete"]["due_at"])
    clock.move(due - timedelta(days=7) - clock.now())
    await remind(runtime)
    await remind(runtime)
    assert await reminded(runtime) == [1]
    clock.move(timedelta(days=6))
    await remind(runtime)
    clock.move(timedelta(days=2))
    await remind(runtime)
    assert (await reminded(runtime))[:3] == [1, 1, 2]
    terms = await terms_of(trade)
    second = await opened(trade, terms, "neg_2")
    new = (await trade.buyer.get(f"/v1/agreements/{second.agreement_id}")).json()
    clock.move(timedelta(days=9))
    await swept(trade)
    assert {one["duty"]: one["status"] for one in await owed(trade, agreement)}["delete"] == "breached"
    seen = (await regulator.get("/v1/obligations?status=breached")).json()["items"]
    assert [one["agreement_id"] for one in seen] == [agreement["id"]]
    await trade.keys()
    hindered = await trade.buyer.post(f"/v1/agreements/{new['id']}/signatures", sign(new, *trade.buyer_key))
    refused(hindered, 422, "deletion-overdue", "LT-DEL-03")

    # A statement that leaves a channel out is refused; one that speaks of all is taken late, and ends the hindrance.
    refs = [each["ref"] for each in left]
    partial = deletion(agreement, clock, covers=[*refs[:2], "gateway"])
    answer = await trade.buyer.post(f"{path}/deletion-statement", signature(trade, agreement, partial))
    problem = refused(answer, 422, "deletion-incomplete", "LT-CON-42")
    assert [each["pointer"] for each in problem["errors"]] == ["/statement/covers"] * 2 + ["/statement/covers/2"]
    good = signature(trade, agreement, deletion(agreement, clock, covers=refs))
    filed = await trade.buyer.post(f"{path}/deletion-statement", good)
    assert (filed.status_code, filed.json()["late"], len(filed.json()["handed_over"])) == (201, True, 4)
    signed = await trade.buyer.post(f"/v1/agreements/{new['id']}/signatures", sign(new, *trade.buyer_key))
    assert signed.status_code == 201, signed.text
    await drain()
    claims = (await trade.provider.get(f"/v1/documents/{filed.json()['document_id']}")).json()["document"]
    assert all(each.holds for each in check(claims["credentialSubject"]))
    page = (await regulator.get(f"/v1/documents/{filed.json()['document_id']}/page?lang=zh")).text
    assert all(ref in page for ref in refs)

    # Taken by silence; what shows it false later has it refuted, and deletion is owed anew.
    clock.move(timedelta(days=20))
    await swept(trade)
    false = {"reason": "在买方的公开仓库中仍可下载", "evidence_sha256": "a" * 64}
    refused(await trade.buyer.post(f"{path}/deletion-refutation", false), 403, "wrong-actor", "LT-GEN-03")
    refuted = await regulator.post(f"{path}/deletion-refutation", false)
    assert (refuted.status_code, refuted.json()["status"]) == (200, "refuted"), refuted.text
    assert refuted.json()["evidence_sha256"] == "a" * 64
    again = [one for one in await owed(trade, agreement) if one["status"] == "due"]
    assert sorted((one["duty"], one["period"]) for one in again) == [("delete", 2), ("prove", 2)]
    refused(await trade.provider.post(f"{path}/deletion-refutation", false), 409, "illegal-transition", "LT-GEN-02")
