"""Every write can be sent twice: one key, one content, one effect, one answer."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from kernel.crypto import signing
from kernel.db import unit
from kernel.http import session as http_session
from kernel.identity import commands
from tests.makers import base64
from tests.refusals import outcomes, refused

PATH = "/v1/signing-keys"


def body(seed: int = 7) -> dict[str, str]:
    key = signing.Ed25519Signer(bytes([seed]) * 32)
    public = signing.multibase(key.public)
    proof = base64.b64encode(key.sign(commands.challenge(public).encode())).decode()
    return {"public_key": public, "proof": proof}


@pytest.fixture
async def buyer(as_):
    return await as_("buyer")


async def count(runtime) -> int:
    return await runtime.pool.fetchval("SELECT count(*) FROM signing_key")


async def test_a_repeat_gets_the_same_answer_and_has_no_effect(runtime, buyer):
    first = await buyer.post(PATH, body(), idempotency="one")
    again = await buyer.post(PATH, body(), idempotency="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["content-type"].startswith("application/json")
    assert await count(runtime) == 1


async def test_the_same_key_with_another_body_is_refused(runtime, buyer):
    await buyer.post(PATH, body(1), idempotency="one")
    refused = await buyer.post(PATH, body(2), idempotency="one")
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency-key-reused")
    assert refused.json()["rule"]["id"] == "LT-GEN-01"
    assert await count(runtime) == 1


async def test_the_same_key_on_another_path_is_refused(buyer):
    await buyer.post(PATH, body(1), idempotency="one")
    refused = await buyer.post("/v1/webhooks", {"url": "https://example.com/hook"}, idempotency="one")
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency-key-reused")


async def test_keys_of_two_parties_are_two_keys(runtime, buyer, as_):
    other = await as_("provider")
    assert (await buyer.post(PATH, body(1), idempotency="one")).status_code == 201
    assert (await other.post(PATH, body(2), idempotency="one")).status_code == 201
    assert await count(runtime) == 2


@pytest.mark.parametrize("key", [None, "", "x" * 256])
async def test_a_missing_or_endless_key_is_refused(runtime, buyer, key):
    headers = {"authorization": f"Bearer {buyer.key}", "accept-language": "en"}
    if key is not None:
        headers["idempotency-key"] = key
    refused = await buyer.http.post(PATH, json=body(), headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid-input"), refused.text
    assert "idempotency-key" in refused.json()["errors"][0]["pointer"].lower()
    assert await count(runtime) == 0


async def test_a_refused_request_leaves_its_key_free(runtime, buyer):
    wrong = {**body(1), "proof": "AAAA"}
    refused(await buyer.post(PATH, wrong, idempotency="one"), 422, "signing-key-unproven", "LT-ADM-06")
    assert (await buyer.post(PATH, body(1), idempotency="one")).status_code == 201


async def test_twenty_at_once_have_one_effect_and_one_answer(runtime, buyer):
    answers = await asyncio.gather(*(buyer.post(PATH, body(), idempotency="one") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert await count(runtime) == 1


async def test_twenty_at_once_with_two_bodies_have_one_effect(runtime, buyer):
    answers = await asyncio.gather(*(buyer.post(PATH, body(n % 2 + 1), idempotency="one") for n in range(20)))
    assert outcomes(answers) == {201: 10, (422, "idempotency-key-reused", "LT-GEN-01"): 10}
    assert await count(runtime) == 1


async def test_old_answers_are_forgotten_after_the_promised_week(runtime, buyer, clock):
    from datetime import timedelta

    from kernel.jobs.queue import SWEEPS

    _, forget = SWEEPS["kernel.idempotency.forget"]
    await buyer.post(PATH, body(), idempotency="one")
    clock.move(timedelta(days=6, hours=23))
    await forget(runtime)
    assert (await buyer.post(PATH, body(), idempotency="one")).headers["idempotency-replayed"] == "true"
    clock.move(timedelta(hours=2))
    await forget(runtime)
    late = await buyer.post(PATH, body(), idempotency="one")
    assert (late.status_code, late.json()["code"]) == (409, "signing-key-taken"), "the change itself stays"


async def test_a_missing_key_is_told_with_the_faults_of_the_body_and_leaves_nothing_open(buyer, monkeypatch):
    units: list[str] = []

    @asynccontextmanager
    async def counted(sessions):
        async with unit(sessions) as opened:
            units.append("opened")
            try:
                yield opened
            finally:
                units.append("closed")

    monkeypatch.setattr(http_session, "unit", counted)
    faulty = await buyer.http.post(PATH, json={"public_key": 5}, headers={"authorization": f"Bearer {buyer.key}"})
    assert {error["pointer"] for error in faulty.json()["errors"]} == {
        "/public_key",
        "/proof",
        "/headers/idempotency-key",
    }
    keyless = await buyer.http.post(PATH, json=body(), headers={"authorization": f"Bearer {buyer.key}"})
    assert [error["pointer"] for error in keyless.json()["errors"]] == ["/headers/idempotency-key"]
    assert units == ["opened", "closed"] * 2
