"""Admission and keys through HTTP."""

from sqlalchemy import select

from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import unit
from kernel.identity import credentials, uscc
from kernel.log.models import LogEntry
from tests.conftest import ISSUER
from tests.makers import application, signing_key
from tests.refusals import refused


async def test_an_organisation_applies_and_is_admitted(client, as_):
    applied = await client.post("/v1/parties", application("provider"))
    assert applied.status_code == 201
    body = applied.json()
    assert body["party"]["status"] == "applied"
    assert body["secret"].startswith("ltk_test_")
    operator = await as_("operator")
    path = f"/v1/parties/{body['party']['id']}/admission"
    admitted = await operator.post(path, {"action": "admit", "reason": "ok"})
    assert admitted.json()["status"] == "admitted"
    again = await operator.post(path, {"action": "admit", "reason": "ok"})
    refused(again, 409, "illegal-transition", "LT-GEN-02")


async def test_the_centre_knows_whom_to_speak_to(client, as_):
    sent = application("provider")
    applied = (await client.post("/v1/parties", sent)).json()
    path, contact = f"/v1/parties/{applied['party']['id']}", {**sent["contact"], "phone": ""}
    own = client.with_key(applied["secret"], applied["party"]["id"])
    assert (await (await as_("operator")).get(path)).json()["contact"] == contact
    assert (await own.get(path)).json()["contact"] == contact


async def test_every_fault_of_an_application_is_told_at_once(client):
    faulty = application("provider", uscc="911501000000000019", roles=["registrar", "king"], pledges=[], kind="club")
    answer = await client.post("/v1/parties", faulty)
    refused(answer, 400, "application-faulty")
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/uscc",
        "/kind",
        "/roles/0",
        "/roles/1",
        "/pledges",
    }
    (office,) = [error for error in answer.json()["errors"] if error["pointer"] == "/roles/0"]
    assert "/v1/api-keys" in office["detail"]
    assert "/v1/office-keys" in office["detail"]


async def test_an_unadmitted_party_can_do_nothing_of_substance(client):
    applied = (await client.post("/v1/parties", application("provider"))).json()
    stranger = client.with_key(applied["secret"])
    refusal = await stranger.post("/v1/api-keys", {"name": "x", "roles": ["provider"]})
    refused(refusal, 403, "party-not-admitted", "LT-ADM-01")


async def test_a_key_is_shown_once_and_can_be_revoked(as_):
    provider = await as_("provider")
    made = (await provider.post("/v1/api-keys", {"name": "ci", "roles": ["provider"]})).json()
    listed = await provider.get("/v1/api-keys")
    assert made["secret"] not in listed.text
    other = provider.with_key(made["secret"])
    assert (await other.get("/v1/api-keys")).status_code == 200
    assert (await provider.delete(f"/v1/api-keys/{made['key']['id']}")).status_code == 204
    refusal = await other.get("/v1/api-keys")
    refused(refusal, 401, "unauthenticated")


async def test_a_key_carries_only_roles_that_its_party_holds(as_):
    provider = await as_("provider")
    refusal = await provider.post("/v1/api-keys", {"name": "x", "roles": ["registrar"]})
    refused(refusal, 422, "role-not-held", "LT-ADM-05")
    assert refusal.json()["detail"].endswith("registrar; use one of provider.")


async def test_a_signing_key_needs_proof(as_):
    provider = await as_("provider")
    key_id, _ = await signing_key(provider, b"\x07" * 32)
    assert key_id.startswith("pky_")
    other = await as_("buyer")
    stolen = {"public_key": "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "proof": "AAAA"}
    refused = await other.post("/v1/signing-keys", stolen)
    assert refused.json()["code"] == "signing-key-unproven"


def test_published_credit_codes_pass():
    """Codes of three well-known organisations, as published in the national enterprise credit system."""
    for code in ("91110000802100433B", "914403001922038216", "9144030071526726XG"):
        assert uscc.is_valid(code), code
        assert not uscc.is_valid(code[:16] + ("0" if code[16] != "0" else "1") + code[17])


async def test_problems_speak_both_languages(client):
    answer = await client.get("/v1/parties", headers={"accept-language": "zh-CN"})
    refused(answer, 401, "unauthenticated")
    assert answer.json()["title"] == "未通过身份验证"
    assert answer.headers["content-language"] == "zh"


async def test_a_party_that_lost_its_keys_gets_a_new_one_and_the_old_ones_end(client, as_, sessions):
    lost = await as_("provider")
    party = (await lost.get("/v1/api-keys")).json()[0]["party_id"]
    operator = await as_("operator")
    path = f"/v1/parties/{party}/api-keys"
    refused(await lost.post(path, {"reason": "mine"}), 403, "forbidden")
    refused(await operator.post(path, {"reason": ""}), 400, "invalid-input")
    made = await operator.post(path, {"reason": "第一把密钥的答复丢失"})
    assert made.status_code == 201, made.text
    refused(await lost.get("/v1/api-keys"), 401, "unauthenticated")
    found = client.with_key(made.json()["secret"])
    async with sessions() as session:
        told = (await session.scalars(select(LogEntry).where(LogEntry.kind == "kernel.key.reissued"))).one()
    assert told.facts["reason"] == "第一把密钥的答复丢失"
    assert party in told.parties, "the party itself is told"
    unused = [key for key in (await found.get("/v1/api-keys")).json() if key["revoked_at"] is None]
    assert [key["id"] for key in unused] == [made.json()["key"]["id"]]


async def test_the_centres_own_keys_are_renewed_at_its_machine_only(client, as_, sessions, clock):
    """What the command line does; over HTTP nobody renews them."""
    operator = await as_("operator")
    centre = (await operator.get("/v1/api-keys")).json()[0]["party_id"]
    refused = await operator.post(f"/v1/parties/{centre}/api-keys", {"reason": "x"})
    assert (refused.status_code, refused.json()["code"]) == (409, "centre-not-decided")
    async with unit(sessions) as session:
        made = await credentials.renew_operator(Act(session, SYSTEM, clock.now(), ISSUER), sandbox=True)
    renewed = client.with_key(made.secret)
    usable = [key["id"] for key in (await renewed.get("/v1/api-keys")).json() if key["revoked_at"] is None]
    assert usable == [made.key.id]
    assert (await renewed.get("/v1/parties")).status_code == 200
