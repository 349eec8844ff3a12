"""Who may see an object: one row, a list and a query agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select
from sqlalchemy.dialects.postgresql import ARRAY

from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.states import Role
from kernel.views.audience import Audience

TRADE = Table(
    "seen_trade",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("buyer", Text),
    Column("provider", Text),
    Column("others", ARRAY(Text), nullable=False),
)
PARTIES = (None, "pty_a", "pty_b", "pty_c")
ROWS = [
    {"id": number, "buyer": buyer, "provider": provider, "others": others}
    for number, (buyer, provider, others) in enumerate(
        (buyer, provider, others)
        for buyer in PARTIES
        for provider in PARTIES
        for others in ([], ["pty_c"], ["pty_a", "pty_b"])
    )
]
ROLES = (Role.BUYER, Role.REGULATOR, Role.AUDITOR)
ACTORS = st.builds(
    Actor,
    party=st.sampled_from(PARTIES),
    key=st.none(),
    roles=st.frozensets(st.sampled_from(ROLES)),
    permissions=st.frozensets(st.sampled_from(["trade:read", "trade:write"])),
)
AUDIENCES = st.builds(
    Audience,
    st.just("trade"),
    st.lists(st.sampled_from(ROLES[1:]), unique=True).map(tuple),
    st.sampled_from([None, "trade:read"]),
)


@given(ACTORS, AUDIENCES, st.sampled_from(ROWS))
def test_requiring_and_admitting_agree(actor, audience, row):
    parties = (row["buyer"], row["provider"], *row["others"])
    if audience.admits(actor, *parties):
        audience.require(actor, "trd_1", *parties)
    else:
        with pytest.raises(NotFound) as refused:
            audience.require(actor, "trd_1", *parties)
        assert refused.value.facts == {"kind": "trade", "id": "trd_1"}


@given(ACTORS, AUDIENCES, st.sampled_from(ROWS))
def test_whoever_has_a_part_is_admitted_and_its_part_goes_before_its_office(actor, audience, row):
    role = audience.role(actor, buyer=row["buyer"], provider=row["provider"])
    if audience.permission is None:
        assert (role is not None) == audience.admits(actor, row["buyer"], row["provider"])
    if actor.party is not None and actor.party == row["buyer"]:
        assert role is Role.BUYER
    elif actor.party is not None and actor.party == row["provider"]:
        assert role is Role.PROVIDER
    elif role is not None:
        assert role in audience.offices
        assert actor.has(role)


async def test_a_query_gives_exactly_what_may_be_read(session):
    connection = await session.connection()
    await connection.run_sync(TRADE.create)
    await connection.execute(insert(TRADE), ROWS)
    column = TRADE.c
    for party in PARTIES:
        for roles, permissions in ((), ()), ((Role.REGULATOR,), ()), ((Role.BUYER,), ("trade:read",)):
            actor = Actor(party=party, key=None, roles=frozenset(roles), permissions=frozenset(permissions))
            for audience in (
                Audience("trade"),
                Audience("trade", (Role.REGULATOR,)),
                Audience("trade", (), "trade:read"),
            ):
                listed = select(column.id).where(audience.among(actor, column.buyer, column.provider, column.others))
                readable = {
                    row["id"] for row in ROWS if audience.admits(actor, row["buyer"], row["provider"], *row["others"])
                }
                assert set(await session.scalars(listed)) == readable
    await connection.run_sync(TRADE.drop)
