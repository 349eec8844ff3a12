"""Whose fault it is that a sale fails: only a winner that does not go through with it loses its deposit."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from market.auctions.jobs import after_orders
from market.endings.jobs import expire
from tests.market.agreed import signed
from tests.market.auctions.story import announced, committed, confirmed, joined, money, passed, sealed, signs
from tests.market.trade import Trade
from tests.refusals import refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def won(trade, clock, **over):
    """An English auction that the trade's buyer has won."""
    path = await announced(trade, **over)
    await joined(trade, path, trade.buyer)
    await passed(trade, clock, days=8)
    made = await trade.buyer.post(f"{path}/bids", {"amount": money("1200.00")})
    assert made.status_code == 201, made.text
    await passed(trade, clock, days=1)
    return path


async def deposit(trade, path, who=None):
    """Where a bidder's deposit stands."""
    return (await (who or trade.buyer).get(f"{path}/bidders")).json()["items"][0]["status"]


async def ordered(trade, clock):
    """A sale that both have confirmed, with its order."""
    path = await won(trade, clock)
    sale = await confirmed(path, trade.buyer, trade.provider)
    return path, (await trade.buyer.get(f"/v1/orders/{sale['order_id']}")).json()


async def test_a_seller_that_takes_the_lot_off_the_shelf_does_not_keep_the_winners_deposit(trade, clock):
    path = await won(trade, clock, runner_up=True)
    await confirmed(path, trade.provider)
    gone = await trade.provider.post(f"/v1/listings/{trade.listing_id}/delisting", {"reason": "x"})
    assert gone.status_code == 200, gone.text
    text = (await trade.buyer.get(path)).json()["confirming_text"]
    closed = await trade.buyer.post(f"{path}/confirmation-signatures", await signs(trade.buyer, text))
    refused(closed, 409, "listing-closed", "LT-ORD-02")
    await passed(trade, clock, days=12)
    assert (await trade.buyer.get(path)).json()["status"] == "defaulted"
    assert await deposit(trade, path) == "releasing"


@pytest.mark.slow
@pytest.mark.parametrize("by", ["cancellation", "decline"])
async def test_a_winner_that_gives_its_order_up_loses_its_deposit(trade, runtime, clock, drain, by):
    path, order = await ordered(trade, clock)
    if by == "cancellation":
        answer = await trade.buyer.post(f"/v1/orders/{order['id']}/cancellation", {"reason": "x"})
    else:
        answer = await trade.buyer.post(f"/v1/agreements/{order['agreement_id']}/refusal", {"reason": "x"})
    assert answer.status_code == 200, answer.text
    await drain()
    await after_orders(runtime)
    assert await deposit(trade, path) == "forfeited"


@pytest.mark.slow
@pytest.mark.parametrize("by", ["cancellation", "decline"])
async def test_a_seller_that_gives_the_order_up_gets_nothing(trade, runtime, clock, drain, by):
    path, order = await ordered(trade, clock)
    if by == "cancellation":
        answer = await trade.provider.post(f"/v1/orders/{order['id']}/cancellation", {"reason": "x"})
    else:
        answer = await trade.provider.post(f"/v1/agreements/{order['agreement_id']}/refusal", {"reason": "x"})
    assert answer.status_code == 200, answer.text
    await drain()
    await after_orders(runtime)
    assert await deposit(trade, path) == "releasing"


@pytest.mark.parametrize(
    ("signers", "fate"), [((), "forfeited"), (("buyer",), "releasing"), (("provider",), "forfeited")]
)
async def test_an_order_that_lapses_costs_the_deposit_unless_the_seller_kept_it_from_being_paid(
    trade, runtime, clock, signers, fate
):
    path, order = await ordered(trade, clock)
    agreement = (await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}")).json()
    for side in signers:
        await trade.sign(agreement, side)
    clock.move(timedelta(days=60))
    await expire(runtime)
    await after_orders(runtime)
    assert await deposit(trade, path) == fate


@pytest.mark.slow
async def test_a_signed_order_that_is_not_paid_costs_the_deposit(trade, runtime, clock):
    path, order = await ordered(trade, clock)
    await signed(trade, SimpleNamespace(agreement_id=order["agreement_id"]))
    clock.move(timedelta(days=60))
    await expire(runtime)
    await after_orders(runtime)
    assert await deposit(trade, path) == "forfeited"


ONE_HAND = 'UPDATE party SET contact = \'{"phone": "021-1"}\' WHERE id = ANY($1)'


@pytest.mark.slow
async def test_who_is_one_hand_with_a_winner_that_does_not_sign_is_not_asked_next(trade, as_, runtime, clock):
    """Two of one hand bid low and out of reach, the high one walks away, and the low one would buy cheaply."""
    low, high = await as_("buyer", "low"), await as_("buyer", "high")
    path = await announced(trade, runner_up=True)
    for who in (low, high, trade.buyer):
        await joined(trade, path, who)
    await runtime.pool.execute(ONE_HAND, [low.party, high.party])
    await passed(trade, clock, days=8)
    for who, amount in ((trade.buyer, "1000.00"), (low, "1100.00"), (high, "900000.00")):
        made = await who.post(f"{path}/bids", {"amount": money(amount)})
        assert made.status_code == 201, made.text
    await passed(trade, clock, days=1)
    assert (await high.get(path)).json()["winner"] == high.party
    await passed(trade, clock, days=12)
    view = (await trade.buyer.get(path)).json()
    assert (view["status"], view["winner"], view["price"]) == ("closed", trade.buyer.party, money("1000.00"))


@pytest.mark.slow
async def test_who_became_one_hand_with_the_seller_neither_wins_nor_makes_the_price(trade, as_, runtime, clock):
    shill, rival = await as_("buyer", "shill"), await as_("buyer", "rival")
    path = await announced(trade, **sealed(trade))
    for who in (shill, rival, trade.buyer):
        await joined(trade, path, who)
    await passed(trade, clock, days=8)
    amounts = ((shill, "1900.00"), (trade.buyer, "2000.00"), (rival, "1100.00"))
    for who, amount in amounts:
        assert (await committed(path, who, amount)).status_code == 201
    await runtime.pool.execute(ONE_HAND, [shill.party, trade.provider.party])
    await passed(trade, clock, days=1)
    for who, amount in amounts:
        await who.post(f"{path}/reveals", {"amount": money(amount), "nonce": "0" * 64})
    await passed(trade, clock, days=1)
    view = (await trade.buyer.get(path)).json()
    assert (view["winner"], view["price"]) == (trade.buyer.party, money("1100.00"))
    marks = (await (await as_("regulator")).get(f"{path}/marks")).json()
    assert [(one["code"], one["others"]) for one in marks] == [("linked-to-seller", [])]


async def test_who_became_one_hand_with_the_seller_after_registering_does_not_bid(trade, as_, runtime, clock):
    shill = await as_("buyer", "shill")
    path = await announced(trade)
    await joined(trade, path, shill)
    await passed(trade, clock, days=8)
    await runtime.pool.execute(ONE_HAND, [shill.party, trade.provider.party])
    refused(await shill.post(f"{path}/bids", {"amount": money("1000.00")}), 422, "bidder-linked", "LT-AUC-05")
