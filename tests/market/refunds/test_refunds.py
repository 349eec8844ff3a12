"""Refunds before a settlement: set aside at once, sent by a job or by the bank, booked when sent, once."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from kernel.db import locked, one, unit
from kernel.errors import NotFound
from kernel.runtime import Runtime
from kernel.states import Role
from market.ledger import book, commands, queries
from market.ledger.errors import Overdraft
from market.orders.models import Order
from market.payments.gateways.registry import gateway
from market.payments.models import Payment
from market.reconciliation import check
from market.refunds import commands as refunds
from market.refunds import sending
from market.refunds.errors import NothingPaid
from market.refunds.models import Refund
from tests.conftest import As, Client, Drain
from tests.market.payments.conftest import Place, opened
from tests.market.payments.test_bank_transfer import order_status, transfer
from tests.market.payments.test_card import events_of, page_of, report, status_of
from tests.refusals import not_there, refused


def asked(subject: str, amount: str, currency: str = "CNY") -> dict[str, Any]:
    return {"subject_id": subject, "amount": {"amount": amount, "currency": currency}, "reason": "协商退款"}


async def ended(runtime: Runtime, order_id: str) -> None:
    """What an order does when it is called off after its payment."""
    async with runtime.act() as act:
        await refunds.end_order(act, await locked(act.session, Order, order_id), Role.SYSTEM, "x")


async def only(runtime: Runtime, subject_id: str) -> Refund:
    async with unit(runtime.sessions) as session:
        return (await session.scalars(select(Refund).where(Refund.subject_id == subject_id))).one()


async def everything_is_back(runtime: Runtime) -> None:
    async with unit(runtime.sessions) as session:
        rows = (await queries.balances(session, "", 100, None)).items
        assert {row.balance.amount for row in rows} == {"0.00"}
        assert (await check(session)).faults == []


async def paid_by_card(
    as_: As, place: Place, client: Client, runtime: Runtime, drain: Drain, http: httpx.AsyncClient
) -> tuple[Client, str, str]:
    """An order of 99.00 USD that its buyer has paid by card; gives buyer, order and payment."""
    buyer = await as_("buyer")
    order = await place(buyer, 9_900, "USD")
    payment = await opened(buyer, order, "card")
    page = await page_of(runtime, payment["id"])
    await http.post(f"/_control/pay/{page}")
    await report(client, (await events_of(http, page))[0])
    await drain()
    assert await status_of(runtime, payment["id"]) == "succeeded"
    return buyer, order, payment["id"]


@pytest.mark.slow
async def test_a_card_is_refunded_by_the_job(
    as_: As, place: Place, client: Client, runtime: Runtime, drain: Drain, stripe_http: httpx.AsyncClient
) -> None:
    _, order, payment = await paid_by_card(as_, place, client, runtime, drain, stripe_http)
    await ended(runtime, order)
    assert await status_of(runtime, payment) == "succeeded"
    await drain()
    assert await status_of(runtime, payment) == "refunded"
    async with unit(runtime.sessions) as session:
        row = await one(session, Payment, payment)
    charge = (await stripe_http.get(f"/v1/charges/{row.charge_reference}")).json()
    assert (charge["refunded"], charge["amount_refunded"]) == (True, 9_900)
    await everything_is_back(runtime)
    await sending.send(runtime, (await only(runtime, order)).id)
    assert len((await stripe_http.get("/v1/refunds", params={"charge": charge["id"]})).json()["data"]) == 1


@pytest.mark.slow
async def test_a_crash_between_stripe_and_the_books_refunds_once(
    as_: As, place: Place, client: Client, runtime: Runtime, drain: Drain, stripe_http: httpx.AsyncClient
) -> None:
    """The first attempt reached Stripe and died before its outcome was stored; its key may be forgotten by then."""
    _, order, payment = await paid_by_card(as_, place, client, runtime, drain, stripe_http)
    await ended(runtime, order)
    async with unit(runtime.sessions) as session:
        paid = await one(session, Payment, payment)
    refund = await only(runtime, order)
    first = await gateway(runtime, "card").refund(refund.id, payment, paid.charge_reference, refund.money)
    await drain()
    assert (await only(runtime, order)).gateway_reference == first.reference
    await everything_is_back(runtime)


@pytest.mark.slow
async def test_a_refund_that_fails_after_it_succeeded_is_owed_and_sent_another_way(
    as_: As, place: Place, client: Client, runtime: Runtime, drain: Drain, stripe_http: httpx.AsyncClient
) -> None:
    buyer, order, payment = await paid_by_card(as_, place, client, runtime, drain, stripe_http)
    clearing = await as_("clearing")
    made = await clearing.post("/v1/refunds", asked(order, "99.00", "USD"))
    assert (made.status_code, made.json()["status"], made.json()["method"]) == (201, "begun", "card")
    await drain()
    assert await order_status(runtime, order) == "refunded"
    path = f"/v1/refunds/{made.json()['id']}"
    sent = (await buyer.get(path)).json()
    assert (sent["status"], await status_of(runtime, payment)) == ("succeeded", "refunded")
    failed = await stripe_http.post(f"/_control/fail_refund/{sent['gateway_reference']}")
    assert failed.status_code == 200, failed.text
    for event in await events_of(stripe_http, sent["gateway_reference"]):
        await report(client, event)  # Late, doubled and out of order: each asks how the refund stands now.
    await drain()
    owed = (await clearing.get(path)).json()
    assert (owed["status"], owed["failure"], owed["allowed_actions"]) == (
        "failed",
        "expired_or_canceled_card",
        ["resend"],
    )
    assert await status_of(runtime, payment) == "succeeded"
    assert [each["id"] for each in (await clearing.get("/v1/refunds?status=failed")).json()["items"]] == [owed["id"]]
    async with unit(runtime.sessions) as session:
        assert (await queries.balance(session, book.refunding(order), "USD")).minor == 9_900
        assert (await queries.balance(session, book.Source.STRIPE, "USD")).minor == -9_900
        assert (await check(session)).faults == []
    again = await clearing.post(f"{path}/resending", {"method": "bank_transfer", "reason": "卡已过期"})
    assert (again.status_code, again.json()["status"], again.json()["attempts"]) == (200, "begun", 2)
    done = await clearing.post(f"{path}/confirmation", {"bank_reference": "R-0009", "sent_on": "2026-11-23"})
    assert (done.status_code, done.json()["status"]) == (200, "succeeded")
    assert await status_of(runtime, payment) == "refunded"
    async with unit(runtime.sessions) as session:
        assert (await queries.balance(session, book.refunding(order), "USD")).minor == 0
        assert (await check(session)).faults == []


@pytest.mark.slow
async def test_a_transfer_is_refunded_in_parts_by_the_clearing_officer(
    as_: As, place: Place, runtime: Runtime, drain: Drain
) -> None:
    """1,250.00 was paid: 250.00 goes back and the order goes on, then the rest, and the order ends."""
    buyer, provider, clearing = await as_("buyer"), await as_("provider"), await as_("clearing")
    order = await place(buyer)
    payment = (await opened(buyer, order))["id"]
    refused(await clearing.post("/v1/refunds", asked(order, "1.00")), 409, "nothing-paid", "LT-RFD-01")
    await clearing.post(f"/v1/payments/{payment}/confirm", transfer())
    refused(await buyer.post("/v1/refunds", asked(order, "1.00")), 403, "forbidden")
    first = await provider.post("/v1/refunds", asked(order, "250.00"))
    assert (first.status_code, first.json()["status"]) == (201, "begun")
    above = refused(
        await clearing.post("/v1/refunds", asked(order, "1000.01")), 422, "refund-above-remaining", "LT-RFD-01"
    )
    figures = ("1000.01 CNY", "1250.00 CNY", "250.00 CNY", "1000.00 CNY")
    assert (above["asked"], above["paid"], above["refunded"], above["left"]) == figures
    refused(await clearing.post("/v1/refunds", asked(order, "1.00", "USD")), 422, "refund-above-remaining", "LT-RFD-01")
    async with unit(runtime.sessions) as session:
        assert (await queries.balance(session, book.escrow(order), "CNY")).minor == 100_000
        assert (await check(session)).faults == []
    path = f"/v1/refunds/{first.json()['id']}/confirmation"
    same = await clearing.post(path, {"bank_reference": "b20261123-1", "sent_on": "2026-11-23"})
    refused(same, 409, "bank-reference-used", "LT-PAY-03")
    refused(await clearing.post(path, {"bank_reference": "R-0001", "sent_on": "2026-11-24"}), 400, "invalid-input")
    done = await clearing.post(path, {"bank_reference": "R-0001", "sent_on": "2026-11-23"})
    assert (done.status_code, done.json()["status"], done.json()["bank_reference"]) == (200, "succeeded", "R-0001")
    refused(
        await clearing.post(path, {"bank_reference": "R-0002", "sent_on": "2026-11-23"}),
        409,
        "illegal-transition",
        "LT-GEN-02",
    )
    assert (await order_status(runtime, order), await status_of(runtime, payment)) == ("paid", "succeeded")
    rest = await clearing.post("/v1/refunds", asked(order, "1000.00"))
    assert rest.status_code == 201, rest.text
    assert await order_status(runtime, order) == "refunded"
    sent = {"bank_reference": "R-0003", "sent_on": "2026-11-23"}
    await clearing.post(f"/v1/refunds/{rest.json()['id']}/confirmation", sent)
    shown = (await buyer.get(f"/v1/payments/{payment}")).json()
    assert (shown["status"], shown["refunded"]["amount"]) == ("refunded", "1250.00")
    assert len((await buyer.get(f"/v1/refunds?subject_id={order}")).json()["items"]) == 2
    await everything_is_back(runtime)


async def test_above_the_amount_a_second_officer_approves(
    as_: As, place: Place, runtime: Runtime, drain: Drain, clock: Any
) -> None:
    """15,000.00 was paid, and above 10,000.00 two persons decide; what nobody approves lapses."""
    buyer, clearing, other = await as_("buyer"), await as_("clearing"), await as_("clearing", "second")
    order = await place(buyer, 1_500_000)
    payment = (await opened(buyer, order))["id"]
    await clearing.post(f"/v1/payments/{payment}/confirm", transfer("15000.00"))
    made = (await clearing.post("/v1/refunds", asked(order, "12000.00"))).json()
    assert (made["status"], made["allowed_actions"]) == ("proposed", ["approve", "refuse"])
    async with unit(runtime.sessions) as session:
        assert (await queries.balance(session, book.escrow(order), "CNY")).minor == 1_500_000
    above = refused(
        await clearing.post("/v1/refunds", asked(order, "3000.01")), 422, "refund-above-remaining", "LT-RFD-01"
    )
    assert above["left"] == "3000.00 CNY"
    path = f"/v1/refunds/{made['id']}"
    own = await clearing.post(f"{path}/approval", {"reason": "属实"})
    refused(own, 403, "refund-approver-not-independent", "LT-RFD-03")
    yes = await other.post(f"{path}/approval", {"reason": "属实"})
    assert (yes.status_code, yes.json()["status"]) == (200, "begun")
    async with unit(runtime.sessions) as session:
        assert (await queries.balance(session, book.refunding(order), "CNY")).minor == 1_200_000
        assert (await check(session)).faults == []


async def test_what_waits_for_a_second_officer_does_not_go_back_with_the_rest(
    as_: As, place: Place, runtime: Runtime
) -> None:
    """12,000.00 of 15,000.00 waits for its approver: the other 3,000.00 go back, and the order does not end by that."""
    buyer, clearing, other = await as_("buyer"), await as_("clearing"), await as_("clearing", "second")
    order = await place(buyer, 1_500_000)
    payment = (await opened(buyer, order))["id"]
    await clearing.post(f"/v1/payments/{payment}/confirm", transfer("15000.00"))
    made = (await clearing.post("/v1/refunds", asked(order, "12000.00"))).json()
    rest = await clearing.post("/v1/refunds", asked(order, "3000.00"))
    assert (rest.status_code, rest.json()["status"]) == (201, "begun")
    assert await order_status(runtime, order) == "paid"
    async with unit(runtime.sessions) as session:
        assert (await queries.balance(session, book.escrow(order), "CNY")).minor == 1_200_000
        assert (await queries.balance(session, book.refunding(order), "CNY")).minor == 300_000
    yes = await other.post(f"/v1/refunds/{made['id']}/approval", {"reason": "属实"})
    assert (yes.status_code, yes.json()["status"]) == (200, "begun")
    assert await order_status(runtime, order) == "refunded"
    async with unit(runtime.sessions) as session:
        assert (await queries.balance(session, book.refunding(order), "CNY")).minor == 1_500_000
        assert (await check(session)).faults == []


async def test_money_that_is_going_back_cannot_be_released(as_: As, place: Place, runtime: Runtime) -> None:
    buyer, clearing = await as_("buyer"), await as_("clearing")
    order = await place(buyer)
    payment = await opened(buyer, order)
    await clearing.post(f"/v1/payments/{payment['id']}/confirm", transfer())
    await ended(runtime, order)
    async with unit(runtime.sessions) as session:
        money = (await one(session, Payment, payment["id"])).money
    shares = [book.Share(str(buyer.party), money)]
    entry = book.release(order, money, money - money, shares)
    with pytest.raises(Overdraft):
        async with runtime.act() as act:
            await commands.post(act, entry)


async def test_what_was_not_paid_or_is_nothing_is_not_refunded(as_: As, place: Place, runtime: Runtime) -> None:
    buyer, stranger = await as_("buyer"), await as_("provider", "stranger")
    order = await place(buyer)
    payment = await opened(buyer, order)
    async with runtime.act() as act:
        for subject, refusal in ((order, NothingPaid), (payment["id"], NotFound), ("bil_" + "0" * 26, NotFound)):
            with pytest.raises(refusal):
                await refunds.paid_for(act, subject)
    not_there(await stranger.post("/v1/refunds", asked(order, "1.00")))
