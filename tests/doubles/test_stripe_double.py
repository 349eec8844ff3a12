"""The double, driven by the real SDK over HTTP: what Liutong relies on must hold here first."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

from tests.doubles.stripe import StripeDouble, serve
from tests.patience import PATIENCE_SECONDS, hasten_retries, nearby

SECRET = "whsec_test"


@pytest.fixture(scope="module")
def double() -> Iterator[StripeDouble]:
    hasten_retries()
    with serve() as running:
        yield running


@pytest.fixture
async def client(double: StripeDouble) -> AsyncIterator[stripe.StripeClient]:
    http = stripe.HTTPXClient()
    yield stripe.StripeClient(
        "sk_test_liutong", base_addresses={"api": double.url}, http_client=http, max_network_retries=2
    )
    await http.close_async()


async def control(double: StripeDouble, path: str, **params: str) -> dict[str, Any]:
    async with nearby(base_url=double.url) as http:
        answer = await http.post(f"/_control/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def paid(client: stripe.StripeClient, amount: int = 10_000, **params: Any) -> stripe.PaymentIntent:
    return await client.v1.payment_intents.create_async(
        {"amount": amount, "currency": "usd", "confirm": True, "payment_method": "pm_card_visa", **params}
    )


async def test_an_intent_is_created_confirmed_and_retrieved(client: stripe.StripeClient) -> None:
    intent = await client.v1.payment_intents.create_async(
        {"amount": 12_345, "currency": "USD", "metadata": {"order": "ord_1"}, "transfer_group": "ord_1"}
    )
    assert (intent.status, intent.currency) == ("requires_payment_method", "usd")
    await client.v1.payment_intents.confirm_async(intent.id, {"payment_method": "pm_card_visa"})
    found = await client.v1.payment_intents.retrieve_async(intent.id, {"expand": ["latest_charge"]})
    assert (found.status, found.amount_received) == ("succeeded", 12_345)
    assert found.metadata["order"] == "ord_1"
    assert isinstance(found.latest_charge, stripe.Charge)
    assert found.latest_charge.transfer_group == "ord_1"
    listed = await client.v1.charges.list_async({"payment_intent": intent.id})
    assert [charge.id for charge in listed.data] == [found.latest_charge.id]


async def test_an_authorisation_is_captured_in_part_or_cancelled(client: stripe.StripeClient) -> None:
    held = await paid(client, capture_method="manual")
    assert (held.status, held.amount_capturable) == ("requires_capture", 10_000)
    taken = await client.v1.payment_intents.capture_async(held.id, {"amount_to_capture": 7_000})
    assert (taken.status, taken.amount_received) == ("succeeded", 7_000)
    with pytest.raises(stripe.InvalidRequestError, match="could not be captured"):
        await client.v1.payment_intents.capture_async(held.id)
    other = await paid(client, capture_method="manual")
    gone = await client.v1.payment_intents.cancel_async(other.id, {"cancellation_reason": "requested_by_customer"})
    assert gone.status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.payment_intents.cancel_async(held.id)


async def test_a_declined_card_is_an_error_and_the_intent_may_be_tried_again(
    client: stripe.StripeClient,
) -> None:
    intent = await client.v1.payment_intents.create_async({"amount": 900, "currency": "usd"})
    with pytest.raises(stripe.CardError) as refused:
        await client.v1.payment_intents.confirm_async(
            intent.id, {"payment_method": "pm_card_chargeDeclinedInsufficientFunds"}
        )
    assert refused.value.code == "card_declined"
    assert refused.value.error.decline_code == "insufficient_funds"
    again = await client.v1.payment_intents.confirm_async(intent.id, {"payment_method": "pm_card_visa"})
    assert again.status == "succeeded"


@pytest.mark.parametrize(("success", "status"), [("true", "succeeded"), ("false", "requires_payment_method")])
async def test_3d_secure(client: stripe.StripeClient, double: StripeDouble, success: str, status: str) -> None:
    intent = await paid(client, payment_method="pm_card_authenticationRequired")
    assert intent.status == "requires_action"
    await control(double, f"authenticate/{intent.id}", success=success)
    assert (await client.v1.payment_intents.retrieve_async(intent.id)).status == status


def _session_params(amount: int = 125_000) -> Any:
    price = {"currency": "usd", "unit_amount": amount, "product_data": {"name": "Flights 2013"}}
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": "http://127.0.0.1/ok",
        "client_reference_id": "pay_1",
        "payment_intent_data": {"transfer_group": "ord_9", "metadata": {"payment": "pay_1"}},
    }


async def test_a_checkout_session_is_paid_by_the_buyer(client: stripe.StripeClient, double: StripeDouble) -> None:
    session = await client.v1.checkout.sessions.create_async(_session_params())
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert session.url is not None
    async with nearby() as browser:
        assert "125000 usd" in (await browser.get(session.url)).text
    await control(double, f"pay/{session.id}", card="4242 4242 4242 4242")
    done = await client.v1.checkout.sessions.retrieve_async(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert (done.status, done.payment_status, done.amount_total) == ("complete", "paid", 125_000)
    assert isinstance(done.payment_intent, stripe.PaymentIntent)
    assert done.payment_intent.metadata["payment"] == "pay_1"
    assert isinstance(done.payment_intent.latest_charge, stripe.Charge)
    kinds = [event.type for event in (await client.v1.events.list_async({"limit": 4})).data]
    assert kinds[0] == "checkout.session.completed"
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.checkout.sessions.expire_async(session.id)


async def test_a_buyer_may_be_declined_or_fail_3d_secure_and_try_again(
    client: stripe.StripeClient, double: StripeDouble
) -> None:
    session = await client.v1.checkout.sessions.create_async(_session_params())
    async with nearby(base_url=double.url) as browser:
        page = f"/_control/pay/{session.id}"
        assert (await browser.post(page, data={"card": "4000 0000 0000 0002"})).status_code == 402
        failed = await browser.post(page, data={"card": "4000002500003155", "authenticate": "false"})
        assert failed.status_code == 402
        assert (await client.v1.checkout.sessions.retrieve_async(session.id)).status == "open"
        assert (await browser.post(page, data={"card": "4000002500003155"})).status_code == 200
        assert (await browser.post(page)).status_code == 409
    assert (await client.v1.checkout.sessions.retrieve_async(session.id)).payment_status == "paid"


async def test_an_expired_session_cannot_be_paid(client: stripe.StripeClient, double: StripeDouble) -> None:
    session = await client.v1.checkout.sessions.create_async(_session_params())
    assert (await client.v1.checkout.sessions.expire_async(session.id)).status == "expired"
    async with nearby() as browser:
        assert (await browser.post(f"{double.url}/_control/pay/{session.id}")).status_code == 409


async def test_refunds_never_exceed_the_charge(client: stripe.StripeClient) -> None:
    intent = await paid(client)
    first = await client.v1.refunds.create_async({"payment_intent": intent.id, "amount": 4_000})
    assert (first.status, first.amount) == ("succeeded", 4_000)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        await client.v1.refunds.create_async({"payment_intent": intent.id, "amount": 6_001})
    rest = await client.v1.refunds.create_async({"charge": str(intent.latest_charge)})
    assert rest.amount == 6_000
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded"):
        await client.v1.refunds.create_async({"payment_intent": intent.id})
    assert (await client.v1.refunds.retrieve_async(first.id)).amount == 4_000
    charge = await client.v1.charges.retrieve_async(str(intent.latest_charge))
    assert (charge.refunded, charge.amount_refunded) == (True, 10_000)


async def test_a_charge_is_shared_reversed_and_paid_out() -> None:
    with serve() as own:
        http = stripe.HTTPXClient()
        client = stripe.StripeClient("sk_test_liutong", base_addresses={"api": own.url}, http_client=http)
        seller = await client.v1.accounts.create_async({"country": "US", "email": "seller@example.test"})
        charge = str((await paid(client)).latest_charge)
        plain: Any = {"amount": 9_000, "currency": "usd", "destination": seller.id}
        with pytest.raises(stripe.InvalidRequestError) as poor:
            await client.v1.transfers.create_async(plain)
        assert poor.value.code == "balance_insufficient"
        moved = await client.v1.transfers.create_async({**plain, "source_transaction": charge})
        with pytest.raises(stripe.InvalidRequestError, match="must not exceed"):
            await client.v1.transfers.create_async({**plain, "amount": 1_001, "source_transaction": charge})
        await client.v1.transfers.reversals.create_async(moved.id, {"amount": 1_000})
        with pytest.raises(stripe.InvalidRequestError, match="greater than unreversed"):
            await client.v1.transfers.reversals.create_async(moved.id, {"amount": 8_001})
        payout: Any = {"amount": 8_000, "currency": "usd"}
        with pytest.raises(stripe.InvalidRequestError):
            await client.v1.payouts.create_async(payout, {"stripe_account": seller.id})
        await control(own, "settle")
        sent = await client.v1.payouts.create_async(payout, {"stripe_account": seller.id})
        assert sent.status == "pending"
        await control(own, "settle")
        arrived = await client.v1.payouts.retrieve_async(sent.id, options={"stripe_account": seller.id})
        assert arrived.status == "paid"
        with pytest.raises(stripe.InvalidRequestError, match="No such payout"):
            await client.v1.payouts.retrieve_async(sent.id)
        await _books_balance(client, seller.id)
        await http.close_async()


async def _books_balance(client: stripe.StripeClient, seller: str) -> None:
    ours = await client.v1.balance.retrieve_async()
    theirs = await client.v1.balance.retrieve_async(options={"stripe_account": seller})
    assert [(part.currency, part.amount) for part in theirs.available] == [("usd", 0)]
    rows = (await client.v1.balance_transactions.list_async({"limit": 100})).data
    assert {row.type for row in rows} == {"charge", "transfer", "transfer_refund"}
    assert ours.available[0].amount == sum(row.net for row in rows) == 10_000 - 320 - 9_000 + 1_000


async def test_a_payout_may_fail_and_the_money_comes_back(client: stripe.StripeClient, double: StripeDouble) -> None:
    seller = await client.v1.accounts.create_async({"country": "US"})
    charge = str((await paid(client, payment_method="pm_card_bypassPending")).latest_charge)
    there: Any = {"stripe_account": seller.id}
    await client.v1.transfers.create_async(
        {"amount": 500, "currency": "usd", "destination": seller.id, "source_transaction": charge}
    )
    sent = await client.v1.payouts.create_async({"amount": 500, "currency": "usd"}, there)
    await control(double, f"fail_payout/{sent.id}")
    assert (await client.v1.payouts.retrieve_async(sent.id, options=there)).status == "failed"
    assert (await client.v1.balance.retrieve_async(options=there)).available[0].amount == 500


async def test_the_same_key_replays_and_another_body_is_refused(client: stripe.StripeClient) -> None:
    key: Any = {"idempotency_key": "pay_7:checkout"}
    first = await client.v1.payment_intents.create_async({"amount": 500, "currency": "usd"}, key)
    again = await client.v1.payment_intents.create_async({"amount": 500, "currency": "usd"}, key)
    assert again.id == first.id
    assert again.last_response is not None
    assert again.last_response.headers["idempotent-replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        await client.v1.payment_intents.create_async({"amount": 501, "currency": "usd"}, key)


async def test_a_decline_is_replayed_but_a_malformed_request_leaves_its_key_free(
    client: stripe.StripeClient,
) -> None:
    key: Any = {"idempotency_key": "pay_8:confirm"}
    declined: Any = {
        "amount": 500,
        "currency": "usd",
        "confirm": True,
        "payment_method": "pm_card_chargeDeclined",
    }
    ids = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as refused:
            await client.v1.payment_intents.create_async(declined, key)
        assert refused.value.error.payment_intent is not None
        ids.append(refused.value.error.payment_intent.id)
    assert ids[0] == ids[1]
    free: Any = {"idempotency_key": "pay_9:create"}
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.payment_intents.create_async({"amount": 500, "curency": "usd"}, free)  # type: ignore[typeddict-item]
    assert await client.v1.payment_intents.create_async({"amount": 500, "currency": "usd"}, free)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_injected_failure_is_retried_and_pays_once(
    client: stripe.StripeClient, double: StripeDouble, when: str
) -> None:
    await control(double, "fail_next", status="500", when=when)
    group = f"retried-{when}"
    intent = await paid(client, transfer_group=group)
    charges = (await client.v1.charges.list_async({"transfer_group": group})).data
    assert [charge.payment_intent for charge in charges] == [intent.id]


async def test_an_answer_may_be_lost_again_and_again_and_is_still_the_same(
    client: stripe.StripeClient, double: StripeDouble
) -> None:
    await control(double, "fail_next", status="503", when="after", times="3")
    key: Any = {"idempotency_key": "pay_10:create"}
    with pytest.raises(stripe.APIError):
        await client.v1.payment_intents.create_async({"amount": 777, "currency": "usd"}, key)
    found = await client.v1.payment_intents.create_async({"amount": 777, "currency": "usd"}, key)
    listed = (await client.v1.payment_intents.list_async({"limit": 100})).data
    assert [intent.id for intent in listed if intent.amount == 777] == [found.id]


async def test_failures_beyond_the_retries_reach_the_caller(client: stripe.StripeClient, double: StripeDouble) -> None:
    await control(double, "fail_next", status="503", times="3")
    with pytest.raises(stripe.APIError):
        await paid(client)


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"amount": 500}, "parameter_missing", "currency"),
        ({"amount": "many", "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ({"amount": 500, "currency": "usd", "colour": "red"}, "parameter_unknown", "colour"),
        (
            {"amount": 500, "currency": "usd", "automatic_payment_methods": {"enabled": True, "on": True}},
            "parameter_unknown",
            "automatic_payment_methods[on]",
        ),
        (
            {"amount": 500, "currency": "usd", "capture_method": "later"},
            "parameter_invalid",
            "capture_method",
        ),
        (
            {"amount": 500, "currency": "usd", "on_behalf_of": "acct_1"},
            "double_not_simulated",
            "on_behalf_of",
        ),
        ({"amount": 49, "currency": "usd"}, "amount_too_small", "amount"),
    ],
)
async def test_parameters_are_checked_against_the_sdk(
    client: stripe.StripeClient, params: Any, code: str, param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.payment_intents.create_async(params)
    assert (refused.value.code, refused.value.param) == (code, param)


async def test_only_test_keys_and_the_sdks_version_are_taken(double: StripeDouble) -> None:
    async with nearby(base_url=double.url) as http:
        live = await http.get("/v1/balance", headers={"authorization": "Bearer sk_live_123456"})
        headers = {"authorization": "Bearer sk_test_123456", "stripe-version": "2020-08-27"}
        old = await http.get("/v1/balance", headers=headers)
        unknown = await http.get("/v1/coffees", headers={"authorization": "Bearer sk_test_123456"})
    assert (live.status_code, old.status_code, unknown.status_code) == (401, 400, 404)


async def test_lists_are_paged_to_the_end(client: stripe.StripeClient) -> None:
    made = [(await client.v1.accounts.create_async({"country": "US"})).id for _ in range(5)]
    page = await client.v1.accounts.list_async({"limit": 2})
    seen = [account.id async for account in page.auto_paging_iter()]
    assert seen[:5] == made[::-1]
    assert len(seen) == len(set(seen))


@dataclass
class Inbox:
    """A real little webhook endpoint that refuses the first tries."""

    url: str
    received: list[tuple[bytes, str]]
    refuse: int = 0


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    state = Inbox("", [])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            state.received.append((body, self.headers["stripe-signature"]))
            self.send_response(503 if len(state.received) <= state.refuse else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Keep the test output clean."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


async def _until(count: int, inbox: Inbox) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(inbox.received) < count:  # noqa: ASYNC110  (another thread fills it)
            await asyncio.sleep(0.02)


async def test_webhooks_are_signed_retried_and_sent_again_on_demand(inbox: Inbox) -> None:
    inbox.refuse = 2
    with serve(webhook_url=inbox.url, webhook_secret=SECRET, retry_waits=(0, 0.02, 0.02, 0.02)) as own:
        http = stripe.HTTPXClient()
        client = stripe.StripeClient("sk_test_liutong", base_addresses={"api": own.url}, http_client=http)
        intent = await client.v1.payment_intents.create_async({"amount": 500, "currency": "usd"})
        await _until(3, inbox)
        body, signature = inbox.received[-1]
        event = client.construct_event(body, signature, SECRET)
        assert (event.type, event.data.object["id"]) == ("payment_intent.created", intent.id)
        assert event.api_version == stripe.api_version
        assert (await client.v1.events.retrieve_async(event.id)).data.object["id"] == intent.id
        await control(own, f"resend/{event.id}")
        await _until(4, inbox)
        assert json.loads(inbox.received[-1][0])["id"] == event.id
        await http.close_async()


async def test_a_tampered_webhook_is_refused(inbox: Inbox, client: stripe.StripeClient) -> None:
    with serve(webhook_url=inbox.url, webhook_secret=SECRET) as own:
        http = stripe.HTTPXClient()
        sender = stripe.StripeClient("sk_test_liutong", base_addresses={"api": own.url}, http_client=http)
        await sender.v1.payment_intents.create_async({"amount": 500, "currency": "usd"})
        await _until(1, inbox)
        await http.close_async()
    body, signature = inbox.received[0]
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(body.replace(b"500", b"501"), signature, SECRET)
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(body, signature, "whsec_other")


def test_a_webhook_needs_both_a_url_and_a_secret() -> None:
    with pytest.raises(ValueError, match="both"), serve(webhook_url="http://127.0.0.1:1/"):
        raise AssertionError("it must not start")


@pytest.mark.slow
def test_it_runs_from_the_command_line_and_prints_its_address() -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.doubles.stripe", "--port", "0"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            answer = httpx.get(f"{url}/_control/deliveries", trust_env=False, timeout=PATIENCE_SECONDS)
            assert answer.json() == []
        finally:
            process.terminate()
