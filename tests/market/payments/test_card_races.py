"""A card payment that is given up while its page is being opened: nobody may be left a page to pay on."""

from typing import Any

import httpx
import pytest

from kernel.db import one, unit
from kernel.runtime import Runtime
from market.payments import commands
from market.payments.gateways.protocol import Opened, PaymentIntentFacts
from market.payments.models import Payment
from tests.conftest import As, Drain
from tests.market.payments.conftest import Place


@pytest.mark.parametrize("ending", ["payment", "order"])
async def test_a_page_that_opens_after_the_end_is_closed(
    as_: As,
    place: Place,
    runtime: Runtime,
    drain: Drain,
    stripe_http: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    ending: str,
) -> None:
    buyer = await as_("buyer")
    order = await place(buyer, 9_900, "USD")
    real = commands.gateway

    class Slow:
        """Stripe, just as the buyer has second thoughts."""

        async def open(self, intent: PaymentIntentFacts) -> Opened:
            path = f"/v1/payments/{intent.payment_id}/cancel"
            if ending == "order":
                path = f"/v1/orders/{order}/cancellation"
            given_up = await buyer.post(path, {"reason": "no"} if ending == "order" else None)
            assert given_up.status_code == 200, given_up.text
            await drain()  # The order's end had nothing to close yet.
            return await real(runtime, "card").open(intent)

        def __getattr__(self, name: str) -> Any:
            return getattr(real(runtime, "card"), name)

    monkeypatch.setattr(commands, "gateway", lambda *_: Slow())
    answer = await buyer.post(f"/v1/orders/{order}/payments", {"method": "card"})
    assert (answer.json()["status"], answer.json()["checkout_url"]) == ("cancelled", None)
    await drain()
    async with unit(runtime.sessions) as session:
        page = (await one(session, Payment, answer.json()["id"])).gateway_reference
    assert page is not None
    shown = (await stripe_http.get(f"/v1/checkout/sessions/{page}")).json()
    assert shown["status"] == "expired"
