"""Paying by bank transfer: the default."""

import asyncio

import pytest

from kernel.db import one, unit
from kernel.runtime import Runtime
from market.ledger import book, queries
from market.orders.models import Order
from market.reconciliation import check
from tests.conftest import As, Client
from tests.market.payments.conftest import Place, opened
from tests.refusals import not_there, refused


def transfer(amount: str = "1250.00", reference: str = "B20261123-1", currency: str = "CNY") -> dict[str, object]:
    money = {"amount": amount, "currency": currency}
    return {"bank_reference": reference, "amount": money, "received_on": "2026-11-23"}


async def order_status(runtime: Runtime, order_id: str) -> str:
    async with unit(runtime.sessions) as session:
        return str((await one(session, Order, order_id)).status)


async def test_a_transfer_is_opened_confirmed_and_booked(as_: As, place: Place, runtime: Runtime) -> None:
    buyer, clearing = await as_("buyer"), await as_("clearing")
    order = await place(buyer)
    payment = await opened(buyer, order)
    told = payment["instructions"]
    assert (told["account_number"], told["bank"]) == ("6222020000000000000", "示例银行 Sample Bank")
    assert told["reference"].startswith("LT-")
    assert (payment["status"], payment["allowed_actions"], payment["checkout_url"]) == ("opened", ["cancel"], None)
    confirmed = await clearing.post(f"/v1/payments/{payment['id']}/confirm", transfer())
    assert confirmed.status_code == 200, confirmed.text
    assert (confirmed.json()["status"], confirmed.json()["bank_reference"]) == ("succeeded", "B20261123-1")
    assert await order_status(runtime, order) == "paid"
    async with unit(runtime.sessions) as session:
        held = await queries.balance(session, book.escrow(order), "CNY")
        assert str(held) == "1250.00 CNY"
        assert (await check(session)).faults == []
    balances = await clearing.get("/v1/ledger/accounts", params={"prefix": "world:"})
    assert balances.json()["items"] == [{"account": "world:bank", "balance": {"amount": "-1250.00", "currency": "CNY"}}]
    trial = (await clearing.get("/v1/ledger/trial-balance")).json()
    assert [row["difference_minor"] for row in trial] == [0]
    statement = await clearing.get(f"/v1/ledger/accounts/{book.escrow(order)}/statement")
    assert [line["kind"] for line in statement.json()["items"]] == ["sale_received"]


async def test_opening_again_gives_the_same_payment(as_: As, place: Place) -> None:
    buyer = await as_("buyer")
    order = await place(buyer)
    path, body = f"/v1/orders/{order}/payments", {"method": "bank_transfer"}
    first, again, other = [await buyer.post(path, body, idempotency=key) for key in ("k1", "k1", "k2")]
    assert first.json() == again.json() == other.json()
    assert again.headers["idempotency-replayed"] == "true"
    reused = await buyer.post(path, {"method": "card"}, idempotency="k1")
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")
    changed = await buyer.post(path, {"method": "card"})
    assert (changed.status_code, changed.json()["code"]) == (409, "payment-pending")


async def test_two_openings_at_once_make_one_payment(as_: As, place: Place) -> None:
    buyer = await as_("buyer")
    order = await place(buyer)
    views = await asyncio.gather(*(opened(buyer, order) for _ in range(4)))
    assert len({view["id"] for view in views}) == 1


async def test_an_order_is_paid_once(as_: As, place: Place) -> None:
    buyer, clearing = await as_("buyer"), await as_("clearing")
    order = await place(buyer)
    payment = await opened(buyer, order)
    path = f"/v1/payments/{payment['id']}/confirm"
    assert (await clearing.post(path, transfer())).status_code == 200
    again = await clearing.post(path, transfer(reference="B20261123-2"))
    assert (again.status_code, again.json()["code"]) == (409, "illegal-transition")
    for method in ("bank_transfer", "card"):
        refused = await buyer.post(f"/v1/orders/{order}/payments", {"method": method})
        assert (refused.status_code, refused.json()["code"]) == (409, "already-paid")
        assert refused.json()["rule"]["id"] == "LT-PAY-01"


async def test_one_bank_reference_confirms_one_payment(as_: As, place: Place, runtime: Runtime) -> None:
    buyer, clearing = await as_("buyer"), await as_("clearing")
    first, second = await place(buyer), await place(buyer)
    for order, reference, status in ((first, "SAME-1f", 200), (second, "same-1F", 409)):
        payment = await opened(buyer, order)
        answer = await clearing.post(f"/v1/payments/{payment['id']}/confirm", transfer(reference=reference))
        assert answer.status_code == status, answer.text
    assert answer.json()["code"] == "bank-reference-used"
    assert await order_status(runtime, second) == "placed"


