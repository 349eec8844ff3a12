"""Guesses are slowed: each attempt counts before it is looked at, for its account and for its address."""

import hashlib
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
from sqlalchemy import delete, func, select, update

from kernel.act import Act
from kernel.identity.models import Member, Party
from kernel.identity.states import PartyState
from kernel.signin.door.visitor import Visitor
from kernel.signin.errors import SignInDelayed
from kernel.signin.models import SignInFailure
from kernel.signin.rules import POLICY, SignInRules, delay
from kernel.time.clock import day_in_china

_BEGUN: Final = """INSERT INTO signin_failure (name_sha256, failures, last_at, until)
    SELECT unnest($1::bytea[]), 0, $2, $2 ON CONFLICT DO NOTHING"""
_LOCKED: Final = "SELECT * FROM signin_failure WHERE name_sha256 = ANY($1::bytea[]) ORDER BY name_sha256 FOR UPDATE"
_COUNTED: Final = "UPDATE signin_failure SET failures = $2, last_at = $3, until = $4 WHERE name_sha256 = $1"


def account(email: str) -> bytes:
    """The name under which attempts on an account are counted, whether there is one or not."""
    return hashlib.sha256(f"account {email}".encode()).digest()


def address(visitor: Visitor) -> bytes:
    """The name under which attempts from an address are counted."""
    return hashlib.sha256(f"address {visitor.address}".encode()).digest()


async def charge(act: Act, visitor: Visitor, *names: bytes) -> None:
    """Count an attempt in a unit of its own, so that it stays counted when it fails; raises SignInDelayed, uncounted.

    The rows are locked in one order: of many that try at once each sees the count of those before it. The unit has its
    connection from another pool than requests have theirs: one that holds a connection must never wait for a second
    of the same, or a few guesses at once would hold up everybody.
    """
    rules = POLICY.at(day_in_china(act.at)).body
    async with visitor.pool.acquire() as connection, connection.transaction():
        rows = await _locked_rows(connection, sorted(names), act.at)
        wait = max((row["until"] for row in rows), default=act.at) - act.at
        if wait > timedelta():
            raise SignInDelayed(retry_after_seconds=math.ceil(wait.total_seconds()))
        await connection.executemany(_COUNTED, [_counted(row, act.at, rules) for row in rows])


def _counted(row: asyncpg.Record, at: datetime, rules: SignInRules) -> tuple[bytes, int, datetime, datetime]:
    forgotten = row["last_at"] < at - timedelta(hours=rules.failures_hours)
    failures = 1 if forgotten else row["failures"] + 1
    return row["name_sha256"], failures, at, at + delay(failures, rules)


async def _locked_rows(connection: Any, names: Sequence[bytes], at: datetime) -> Sequence[asyncpg.Record]:
    await connection.execute(_BEGUN, names, at)
    rows: Sequence[asyncpg.Record] = await connection.fetch(_LOCKED, names)
    return rows


async def succeed(act: Act, email: str, *charged: bytes) -> None:
    """Forget what failed for an account that is in now, and take back what this attempt was charged with.

    The address keeps its failures: one account of one's own must not wash away guesses at those of others. So does an
    e-mail address under which several organisations have a member, since whoever invites proves nothing of it, and so
    does whatever this attempt was not charged with.
    """
    same = select(func.count()).select_from(Member).join(Party, Party.id == Member.party_id)
    same = same.where(Member.email == email, Member.removed_at.is_(None), Party.status == PartyState.ADMITTED)
    if await act.session.scalar(same) == 1:
        await act.session.execute(delete(SignInFailure).where(SignInFailure.name_sha256 == account(email)))
    await spare(act, *charged)


async def spare(act: Act, *names: bytes) -> None:
    """Take back one attempt that was no guess."""
    counted = update(SignInFailure).where(SignInFailure.name_sha256.in_(names), SignInFailure.failures > 0)
    await act.session.execute(counted.values(failures=SignInFailure.failures - 1, until=act.at))
