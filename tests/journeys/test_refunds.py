"""Money back: in parts and whole, before and after a settlement and a payout; by hand."""

from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from contracts.terms.prices import Seller
from market.card_disputes.jobs import due as disputes_due
from market.orders import commands as orders
from market.orders.models import Order
from market.reconciliation import check
from market.splits import tree as trees
from market.splits.tree import Commission, Holder, Node, Royalty, Tree
from market.stripe_balance.jobs import read as read_stripe
from tests.conftest import As, Client, Drain
from tests.market.banking.papers import Line
from tests.market.banking.story import balances
from tests.market.papers.story import details
from tests.market.payments.conftest import double, settings, stripe_http
from tests.market.payments.test_card import events_of, page_of, report
from tests.market.payouts.story import Story
from tests.market.trade import Trade
from tests.refusals import not_there, refused

__all__ = ["double", "settings", "stripe_http"]


def asked(subject: str, amount: str, **more: Any) -> dict[str, Any]:
    return {"subject_id": subject, "amount": {"amount": amount, "currency": "CNY"}, "reason": "数据缺失", **more}


async def holds(runtime: Any) -> None:
    async with runtime.sessions() as session:
        assert (await check(session)).faults == []


async def frozen(runtime: Any, order: str, tree: Tree) -> None:
    """Let an agreement share by another tree than the one that the register gave: no parties here sell so yet."""
    plain = msgspec.json.encode(trees.plain(tree)).decode()
    async with runtime.pool.acquire() as connection, connection.transaction():
        await connection.execute("ALTER TABLE split_tree DISABLE TRIGGER USER")
        await connection.execute(
            "UPDATE split_tree SET tree = $2, parties = $3, sha256 = $4 WHERE order_id = $1",
            order,
            plain,
            sorted(trees.parties(tree)),
            trees.digest(tree),
        )
        await connection.execute("ALTER TABLE split_tree ENABLE TRIGGER USER")


async def settled(trade: Trade, order: str, drain: Drain) -> None:
    async with trade.runtime.act() as act:
        await orders.mark_delivered(act, await act.session.get_one(Order, order))
    assert (await trade.buyer.post(f"/v1/orders/{order}/acceptance")).status_code == 200
    await drain()


async def given(officer: Client, order: str, amount: str, number: int) -> dict[str, Any]:
    """A refund that is proposed, sent by bank and confirmed by hand."""
    made = await officer.post("/v1/refunds", asked(order, amount))
    assert made.status_code == 201, made.text
    sent = {"bank_reference": f"REF-000{number}", "sent_on": "2026-11-23"}
    done = await officer.post(f"/v1/refunds/{made.json()['id']}/confirmation", sent)
    assert (done.status_code, done.json()["status"]) == (200, "succeeded"), done.text
    return dict(done.json())


async def test_a_settled_price_goes_back_in_three_parts_to_the_last_minor_unit(
    as_: As, runtime: Any, drain: Drain
) -> None:
    """10,000.00 with 6 % tax: intermediary 3 %, parent 20 %, of which its parent 10 %, held 60 : 40."""
    trade = await Trade.begin(runtime, as_, price_minor=1_000_000)
    names = ("intermediary", "first", "second", "parent")
    between, a1, a2, b = [str((await as_("provider", name)).party) for name in names]
    seller = str(trade.provider.party)
    order = await trade.paid()
    grandparent = Node("ast_a", (Holder(a1, "3/5"), Holder(a2, "2/5")))
    parent = Node("ast_b", (Holder(b),), royalties=(Royalty("0.10", grandparent),))
    product = Node("ast_c", (Holder(seller),), royalties=(Royalty("0.20", parent),))
    await frozen(runtime, order, Tree(Seller.PRINCIPAL, product, (Commission(between, "0.03"),)))
    await settled(trade, order, drain)
    officer = await as_("clearing")
    owed = [f"payable:party:{party}" for party in (between, a1, a2, b, seller)]
    shares = ["566.04", "471.70", "268.87", "107.55", "71.70", "1613.20", "6900.94"]
    assert await balances(officer) == {
        "world:bank": "-10000.00",
        **dict(zip(["vat:output", "platform:fees", *owed], shares, strict=True)),
    }
    parts = (
        ("3333.33", ["188.68", "157.23", "89.63", "35.85", "23.90", "537.73", "2300.31"]),
        ("3333.33", ["188.68", "157.24", "89.62", "35.85", "23.90", "537.73", "2300.31"]),
        ("3333.34", ["188.68", "157.23", "89.62", "35.85", "23.90", "537.74", "2300.32"]),
    )
    for number, (amount, taken) in enumerate(parts, start=1):
        refund = await given(officer, order, amount, number)
        back = (await trade.buyer.get(f"/v1/refunds/{refund['id']}/shares")).json()["items"]
        assert [each["amount"]["amount"] for each in back] == taken
    assert await balances(officer) == {}
    above = refused(await officer.post("/v1/refunds", asked(order, "0.01")), 422, "refund-above-remaining", "LT-RFD-01")
    assert (above["refunded"], above["left"]) == ("10000.00 CNY", "0.00 CNY")
    stranger = await as_("buyer", "stranger")
    not_there(await stranger.get(f"/v1/refunds/{refund['id']}"))
    assert (await stranger.get("/v1/refunds")).json()["items"] == []
    await holds(runtime)


