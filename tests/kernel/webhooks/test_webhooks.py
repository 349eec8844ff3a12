"""Webhooks through HTTP, the log, the queue and a real receiver."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from standardwebhooks import Webhook, WebhookVerificationError

from kernel.db import unit
from kernel.http.idempotency import IdempotencyRecord
from kernel.jobs.queue import HANDLERS
from kernel.jobs.sweeps import sequence
from kernel.jobs.worker import working
from kernel.log.record import record
from kernel.webhooks import commands
from kernel.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests.patience import PATIENCE_SECONDS
from tests.refusals import not_there, refused

from .receiver import receiving

DUE = "SELECT id, payload FROM pgqueuer WHERE entrypoint = $1 AND ($2 OR execute_after <= now()) ORDER BY id"


@pytest.fixture
async def receiver():
    async with receiving() as made:
        yield made


@pytest.fixture
async def buyer(as_):
    return await as_("buyer")


async def subscribe(client, receiver, **more):
    made = await client.post("/v1/webhooks", {"url": receiver.url(), **more})
    assert made.status_code == 201, made.text
    return made.json()


async def happen(runtime, kind, *parties, subject="ord_1", **facts):
    async with runtime.act() as act:
        entry = record(act, kind, subject, parties=parties, facts=facts)
    return entry.id


async def deliver(runtime, *, late=False):
    """Sequence, fan out, and run the deliveries that are due, or with `late` those that wait for a retry too."""
    await sequence(runtime)
    await commands.fan_out(runtime.sessions, clock=runtime.clock)
    for row in await runtime.pool.fetch(DUE, commands.DELIVER, late):
        await runtime.pool.execute("DELETE FROM pgqueuer WHERE id = $1", row["id"])
        await HANDLERS[commands.DELIVER](runtime, json.loads(row["payload"]))


def kinds(receiver):
    return [json.loads(each.body)["type"] for each in receiver.received]


async def test_an_event_arrives_signed_thin_and_in_the_logs_order(runtime, buyer, receiver):
    hook = await subscribe(buyer, receiver, kinds=["market.order"])
    made = [await happen(runtime, "market.order.placed", buyer.party, subject=f"ord_{i}", n=i) for i in range(3)]
    await deliver(runtime)
    assert [each.headers["webhook-id"] for each in receiver.received] == made
    first = receiver.received[0]
    message = Webhook(hook["secret"]).verify(first.body, first.headers)
    assert message["type"] == "market.order.placed"
    assert message["data"]["facts"] == {"n": 0}
    assert message["data"]["subject"] == "ord_0"
    events = (await buyer.get("/v1/events", params={"subject": "ord_0"})).json()["items"]
    assert message["data"]["index"] == events[0]["index"]
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 40).verify(first.body, first.headers)


async def test_only_wanted_kinds_of_ones_own_affairs_arrive(runtime, buyer, receiver, as_):
    await subscribe(buyer, receiver, kinds=["market.order", "rights.certificate.in_force"])
    other = await as_("provider")
    await happen(runtime, "market.order.placed", other.party)
    await happen(runtime, "market.orders.placed", buyer.party)
    await happen(runtime, "rights.certificate.in_force", buyer.party)
    await happen(runtime, "rights.certificate.revoked", buyer.party)
    await happen(runtime, "market.order.paid", buyer.party, other.party)
    await deliver(runtime)
    assert kinds(receiver) == ["rights.certificate.in_force", "market.order.paid"]
    await deliver(runtime)
    assert len(receiver.received) == 2


async def test_what_was_before_is_not_sent_and_nothing_is_sent_twice(runtime, buyer, receiver):
    await happen(runtime, "market.order.placed", buyer.party)
    await sequence(runtime)
    await subscribe(buyer, receiver, kinds=["market"])
    await happen(runtime, "market.order.paid", buyer.party)
    await sequence(runtime)
    await asyncio.gather(*(commands.fan_out(runtime.sessions, clock=runtime.clock) for _ in range(4)))
    await deliver(runtime)
    assert kinds(receiver) == ["market.order.paid"]


async def test_more_than_a_batch_arrives_whole(runtime, buyer, receiver, monkeypatch):
    monkeypatch.setattr(commands, "BATCH", 3)
    await subscribe(buyer, receiver, kinds=["market"])
    made = [await happen(runtime, "market.order.placed", buyer.party) for _ in range(7)]
    await deliver(runtime)
    assert [each.headers["webhook-id"] for each in receiver.received] == made


async def test_a_failing_receiver_is_tried_again_until_it_succeeds(runtime, buyer, receiver):
    hook = (await subscribe(buyer, receiver, kinds=["market"]))["webhook"]
    receiver.script = [500, 503, 302]
    await happen(runtime, "market.order.placed", buyer.party)
    await deliver(runtime)
    path = f"/v1/webhooks/{hook['id']}"
    first = (await buyer.get(f"{path}/deliveries")).json()["items"][0]
    assert (first["state"], first["attempts"], first["last_status"]) == ("pending", 1, 500)
    assert first["next_attempt_at"] > runtime.clock.now().isoformat()
    assert (await buyer.get(path)).json()["failing_since"] is not None
    await deliver(runtime)
    assert len(receiver.received) == 1, "a retry waits for its time"
    for _ in range(3):
        await deliver(runtime, late=True)
    last = (await buyer.get(f"{path}/deliveries")).json()["items"][0]
    assert (last["state"], last["attempts"], last["last_status"]) == ("delivered", 4, 200)
    assert (await buyer.get(path)).json()["failing_since"] is None
    assert len({(each.body, each.headers["webhook-id"]) for each in receiver.received}) == 1
    await deliver(runtime, late=True)
    assert len(receiver.received) == 4


async def test_a_job_that_runs_twice_counts_once(runtime, buyer, receiver):
    hook = (await subscribe(buyer, receiver, kinds=["market"]))["webhook"]
    entry = await happen(runtime, "market.order.placed", buyer.party)
    await sequence(runtime)
    await commands.fan_out(runtime.sessions, clock=runtime.clock)
    receiver.script = [500, 500]
    payload = {"endpoint": hook["id"], "entry": entry, "attempt": 0}
    await asyncio.gather(*(HANDLERS[commands.DELIVER](runtime, payload) for _ in range(2)))
    await HANDLERS[commands.DELIVER](runtime, payload)
    item = (await buyer.get(f"/v1/webhooks/{hook['id']}/deliveries")).json()["items"][0]
    assert item["attempts"] == 1
    waiting = "SELECT count(*) FROM pgqueuer WHERE entrypoint = $1 AND execute_after > now()"
    assert await runtime.pool.fetchval(waiting, commands.DELIVER) == 1


@pytest.mark.slow
async def test_given_up_after_the_last_retry_and_disabled_after_days(runtime, buyer, receiver, clock):
    hook = (await subscribe(buyer, receiver, kinds=["market"]))["webhook"]
    path = f"/v1/webhooks/{hook['id']}"
    receiver.script = [500] * 50
    await happen(runtime, "market.order.placed", buyer.party)
    for _ in range(14):
        await deliver(runtime, late=True)
    assert len(receiver.received) == 13
    item = (await buyer.get(f"{path}/deliveries")).json()["items"][0]
    assert (item["state"], item["attempts"], item["next_attempt_at"]) == ("abandoned", 13, None)
    assert (await buyer.get(path)).json()["status"] == "active"
    clock.move(timedelta(days=5, minutes=1))
    await happen(runtime, "market.order.paid", buyer.party)
    await deliver(runtime)
    shown = (await buyer.get(path)).json()
    assert (shown["status"], shown["allowed_actions"]) == ("disabled", ["enable"])
    refused = await buyer.post(f"{path}/test")
    assert (refused.status_code, refused.json()["code"]) == (409, "webhook-disabled")
    receiver.script = []
    await happen(runtime, "market.order.delivered", buyer.party)
    await deliver(runtime, late=True)
    assert len(receiver.received) == 14, "a disabled address gets nothing"
    assert (await buyer.post(f"{path}/activation")).json()["status"] == "active"
    again = await buyer.post(f"{path}/activation")
    assert (again.status_code, again.json()["code"]) == (409, "illegal-transition")
    await deliver(runtime, late=True)
    assert kinds(receiver)[14:] == ["market.order.paid", "market.order.delivered"], "what waited, then what was missed"


async def test_a_receiver_that_is_gone_is_left_alone(runtime, buyer, receiver):
    hook = (await subscribe(buyer, receiver, kinds=["market"]))["webhook"]
    receiver.script = [410]
    await happen(runtime, "market.order.placed", buyer.party)
    await deliver(runtime)
    assert (await buyer.get(f"/v1/webhooks/{hook['id']}")).json()["status"] == "disabled"
    events = (await buyer.get("/v1/events", params={"subject": hook["id"]})).json()["items"]
    await sequence(runtime)
    events = (await buyer.get("/v1/events", params={"subject": hook["id"]})).json()["items"]
    assert events[-1]["kind"] == "kernel.webhook.disabled"
    assert events[-1]["facts"]["reason"] == "gone"


async def test_rotation_signs_with_both_for_a_day(runtime, buyer, receiver, clock):
    made = await subscribe(buyer, receiver, kinds=["market"])
    rotated = await buyer.post(f"/v1/webhooks/{made['webhook']['id']}/rotation")
    assert rotated.status_code == 201, rotated.text
    old, new = made["secret"], rotated.json()["secret"]
    assert old != new
    await happen(runtime, "market.order.placed", buyer.party)
    await deliver(runtime)
    both = receiver.received[-1]
    for secret in (old, new):
        Webhook(secret).verify(both.body, both.headers)
    clock.move(timedelta(hours=24))
    await happen(runtime, "market.order.paid", buyer.party)
    await deliver(runtime)
    later = receiver.received[-1]
    Webhook(new).verify(later.body, later.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(later.body, later.headers)


async def test_the_secret_is_shown_once(runtime, buyer, receiver):
    """A repeat is answered as before but for the secret, which nobody reads again and nothing stores for a repeat."""
    body, key = {"url": receiver.url()}, "once-and-for-all"
    made = await buyer.post("/v1/webhooks", body, idempotency=key)
    assert made.json()["secret"].startswith("whsec_")
    again = await buyer.post("/v1/webhooks", body, idempotency=key)
    assert again.json() == {**made.json(), "secret": None}
    assert again.headers["idempotency-replayed"] == "true"
    hook = made.json()["webhook"]["id"]
    rotation = f"/v1/webhooks/{hook}/rotation"
    rotated = await buyer.post(rotation, idempotency="rotated")
    assert (await buyer.post(rotation, idempotency="rotated")).json() == {**rotated.json(), "secret": None}
    async with runtime.sessions() as session:
        bodies = (await session.scalars(select(IdempotencyRecord.body))).all()
    assert len(bodies) == 2
    assert not any(b"whsec_" in body for body in bodies)
    for path in ("/v1/webhooks", f"/v1/webhooks/{hook}", f"/v1/webhooks/{hook}/deliveries"):
        answer = await buyer.get(path)
        assert answer.status_code == 200
        assert "whsec_" not in answer.text
    assert len((await buyer.get("/v1/webhooks")).json()) == 1


async def test_a_test_message_takes_the_whole_way_whatever_the_filter(runtime, buyer, receiver):
    hook = (await subscribe(buyer, receiver, kinds=["rights"]))["webhook"]
    async with receiving() as second:
        await subscribe(buyer, second)
        sent = await buyer.post(f"/v1/webhooks/{hook['id']}/test")
        assert sent.status_code == 202, sent.text
        await deliver(runtime)
        assert "kernel.webhook.tested" not in kinds(second)
    assert kinds(receiver) == ["kernel.webhook.tested"]
    assert receiver.received[0].headers["webhook-id"] == sent.json()["entry_id"]


async def test_another_partys_address_is_invisible(buyer, receiver, as_):
    hook = (await subscribe(buyer, receiver))["webhook"]["id"]
    other = await as_("buyer", "other")
    assert (await other.get("/v1/webhooks")).json() == []
    calls = [
        other.get(f"/v1/webhooks/{hook}"),
        other.get(f"/v1/webhooks/{hook}/deliveries"),
        other.delete(f"/v1/webhooks/{hook}"),
        other.post(f"/v1/webhooks/{hook}/rotation"),
        other.post(f"/v1/webhooks/{hook}/test"),
        other.post(f"/v1/webhooks/{hook}/activation"),
    ]
    for call in calls:
        answer = await call
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert (await buyer.get(f"/v1/webhooks/{hook}")).status_code == 200
    not_there(await other.get("/v1/webhooks/whk_nonsense"))


async def test_a_removed_address_gets_nothing(runtime, buyer, receiver):
    hook = (await subscribe(buyer, receiver))["webhook"]["id"]
    await happen(runtime, "market.order.placed", buyer.party)
    await sequence(runtime)
    await commands.fan_out(runtime.sessions, clock=runtime.clock)
    assert (await buyer.delete(f"/v1/webhooks/{hook}")).status_code == 204
    await deliver(runtime)
    assert receiver.received == []
    async with runtime.sessions() as session:
        for model in (WebhookEndpoint, WebhookDelivery):
            assert await session.scalar(select(func.count()).select_from(model)) == 0


async def test_addresses_are_checked_bounded_and_for_those_who_may(buyer, receiver, as_):
    refusal = await buyer.post("/v1/webhooks", {"url": "http://10.0.0.1/hook"})
    assert (refusal.status_code, refusal.json()["code"]) == (400, "webhook-address-refused")
    assert refusal.json()["errors"][0]["pointer"] == "/url"
    assert refusal.json()["rule"]["id"] == "LT-GEN-06"
    bad_kind = await buyer.post("/v1/webhooks", {"url": receiver.url(), "kinds": ["Market Order"]})
    refused(bad_kind, 400, "invalid-input")
    never = await buyer.post("/v1/webhooks", {"url": receiver.url(), "kinds": ["market.order", "order.paid"]})
    assert (never.status_code, never.json()["code"]) == (400, "webhook-kind-unknown")
    (fault,) = never.json()["errors"]
    assert fault["pointer"] == "/kinds/1"
    assert fault["detail"].endswith("use one of channels, contracts, kernel, market, rights, valuation")
    for _ in range(10):
        await subscribe(buyer, receiver)
    full = await buyer.post("/v1/webhooks", {"url": receiver.url()})
    assert (full.status_code, full.json()["code"]) == (409, "webhook-limit-reached")
    tester = await as_("tester")
    refused(await tester.post("/v1/webhooks", {"url": receiver.url()}), 403, "forbidden")


async def test_deliveries_are_paged_newest_first(runtime, buyer, receiver):
    hook = (await subscribe(buyer, receiver, kinds=["market"]))["webhook"]["id"]
    made = [await happen(runtime, "market.order.placed", buyer.party) for _ in range(5)]
    await deliver(runtime)
    seen, cursor = [], None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await buyer.get(f"/v1/webhooks/{hook}/deliveries", params=params)).json()
        assert len(page["items"]) <= 2
        seen += [item["entry_id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == made[::-1]


async def test_history_is_forgotten_and_what_waits_is_not(runtime, buyer, receiver, clock):
    hook = (await subscribe(buyer, receiver, kinds=["market"]))["webhook"]["id"]
    await happen(runtime, "market.order.placed", buyer.party)
    await deliver(runtime)
    receiver.script = [500]
    await happen(runtime, "market.order.paid", buyer.party)
    await deliver(runtime)
    async with unit(runtime.sessions) as session:
        await commands.forget(session, clock.now() + timedelta(days=1))
    left = (await buyer.get(f"/v1/webhooks/{hook}/deliveries")).json()["items"]
    assert [item["kind"] for item in left] == ["market.order.paid"]


@pytest.mark.slow
async def test_the_worker_does_all_of_it(runtime, buyer, receiver):
    await subscribe(buyer, receiver, kinds=["market"])
    async with working(runtime):
        await happen(runtime, "market.order.placed", buyer.party)
        await asyncio.wait_for(receiver.arrived.wait(), PATIENCE_SECONDS)
    assert kinds(receiver) == ["market.order.placed"]


@pytest.mark.slow
async def test_what_a_leaked_key_set_up_hears_nothing_more_when_the_key_is_revoked(runtime, buyer, receiver):
    made = (await buyer.post("/v1/api-keys", {"name": "leaked", "roles": ["buyer"]})).json()
    leaked = buyer.with_key(made["secret"], buyer.party)
    hook = (await subscribe(leaked, receiver, kinds=["market.order"]))["webhook"]["id"]
    renewed = (await leaked.post(f"/v1/api-keys/{made['key']['id']}/renewal")).json()["key"]["id"]
    await happen(runtime, "market.order.placed", buyer.party)
    await deliver(runtime)
    assert kinds(receiver) == ["market.order.placed"], "a key that was replaced goes on under another name"
    assert (await buyer.delete(f"/v1/api-keys/{renewed}")).status_code == 204
    await happen(runtime, "market.order.cancelled", buyer.party)
    await deliver(runtime)
    assert kinds(receiver) == ["market.order.placed"]
    assert (await buyer.get(f"/v1/webhooks/{hook}")).json()["status"] == "disabled"
    assert (await buyer.post(f"/v1/webhooks/{hook}/activation")).json()["status"] == "active"
    await deliver(runtime)
    assert kinds(receiver) == ["market.order.placed", "market.order.cancelled"], "its owner knows it, and lost nothing"
