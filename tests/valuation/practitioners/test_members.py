"""A valuer who signs in is that person alone: no empty key stands for all who have none."""

import pytest

from kernel.actor import ANONYMOUS, SYSTEM
from migrations import run
from tests.database import fresh_database
from tests.refusals import refused
from tests.valuation.engagements.firm import make_firm, make_valuer
from tests.valuation.practitioners.people import Person
from valuation.practitioners import commands, queries
from valuation.practitioners.errors import PractitionerUnknown
from valuation.practitioners.schemas import DeclareInterests

PEOPLE = """
INSERT INTO party (id, uscc, name, kind, roles, pledges, contact, centre, status, created_at,
  status_changed_at, version)
VALUES ('pty_a', '12150000MB1A2B3C42', 'a', 'enterprise', '{valuer}', '{}', '{}', false, 'admitted', now(), now(), 1);
INSERT INTO member (id, party_id, name, email, password_hash, roles, administrator, created_at)
VALUES ('mem_a', 'pty_a', 'Ada', 'ada@a.example', '', '{valuer}', false, now());
INSERT INTO signing_key (id, party_id, public_key, created_at) VALUES ('sgk_a', 'pty_a', 'x', now());
INSERT INTO practitioner
  (id, firm, name, registration_number, member_id, signing_key_id, interests, interests_declared_at, created_at)
VALUES ('prc_a', 'pty_a', 'Ada', '11030001', 'mem_a', 'sgk_a', '{}', now(), now());
"""


async def sought(act):
    row = await queries.of_actor(act)
    return None if row is None else row.id


async def test_each_hand_finds_its_own_person_and_no_other(runtime, as_):
    firm, other = await make_firm(as_), await as_("valuer", "other")
    ada, bo = await Person.begin(runtime, firm, "ada"), await Person.begin(runtime, other, "bo")
    keyed = await make_valuer(firm, 101)
    assert await ada.do(sought) is None
    theirs = (await bo.register(121)).json()["id"]
    assert await ada.do(sought) is None
    own = (await ada.register(122)).json()["id"]
    assert (await ada.do(sought), await bo.do(sought)) == (own, theirs)
    async with runtime.act() as act:
        nobody = [await sought(act.by(actor)) for actor in (ANONYMOUS, SYSTEM)]
    assert nobody == [None, None]
    declared = await keyed.client.post(f"/v1/practitioners/{keyed.id}/interests", {"interests": [other.party]})
    assert declared.status_code == 200
    untold = await firm.post(f"/v1/practitioners/{own}/interests", {"interests": []})
    refused(untold, 403, "practitioner-unknown", "LT-ENG-02")
    with pytest.raises(PractitionerUnknown):
        await ada.do(commands.declare, keyed.id, DeclareInterests([]))
    await firm.post(f"/v1/practitioners/{own}/end")
    assert await ada.do(sought) is None
    with pytest.raises(PractitionerUnknown):
        await ada.do(queries.acting)


async def test_a_member_is_one_practising_valuer_and_may_practise_again(runtime, as_):
    firm = await make_firm(as_)
    ada = await Person.begin(runtime, firm, "ada")
    first = (await ada.register(122)).json()["id"]
    refused(await ada.register(123), 409, "practitioner-taken", "LT-ENG-02")
    await firm.post(f"/v1/practitioners/{first}/end")
    again = await ada.register(124, number="11030122")
    assert again.status_code == 201, again.text
    assert await ada.do(sought) == again.json()["id"] != first


@pytest.mark.slow
async def test_the_schema_goes_back_with_members_in_it_and_forward_again(cluster):
    """Whoever acted as a member keeps name and work; what stands for the hand opens nothing, the practice is over."""
    import asyncpg

    from kernel.db import dsn_of

    async with fresh_database(cluster) as url:
        there = await asyncpg.connect(dsn_of(url))
        await there.execute(PEOPLE)
        await there.close()
        await run.downgrade(url, "0110_mandates")
        there = await asyncpg.connect(dsn_of(url))
        [row] = await there.fetch(
            "SELECT p.name, p.ended_at IS NOT NULL AS ended, k.party_id, k.revoked_at IS NOT NULL AS revoked,"
            " length(k.secret_sha256) AS secret FROM practitioner p JOIN api_key k ON k.id = p.api_key_id"
        )
        await there.close()
        assert tuple(row) == ("Ada", True, "pty_a", True, 0)
        await run.upgrade(url)
        await run.check(url)