@pytest.mark.slow
async def test_a_part_before_the_settlement_leaves_less_to_share(as_: As, runtime: Any, drain: Drain) -> None:
    """Of 12,500.00 the provider grants 2,500.00 back; 10,000.00 is settled, 5 % of it to the centre."""
    trade = await Trade.begin(runtime, as_)
    order = await trade.paid()
    officer = await as_("clearing")
    made = await trade.provider.post("/v1/refunds", asked(order, "2500.00"))
    assert (made.status_code, made.json()["status"]) == (201, "begun")
    sent = {"bank_reference": "REF-0001", "sent_on": "2026-11-23"}
    assert (await officer.post(f"/v1/refunds/{made.json()['id']}/confirmation", sent)).status_code == 200
    await holds(runtime)
    await settled(trade, order, drain)
    assert await balances(officer) == {
        "world:bank": "-10000.00",
        "platform:fees": "500.00",
        f"payable:party:{trade.provider.party}": "9500.00",
    }
    shown = (await trade.provider.get(f"/v1/orders/{order}/settlement")).json()
    assert (shown["gross"]["amount"], shown["provider_share"]["amount"]) == ("10000.00", "9500.00")
    await holds(runtime)


@pytest.fixture
async def story(runtime: Any, as_: As, drain: Drain, clock: Any) -> Story:
    return await Story.begin(runtime, as_, drain, clock)


@pytest.mark.slow
async def test_what_was_paid_out_already_is_owed_by_its_payee(story: Story) -> None:
    """12,500.00 were settled and 11,875.00 paid out; all of it goes back, and the statement shows that it left."""
    officer, other, trade = story.officers[0], story.officers[1], story.trade
    order = await story.settled()
    await story.verified()
    payout, _ = await story.sent()
    await story.bank.says(Line(1_187_500, credit=False, reference="OUT-1", end_to_end=payout["id"]))
    bank = f"world:bank:{story.bank.account}"
    assert await balances(officer) == {bank: "-625.00", "platform:fees": "625.00"}
    made = (await officer.post("/v1/refunds", asked(order, "12500.00"))).json()
    assert made["status"] == "proposed"
    path = f"/v1/refunds/{made['id']}"
    assert (await other.post(f"{path}/approval", {"reason": "属实"})).json()["status"] == "begun"
    owing = f"clawback:party:{trade.provider.party}"
    assert await balances(officer) == {bank: "-625.00", owing: "-11875.00", f"refunding:order:{order}": "12500.00"}
    (debit,) = await story.bank.says(Line(1_250_000, credit=False, reference="OUT-2", text=f"退款 {made['id']}"))
    assert (debit["status"], debit["outcome"], debit["reason"]) == ("explained", "refund", "sent")
    assert (await trade.buyer.get(path)).json()["status"] == "succeeded"
    assert await balances(officer) == {bank: "11875.00", owing: "-11875.00"}
    await holds(trade.runtime)


class Card:
    """A trade whose price of 12,500.00 was paid by card, and what Stripe says of it."""

    def __init__(self, trade: Trade, order: str, charge: str, client: Client, drain: Drain, http: httpx.AsyncClient):
        self.trade, self.order, self.charge = trade, order, charge
        self.client, self.drain, self.http = client, drain, http

    @staticmethod
    async def begin(runtime: Any, as_: As, client: Client, drain: Drain, http: httpx.AsyncClient) -> "Card":
        trade = await Trade.begin(runtime, as_)
        order = await trade.agreed()
        opened = await trade.buyer.post(f"/v1/orders/{order}/payments", {"method": "card"})
        page = await page_of(runtime, opened.json()["id"])
        await http.post(f"/_control/pay/{page}")
        await report(client, (await events_of(http, page))[0])
        await drain()
        charge = await runtime.pool.fetchval("SELECT charge_reference FROM payment WHERE order_id = $1", order)
        return Card(trade, order, str(charge), client, drain, http)

    async def stripe(self, what: str, thing: str, **params: str) -> dict[str, Any]:
        """Let something happen at Stripe, and be told of it: the last first, and the first twice."""
        made = await self.http.post(f"/_control/{what}/{thing}", params=params)
        assert made.status_code == 200, made.text
        events = await events_of(self.http, made.json()["id"])
        for event in (*events, events[-1]):
            await report(self.client, event)
        await self.drain()
        return dict(made.json())

    async def dispute(self, officer: Client) -> dict[str, Any]:
        (row,) = (await officer.get("/v1/card-disputes")).json()["items"]
        return dict(row)


