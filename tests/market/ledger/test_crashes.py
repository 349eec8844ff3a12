"""Money commands at random on PostgreSQL, each a unit with a real commit, while connections are cut between statements.

A cut is the server's end of the connection, ended by another one at a chosen statement of the unit, the last before the
commit included: what the unit had written is gone, and the market sends it again. An answer that was lost after the
commit is the other half: the same unit is sent again, and must be refused.
"""

import random
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import Sessions, unit
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.log.models import LogEntry
from kernel.runtime import Runtime
from market.ledger import book, commands
from market.ledger.book import Entry
from market.ledger.errors import AlreadyPosted, Overdraft
from market.ledger.exports import parts
from market.ledger.models import LedgerEntry
from market.ledger.queries import ALWAYS, movements
from market.prepaid.models import PrepaidBalance
from tests.conftest import ISSUER, NOW
from tests.market.ledger.acts_back import ACTS
from tests.market.ledger.reader import Book
from tests.market.ledger.world import World


class Mortal(AsyncSession):
    """A session whose connection dies at a statement, counted from the first of its unit."""

    killer: Any = None
    dies_at: int | None = None

    async def _next(self) -> None:
        if self.dies_at is None:
            return
        if self.dies_at == 0:
            pid = (await super().execute(text("SELECT pg_backend_pid()"))).scalar_one()
            await self.killer.execute("SELECT pg_terminate_backend($1, 60000)", pid)
        self.dies_at -= 1

    async def execute(self, *arguments: Any, **named: Any) -> Any:
        await self._next()
        return await super().execute(*arguments, **named)

    async def scalar(self, *arguments: Any, **named: Any) -> Any:
        await self._next()
        return await super().scalar(*arguments, **named)

    async def scalars(self, *arguments: Any, **named: Any) -> Any:
        await self._next()
        return await super().scalars(*arguments, **named)


async def post(sessions: Sessions, entries: list[Entry]) -> None:
    async with unit(sessions) as session:
        for entry in entries:
            await commands.post(Act(session, SYSTEM, NOW, ISSUER), entry)


async def cut(runtime: Runtime, entries: list[Entry], statement: int) -> bool:
    """Book with a connection that dies at a statement; says whether it did before the commit."""
    async with Mortal(runtime.engine, expire_on_commit=False) as session:
        session.killer, session.dies_at = runtime.pool, statement
        try:
            async with session.begin():
                for entry in entries:
                    await commands.post(Act(session, SYSTEM, NOW, ISSUER), entry)
                await session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        except DBAPIError:
            return True
        return False


async def admit(runtime: Runtime, world: World) -> None:
    """The market's parties as rows: what they have paid in advance is kept beside the books by a trigger."""
    async with unit(runtime.sessions) as session:
        for party in world.parties:
            row = Party(
                id=party, uscc="91310000MA1FL0001X", name=party, kind="enterprise", roles=[], pledges=[], contact={},
                centre=False, status=PartyState.APPLIED, status_changed_at=NOW, version=1, created_at=NOW,
            )  # fmt: skip
            session.add(row)


async def compare(runtime: Runtime, world: World) -> None:
    async with unit(runtime.sessions) as session:
        rows = await session.execute(movements())
        held = {(row[0], row[1]): int(row[2]) for row in rows if row[2]}
        assert held == {key: minor for key, minor in world.expected.items() if minor}
        assert await session.scalar(select(func.count()).select_from(LedgerEntry)) == world.events
        logged = select(func.count()).where(LogEntry.kind == "market.ledger_entry.posted")
        assert await session.scalar(logged) == world.events
        kept = (await session.scalars(select(PrepaidBalance))).all()
        beside = {(book.prepaid(row.party_id), row.currency): row.balance_minor for row in kept if row.balance_minor}
        assert beside == {key: minor for key, minor in held.items() if key[0].startswith("prepaid:")}


async def walk(runtime: Runtime, seed: int, turns: int, cuts: float) -> tuple[World, int]:
    dice, world, died = random.Random(seed), World(random.Random(seed + 1), ACTS), 0
    await admit(runtime, world)
    for _ in range(turns):
        turn = world.turn()
        if dice.random() < cuts:
            if await cut(runtime, turn.entries, dice.randint(0, 9)):
                died += 1
                await post(runtime.sessions, turn.entries)
        else:
            await post(runtime.sessions, turn.entries)
        world.took_place(turn)
        if dice.random() < 0.05:
            with pytest.raises((AlreadyPosted, Overdraft)):
                await post(runtime.sessions, turn.entries)
    await compare(runtime, world)
    return world, died


@pytest.mark.slow
async def test_what_was_cut_off_is_gone_and_is_sent_again(runtime: Runtime) -> None:
    world, died = await walk(runtime, seed=11, turns=60, cuts=0.2)
    assert died > 3
    async with unit(runtime.sessions) as session:
        read = Book("".join([part async for part in parts(session, "hledger", ALWAYS)]))
    assert {key: -int(held * 100) for key, held in read.balances.items() if held} == {
        key: minor for key, minor in world.expected.items() if minor
    }


@pytest.mark.slow
async def test_thousands_of_operations_with_cut_connections_hold(runtime: Runtime) -> None:
    world, died = await walk(runtime, seed=12, turns=3_000, cuts=0.05)
    assert died > 50
    assert sum(world.done.values()) == 3_000
