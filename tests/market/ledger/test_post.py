"""Booking on a real PostgreSQL: no overdraft, nothing twice, nothing rewritten, and a check that notices."""

import asyncio
import random

import asyncpg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import Sessions, unit
from kernel.money import Money
from market.ledger import book, commands, queries, refund_book
from market.ledger.errors import AlreadyPosted, Overdraft
from market.ledger.models import Account, LedgerEntry, Posting
from tests.conftest import ISSUER, NOW


def cny(amount: int) -> Money:
    return Money(amount, "CNY")


async def post(session: AsyncSession, entry: book.Entry) -> LedgerEntry:
    return await commands.post(Act(session, SYSTEM, NOW, ISSUER), entry)


async def test_an_order_from_sale_to_payout(session: AsyncSession) -> None:
    order, seller = ids.new("ord"), ids.new("pty")
    await post(session, book.sale_received(order, cny(12_500), book.Source.BANK))
    assert await queries.balance(session, book.escrow(order), "CNY") == cny(12_500)
    shares = [book.Share(seller, cny(11_875))]
    await post(session, book.release(order, cny(12_500), cny(625), shares))
    assert await queries.balance(session, book.escrow(order), "CNY") == cny(0)
    assert await queries.balances_of(session, book.payable(seller)) == [cny(11_875)]
    await post(session, book.payout("b1", seller, cny(11_875), book.Source.BANK))
    (trial,) = await queries.trial_balance(session)
    assert (trial.currency, trial.difference_minor) == ("CNY", 0)
    assert trial.debits_minor == trial.credits_minor == 625
    page = await queries.balances(session, "", 2, None)
    rest = await queries.balances(session, "", 2, page.next)
    seen = {row.account: row.balance.amount for row in [*page.items, *rest.items]}
    assert seen[book.Source.BANK] == "-6.25"
    assert seen[book.FEES] == "6.25"
    assert len(seen) == 4
    assert rest.next is None
    lines = await queries.statement(session, book.payable(seller), 10, None)
    assert [line.amount.amount for line in lines.items] == ["118.75", "-118.75"]
    kinds = [entry.kind for entry, _ in await queries.postings_of(session, order)]
    assert kinds == ["sale_received", "released", "released"]


async def test_nothing_is_booked_twice(sessions: Sessions) -> None:
    order = ids.new("ord")
    entry = book.sale_received(order, cny(100), book.Source.BANK)
    async with unit(sessions) as session:
        await post(session, entry)
    with pytest.raises(AlreadyPosted):
        async with unit(sessions) as session:
            await post(session, entry)
    async with unit(sessions) as session:
        assert await queries.balance(session, book.escrow(order), "CNY") == cny(100)


async def test_an_overdraft_is_refused_and_leaves_nothing(sessions: Sessions) -> None:
    order = ids.new("ord")
    async with unit(sessions) as session:
        await post(session, book.sale_received(order, cny(100), book.Source.BANK))
    with pytest.raises(Overdraft) as refused:
        async with unit(sessions) as session:
            await post(session, refund_book.set_aside(order, order, [book.Part(book.escrow(order), cny(101))]))
    assert refused.value.facts["balance"] == "1.00 CNY"
    with pytest.raises(Overdraft):
        async with unit(sessions) as session:
            await post(session, refund_book.set_aside(order, order, [book.Part(book.escrow(order), Money(100, "USD"))]))
    async with unit(sessions) as session:
        assert await session.scalar(select(func.count()).select_from(LedgerEntry)) == 1
        assert await session.scalar(select(func.count()).select_from(Account)) == 2


async def test_two_units_cannot_spend_the_same_money(sessions: Sessions) -> None:
    order, seller = ids.new("ord"), ids.new("pty")
    async with unit(sessions) as session:
        await post(session, book.sale_received(order, cny(100), book.Source.BANK))
    rival = [
        book.release(order, cny(100), cny(5), [book.Share(seller, cny(95))]),
        refund_book.set_aside(order, order, [book.Part(book.escrow(order), cny(100))]),
    ]

    async def attempt(entry: book.Entry) -> bool:
        try:
            async with unit(sessions) as session:
                await post(session, entry)
        except Overdraft:
            return False
        return True

    assert sorted(await asyncio.gather(*(attempt(entry) for entry in rival))) == [False, True]


async def test_a_random_walk_keeps_every_promise(sessions: Sessions) -> None:
    """Any mixture of entries, refused ones included, leaves no account below zero and the sum at zero."""
    dice = random.Random(20261123)
    orders, sellers = [ids.new("ord") for _ in range(4)], [ids.new("pty") for _ in range(2)]
    refused = 0
    for number in range(60):
        order, seller, amount = dice.choice(orders), dice.choice(sellers), cny(dice.randint(1, 500))
        entry = dice.choice(
            [
                book.sale_received(order, amount, book.Source.STRIPE),
                book.release(order, amount, cny(0), [book.Share(seller, amount)]),
                refund_book.set_aside(order, order, [book.Part(book.escrow(order), amount)]),
                refund_book.sent(order, 1, order, amount, book.Source.STRIPE),
                book.payout(f"w{number}", seller, amount, book.Source.BANK),
            ]
        )
        try:
            async with unit(sessions) as session:
                await post(session, entry)
        except (Overdraft, AlreadyPosted):
            refused += 1
    assert 0 < refused < 60
    async with unit(sessions) as session:
        assert [row.difference_minor for row in await queries.trial_balance(session)] == [0]
        rows = (await queries.balances(session, "", 100, None)).items
        assert all(not row.balance.amount.startswith("-") for row in rows if not row.account.startswith("world:"))


@pytest.mark.parametrize("table", ["account", "ledger_entry", "posting"])
@pytest.mark.parametrize("change", ["UPDATE {t} SET {c} = {c}", "DELETE FROM {t}", "TRUNCATE {t} CASCADE"])
async def test_the_books_are_append_only(sessions: Sessions, table: str, change: str) -> None:
    async with unit(sessions) as session:
        await post(session, book.sale_received(ids.new("ord"), cny(100), book.Source.BANK))
    column = "path" if table == "account" else "id"
    with pytest.raises(DBAPIError) as refused:
        async with unit(sessions) as session:
            await session.execute(text(change.format(t=table, c=column)))
    assert isinstance(refused.value.orig.__cause__, asyncpg.RestrictViolationError)
    async with unit(sessions) as session:
        assert await session.scalar(select(func.count()).select_from(Posting)) == 1


@pytest.mark.parametrize(
    ("debit", "credit", "amount", "constraint"),
    [
        ("world:bank", "world:bank", 1, "ck_posting_two_accounts"),
        ("world:bank", "escrow", 0, "ck_posting_amount_minor"),
        ("world:bank", "nowhere", 1, "fk_posting_credit_account"),
    ],
)
async def test_the_database_itself_refuses_a_false_posting(
    sessions: Sessions, debit: str, credit: str, amount: int, constraint: str
) -> None:
    order = ids.new("ord")
    async with unit(sessions) as session:
        entry = await post(session, book.sale_received(order, cny(100), book.Source.BANK))
    credit = book.escrow(order) if credit == "escrow" else credit
    row = Posting(id=ids.new("pst"), entry_id=entry.id, debit=debit, credit=credit, amount_minor=amount, currency="CNY")
    async with sessions() as session:
        session.add(row)
        with pytest.raises(DBAPIError, match=constraint):
            await session.flush()
