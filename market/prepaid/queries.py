"""Reading prepaid balances: each party reads its own, and the centre's officers have the ledger."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.money import Money
from kernel.views.audience import own_party
from kernel.views.paging import Page
from market.ledger import book
from market.ledger import queries as ledger
from market.ledger.schemas import AccountLine
from market.prepaid.models import PrepaidBalance
from market.prepaid.schemas import PrepaidView


async def balances(act: Act) -> list[PrepaidView]:
    """The caller's balances, by currency."""
    mine = PrepaidBalance.party_id == own_party(act.actor)
    rows = await act.session.scalars(select(PrepaidBalance).where(mine).order_by(PrepaidBalance.currency))
    return [
        PrepaidView(
            balance=Money(row.balance_minor, row.currency).view(),
            held=Money(row.held_minor, row.currency).view(),
            available=Money(row.balance_minor - row.held_minor, row.currency).view(),
        )
        for row in rows
    ]


async def statement(act: Act, limit: int, cursor: str | None) -> Page[AccountLine]:
    """Every posting of the caller's balance, oldest first."""
    return await ledger.statement(act.session, book.prepaid(own_party(act.actor)), limit, cursor)


async def available(session: AsyncSession, party_id: str, currency: str) -> Money:
    """What a party's balance has beyond what uses hold, the row locked until the unit ends."""
    row = await session.scalar(
        select(PrepaidBalance)
        .where(PrepaidBalance.party_id == party_id, PrepaidBalance.currency == currency)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return Money(0 if row is None else row.balance_minor - row.held_minor, currency)
