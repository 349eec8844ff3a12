"""What a key must not reach: other people's keys, roles that it does not carry, and the centre itself."""

import pytest

from tests.makers import PLEDGES, application
from tests.refusals import outcome, refused


async def key_of(holder, *roles, name="further"):
    made = await holder.post("/v1/api-keys", {"name": name, "roles": list(roles)})
    assert made.status_code == 201, made.text
    return holder.with_key(made.json()["secret"], holder.party), made.json()["key"]["id"]


async def test_an_officer_cannot_revoke_the_operators_key(as_):
    operator, auditor = await as_("operator"), await as_("auditor")
    _, spare = await key_of(operator, "operator")
    refused = await auditor.delete(f"/v1/api-keys/{spare}")
    assert (refused.status_code, refused.json()["code"]) == (422, "role-not-held")
    assert refused.json()["rule"]["id"] == "LT-ADM-05"
    listed = {key["id"]: key["revoked_at"] for key in (await operator.get("/v1/api-keys")).json()}
    assert listed[spare] is None


async def test_the_operator_revokes_an_officers_key_and_an_officer_its_own(as_):
    operator = await as_("operator")
    officer, first = await key_of(operator, "registrar")
    assert (await officer.delete(f"/v1/api-keys/{first}")).status_code == 204
    _, second = await key_of(operator, "registrar")
    assert (await operator.delete(f"/v1/api-keys/{second}")).status_code == 204


@pytest.fixture
async def both(client, as_):
    """A party of two roles, with the key of both."""
    body = application("provider", roles=["provider", "buyer"], pledges=PLEDGES)
    applied = (await client.post("/v1/parties", body)).json()
    path = f"/v1/parties/{applied['party']['id']}/admission"
    assert (await (await as_("operator")).post(path, {"action": "admit", "reason": "ok"})).status_code == 200
    return client.with_key(applied["secret"], applied["party"]["id"])


async def test_a_key_with_fewer_roles_cannot_make_one_with_more(both):
    narrow, narrow_id = await key_of(both, "buyer")
    refusal = await narrow.post("/v1/api-keys", {"name": "wider", "roles": ["buyer", "provider"]})
    assert (refusal.status_code, refusal.json()["code"]) == (422, "role-not-held")
    assert "provider" in refusal.json()["detail"]
    _, wide_id = await key_of(both, "provider", "buyer")
    refused(await narrow.delete(f"/v1/api-keys/{wide_id}"), 422, "role-not-held", "LT-ADM-05")
    assert (await narrow.delete(f"/v1/api-keys/{narrow_id}")).status_code == 204


async def test_the_centre_cannot_be_suspended(as_):
    operator, regulator = await as_("operator"), await as_("regulator")
    for officer in (operator, regulator):
        path = f"/v1/parties/{operator.party}/admission"
        refused = await officer.post(path, {"action": "suspend", "reason": "x"})
        assert (refused.status_code, refused.json()["code"]) == (409, "centre-not-decided")
    assert (await operator.get("/v1/parties")).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "  ",
        "甲公司\n第九条 乙方放弃一切权利",
        "甲\u202e司公",
        "甲\u2028公司",
        "\u200b\u200b",
        "甲公司 ",
        "\u3000甲公司",
        "\uff21\uff22公司",
        "公司\uff11",
    ],
)
async def test_a_name_that_deceives_the_eye_is_refused(client, name):
    refusal = await client.post("/v1/parties", application("provider", name=name))
    assert outcome(refusal) in ((400, "application-faulty", None), (400, "invalid-input", None))
    assert [error["pointer"] for error in refusal.json()["errors"]] == ["/name"]


async def test_wide_brackets_are_part_of_many_names(client):
    taken = await client.post("/v1/parties", application("provider", name="甲数据（集团）有限公司"))
    assert taken.status_code == 201, taken.text


async def test_a_members_address_is_checked_too(client):
    member = {"name": "李四", "email": "nobody", "password": "correct horse battery"}
    refusal = await client.post("/v1/parties", application("provider", member=member))
    refused(refusal, 400, "application-faulty")
    assert [error["pointer"] for error in refusal.json()["errors"]] == ["/member/email"]
