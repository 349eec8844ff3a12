"""Paying by card: the real SDK, Stripe's double over HTTP, signed events into the inbox."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
import stripe
import uvicorn
from sqlalchemy import func, select

from centre.app import create_app
from kernel.actor import Actor
from kernel.db import one, unit
from kernel.runtime import Runtime
from kernel.settings import Secret
from kernel.states import Role
from kernel.time.clock import SystemClock
from market.ledger import book, queries
from market.orders.models import Order
from market.payments import commands, inbox
from market.payments.models import InboxEvent, Payment
from market.payments.schemas import OpenPayment
from market.reconciliation import check
from tests.conftest import As, Client, Drain, serving
from tests.doubles.stripe import serve
from tests.market.payments.conftest import WEBHOOK_SECRET, Place, opened
from tests.patience import nearby
from tests.refusals import refused


async def events_of(http: httpx.AsyncClient, session_id: str) -> list[dict[str, Any]]:
    """The double's events about one Checkout page, newest first."""
    found = (await http.get("/v1/events", params={"limit": 100})).json()["data"]
    return [event for event in found if event["data"]["object"]["id"] == session_id]


async def page_of(runtime: Runtime, payment_id: str) -> str:
    async with unit(runtime.sessions) as session:
        reference = (await one(session, Payment, payment_id)).gateway_reference
    assert reference is not None
    return reference


async def report(client: Client, event: dict[str, Any], secret: str = WEBHOOK_SECRET) -> httpx.Response:
    body = json.dumps(event)
    signature = stripe.WebhookSignature.generate_signature_header(body, secret)
    return await client.http.post("/v1/webhooks/stripe", content=body, headers={"stripe-signature": signature})


async def status_of(runtime: Runtime, payment_id: str) -> str:
    async with unit(runtime.sessions) as session:
        return str((await one(session, Payment, payment_id)).status)


async def test_a_card_payment_from_the_page_to_the_books(
    as_: As, place: Place, client: Client, runtime: Runtime, drain: Drain, stripe_http: httpx.AsyncClient
) -> None:
    buyer = await as_("buyer")
    order = await place(buyer, 9_900, "USD")
    payment = await opened(buyer, order, "card")
    page = await page_of(runtime, payment["id"])
    assert payment["checkout_url"].endswith(f"/_control/pay/{page}")
    assert (await stripe_http.post(f"/_control/pay/{page}")).status_code == 200
    event = (await events_of(stripe_http, page))[0]
    assert event["type"] == "checkout.session.completed"
    assert (await report(client, event)).json() == {"outcome": "stored"}
    assert await status_of(runtime, payment["id"]) == "opened"
    await drain()
    shown = (await buyer.get(f"/v1/payments/{payment['id']}")).json()
    assert (shown["status"], shown["checkout_url"], shown["allowed_actions"]) == ("succeeded", None, [])
    async with unit(runtime.sessions) as session:
        assert str((await one(session, Order, order)).status) == "paid"
        assert await queries.balances_of(session, book.Source.STRIPE) != []
        assert (await check(session)).faults == []


async def test_a_replayed_webhook_changes_nothing(
    as_: As, place: Place, client: Client, runtime: Runtime, drain: Drain, stripe_http: httpx.AsyncClient
) -> None:
    buyer, clearing = await as_("buyer"), await as_("clearing")
    payment = await opened(buyer, await place(buyer, 9_900, "USD"), "card")
    page = await page_of(runtime, payment["id"])
    await stripe_http.post(f"/_control/pay/{page}")
    event = (await events_of(stripe_http, page))[0]
    answers = await asyncio.gather(*(report(client, event) for _ in range(3)))
    assert sorted(answer.json()["outcome"] for answer in answers) == ["known", "known", "stored"]
    await drain()
    before = (await clearing.get("/v1/ledger/accounts")).json(), (await clearing.get("/v1/inbox")).json()
    assert (await report(client, event)).json() == {"outcome": "known"}
    # Stripe may also tell the same under another id.
    assert (await report(client, {**event, "id": "evt_other"})).json() == {"outcome": "stored"}
    await drain()
    after = (await clearing.get("/v1/ledger/accounts")).json(), (await clearing.get("/v1/inbox")).json()
    assert after[0] == before[0]
    assert [row["status"] for row in after[1]["items"]] == ["handled", "handled"]


