"""Requests that Schemathesis makes of the description, all its checks on: the answers are what the description says.

Each role asks what its permissions open to it, half of the time of objects that are there; what it is denied, and what
strangers are told, the law of strangers asks. The long half knows every bound of every schema and breaks it.
"""

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.examples import EXPLORING
from tests.laws import source
from tests.laws.objects import objects

if TYPE_CHECKING:
    from tests.description.engine import Findings

ROLES = ("provider", "buyer", "registrar")
"""The first may ask for most, and is asked as in the suite; the others are in the slow half."""
OFFICES = ("reviewer", "clearing", "operator")


async def found(runtime: Any, as_: Any, drain: Any, clock: Any, roles: Any, **phases: Any) -> "dict[str, Findings]":
    """What was found as each of some roles, on objects made once."""
    from tests.description.engine import Question, explored  # Loads Schemathesis: only in the process that asks.

    spec = json.loads((source.ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    made, registered = await objects(runtime, as_, drain, clock)
    await scored(runtime, made["scorecard_id"])
    told = {}
    for role in roles:
        who = await as_(role)
        question = Question(spec, role, who, {**made, "registered": registered}, **phases)
        told[role] = await asyncio.to_thread(explored, question, asyncio.get_running_loop())
    return told


async def scored(runtime: Any, card: str) -> None:
    """Give the scorecards that stories invent what a real one says: they are met here in all their forms."""
    async with runtime.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(
            "UPDATE scorecard SET body = (SELECT body FROM scorecard WHERE id = $1) WHERE id <> $1", card
        )


def shown(told: "dict[str, Findings]", capsys: Any) -> None:
    """Say how much was asked, and fail with everything that was found."""
    with capsys.disabled():
        for role, findings in told.items():
            sys.stdout.write(f"\nschemathesis as {role}: {findings}")
        sys.stdout.write("\n")
    assert not any(each.wrong for each in told.values()), "\n".join(each.listed() for each in told.values())
    assert all(each.operations and each.statuses[200] for each in told.values())


@pytest.mark.slow
@pytest.mark.parametrize("roles", [ROLES[:1], ROLES[1:]], ids=" ".join)
async def test_what_the_description_shows_is_answered_as_it_says(runtime, as_, drain, clock, client, capsys, roles):
    shown(await found(runtime, as_, drain, clock, roles, examples={"enabled": True}), capsys)


@pytest.mark.property
@pytest.mark.skipif(not EXPLORING, reason="some 20,000 requests: make explore")
async def test_every_bound_of_every_schema_holds(runtime, as_, drain, clock, client, capsys):
    phases = {name: {"enabled": True} for name in ("examples", "coverage", "fuzzing")}
    shown(await found(runtime, as_, drain, clock, (*ROLES, *OFFICES), **phases), capsys)
