"""The Stripe gateway itself: keys, sharing out, paying out, and what it says when Stripe does not answer."""

from dataclasses import replace

import httpx
import pytest

from kernel import ids
from kernel.money import Money
from kernel.settings import Mode, Secret, Settings, SettingsInvalid
from market.payments.errors import GatewayUnavailable, PaymentRefused
from market.payments.gateways.references import reference_of
from market.payments.gateways.registry import make
from market.payments.gateways.stripe import StripeGateway

USD = Money(10_000, "USD")


@pytest.mark.parametrize(
    ("mode", "key", "fits"),
    [
        (Mode.SANDBOX, "sk_test_1", True),
        (Mode.SANDBOX, "rk_test_1", True),
        (Mode.SANDBOX, "sk_live_1", False),
        (Mode.PRODUCTION, "sk_live_1", True),
        (Mode.PRODUCTION, "rk_live_1", True),
        (Mode.PRODUCTION, "sk_test_1", False),
        (Mode.PRODUCTION, "pk_live_1", False),
    ],
)
def test_live_keys_are_for_production_and_test_keys_for_the_sandbox(mode: Mode, key: str, fits: bool) -> None:
    settings = Settings(mode=mode, stripe_api_key=Secret(key))
    if fits:
        assert "card" in make(settings)
    else:
        with pytest.raises(SettingsInvalid) as refused:
            StripeGateway(settings)
        assert key not in str(refused.value)


def test_production_never_speaks_to_a_stand_in() -> None:
    settings = Settings(mode=Mode.PRODUCTION, stripe_api_key=Secret("sk_live_1"), stripe_api_base="http://127.0.0.1:1")
    with pytest.raises(SettingsInvalid, match="STRIPE_API_BASE"):
        StripeGateway(settings)


def test_production_without_an_account_takes_no_transfers() -> None:
    assert make(Settings(mode=Mode.PRODUCTION)) == {}
    assert set(make(Settings())) == {"bank_transfer"}


def test_the_reference_is_short_and_of_its_payment_alone() -> None:
    made = {reference_of(ids.new("pay")) for _ in range(500)}
    assert len(made) == 500
    assert all(len(reference) == 14 for reference in made)


async def test_a_charge_is_shared_and_paid_out_once_however_often_it_is_asked(
    settings: Settings, stripe_http: httpx.AsyncClient
) -> None:
    gateway = StripeGateway(settings)
    seller = (await stripe_http.post("/v1/accounts", data={"country": "US"})).json()["id"]
    paid = {"amount": "10000", "currency": "usd", "confirm": "true", "payment_method": "pm_card_bypassPending"}
    charge = (await stripe_http.post("/v1/payment_intents", data=paid)).json()["latest_charge"]
    order, transfer_id, payout_id = ids.new("ord"), ids.new("stl"), ids.new("stl")
    share = Money(9_500, "USD")
    sent = [
        await gateway.transfer(transfer_id, seller, share, order_id=order, charge_reference=charge) for _ in range(2)
    ]
    assert sent[0] == sent[1]
    assert sent[0].done
    paid_out = [await gateway.payout(payout_id, seller, share) for _ in range(2)]
    assert paid_out[0] == paid_out[1]
    balance = await stripe_http.get("/v1/balance", headers={"stripe-account": seller})
    assert balance.json()["available"][0]["amount"] == 0
    with pytest.raises(PaymentRefused) as refused:
        await gateway.transfer(ids.new("stl"), seller, USD, order_id=order, charge_reference=charge)
    assert refused.value.facts["reason"] == "transfer_source_balance_parameters_mismatch"


async def test_what_was_sent_is_not_sent_again_when_stripe_has_forgotten_the_key(
    settings: Settings, stripe_http: httpx.AsyncClient
) -> None:
    """A job may wait longer than Stripe keeps keys; the double keeps them for each API key, so another knows none."""
    seller = (await stripe_http.post("/v1/accounts", data={"country": "US"})).json()["id"]
    paid = {"amount": "20000", "currency": "usd", "confirm": "true", "payment_method": "pm_card_bypassPending"}
    await stripe_http.post("/v1/payment_intents", data=paid)
    share, payout = Money(5_000, "USD"), ids.new("pyt")
    sent = set()
    for key in ("sk_test_liutong", "sk_test_a_day_later"):
        gateway = StripeGateway(replace(settings, stripe_api_key=Secret(key)))
        moved = await gateway.transfer(payout, seller, share, order_id=payout, charge_reference=None)
        gone = await gateway.payout(payout, seller, share)
        sent.add((moved.reference, gone.reference))
    assert len(sent) == 1
    made = (await stripe_http.get("/v1/transfers", params={"transfer_group": payout})).json()["data"]
    assert [each["amount"] for each in made] == [5_000]
    assert len((await stripe_http.get("/v1/payouts", headers={"stripe-account": seller})).json()["data"]) == 1


async def test_no_answer_is_unavailable_and_not_refused(settings: Settings) -> None:
    gateway = StripeGateway(replace(settings, stripe_api_base="http://127.0.0.1:9"))
    with pytest.raises(GatewayUnavailable):
        await gateway.look("cs_test_1")


async def test_a_wrong_key_is_unavailable_and_never_shown(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway = StripeGateway(replace(settings, stripe_api_key=Secret("sk_test_1")))
    with pytest.raises(GatewayUnavailable) as refused:
        await gateway.look("cs_test_1")
    seen = capsys.readouterr()
    assert "sk_test_1" not in seen.out + seen.err + str(refused.value)
    assert "sk_test_1" not in repr(gateway.__dict__)