async def test_a_forged_webhook_is_refused(client: Client, runtime: Runtime, as_: As) -> None:
    event = {"id": "evt_x", "object": "event", "type": "checkout.session.completed", "livemode": False}
    event["data"] = {"object": {"id": "cs_test_x", "client_reference_id": "pay_x"}}
    forged = await report(client, event, "whsec_guess")
    assert (forged.status_code, forged.json()["code"]) == (400, "webhook-refused")
    assert forged.json()["rule"]["id"] == "LT-PAY-04"
    body = json.dumps(event)
    signature = stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET)
    old = stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET, 1_600_000_000)
    for sent, header in ((body + " ", signature), (body, old), (body, "t=1"), (body, None), ("{", signature)):
        headers = {"stripe-signature": header} if header else {}
        answer = await client.http.post("/v1/webhooks/stripe", content=sent, headers=headers)
        refused(answer, 400, "webhook-refused", "LT-PAY-04")
    assert (await (await as_("clearing")).get("/v1/inbox")).json()["items"] == []


async def test_without_a_secret_there_is_no_webhook(runtime: Runtime) -> None:
    runtime.settings = replace(runtime.settings, stripe_webhook_secret=Secret(""))
    async with serving(runtime) as client:
        answer = await report(client, {"id": "evt_1", "object": "event", "type": "x", "livemode": False}, "")
    assert (answer.status_code, answer.json()["code"]) == (404, "webhook-not-set-up")


async def test_unknown_and_live_events_are_answered_and_dropped(client: Client, as_: As) -> None:
    base = {"object": "event", "data": {"object": {"id": "x"}}}
    unknown = {**base, "id": "evt_1", "type": "invoice.paid", "livemode": False}
    live = {**base, "id": "evt_2", "type": "checkout.session.completed", "livemode": True}
    for event in (unknown, live):
        answer = await report(client, event)
        assert (answer.status_code, answer.json()) == (200, {"outcome": "ignored"})
    assert (await (await as_("operator")).get("/v1/inbox")).json()["items"] == []


async def test_a_crash_after_the_intent_is_mended_by_asking_again(
    as_: As, place: Place, runtime: Runtime, stripe_http: httpx.AsyncClient
) -> None:
    buyer = await as_("buyer")
    order = await place(buyer, 9_900, "USD")
    actor = Actor(buyer.party, "key", frozenset({Role.BUYER}), admitted=True)
    async with runtime.act(actor) as act:
        intent = await commands.intend(act, order, OpenPayment(method="card"))
    assert intent.checkout_url is None
    assert (await opened(buyer, order, "card"))["id"] == intent.id


async def test_a_lost_answer_opens_no_second_page(
    as_: As, place: Place, runtime: Runtime, stripe_http: httpx.AsyncClient
) -> None:
    buyer = await as_("buyer")
    order = await place(buyer, 9_900, "USD")
    await stripe_http.post("/_control/fail_next", params={"status": "503", "when": "after", "times": "3"})
    lost = await buyer.post(f"/v1/orders/{order}/payments", {"method": "card"}, idempotency="lost")
    assert (lost.status_code, lost.json()["code"]) == (503, "gateway-unavailable")
    assert "retry-after" in lost.headers
    payment = await opened(buyer, order, "card", idempotency="lost")
    pages = (await stripe_http.get("/v1/checkout/sessions", params={"limit": 100})).json()["data"]
    mine = [page["id"] for page in pages if page["client_reference_id"] == payment["id"]]
    assert mine == [await page_of(runtime, payment["id"])]


async def test_what_stripe_refuses_fails_and_another_way_stays_open(as_: As, place: Place) -> None:
    buyer = await as_("buyer")
    order = await place(buyer, 10, "USD")
    refused = await buyer.post(f"/v1/orders/{order}/payments", {"method": "card"})
    assert (refused.status_code, refused.json()["code"]) == (422, "payment-refused")
    assert refused.json()["reason"] == "amount_too_small"
    (failed,) = (await buyer.get("/v1/payments")).json()["items"]
    assert (failed["status"], failed["failure"]) == ("failed", "amount_too_small")
    await opened(buyer, order, "bank_transfer")


