"""Settling an accepted order: books, statement and order move together, once; statements of every form are checked."""

import copy
from decimal import Decimal

import pytest

from contracts.terms.prices import Recurring
from kernel.errors import NotFound
from kernel.money import Money
from market.ledger import book
from market.ledger.errors import Overdraft
from market.ledger.queries import balance, trial_balance
from market.orders.models import Order
from market.reconciliation import check as reconciled
from market.settlement import commands, rules
from market.settlement.errors import EscrowAboveDue
from market.settlement.jobs import settle
from market.settlement.verify import check
from market.settlement.waterfall import amount, line
from tests.market.plans import plan, subscribed
from tests.market.trade import Trade, snapshot


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def accepted(trade):
    """An order that waits for its settlement."""
    order_id = await trade.delivered()
    assert (await trade.buyer.post(f"/v1/orders/{order_id}/acceptance")).status_code == 200
    return order_id


async def test_the_money_leaves_escrow_to_the_last_minor_unit(trade, drain):
    order_id = await accepted(trade)
    path = f"/v1/orders/{order_id}/settlement"
    waiting = await trade.provider.get(path)
    assert (waiting.status_code, waiting.json()["code"]) == (404, "not-settled")
    assert waiting.json()["rule"]["id"] == "LT-STL-01"
    await drain()
    body = (await trade.provider.get(path)).json()
    assert body["gross"] == {"amount": "12500.00", "currency": "CNY"}
    assert body["fee"] == {"amount": "625.00", "currency": "CNY"}
    assert body["provider_share"] == {"amount": "11875.00", "currency": "CNY"}
    assert body["lines"] == [{"part": body["gross"], "rate": "0.05", "fee": body["fee"]}]
    assert body["policy"]["version"] == "2026-11"
    async with trade.runtime.sessions() as session:
        assert (await balance(session, book.escrow(order_id), "CNY")).minor == 0
        assert (await balance(session, book.FEES, "CNY")).minor == 62_500
        assert (await balance(session, book.payable(trade.provider.party), "CNY")).minor == 1_187_500
        assert [one.difference_minor for one in await trial_balance(session)] == [0]


@pytest.mark.slow
async def test_the_statement_can_be_recomputed_offline(trade, drain):
    order_id = await accepted(trade)
    await drain()
    document = (await trade.provider.get(f"/v1/orders/{order_id}/settlement")).json()["document_id"]
    claims = (await trade.buyer.get(f"/v1/documents/{document}")).json()["document"]["credentialSubject"]
    assert [one.holds for one in check(claims)] == [True, True, True]
    wrong_fee = copy.deepcopy(claims)
    wrong_fee["fee"]["amount"] = "626.00"
    assert [one.holds for one in check(wrong_fee)] == [False, False, True]
    shifted = copy.deepcopy(claims)
    shifted["fee"]["amount"] = shifted["lines"][0]["fee"]["amount"] = "626.00"
    shifted["shares"][0]["money"]["amount"] = "11874.00"
    assert [one.holds for one in check(shifted)] == [True, False, True]
    other_account = copy.deepcopy(claims)
    other_account["ledger"]["postings"][1]["credit"] = "payable:party:pty_x"
    assert [one.holds for one in check(other_account)] == [True, False, True]
    other_tree = copy.deepcopy(claims)
    other_tree["tree"]["root"]["holders"][0]["party"] = "pty_x"
    assert [one.holds for one in check(other_tree)] == [True, False, False]
    unknown = {"fees": {"version": "1999-01"}}
    for broken in ({}, {"gross": 1}, {**claims, "lines": None}, {**claims, "policies": unknown}):
        assert not all(one.holds for one in check(broken))
    for lang, words in (("zh", "结算单"), ("en", "Settlement statement")):
        page = await trade.provider.get(f"/v1/documents/{document}/page?lang={lang}")
        assert words in page.text
        assert "11,875.00 CNY" in page.text


@pytest.mark.slow
async def test_a_price_paid_once_is_a_comparable_and_the_first_payment_of_a_plan_is_none(trade, drain):
    subscription = await subscribed(trade, plan(Recurring(name="monthly", amount="300.00")))
    order = (await trade.buyer.get(f"/v1/orders/{subscription['order_id']}")).json()
    assert order["price"]["amount"] == "300.00"
    await trade.receive(order["id"])
    assert (await trade.buyer.post(f"/v1/orders/{order['id']}/acceptance")).status_code == 200
    await drain()
    assert (await trade.provider.get(f"/v1/orders/{order['id']}/settlement")).json()["gross"]["amount"] == "300.00"
    prices = "SELECT price, mode FROM comparable WHERE kind = 'realised'"
    assert await trade.runtime.pool.fetch(prices) == []
    await accepted(trade)
    await drain()
    assert [tuple(row) for row in await trade.runtime.pool.fetch(prices)] == [(Decimal(12500), "one-off")]


