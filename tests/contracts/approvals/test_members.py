"""Members stand for themselves: a rule names them as it names keys, and nobody is two persons by signing in."""

from dataclasses import replace

import pytest

from contracts.approvals import commands, queries
from contracts.approvals.errors import ApprovalRuleFaulty, ManagerOnly
from contracts.approvals.rules import same_person
from contracts.approvals.schemas import Band, RuleBody, Seat, SetApprovalRule
from kernel.act import Act
from kernel.members import commands as members
from kernel.members import invitations
from kernel.members.schemas import AcceptInvitation, ChangeMember, InviteMember
from kernel.signin import sessions
from kernel.signin.door.visitor import Visitor
from tests.conftest import ISSUER, NOW

PASSWORD = "correct horse battery"


@pytest.fixture
def here(runtime):
    return Visitor("127.0.0.1", "", NOW, runtime.pool)


async def hired(act, here, name, *, administrator):
    """A member, and the same unit as its own act."""
    data = InviteMember(email=f"{name}@a.example", name=name.title(), roles=["buyer"], administrator=administrator)
    secret = str((await invitations.invite(act, data, public_url="")).link).partition("=")[2]
    taken = AcceptInvitation(secret=secret, name=name.title(), password=PASSWORD)
    row = await invitations.accept(act, replace(here, address=name), taken)
    token = await sessions.begin(act, row, "password", here)
    return act.by(await sessions.actor_of(act.session, token, act.at))


def rule(*hands):
    seats = [Seat(hand, f"seat {n}") for n, hand in enumerate(hands)]
    return SetApprovalRule(RuleBody([Band(1)], seats), "董事会决议")


async def test_a_rule_names_members_and_an_administrator_sets_it(as_, session, here):
    from kernel.identity.queries import actor_of

    buyer = await as_("buyer")
    key = Act(session, await actor_of(session, buyer.key, NOW), NOW, ISSUER)
    ada = await hired(key, here, "ada", administrator=True)
    bo = await hired(ada, here, "bo", administrator=False)
    made = await commands.set_rule(ada, rule(ada.actor.member, bo.actor.member))
    assert made.key_id == ada.actor.member
    with pytest.raises(ManagerOnly):
        await commands.set_rule(bo, rule(bo.actor.member))
    await members.remove(ada, bo.actor.member)
    with pytest.raises(ApprovalRuleFaulty) as refusal:
        await commands.set_rule(ada, rule(bo.actor.member))
    assert [fault.pointer for fault in refusal.value.errors] == ["/rule/approvers/0/key_id"]


async def test_nobody_is_two_persons_by_signing_in(as_, session, here):
    from kernel.identity.queries import actor_of

    buyer = await as_("buyer")
    key = Act(session, await actor_of(session, buyer.key, NOW), NOW, ISSUER)
    ada, bo = [await hired(key, here, name, administrator=True) for name in ("ada", "bo")]
    lines = {who.actor.hand: await queries.line_of(session, who.actor.hand) for who in (key, ada, bo)}
    by_key, by_ada, by_bo = lines.values()
    assert by_ada == [ada.actor.member, key.actor.key]
    assert (same_person(by_ada, by_ada), same_person(by_ada, by_key), same_person(by_ada, by_bo)) == (True, True, False)


async def test_a_key_is_the_same_person_after_it_was_renewed(as_, session, here):
    """What a child key or an invited member proposed is approved by no key that took their maker's place."""
    from kernel.identity import credentials
    from kernel.identity.queries import actor_of
    from kernel.identity.schemas import CreateKey

    buyer = await as_("buyer")
    key = Act(session, await actor_of(session, buyer.key, NOW), NOW, ISSUER)
    child = await credentials.create_key(key, CreateKey("x", ["buyer"]), sandbox=True)
    ada = await hired(key, here, "ada", administrator=True)
    proposed = [await queries.line_of(session, hand) for hand in (child.key.id, ada.actor.member)]
    renewed = await credentials.renew_key(key, key.actor.key, sandbox=True)
    approving = await queries.line_of(session, renewed.key.id)
    assert [same_person(approving, line) for line in proposed] == [True, True]
    again = await queries.line_of(session, child.key.id)
    assert same_person(again, proposed[0])


async def test_who_may_do_less_keeps_no_key_that_may_do_more(as_, session, here):
    from kernel.identity import credentials
    from kernel.identity.models import ApiKey
    from kernel.identity.queries import actor_of
    from kernel.identity.schemas import CreateKey

    buyer = await as_("buyer")
    key = Act(session, await actor_of(session, buyer.key, NOW), NOW, ISSUER)
    ada = await hired(key, here, "ada", administrator=False)
    made = await credentials.create_key(ada, CreateKey("x", ["buyer"]), sandbox=True)
    await members.change(key, ada.actor.member, ChangeMember(name="Ada L."))
    assert (await session.get_one(ApiKey, made.key.id)).revoked_at is None
    await members.change(key, ada.actor.member, ChangeMember(roles=[]))
    assert (await session.get_one(ApiKey, made.key.id)).revoked_at is not None


async def test_with_a_member_its_keys_end(as_, session, here):
    from kernel.identity import credentials
    from kernel.identity.models import ApiKey
    from kernel.identity.queries import actor_of
    from kernel.identity.schemas import CreateKey

    buyer = await as_("buyer")
    key = Act(session, await actor_of(session, buyer.key, NOW), NOW, ISSUER)
    ada = await hired(key, here, "ada", administrator=False)
    made = await credentials.create_key(ada, CreateKey("x", ["buyer"]), sandbox=True)
    assert made.key.made_by == ada.actor.member
    await members.change(key, ada.actor.member, ChangeMember(name="Ada L"))
    await members.remove(key, ada.actor.member)
    row = await session.get(ApiKey, made.key.id)
    await session.refresh(row)
    assert row.revoked_at == NOW