async def test_without_a_key_cards_leave_no_trace(as_: As, place: Place, runtime: Runtime) -> None:
    runtime.settings = replace(runtime.settings, stripe_api_key=Secret(""), stripe_api_base="")
    buyer = await as_("buyer")
    order = await place(buyer)
    answer = await buyer.post(f"/v1/orders/{order}/payments", {"method": "card"})
    assert (answer.status_code, answer.json()["code"]) == (422, "method-unavailable")
    await opened(buyer, order, "bank_transfer")


async def test_an_expired_page_cancels_the_payment(
    as_: As, place: Place, client: Client, runtime: Runtime, drain: Drain, stripe_http: httpx.AsyncClient
) -> None:
    buyer = await as_("buyer")
    order = await place(buyer, 9_900, "USD")
    payment = await opened(buyer, order, "card")
    page = await page_of(runtime, payment["id"])
    await stripe_http.post(f"/v1/checkout/sessions/{page}/expire")
    await report(client, (await events_of(stripe_http, page))[0])
    await drain()
    assert await status_of(runtime, payment["id"]) == "cancelled"
    assert (await opened(buyer, order, "card"))["id"] != payment["id"]


async def test_a_cancelled_page_cannot_be_paid_and_a_paid_one_not_cancelled(
    as_: As, place: Place, runtime: Runtime, stripe_http: httpx.AsyncClient
) -> None:
    buyer = await as_("buyer")
    first = await opened(buyer, await place(buyer, 9_900, "USD"), "card")
    page = await page_of(runtime, first["id"])
    assert (await buyer.post(f"/v1/payments/{first['id']}/cancel")).json()["status"] == "cancelled"
    assert (await stripe_http.post(f"/_control/pay/{page}")).status_code == 409
    second = await opened(buyer, await place(buyer, 9_900, "USD"), "card")
    await stripe_http.post(f"/_control/pay/{await page_of(runtime, second['id'])}")
    refusal = await buyer.post(f"/v1/payments/{second['id']}/cancel")
    assert (refusal.status_code, refusal.json()["code"]) == (409, "payment-in-progress")
    assert await status_of(runtime, second["id"]) == "opened"


async def test_the_clearing_officer_cannot_confirm_a_card(as_: As, place: Place) -> None:
    buyer, clearing = await as_("buyer"), await as_("clearing")
    payment = await opened(buyer, await place(buyer, 9_900, "USD"), "card")
    money = {"amount": "99.00", "currency": "USD"}
    body = {"bank_reference": "B-0001", "amount": money, "received_on": "2026-11-23"}
    answer = await clearing.post(f"/v1/payments/{payment['id']}/confirm", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "not-bank-transfer")


@pytest.mark.slow
async def test_an_event_that_cannot_be_handled_is_kept_shown_and_revived(
    as_: As, place: Place, client: Client, runtime: Runtime, drain: Drain, stripe_http: httpx.AsyncClient
) -> None:
    buyer, clearing = await as_("buyer"), await as_("clearing")
    payment = await opened(buyer, await place(buyer, 9_900, "USD"), "card")
    page = await page_of(runtime, payment["id"])
    await stripe_http.post(f"/_control/pay/{page}")
    async with unit(runtime.sessions) as session:  # The price on our side is not what was paid.
        (await one(session, Payment, payment["id"])).amount_minor = 9_901
    await report(client, (await events_of(stripe_http, page))[0])
    await drain()  # Waits are not kept here, so all attempts happen now.
    (dead,) = (await clearing.get("/v1/inbox", params={"status": "dead"})).json()["items"]
    assert dead["attempts"] == len(inbox.WAITS) + 1
    assert dead["last_error"].startswith("AmountMismatch: Expected 99.01 USD, received 99.00 USD")
    assert await status_of(runtime, payment["id"]) == "opened"
    refused(await buyer.get("/v1/inbox"), 403, "forbidden")
    async with unit(runtime.sessions) as session:
        (await one(session, Payment, payment["id"])).amount_minor = 9_900
    assert (await clearing.post(f"/v1/inbox/{dead['id']}/revive")).json()["status"] == "received"
    await drain()
    assert await status_of(runtime, payment["id"]) == "succeeded"
    refused(await clearing.post(f"/v1/inbox/{dead['id']}/revive"), 409, "illegal-transition", "LT-GEN-02")


