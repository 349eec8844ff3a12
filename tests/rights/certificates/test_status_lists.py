"""Certificates over HTTP: printed and sealed for everybody, and their end shown in the public status list."""

import json

import pytest

from centre.verification.verify import DEEPER
from kernel.crypto import signing
from kernel.db import unit
from kernel.documents import status
from kernel.documents.checks import Trust
from kernel.documents.verify import Statuses, verify_bytes
from rights.certificates import jobs, rules
from tests.refusals import not_there, refused
from tests.rights import story


async def _trust(client):
    return Trust.of((await client.get("/v1/trust")).json(), "trust.json")


async def _statuses(client, year):
    answer = await client.get(f"/v1/status-lists/{year}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["content-type"] == "application/vc+json"
    return Statuses.of(answer.json(), await _trust(client))


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_certificate_is_printed_for_everybody_and_verifies(as_, clock, client, drain, lang):
    case = await story.certified(as_, clock)
    path = f"/v1/certificates/{case['certificate_number']}/pdf"
    early = await client.get(path, params={"lang": lang})
    assert (early.status_code, early.json()["code"]) == (409, "proof-pending")
    await drain()
    answer = await client.get(path, params={"lang": lang})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    report = verify_bytes(answer.content, "x.pdf", await _trust(client), DEEPER)
    assert report.holds, report.checks
    clock.move(jobs.timedelta(days=3))
    assert (await client.get(path, params={"lang": lang})).content == answer.content


@pytest.mark.slow
async def test_a_name_with_a_character_that_no_font_has_is_not_printed_falsely(as_, clock, client, drain):
    provider, registrar = await as_("provider"), await as_("registrar")
    of = await story.asset(provider, name="航班\U0001f6eb数据")
    submitted = await provider.post("/v1/registrations", await story.application(provider, of))
    case = await story.noticed(registrar, submitted.json())
    story.stand_after(clock, case["notice_until"]["on"])
    case = await story.certify(registrar, case)
    await drain()
    answer = await client.get(f"/v1/certificates/{case['certificate_number']}/pdf")
    refused(answer, 422, "glyph-missing", "LT-VRF-01")
    assert "\U0001f6eb" in answer.json()["detail"]


async def test_an_unknown_certificate_has_no_pdf(client):
    not_there(await client.get("/v1/certificates/SJ1512026110001/pdf"))
    not_there(await client.get("/v1/certificates/x/pdf"))


@pytest.mark.slow
async def test_cancelling_flips_the_bit_and_nothing_else(as_, clock, client, runtime, drain):
    cases = [await story.certified(as_, clock, content) for content in (b"a,b\n1,2\n", b"a,b\n3,4\n")]
    number = cases[0]["certificate_number"]
    year, place = rules.place_in_list(number)
    not_there(await client.get(f"/v1/status-lists/{year}"))
    await drain()
    await jobs.publish_status_lists(runtime)
    before = await _statuses(client, year)
    assert before.bits == bytes(len(before.bits))
    registrar = await as_("registrar")
    body = {"ground": "objection-upheld", "reason": "异议成立"}
    answer = await registrar.post(f"/v1/certificates/{cases[0]['certificate_id']}/cancellation", body)
    assert answer.status_code == 200, answer.text
    await drain()
    await jobs.publish_status_lists(runtime)
    after = await _statuses(client, year)
    assert [at for at in range(status.BITS) if status.is_set(after.bits, at)] == [place]
    await drain()
    for case, holds in zip(cases, (False, True), strict=True):
        document = (await client.get(f"/v1/certificates/{case['certificate_number']}")).json()["document_id"]
        envelope = (await client.get(f"/v1/documents/{document}")).json()
        report = verify_bytes(json.dumps(envelope).encode(), "x", await _trust(client), DEEPER, [after])
        assert report.holds is holds
        assert verify_bytes(json.dumps(envelope).encode(), "x", await _trust(client), DEEPER, [before]).holds


async def test_a_lapsed_certificate_is_listed_and_a_list_is_signed_anew_each_day(as_, clock, client, runtime, drain):
    case = await story.certified(as_, clock)
    await drain()
    await jobs.publish_status_lists(runtime)
    year, place = rules.place_in_list(case["certificate_number"])
    first = await _statuses(client, year)
    await jobs.publish_status_lists(runtime)
    await jobs.renew_status_lists(runtime)
    assert (await _statuses(client, year)).as_of == first.as_of
    clock.move(jobs.timedelta(days=1))
    await jobs.renew_status_lists(runtime)
    assert (await _statuses(client, year)).as_of > first.as_of
    clock.move(jobs.timedelta(days=5 * 366))
    await jobs.expire(runtime)
    await drain()
    await jobs.publish_status_lists(runtime)
    assert status.is_set((await _statuses(client, year)).bits, place)


async def test_two_workers_sign_one_list(as_, clock, runtime, drain, client):
    import asyncio

    from sqlalchemy import func, select

    from kernel.documents.models import Document

    await story.certified(as_, clock)
    await drain()
    await asyncio.gather(*(jobs.publish_status_lists(runtime) for _ in range(4)))
    async with unit(runtime.sessions) as session:
        assert await session.scalar(select(func.count()).where(Document.kind == "status-list")) == 1


@pytest.mark.parametrize("year", ["1999", "2030", "99999", "-1"])
async def test_no_such_list(client, year):
    not_there(await client.get(f"/v1/status-lists/{year}"))


async def test_a_year_is_a_number(client):
    refused(await client.get("/v1/status-lists/abc"), 404, "not-found")


async def test_an_earlier_issuer_key_is_still_published_and_believed(as_, clock, client, runtime, drain):
    case = await story.certified(as_, clock)
    await drain()
    document = (await client.get(f"/v1/certificates/{case['certificate_number']}")).json()["document_id"]
    envelope = (await client.get(f"/v1/documents/{document}")).content
    old, new = runtime.issuer.signer, signing.Ed25519Signer(b"\x07" * 32)
    issuer = type(runtime.issuer)
    runtime.issuer = issuer(runtime.issuer.did, runtime.issuer.public_url, new)
    assert not verify_bytes(envelope, "x", await _trust(client), DEEPER).holds
    runtime.issuer = issuer(runtime.issuer.did, runtime.issuer.public_url, new, (old.public,))
    assert verify_bytes(envelope, "x", await _trust(client), DEEPER).holds
    did = (await client.get("/.well-known/did.json")).json()
    assert [each["publicKeyMultibase"] for each in did["verificationMethod"]] == [
        signing.multibase(new.public),
        signing.multibase(old.public),
    ]
    assert len(did["assertionMethod"]) == 2
