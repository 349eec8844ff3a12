"""Questions that come together are asked together, and statements of one lane one after another."""

import asyncio
from itertools import count

import asyncpg
import pytest

from kernel.postgres.gathering import Gatherer, Lane, Statement

ALONE = "SELECT pg_try_advisory_lock(7) AS alone, $1::bigint AS asked, pg_sleep(0.002), pg_advisory_unlock(7)"
"""Whether no other connection does the same at this moment."""
TOGETHER = (
    "SELECT place - 1 AS place, locked.alone, asked, pg_sleep(0.002),"
    " CASE WHEN locked.alone THEN pg_advisory_unlock(7) END"
    " FROM unnest($1::bigint[]) WITH ORDINALITY AS given(asked, place), LATERAL"
    " (SELECT pg_try_advisory_lock(7 + 0 * given.asked) AS alone) AS locked"
)
STATEMENT = Statement(ALONE, TOGETHER)


async def test_two_statements_of_one_lane_are_never_under_way_at_once(runtime):
    lane = Lane(1)
    first, second = (Gatherer(runtime.pool, STATEMENT, lane) for _ in range(2))
    numbers = count()
    questions = [(each, next(numbers)) for _ in range(40) for each in (first, second)]
    rows = await asyncio.gather(*(each.ask(number) for each, number in questions))
    assert [row["asked"] for row in rows] == [number for _, number in questions]
    assert all(row["alone"] for row in rows)


async def test_what_waits_beyond_one_statement_goes_with_the_next(runtime):
    gathered = Gatherer(runtime.pool, STATEMENT, Lane(1))
    rows = await asyncio.gather(*(gathered.ask(number) for number in range(200)))
    assert [row["asked"] for row in rows] == list(range(200))
    assert not gathered.waits


class Failing:
    """A pool in which no batch is answered; each question by itself is."""

    def __init__(self, problem):
        self.problem, self.alone = problem, []

    async def fetch(self, *_):
        raise self.problem

    async def fetchrow(self, _, asked):
        self.alone.append(asked)
        return {"asked": asked}


@pytest.mark.parametrize(
    "problem", [asyncpg.LockNotAvailableError("lock timeout"), asyncpg.QueryCanceledError("time"), TimeoutError()]
)
async def test_what_waited_in_vain_together_does_not_wait_again_one_by_one(problem):
    pool = Failing(problem)
    gathered = Gatherer(pool, STATEMENT, Lane(1))
    told = await asyncio.gather(*(gathered.ask(number) for number in range(8)), return_exceptions=True)
    assert told == [problem] * 8
    assert pool.alone == []


async def test_of_a_batch_that_fails_otherwise_each_is_asked_by_itself():
    pool = Failing(asyncpg.CheckViolationError("one of them"))
    gathered = Gatherer(pool, STATEMENT, Lane(1))
    told = await asyncio.gather(*(gathered.ask(number) for number in range(8)))
    assert [row["asked"] for row in told] == list(range(8))
