"""Who may stand for a credit code, and what a key may make, leave behind and hold."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from kernel.identity import credentials
from kernel.identity.models import ApiKey
from kernel.log.models import LogEntry
from kernel.time.clock import SandboxClock
from tests.conftest import NOW, make_runtime, serving
from tests.makers import Cast, application, make_uscc, signing_key
from tests.refusals import not_there, outcomes, refused


def refusal(answer):
    body = answer.json()
    return answer.status_code, body["code"], body["rule"]["id"]


async def applied(client, code, **over):
    answer = await client.post("/v1/parties", application(uscc=code, **over))
    assert answer.status_code == 201, answer.text
    return answer.json()["party"]["id"]


async def decide(operator, party, action="admit", **more):
    return await operator.post(f"/v1/parties/{party}/admission", {"action": action, "reason": "materials", **more})


async def test_nobody_is_kept_out_by_a_stranger_who_applied_first(client, as_):
    operator, code = await as_("operator"), make_uscc()
    squatter = await applied(client, code, name="占位有限公司")
    owner = await applied(client, code, name="真正的持有人有限公司")
    shown = {row["id"]: row["alike"] for row in (await operator.get("/v1/parties")).json()["items"]}
    assert (shown[squatter], shown[owner]) == ([owner], [squatter])
    assert refusal(await decide(operator, owner)) == (422, "identity-unproven", "LT-ADM-04")
    admitted = await decide(operator, owner, proof="营业执照原件与法定代表人授权书")
    assert admitted.status_code == 200, admitted.text
    assert refusal(await decide(operator, squatter, proof="x")) == (409, "party-exists", "LT-ADM-04")
    assert (await decide(operator, squatter, "refuse")).status_code == 200


async def test_the_refused_may_apply_again_and_the_suspended_stay(client, as_):
    operator, code = await as_("operator"), make_uscc()
    first = await applied(client, code)
    assert (await decide(operator, first, "refuse")).status_code == 200
    second = await applied(client, code)
    assert (await decide(operator, second)).status_code == 200, "a refused one is no rival"
    assert (await decide(operator, second, "suspend")).status_code == 200
    third = await applied(client, code)
    assert refusal(await decide(operator, third, proof="x")) == (409, "party-exists", "LT-ADM-04")
    assert (await decide(operator, second, "restore")).status_code == 200


@pytest.mark.slow
async def test_an_application_does_not_tell_who_takes_part(client, as_):
    operator, code = await as_("operator"), make_uscc()
    member = {"name": "李四", "email": "li@example.cn", "password": "correct horse battery"}
    taking_part = await applied(client, code, member=member)
    assert (await decide(operator, taking_part)).status_code == 200
    known, unknown = make_uscc(), {**member, "email": "nobody@example.cn"}
    answers = [
        await client.post("/v1/parties", application(uscc=code, member=member)),
        await client.post("/v1/parties", application(uscc=known, member=unknown)),
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert [sorted(answer.json()["party"]) for answer in answers] == [sorted(answers[0].json()["party"])] * 2
    stranger = client.with_key(answers[0].json()["secret"])
    own = (await stranger.get(f"/v1/parties/{answers[0].json()['party']['id']}")).json()
    assert own["alike"] == [], "whom one may be mistaken for is for those who decide"


async def test_two_officers_who_admit_at_once_admit_one(client, as_, sessions):
    import asyncio

    operator, code = await as_("operator"), make_uscc()
    rivals = [await applied(client, code) for _ in range(3)]
    answers = await asyncio.gather(*(decide(operator, rival, proof="x") for rival in rivals))
    assert outcomes(answers) == {200: 1, (409, "party-exists", "LT-ADM-04"): 2}


@pytest.mark.parametrize(
    "name", ["\u3164\u3164", "\u2800甲", "甲\u034f公司", "甲\ufe0f公司", "Аlpha Data", "αlpha Data"]
)
async def test_names_that_show_nothing_or_pass_for_others_are_refused(client, name):
    refusal = await client.post("/v1/parties", application(name=name))
    refused(refusal, 400, "application-faulty")
    assert [error["pointer"] for error in refusal.json()["errors"]] == ["/name"]


@pytest.mark.parametrize(
    "name", ["甲乙数据 Alpha (北京) 有限公司", "Альфа Данные", "データ流通株式会社", "Ελληνικά Δεδομένα"]
)
async def test_honest_names_of_any_alphabet_are_taken(client, name):
    assert (await client.post("/v1/parties", application(name=name))).status_code == 201


async def make(holder, *roles, **more):
    return await holder.post("/v1/api-keys", {"name": "further", "roles": list(roles), **more})


async def child_of(holder, *roles, **more):
    made = await make(holder, *roles, **more)
    assert made.status_code == 201, made.text
    return holder.with_key(made.json()["secret"], holder.party), made.json()["key"]


async def test_a_key_cannot_outlive_its_maker(as_):
    provider = await as_("provider")
    short, mother = await child_of(provider, "provider", days_valid=1)
    assert refusal(await make(short, "provider", days_valid=730)) == (422, "key-outlives-maker", "LT-ADM-07")
    _, child = await child_of(short, "provider")
    assert (child["expires_at"], child["made_by"]) == (mother["expires_at"], mother["id"])


async def test_whoever_revokes_a_key_ends_all_that_came_of_it(as_):
    provider = await as_("provider")
    leaked, first = await child_of(provider, "provider")
    thief, _ = await child_of(leaked, "provider")
    deeper, _ = await child_of(thief, "provider")
    assert (await deeper.get("/v1/api-keys")).status_code == 200
    assert (await provider.delete(f"/v1/api-keys/{first['id']}")).status_code == 204
    assert outcomes([await key.get("/v1/api-keys") for key in (leaked, thief, deeper)]) == {
        (401, "unauthenticated", None): 3
    }
    assert (await provider.get("/v1/api-keys")).status_code == 200


async def test_a_key_is_renewed_by_itself_and_what_it_made_goes_on(as_):
    provider = await as_("provider")
    old, key = await child_of(provider, "provider", days_valid=30)
    kept, kept_key = await child_of(old, "provider")
    not_there(await provider.post(f"/v1/api-keys/{key['id']}/renewal"))
    renewed = await old.post(f"/v1/api-keys/{key['id']}/renewal")
    assert renewed.status_code == 201, renewed.text
    new = old.with_key(renewed.json()["secret"])
    listed = {row["id"]: row for row in (await new.get("/v1/api-keys")).json()}
    assert listed[key["id"]]["revoked_at"] is not None
    assert listed[kept_key["id"]]["made_by"] == renewed.json()["key"]["id"]
    refused(await old.get("/v1/api-keys"), 401, "unauthenticated")
    assert (await kept.get("/v1/api-keys")).status_code == 200
    assert renewed.json()["key"]["roles"] == key["roles"]


async def test_who_revokes_a_key_that_a_thief_replaced_is_told_which_key_to_revoke(as_):
    """A thief who is quick renews the key first: the owner must not be told 204 while the thief goes on."""
    provider = await as_("provider")
    leaked, key = await child_of(provider, "provider")
    made, _ = await child_of(leaked, "provider")
    thief = leaked
    for _ in range(2):
        mine = (await thief.get("/v1/whoami")).json()["key"]["id"]
        renewed = (await thief.post(f"/v1/api-keys/{mine}/renewal")).json()
        thief = thief.with_key(renewed["secret"])
    refused = await provider.delete(f"/v1/api-keys/{key['id']}")
    assert refusal(refused) == (409, "key-replaced", "LT-ADM-07")
    assert refused.json()["successor"] == renewed["key"]["id"]
    assert (await provider.delete(f"/v1/api-keys/{refused.json()['successor']}")).status_code == 204
    assert outcomes([await each.get("/v1/api-keys") for each in (thief, made)]) == {(401, "unauthenticated", None): 2}
    assert (await provider.delete(f"/v1/api-keys/{key['id']}")).status_code == 204, "nothing of it is in force"


async def test_a_key_lent_for_a_day_does_not_make_itself_one_for_a_year(as_):
    lent, key = await child_of(await as_("provider"), "provider", days_valid=1)
    renewed = (await lent.post(f"/v1/api-keys/{key['id']}/renewal")).json()["key"]
    assert renewed["expires_at"] == key["expires_at"]


async def test_first_keys_live_no_longer_than_others_may(client):
    key = (await client.post("/v1/parties", application())).json()["key"]
    assert key["expires_at"] == (NOW + timedelta(days=730)).isoformat().replace("+00:00", "Z")


async def test_the_test_clock_does_not_age_keys(settings, clock, signer):
    """Who tries out three years of licences must not lock everybody out."""
    async with make_runtime(settings, SandboxClock(), signer) as runtime, serving(runtime) as client:
        operator = await Cast(client, runtime).act("operator")
        async with runtime.act() as act:
            await act.session.execute(update(ApiKey).values(expires_at=act.at + timedelta(days=30)))
        for _ in range(3):
            advanced = await operator.post("/v1/sandbox/clock/advance", {"seconds": 365 * 86400})
            assert advanced.status_code == 200, advanced.text
        [key] = (await operator.get("/v1/api-keys")).json()
        left = datetime.fromisoformat(key["expires_at"]) - runtime.clock.now()
        assert timedelta(days=29) < left < timedelta(days=31), "no more and no less than it had"


@pytest.mark.parametrize("roles", [["operator", "registrar"], ["clearing", "reviewer"], ["clearing", "registrar"]])
async def test_no_single_key_holds_offices_that_must_be_apart(as_, roles):
    operator = await as_("operator")
    assert refusal(await make(operator, *roles)) == (422, "offices-apart", "LT-ADM-08")
    assert (await make(operator, roles[0])).status_code == 201


@pytest.mark.parametrize("office", ["regulator", "auditor"])
async def test_the_operators_key_neither_makes_nor_revokes_a_watching_offices_key(as_, office):
    operator, watching = await as_("operator"), await as_(office)
    refused = (422, "office-invites-itself", "LT-ADM-08")
    assert refusal(await make(operator, office)) == refused
    assert refusal(await make(operator, "operator", office)) == refused
    own = next(key for key in (await watching.get("/v1/api-keys")).json() if key["roles"] == [office])
    assert refusal(await operator.delete(f"/v1/api-keys/{own['id']}")) == refused
    second, _ = await child_of(watching, office)
    assert (await second.get("/v1/parties")).status_code == 200, "the office makes further keys itself"


async def test_an_invitation_serves_once_and_not_for_ever(client, as_, runtime, clock):
    await as_("operator")
    async with runtime.act() as act:
        invitation = await credentials.invite(act, "regulator", "数据局")
        late = await credentials.invite(act, "auditor", "审计局")
    taken = await client.post("/v1/office-keys", {"invitation": invitation})
    assert taken.status_code == 201, taken.text
    assert taken.json()["key"]["roles"] == ["regulator"]
    unusable = (422, "invitation-unusable", "LT-ADM-08")
    assert refusal(await client.post("/v1/office-keys", {"invitation": invitation})) == unusable
    assert refusal(await client.post("/v1/office-keys", {"invitation": "lti_" + "x" * 43})) == unusable
    clock.move(timedelta(days=15))
    assert refusal(await client.post("/v1/office-keys", {"invitation": late})) == unusable
    async with runtime.sessions() as session:
        kinds = (await session.scalars(select(LogEntry.kind).where(LogEntry.kind.like("kernel.office.%")))).all()
        texts = (await session.scalars(select(LogEntry.payload))).all()
    assert sorted(kinds) == ["kernel.office.invited", "kernel.office.invited", "kernel.office.taken"]
    assert not any(invitation.encode() in text for text in texts)


async def test_the_watching_offices_keys_outlast_the_operators_renewal(as_, runtime):
    for office in ("operator", "regulator", "auditor", "registrar"):
        await as_(office)
    async with runtime.act() as act:
        await credentials.renew_operator(act, sandbox=True)
        usable = (await act.session.scalars(select(ApiKey.roles).where(ApiKey.revoked_at.is_(None)))).all()
    assert sorted(usable) == [["auditor"], ["operator"], ["regulator"]]


async def test_signing_keys_are_listed_and_revoked(as_):
    provider, other = await as_("provider"), await as_("provider", "other")
    key_id, _ = await signing_key(provider, b"\x21" * 32)
    not_there(await other.delete(f"/v1/signing-keys/{key_id}"))
    assert [(key["id"], key["revoked_at"]) for key in (await provider.get("/v1/signing-keys")).json()] == [
        (key_id, None)
    ]
    assert (await other.get("/v1/signing-keys")).json() == []
    assert (await provider.delete(f"/v1/signing-keys/{key_id}")).status_code == 204
    assert (await provider.get("/v1/signing-keys")).json()[0]["revoked_at"] is not None
