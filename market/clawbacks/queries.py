"""Reading what is owed for refunds, and what was written off of it."""

from collections.abc import Awaitable, Callable
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.money import Money
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.clawbacks.models import ClawbackWriteOff
from market.clawbacks.schemas import ClawbackView, WriteOffView
from market.clawbacks.states import WRITE_OFF
from market.ledger import book
from market.ledger import queries as books

RESERVED: Final[list[Callable[[AsyncSession, str, str], Awaitable[Money]]]] = []
"""What else is about to pay a party's debt in a currency; they register, since clawbacks come before them."""

AUDIENCE: Final = Audience("clawback_write_off", (Role.CLEARING, Role.REGULATOR, Role.AUDITOR))
"""Who may see what a party owes besides itself."""


async def owed(session: AsyncSession, party_id: str, currency: str) -> Money:
    """What a party owes for refunds."""
    balance = await books.balance(session, book.clawback(party_id), currency)
    return Money(max(0, -balance.minor), currency)


async def reserved(session: AsyncSession, party_id: str, currency: str) -> Money:
    """What of a party's debt something else is about to pay."""
    parts = [await each(session, party_id, currency) for each in RESERVED]
    return sum(parts, Money(0, currency))


async def clawbacks(act: Act, limit: int, cursor: str | None) -> Page[ClawbackView]:
    """What one's own party owes, or everybody for the clearing officer and those who watch."""
    sums = books.movements().subquery()
    path, currency, total = sums.c
    mine = book.clawback("") if AUDIENCE.watches(act.actor) else book.clawback(act.actor.party or "nobody")
    query = select(path, currency, total).where(path.startswith(mine, autoescape=True), total < 0)
    rows = await fetch(act.session, query, path, currency, limit=limit, cursor=cursor)
    return rows.of(lambda row: ClawbackView(row[0].rpartition(":")[2], Money(-int(row[2]), row[1]).view()))


def view(row: ClawbackWriteOff, actor: Actor) -> WriteOffView:
    """A proposal with what the actor may do about it."""
    actions = {str(action) for role in actor.roles for action in WRITE_OFF.actions(row.status, role)}
    return shown(row, WriteOffView, amount=row.money.view(), allowed_actions=sorted(actions))


async def write_off(act: Act, write_off_id: str) -> WriteOffView:
    """One proposal, for its party, the clearing officer and those who watch; raises NotFound for anybody else."""
    row = await one(act.session, ClawbackWriteOff, write_off_id)
    AUDIENCE.require(act.actor, row.id, row.party_id)
    return view(row, act.actor)


async def write_offs(act: Act, limit: int, cursor: str | None) -> Page[WriteOffView]:
    """The proposals that the actor may see, the newest first."""
    query = select(ClawbackWriteOff).where(AUDIENCE.among(act.actor, ClawbackWriteOff.party_id))
    rows = await fetch(act.session, query, ClawbackWriteOff.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: view(row, act.actor))
