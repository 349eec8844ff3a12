"""A placed order, and Stripe's double."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from contracts.agreements.models import Agreement
from contracts.agreements.states import AGREEMENT, AgreementAction
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.runtime import Runtime
from kernel.settings import Secret, Settings
from kernel.states import Role
from market.orders.models import Order
from market.orders.states import ORDER
from tests.conftest import NOW, As, Client
from tests.doubles.stripe import StripeDouble, serve
from tests.patience import nearby

WEBHOOK_SECRET = "whsec_test"
POLICY = {
    "vocabulary": "2026-11",
    "actions": ["use"],
    "purposes": ["research"],
    "territory": ["CN"],
    "term_days": 30,
}
"""The licence of an agreement from before there were terms."""


@pytest.fixture(scope="package")
def double() -> Iterator[StripeDouble]:
    """One double for these tests; each looks only at its own payments."""
    with serve() as running:
        yield running


@pytest.fixture
def settings(settings: Settings, double: StripeDouble) -> Settings:
    """Cards go to the double."""
    return replace(settings, stripe_api_key=Secret("sk_test_liutong"), stripe_api_base=double.url)


@pytest.fixture
async def stripe_http(double: StripeDouble) -> AsyncIterator[httpx.AsyncClient]:
    """What the buyer's browser and the double's controls speak to."""
    headers = {"authorization": "Bearer sk_test_liutong"}
    async with nearby(base_url=double.url, headers=headers) as http:
        yield http


Place = Callable[..., Awaitable[str]]


@pytest.fixture
def place(runtime: Runtime, as_: As) -> Place:
    """Store an order that waits for payment, as `market.orders` leaves it."""

    async def placed(buyer: Client, amount_minor: int = 125_000, currency: str = "CNY", *, signed: bool = True) -> str:
        provider = await as_("provider")
        order = Order(
            id=ids.new("ord"),
            buyer=buyer.party,
            provider=provider.party,
            listing_id=ids.new("lst"),
            asset_id=ids.new("ast"),
            revision_id=ids.new("rev"),
            certificate_id=ids.new("crt"),
            title_zh="航班数据",
            title_en="Flights 2013",
            purpose="research",
            use_case="test",
            amount_minor=amount_minor,
            currency=currency,
            licence={},
            terms={"kind": "terms", "version": "2026-11", "sha256": ""},
            payment_due_at=NOW + timedelta(days=5),
            placed_at=NOW,
        )
        async with runtime.act() as act:
            if signed:
                order.agreement_id = await _signed(act, order)
            await lifecycle.begin(act, order, ORDER, parties=[buyer.party])
        return order.id

    return placed


async def _signed(act: Act, order: Order) -> str:
    """An agreement in force for the order."""
    agreement = Agreement(
        id=ids.new("agr"),
        order_id=order.id,
        provider=order.provider,
        consumer=order.buyer,
        asset_id=order.asset_id,
        revision_id=order.revision_id,
        files=[],
        amount_minor=order.amount_minor,
        currency=order.currency,
        term_days=365,
        content={"purpose": "research", "policy": POLICY},
        digest="sha256:" + "0" * 64,
        created_at=NOW,
    )
    await lifecycle.begin(act, agreement, AGREEMENT)
    for action, role in (
        (AgreementAction.SIGN_FIRST, Role.PROVIDER),
        (AgreementAction.COUNTERSIGN, Role.BUYER),
    ):
        await lifecycle.advance(act, agreement, AGREEMENT, action, role)
    return agreement.id


async def opened(buyer: Client, order_id: str, method: str = "bank_transfer", **more: Any) -> dict[str, Any]:
    """Open a payment and give its view."""
    answer = await buyer.post(f"/v1/orders/{order_id}/payments", {"method": method}, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()
