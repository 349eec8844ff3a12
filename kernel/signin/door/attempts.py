"""Guesses are slowed: each attempt counts before it is looked at, for its account and for its address."""

import hashlib
import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import unit
from kernel.signin.door.visitor import Visitor
from kernel.signin.errors import SignInDelayed
from kernel.signin.models import SignInFailure
from kernel.signin.rules import POLICY, SignInRules, delay
from kernel.time.clock import day_in_china


def account(email: str) -> bytes:
    """The name under which attempts on an account are counted, whether there is one or not."""
    return hashlib.sha256(f"account {email}".encode()).digest()


def address(visitor: Visitor) -> bytes:
    """The name under which attempts from an address are counted."""
    return hashlib.sha256(f"address {visitor.address}".encode()).digest()


async def charge(act: Act, visitor: Visitor, *names: bytes) -> None:
    """Count an attempt in a unit of its own, so that it stays counted when it fails; raises SignInDelayed, uncounted.

    The rows are locked in one order: of many that try at once each sees the count of those before it.
    """
    rules = POLICY.at(day_in_china(act.at)).body
    async with unit(visitor.sessions) as session:
        rows = await _locked_rows(session, sorted(names), act.at)
        wait = max((row.until for row in rows), default=act.at) - act.at
        if wait > timedelta():
            raise SignInDelayed(retry_after_seconds=math.ceil(wait.total_seconds()))
        for row in rows:
            _count(row, act.at, rules)


def _count(row: SignInFailure, at: datetime, rules: SignInRules) -> None:
    forgotten = row.last_at < at - timedelta(hours=rules.failures_hours)
    row.failures = 1 if forgotten else row.failures + 1
    row.last_at, row.until = at, at + delay(row.failures, rules)


async def _locked_rows(session: AsyncSession, names: Sequence[bytes], at: datetime) -> Sequence[SignInFailure]:
    new = [{"name_sha256": name, "failures": 0, "last_at": at, "until": at} for name in names]
    await session.execute(insert(SignInFailure).values(new).on_conflict_do_nothing())
    rows = select(SignInFailure).where(SignInFailure.name_sha256.in_(names)).order_by(SignInFailure.name_sha256)
    return (await session.scalars(rows.with_for_update())).all()


async def succeed(act: Act, email: str, visitor: Visitor) -> None:
    """Forget what failed for an account that is in now, and take back what this attempt counted for its address.

    The address keeps its failures: one account of one's own must not wash away guesses at those of others.
    """
    await act.session.execute(delete(SignInFailure).where(SignInFailure.name_sha256 == account(email)))
    await spare(act, address(visitor))


async def spare(act: Act, *names: bytes) -> None:
    """Take back one attempt that was no guess."""
    counted = update(SignInFailure).where(SignInFailure.name_sha256.in_(names), SignInFailure.failures > 0)
    await act.session.execute(counted.values(failures=SignInFailure.failures - 1, until=act.at))