@pytest.fixture
async def card(runtime: Any, as_: As, client: Client, drain: Drain, stripe_http: httpx.AsyncClient) -> Card:
    return await Card.begin(runtime, as_, client, drain, stripe_http)


@pytest.mark.slow
async def test_a_card_dispute_after_settlement_is_answered_and_lost(card: Card, as_: As, runtime: Any) -> None:
    """The provider's share of 11,875.00 is kept back, and goes with the fee of 625.00; 15.00 are the dispute's fee."""
    officer, trade = await as_("clearing"), card.trade
    await settled(trade, card.order, card.drain)
    for who in (officer, trade.provider, trade.buyer):
        await details(runtime, who)
    for who, seller, kind in ((trade.buyer, trade.provider, "sale"), (trade.provider, officer, "fee")):
        draft = (await who.post("/v1/invoices", {"subjects": [card.order], "kind": kind})).json()
        assert (await seller.post(f"/v1/invoices/{draft['id']}/issue", {"drawer": "李四"})).status_code == 201
    warned = await card.stripe("dispute", card.charge, warning="true")
    assert (await card.dispute(officer))["status"] == "warned"
    payable, held = f"payable:party:{trade.provider.party}", f"withheld:{card.order}:{trade.provider.party}"
    before = {"world:stripe": "-12500.00", "platform:fees": "625.00", payable: "11875.00"}
    assert await balances(officer) == before
    await card.stripe("escalate", warned["id"])
    row = await card.dispute(officer)
    assert (row["status"], row["withdrawn"]["amount"], row["fee"]["amount"]) == ("open", "12500.00", "15.00")
    taken = {"world:stripe": "15.00", "platform:costs": "-15.00", f"disputed:{row['id']}": "-12500.00"}
    assert await balances(officer) == {**taken, "platform:fees": "625.00", held: "11875.00"}
    blocked = await officer.post("/v1/refunds", asked(card.order, "1.00"))
    assert refused(blocked, 409, "payment-disputed", "LT-RFD-06")["dispute"] == row["id"]
    path = f"/v1/card-disputes/{row['id']}"
    refused(await officer.post(f"{path}/answer"), 409, "card-evidence-missing", "LT-CDP-02")
    refused(await trade.provider.post(f"{path}/answer"), 403, "forbidden")
    entered = await officer.post(f"{path}/evidence", {"access_activity_log": "签收于 2026-11-23"})
    assert (entered.status_code, entered.json()["evidence"]["access_activity_log"]) == (200, "签收于 2026-11-23")
    sent = await officer.post(f"{path}/answer")
    assert (sent.status_code, sent.json()["status"]) == (200, "answered")
    await card.drain()
    there = (await card.http.get(f"/v1/disputes/{row['gateway_reference']}")).json()
    assert (there["status"], there["evidence"]) == ("under_review", {"access_activity_log": "签收于 2026-11-23"})
    refused(await officer.post(f"{path}/answer"), 409, "card-evidence-sent", "LT-CDP-02")
    await card.stripe("decide", row["gateway_reference"], won="false")
    assert (await card.dispute(trade.provider))["status"] == "lost"
    assert await balances(officer) == {"world:stripe": "15.00", "platform:costs": "-15.00"}
    notes = (await officer.get("/v1/credit-notes")).json()["items"]
    assert sorted(each["gross"]["amount"] for each in notes) == ["12500.00", "625.00"]
    assert {each["refund_id"] for each in notes} == {row["id"]}
    left = refused(
        await officer.post("/v1/refunds", asked(card.order, "0.01")), 422, "refund-above-remaining", "LT-RFD-01"
    )
    assert left["left"] == "0.00 CNY"
    assert (await (await as_("buyer", "stranger")).get("/v1/card-disputes")).json()["items"] == []
    await holds(runtime)