async def test_events_whose_job_was_lost_are_found_again(
    as_: As, place: Place, client: Client, runtime: Runtime, drain: Drain, stripe_http: httpx.AsyncClient
) -> None:
    buyer = await as_("buyer")
    payment = await opened(buyer, await place(buyer, 9_900, "USD"), "card")
    page = await page_of(runtime, payment["id"])
    await stripe_http.post(f"/_control/pay/{page}")
    await report(client, (await events_of(stripe_http, page))[0])
    await runtime.pool.execute("DELETE FROM pgqueuer")
    assert await inbox.overdue(runtime) == 0
    await runtime.pool.execute("UPDATE inbox_event SET next_attempt_at = next_attempt_at - interval '11 minutes'")
    assert await inbox.overdue(runtime) == 1
    await drain()
    assert await status_of(runtime, payment["id"]) == "succeeded"


@asynccontextmanager
async def listening(runtime: Runtime) -> AsyncIterator[str]:
    """The application on a real port, in this event loop."""
    app: Any = create_app(runtime.settings)
    app.inner.state.runtime = runtime
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", ws="none", lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    serving_task = asyncio.create_task(server.serve([listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving_task


@pytest.mark.slow
async def test_the_doubles_own_webhook_reaches_the_inbox_over_http(
    as_: As, place: Place, runtime: Runtime, drain: Drain
) -> None:
    buyer = await as_("buyer")
    order = await place(buyer, 9_900, "USD")
    async with listening(runtime) as url:
        with serve(webhook_url=f"{url}/v1/webhooks/stripe", webhook_secret=WEBHOOK_SECRET) as own:
            runtime.settings = replace(runtime.settings, stripe_api_base=own.url)
            payment = await opened(buyer, order, "card")
            async with nearby() as browser:
                assert (await browser.post(payment["checkout_url"])).status_code == 200
            async with asyncio.timeout(20):
                while not await runtime.pool.fetchval("SELECT count(*) FROM inbox_event"):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            await drain()
    assert await status_of(runtime, payment["id"]) == "succeeded"


GENUINE = {"id": "evt_1", "type": "checkout.session.completed", "livemode": False, "data": {"object": {"id": "cs_1"}}}


NO_EVENTS = {
    "id null": json.dumps({**GENUINE, "id": None}),
    "no id": json.dumps({name: value for name, value in GENUINE.items() if name != "id"}),
    "endless id": json.dumps({**GENUINE, "id": "x" * 256}),
    "nul": json.dumps({**GENUINE, "id": "evt_\0"}),
    "half a pair": json.dumps({**GENUINE, "note": "\ud800"}),
    "type": json.dumps({**GENUINE, "type": 7}),
    "livemode": json.dumps({**GENUINE, "livemode": "no"}),
    "data": json.dumps({**GENUINE, "data": []}),
    "object": json.dumps({**GENUINE, "data": {"object": "cs_1"}}),
    "nan": json.dumps({**GENUINE, "amount": float("nan")}),
    "list": json.dumps([GENUINE]),
    "null": "null",
    "torn": "{",
    "deep": '{"id": ' + "[" * 5000 + "]" * 5000 + "}",
}


@pytest.mark.parametrize("name", NO_EVENTS)
async def test_what_is_signed_and_yet_no_event_is_refused(client: Client, runtime: Runtime, name: str) -> None:
    body = NO_EVENTS[name]
    signature = stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET)
    answer = await client.http.post("/v1/webhooks/stripe", content=body, headers={"stripe-signature": signature})
    assert (answer.status_code, answer.json()["code"]) == (400, "webhook-refused"), answer.text
    async with unit(runtime.sessions) as session:
        assert await session.scalar(select(func.count()).select_from(InboxEvent)) == 0


@pytest.mark.parametrize(("seconds", "status"), [(100_000, 400), (-100_000, 400), (-60, 200), (60, 200)])
async def test_a_signature_holds_for_minutes_in_either_direction(client: Client, seconds: int, status: int) -> None:
    body, at = json.dumps(GENUINE), int(SystemClock().now().timestamp()) + seconds
    signature = stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET, at)
    answer = await client.http.post("/v1/webhooks/stripe", content=body, headers={"stripe-signature": signature})
    assert answer.status_code == status, answer.text
