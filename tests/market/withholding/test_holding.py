"""What is kept back of the shares of one settlement never touches what a party has from another."""

import pytest
from sqlalchemy import select

from kernel.actor import SYSTEM
from kernel.money import Money
from market.ledger import book
from market.ledger import commands as ledger
from market.ledger import queries as books
from market.refunds import sharing
from market.splits.models import Distribution, LegCredit
from market.withholding import commands
from market.withholding.holding import hold_part
from market.withholding.queries import Ground
from market.withholding.schemas import WithholdShare
from tests.market.trade import Trade


async def payable(runtime, party):
    async with runtime.act() as act:
        return (await books.balance(act.session, book.payable(party), "CNY")).minor


async def held(trade, order, amount, why):
    """Keep an amount of an order's shares back."""
    async with trade.runtime.act(SYSTEM) as act:
        of = (await act.session.scalars(select(Distribution).where(Distribution.order_id == order))).one()
        rows = await sharing.remaining(act.session, of)
        await hold_part(act, of, [each.leg for each in rows], [each.minor for each in rows], Money(amount, "CNY"), why)


@pytest.mark.slow
async def test_two_grounds_keep_a_share_back_once(runtime, as_, drain):
    trade = await Trade.begin(runtime, as_)
    provider = str(trade.provider.party)
    orders = []
    for _ in range(2):
        orders.append(await trade.delivered())
        assert (await trade.buyer.post(f"/v1/orders/{orders[-1]}/acceptance")).status_code == 200
        await drain()
    both = await payable(runtime, provider)
    each = both // 2
    complaint = Ground("complaint", "cmp_1", "x")
    await held(trade, orders[0], 500_000, complaint)
    part = both - await payable(runtime, provider)
    assert 0 < part < each
    await held(trade, orders[0], 1_250_000, Ground("card-dispute", "cdp_1", "x"))
    assert await payable(runtime, provider) == each
    await held(trade, orders[0], 1_250_000, Ground("card-dispute", "cdp_2", "x"))
    assert await payable(runtime, provider) == each


@pytest.mark.slow
async def test_what_a_service_credit_took_of_a_share_is_not_kept_back_of_another(runtime, as_, drain):
    trade = await Trade.begin(runtime, as_)
    provider, buyer = str(trade.provider.party), str(trade.buyer.party)
    orders = []
    for _ in range(2):
        orders.append(await trade.delivered())
        assert (await trade.buyer.post(f"/v1/orders/{orders[-1]}/acceptance")).status_code == 200
        await drain()
    each = await payable(runtime, provider) // 2
    async with runtime.act(SYSTEM) as act:
        of = (await act.session.scalars(select(Distribution).where(Distribution.order_id == orders[0]))).one()
        n = next(row.leg.n for row in await sharing.remaining(act.session, of) if row.leg.party_id == provider)
        parts = [book.Part(book.payable(provider), Money(30_000, "CNY"))]
        entry = await ledger.post(act, book.service_credit("svw_1", 1, orders[0], buyer, parts))
        taken = {"window_id": "svw_1", "amount_minor": 30_000, "created_at": act.at}
        act.session.add(LegCredit(ledger_entry_id=entry.id, distribution_id=of.id, n=n, **taken))
    async with runtime.act(SYSTEM) as act:
        await commands.withhold(act, orders[0], WithholdShare(provider, "a claim of a third party to the data"))
    assert await payable(runtime, provider) == each
