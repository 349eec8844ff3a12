"""One script of what Liutong relies on at Stripe, run against the double and, with a test key, against Stripe itself.

LIUTONG_STRIPE_TEST_KEY=sk_test_… runs it against Stripe's test mode: cards that are no cards, and no money.
"""

import os
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import stripe

from market.payments.gateways.balance import seen_transaction
from market.payments.gateways.stripe import API_VERSION
from tests.doubles.stripe import serve

KEY = os.environ.get("LIUTONG_STRIPE_TEST_KEY", "")
AT_STRIPE = pytest.mark.skipif(
    not KEY.startswith(("sk_test_", "rk_test_")), reason="LIUTONG_STRIPE_TEST_KEY is not set to a test key"
)


@pytest.fixture(params=["double", pytest.param("stripe", marks=AT_STRIPE)])
async def client(request: pytest.FixtureRequest) -> AsyncIterator[stripe.StripeClient]:
    http = stripe.HTTPXClient(timeout=60)
    if request.param == "stripe":
        yield stripe.StripeClient(KEY, stripe_version=API_VERSION, http_client=http)
    else:
        with serve() as running:
            yield stripe.StripeClient(
                "sk_test_liutong", stripe_version=API_VERSION, base_addresses={"api": running.url}, http_client=http
            )
    await http.close_async()


async def paid(client: stripe.StripeClient, key: str, amount: int = 10_000) -> stripe.PaymentIntent:
    params: Any = {
        "amount": amount,
        "currency": "usd",
        "confirm": True,
        "payment_method": "pm_card_bypassPending",
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        "metadata": {"order": "ord_contract"},
    }
    return await client.v1.payment_intents.create_async(params, {"idempotency_key": key})


async def raw(client: stripe.StripeClient, path: str, **params: Any) -> Any:
    return (await client.raw_request_async("get", path, **params)).data


async def test_a_charge_its_fee_and_its_refund_are_balance_transactions(client: stripe.StripeClient) -> None:
    intent = await paid(client, uuid.uuid4().hex)
    assert (intent.status, intent.amount_received) == ("succeeded", 10_000)
    charge = str(intent.latest_charge)
    refund = await client.v1.refunds.create_async({"charge": charge, "amount": 4_000, "metadata": {"refund": "rfd_1"}})
    assert refund.status in ("succeeded", "pending")
    for source, kind, amount in ((charge, "charge", 10_000), (refund.id, "refund", -4_000)):
        page = await raw(client, "/v1/balance_transactions", source=source, limit=1, expand=["data.source"])
        assert set(page) >= {"data", "has_more"}
        (row,) = page["data"]
        seen = seen_transaction(row)
        assert (seen.kind, seen.source) == (kind, source)
        assert seen.net_minor == seen.amount_minor - seen.fee_minor
        assert (seen.amount_minor > 0) == (amount > 0)
        if seen.currency == "USD":
            assert (seen.amount_minor, seen.exchange_rate) == (amount, None)
        else:
            assert seen.exchange_rate is not None
        assert (seen.fee_minor > 0) == (kind == "charge")


async def test_the_list_goes_back_in_time_page_by_page(client: stripe.StripeClient) -> None:
    for _ in range(2):
        await paid(client, uuid.uuid4().hex, 1_000)
    first = await raw(client, "/v1/balance_transactions", limit=1)
    assert first["has_more"] is True
    second = await raw(client, "/v1/balance_transactions", limit=1, starting_after=first["data"][0]["id"])
    assert second["data"][0]["created"] <= first["data"][0]["created"]
    assert second["data"][0]["id"] != first["data"][0]["id"]
    since = await raw(
        client, "/v1/balance_transactions", limit=100, created={"gte": int(first["data"][0]["created"]) + 60}
    )
    assert since["data"] == []
    balance = await client.v1.balance.retrieve_async()
    assert {part.currency for part in [*balance.available, *balance.pending]}


async def test_a_key_answers_the_same_and_refuses_other_parameters(client: stripe.StripeClient) -> None:
    key = uuid.uuid4().hex
    assert (await paid(client, key)).id == (await paid(client, key)).id
    with pytest.raises(stripe.IdempotencyError):
        await paid(client, key, 10_001)


async def test_what_cannot_be_is_refused_by_code(client: stripe.StripeClient) -> None:
    intent = await paid(client, uuid.uuid4().hex)
    with pytest.raises(stripe.InvalidRequestError) as above:
        await client.v1.refunds.create_async({"charge": str(intent.latest_charge), "amount": 10_001})
    assert above.value.http_status == 400
    await client.v1.refunds.create_async({"charge": str(intent.latest_charge)})
    with pytest.raises(stripe.InvalidRequestError) as twice:
        await client.v1.refunds.create_async({"charge": str(intent.latest_charge)})
    assert twice.value.code == "charge_already_refunded"
    with pytest.raises(stripe.InvalidRequestError) as missing:
        await client.v1.refunds.retrieve_async("re_0000000000000000")
    assert (missing.value.code, missing.value.http_status) == ("resource_missing", 404)
    declined: Any = {
        "amount": 1_000,
        "currency": "usd",
        "confirm": True,
        "payment_method": "pm_card_chargeDeclined",
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
    }
    with pytest.raises(stripe.CardError) as refused:
        await client.v1.payment_intents.create_async(declined)
    assert refused.value.code == "card_declined"