@pytest.mark.slow
async def test_a_card_dispute_that_is_won_gives_everybody_its_share_back(card: Card, as_: As, runtime: Any) -> None:
    officer, trade = await as_("clearing"), card.trade
    await settled(trade, card.order, card.drain)
    dispute = await card.stripe("dispute", card.charge)
    await card.stripe("decide", dispute["id"], won="true")
    row = await card.dispute(trade.buyer)
    assert (row["status"], row["reinstated"]["amount"], row["look_at"]) == ("won", "12500.00", None)
    assert await balances(officer) == {
        "world:stripe": "-12485.00",
        "platform:costs": "-15.00",
        "platform:fees": "625.00",
        f"payable:party:{trade.provider.party}": "11875.00",
    }
    await holds(runtime)


@pytest.mark.slow
async def test_a_dispute_from_before_the_settlement_that_is_won_gives_back_all_that_a_party_has_twice(
    card: Card, as_: As, runtime: Any
) -> None:
    """The provider has 3 % as an intermediary too, of 11,875.00 in all: both shares were kept back, and both come."""
    officer, seller = await as_("clearing"), str(card.trade.provider.party)
    tree = Tree(Seller.AGENT, Node("ast_c", (Holder(seller),)), (Commission(seller, "0.03"),))
    await frozen(runtime, card.order, tree)
    dispute = await card.stripe("dispute", card.charge)
    await settled(card.trade, card.order, card.drain)
    assert (await balances(officer))[f"withheld:{card.order}:{seller}"] == "11875.00"
    await card.stripe("decide", dispute["id"], won="true")
    assert await balances(officer) == {
        "world:stripe": "-12485.00",
        "platform:costs": "-15.00",
        "platform:fees": "625.00",
        f"payable:party:{seller}": "11875.00",
    }
    await holds(runtime)


@pytest.mark.slow
async def test_a_card_dispute_before_settlement_that_is_accepted_ends_the_order(
    card: Card, as_: As, runtime: Any, clock: Any
) -> None:
    officer, trade = await as_("clearing"), card.trade
    await card.stripe("dispute", card.charge)
    row = await card.dispute(officer)
    assert row["status"] == "open"
    # Nobody answers: the officer is told two days before, and when the last moment has passed that is noted.
    due = "UPDATE card_dispute SET due_by = $1::timestamptz, look_at = $2::timestamptz"
    for days in (2, -1):
        await runtime.pool.execute(due, clock.now() + timedelta(days=days), clock.now())
        await disputes_due(runtime)
    late = await officer.post(f"/v1/card-disputes/{row['id']}/evidence", {"service_date": "2026-11-23"})
    refused(late, 409, "card-evidence-late", "LT-CDP-02")
    kinds = "SELECT kind FROM log_entry WHERE subject = $1 AND kind LIKE 'market.card_dispute.%' ORDER BY id"
    told = [each["kind"].rpartition(".")[2] for each in await runtime.pool.fetch(kinds, row["id"])]
    assert told == ["open", "reminded", "missed"]
    await card.drain()
    await card.stripe("decide", row["gateway_reference"], won="false")
    assert (await trade.buyer.get(f"/v1/orders/{card.order}")).json()["status"] == "refunded"
    assert await balances(officer) == {"world:stripe": "15.00", "platform:costs": "-15.00"}
    await holds(runtime)


@pytest.mark.slow
async def test_the_loss_of_a_card_dispute_is_accepted_and_stripes_balance_proves_every_step(
    card: Card, as_: As, runtime: Any
) -> None:
    """Stripe keeps 15.00 of the dispute, and 2.9 % and 0.30 of the payment: 362.80. The centre bears both."""
    officer, trade = await as_("clearing"), card.trade
    await settled(trade, card.order, card.drain)
    await card.stripe("dispute", card.charge)
    row = await card.dispute(officer)
    path = f"/v1/card-disputes/{row['id']}"
    refused(await trade.provider.post(f"{path}/acceptance"), 403, "forbidden")
    assert (await officer.post(f"{path}/acceptance")).status_code == 200
    refused(await officer.post(f"{path}/acceptance"), 409, "card-evidence-sent", "LT-CDP-02")
    await card.drain()
    for event in await events_of(card.http, row["gateway_reference"]):
        await report(card.client, event)
    await card.drain()
    assert (await card.dispute(trade.provider))["status"] == "lost"
    await read_stripe(runtime)
    moved = (await officer.get("/v1/stripe-transactions?status=matched&limit=100")).json()["items"]
    assert {each["kind"]: each["net"]["amount"] for each in moved} == {"charge": "12137.20", "adjustment": "-12515.00"}
    assert len(moved) == 2
    assert await balances(officer) == {"world:stripe": "377.80", "platform:costs": "-377.80"}
    await holds(runtime)
