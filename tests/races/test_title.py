"""Title under concurrency: real commits, sixteen writers at once, and never two who hold one field alone."""

import asyncio
import itertools
import random

import msgspec
import pytest

from kernel.db import unit
from kernel.errors import DomainError
from rights.grants import rules
from rights.grants.schemas import GrantTerms
from rights.title import queries
from rights.title.commands import grants as commands
from rights.title.errors import ExclusiveFieldTaken, GrantExceedsTitle
from rights.title.schemas import MakeGrant
from tests.rights.title.story import terms, titled

WRITERS = 16


async def write(runtime, asset, grantor, grantee, **over):
    """One writer, with a connection and a commit of its own."""
    given = msgspec.convert(terms(grantee, **over), GrantTerms)
    try:
        async with runtime.act() as act:
            data = MakeGrant(grantee_id=grantee, terms=given)
            return await commands.grant_for(act, grantor, asset, data)
    except DomainError as refusal:
        return refusal


async def standing(runtime, asset):
    """What was granted."""
    async with unit(runtime.sessions) as session:
        return [link.grant for link in await queries.active_licences(session, asset, alone=False)]


@pytest.mark.slow
async def test_sixteen_writers_and_one_field(runtime, as_, clock):
    asset = await titled(as_, clock)
    provider, buyer = await as_("provider"), await as_("buyer")
    answers = await asyncio.gather(
        *(write(runtime, asset, provider.party, buyer.party, exclusivity="exclusive") for _ in range(WRITERS))
    )
    refused = [answer for answer in answers if isinstance(answer, DomainError)]
    assert len(refused) == WRITERS - 1
    assert {type(answer) for answer in refused} == {ExclusiveFieldTaken}
    assert len(await standing(runtime, asset)) == 1


@pytest.mark.slow
async def test_sixteen_writers_and_random_fields(runtime, as_, clock):
    asset = await titled(as_, clock)
    provider, buyer, agent = await as_("provider"), await as_("buyer"), await as_("developer")
    rng = random.Random(16)
    places = ["CN", "CN-15", "CN-1501", "CN-150102", "CN-11", "HK", "world"]
    purposes = ["any", "risk-control", "anti-fraud", "marketing", "research"]
    for _ in range(4):
        await asyncio.gather(
            *(
                write(
                    runtime,
                    asset,
                    provider.party,
                    rng.choice([buyer, agent]).party,
                    territory=[rng.choice(places)],
                    purposes=[rng.choice(purposes)],
                    exclusivity=rng.choice(["ordinary", "sole", "exclusive", "exclusive"]),
                )
                for _ in range(WRITERS)
            )
        )
    made = await standing(runtime, asset)
    assert len(made) > 1
    for a, b in itertools.permutations(made, 2):
        assert not rules.exclusive_conflicts([a], b)


@pytest.mark.slow
async def test_sixteen_writers_and_one_volume(runtime, as_, clock):
    """What is left is shared out once."""
    asset = await titled(as_, clock)
    provider, agent, buyer = await as_("provider"), await as_("developer"), await as_("buyer")
    whole = terms(rights=["USE", "OPERATE"], depth=1, calls_max=100)
    made = await provider.post(f"/v1/assets/{asset}/grants", {"grantee_id": agent.party, "terms": whole})
    assert made.status_code == 201, made.text
    answers = await asyncio.gather(
        *(write(runtime, asset, agent.party, buyer.party, calls_max=30) for _ in range(WRITERS))
    )
    refused = [answer for answer in answers if isinstance(answer, DomainError)]
    assert len(refused) == WRITERS - 3
    assert {type(answer) for answer in refused} == {GrantExceedsTitle}