@pytest.mark.parametrize(("amount", "currency"), [("1249.99", "CNY"), ("1250.01", "CNY"), ("1250.00", "HKD")])
async def test_the_amount_must_match_to_the_minor_unit(
    as_: As, place: Place, runtime: Runtime, amount: str, currency: str
) -> None:
    buyer, clearing = await as_("buyer"), await as_("clearing")
    order = await place(buyer)
    payment = await opened(buyer, order)
    answer = await clearing.post(f"/v1/payments/{payment['id']}/confirm", transfer(amount, "B-1234", currency=currency))
    assert (answer.status_code, answer.json()["code"]) == (422, "amount-mismatch")
    assert answer.json()["rule"]["id"] == "LT-PAY-02"
    assert await order_status(runtime, order) == "placed"
    assert (await clearing.get("/v1/ledger/accounts")).json()["items"] == []


async def test_only_the_clearing_officer_confirms(as_: As, place: Place) -> None:
    buyer = await as_("buyer")
    payment = await opened(buyer, await place(buyer))
    for client in (buyer, await as_("provider"), await as_("operator"), await as_("reviewer")):
        answer = await client.post(f"/v1/payments/{payment['id']}/confirm", transfer())
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_a_payment_is_nobody_elses_business(as_: As, place: Place, client: Client) -> None:
    buyer, stranger = await as_("buyer"), await as_("buyer", "stranger")
    order = await place(buyer)
    not_there(await stranger.post(f"/v1/orders/{order}/payments", {}))
    payment = await opened(buyer, order)
    not_there(await stranger.get(f"/v1/payments/{payment['id']}"))
    not_there(await stranger.post(f"/v1/payments/{payment['id']}/cancel"))
    assert (await stranger.get("/v1/payments")).json()["items"] == []
    refused(await client.get(f"/v1/payments/{payment['id']}"), 401, "unauthenticated")
    clearing = await as_("clearing")
    listed = await clearing.get("/v1/payments", params={"status": "opened", "order_id": order})
    assert [row["id"] for row in listed.json()["items"]] == [payment["id"]]
    assert listed.json()["items"][0]["allowed_actions"] == ["succeed"]


async def test_a_cancelled_payment_makes_room_for_another(as_: As, place: Place) -> None:
    buyer = await as_("buyer")
    order = await place(buyer)
    first = await opened(buyer, order)
    cancelled = await buyer.post(f"/v1/payments/{first['id']}/cancel")
    assert cancelled.json()["status"] == "cancelled"
    refused(await buyer.post(f"/v1/payments/{first['id']}/cancel"), 409, "illegal-transition", "LT-GEN-02")
    second = await opened(buyer, order)
    assert second["id"] != first["id"]
    assert second["instructions"]["reference"] != first["instructions"]["reference"]


async def test_malformed_requests_are_refused(as_: As, place: Place) -> None:
    buyer, clearing = await as_("buyer"), await as_("clearing")
    order = await place(buyer)
    path = f"/v1/orders/{order}/payments"
    for body in ({"method": "cash"}, {"methods": "card"}, {"return_url": "javascript:alert(1)"}):
        refused(await buyer.post(path, body), 400, "invalid-input")
    not_there(await buyer.post("/v1/orders/ord_1/payments", {}))
    payment = await opened(buyer, order)
    for over in ({"bank_reference": "a b"}, {"amount": {"amount": "1,250", "currency": "CNY"}}, {"paid": True}):
        answer = await clearing.post(f"/v1/payments/{payment['id']}/confirm", {**transfer(), **over})
        refused(answer, 400, "invalid-input")


async def test_nothing_is_paid_without_an_agreement_in_force(as_: As, place: Place) -> None:
    buyer = await as_("buyer")
    order = await place(buyer, signed=False)
    answer = await buyer.post(f"/v1/orders/{order}/payments", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "agreement-not-in-force")
    assert (await buyer.get("/v1/payments")).json()["items"] == []


async def test_money_cannot_have_arrived_tomorrow(as_: As, place: Place, runtime: Runtime) -> None:
    buyer, clearing = await as_("buyer"), await as_("clearing")
    order = await place(buyer)
    payment = await opened(buyer, order)
    path = f"/v1/payments/{payment['id']}/confirm"
    for day in ("2026-11-24", "9999-12-31"):
        faulty = await clearing.post(path, {**transfer(), "received_on": day})
        assert refused(faulty, 400, "invalid-input")["errors"][0]["pointer"] == "/received_on"
    assert await order_status(runtime, order) == "placed"
    assert (await clearing.post(path, {**transfer(), "received_on": "2026-11-20"})).status_code == 200