@pytest.mark.slow
async def test_settling_twice_settles_once(trade, drain):
    order_id = await accepted(trade)
    await drain()
    before = await snapshot(trade.runtime)
    await settle(trade.runtime, {"order_id": order_id})
    assert await snapshot(trade.runtime) == before


async def test_what_is_not_in_escrow_cannot_be_settled(trade):
    order_id = await accepted(trade)
    await trade.runtime.pool.execute('UPDATE "order" SET amount_minor = amount_minor + 1')
    before = await snapshot(trade.runtime)
    with pytest.raises(Overdraft):
        await settle(trade.runtime, {"order_id": order_id})
    assert await snapshot(trade.runtime) == before


async def test_what_escrow_holds_beyond_the_price_is_not_shared_out(trade):
    order_id = await accepted(trade)
    await trade.runtime.pool.execute('UPDATE "order" SET amount_minor = amount_minor - 1')
    before = await snapshot(trade.runtime)
    with pytest.raises(EscrowAboveDue) as refused:
        await settle(trade.runtime, {"order_id": order_id})
    assert (refused.value.code(), refused.value.rule) == ("escrow-above-due", "LT-STL-01")
    assert refused.value.facts == {"order": order_id, "held": "12500.00 CNY", "due": "12499.99 CNY"}
    assert await snapshot(trade.runtime) == before


@pytest.mark.slow
async def test_a_part_that_went_back_before_is_not_shared_out(trade):
    """Of 12,500.00 the provider grants 0.01 back; 12,499.99 is settled, and a fault of one minor unit still refused."""
    order_id = await trade.delivered()
    part = {"amount": {"amount": "0.01", "currency": "CNY"}, "reason": "数据缺失", "subject_id": order_id}
    assert (await trade.provider.post("/v1/refunds", part)).status_code == 201
    assert (await trade.buyer.post(f"/v1/orders/{order_id}/acceptance")).status_code == 200
    change = 'UPDATE "order" SET amount_minor = amount_minor + $1'
    await trade.runtime.pool.execute(change, 1)
    with pytest.raises(Overdraft):
        await settle(trade.runtime, {"order_id": order_id})
    await trade.runtime.pool.execute(change, -1)
    await settle(trade.runtime, {"order_id": order_id})
    shown = (await trade.provider.get(f"/v1/orders/{order_id}/settlement")).json()
    assert shown["gross"] == {"amount": "12499.99", "currency": "CNY"}
    async with trade.runtime.sessions() as session:
        assert await balance(session, book.escrow(order_id), "CNY") == Money(0, "CNY")
        assert (await reconciled(session)).faults == []


async def test_an_unknown_order_is_not_settled(trade):
    with pytest.raises(NotFound):
        async with trade.runtime.act() as act:
            await commands.settle(act, "ord_x")


@pytest.mark.slow
async def test_settlements_are_shown_to_those_concerned(trade, drain, as_):
    order_id = await accepted(trade)
    await drain()
    path = f"/v1/orders/{order_id}/settlement"
    for client in (trade.buyer, await as_("clearing"), await as_("auditor"), await as_("regulator")):
        assert (await client.get(path)).status_code == 200
    assert (await (await as_("provider", "other")).get(path)).json()["code"] == "not-found"


async def test_a_settlement_never_changes(trade, drain):
    await accepted(trade)
    await drain()
    with pytest.raises(Exception, match="append-only"):
        await trade.runtime.pool.execute("UPDATE settlement SET fee_minor = 0")
    async with trade.runtime.sessions() as session:
        assert (await session.get(Order, "x")) is None


async def test_a_statement_from_before_shares_were_named_is_still_checked():
    order, provider = "ord_x", "pty_p"
    fees = rules.FEES.version("2026-11")
    split = rules.split(Money(1_250_000, "CNY"), fees.body)
    entry = book.release(order, split.gross, split.fee, [book.Share(provider, split.share)])
    money = {"gross": split.gross, "fee": split.fee, "provider_share": split.share}
    claims = {
        "order": {"order_id": order},
        "provider": {"party_id": provider},
        **{name: amount(value) for name, value in money.items()},
        "lines": [line(each) for each in split.lines],
        "ledger": {"postings": [{"debit": g.debit, "credit": g.credit, **amount(g.money)} for g in entry.legs]},
        "policy": {"version": "2026-11", "sha256": fees.sha256},
    }
    assert [one.holds for one in check(claims)] == [True, True]
    assert [one.holds for one in check({**claims, "fee": amount(split.share)})] == [False, False]
