"""Verification without an account: the same answers as offline, for every form; hostile files are answered cleanly."""

import asyncio
import itertools
import json
import zlib
from dataclasses import replace

import pytest

from centre.verification import examination, inspection
from rights.certificates import jobs
from tests.kernel.http.test_rates import from_address
from tests.refusals import outcome, refused, refused_page
from tests.rights import story


async def _certified(as_, clock, client, runtime, drain):
    case = await story.certified(as_, clock)
    await drain()
    await jobs.publish_status_lists(runtime)
    await drain()
    number = case["certificate_number"]
    view = (await client.get(f"/v1/certificates/{number}")).json()
    envelope = (await client.get(f"/v1/documents/{view['document_id']}")).content
    pdf = (await client.get(f"/v1/certificates/{number}/pdf", params={"lang": "zh"})).content
    bundle = (await (await as_("provider")).get(f"/v1/assets/{case['asset_id']}/evidence-bundle")).content
    return case, {"json": envelope, "pdf": pdf, "zip": bundle}


async def _send(client, data):
    return await client.http.post("/v1/verification", content=data, headers={"accept-language": "en"})


@pytest.mark.slow
async def test_every_form_is_verified_and_a_changed_one_is_not(as_, clock, client, runtime, drain):
    case, forms = await _certified(as_, clock, client, runtime, drain)
    for form, data in forms.items():
        answer = await _send(client, data)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert found["holds"], (form, found["checks"])
        if form != "zip":
            listed = {check["name"]["en"]: check["holds"] for check in found["checks"]}
            assert listed["status list"] is True
    altered = forms["json"].replace(case["certificate_number"].encode(), b"SJ1512026110009")
    assert not (await _send(client, altered)).json()["holds"]
    pdf = bytearray(forms["pdf"])
    pdf[len(pdf) // 2] ^= 1
    answer = await _send(client, bytes(pdf))
    assert outcome(answer) == UNREADABLE or not answer.json()["holds"]
    registrar = await as_("registrar")
    body = {"ground": "objection-upheld", "reason": "异议成立"}
    await registrar.post(f"/v1/certificates/{case['certificate_id']}/cancellation", body)
    await drain()
    await jobs.publish_status_lists(runtime)
    for form in ("json", "pdf"):
        found = (await _send(client, forms[form])).json()
        assert [check["name"]["en"] for check in found["checks"] if check["holds"] is False] == ["status list"]


@pytest.mark.slow
async def test_the_page_shows_a_certificate_and_verifies_a_file(as_, clock, client, runtime, drain):
    case, forms = await _certified(as_, clock, client, runtime, drain)
    number = case["certificate_number"]
    for lang, word in (("zh", "有效"), ("en", "In force")):
        page = await client.http.get(f"/{lang}/verify", params={"certificate": number})
        assert page.status_code == 200
        assert word in page.text
        assert number in page.text
        assert page.headers["cache-control"] == "no-store"
    for lang, word in (("zh", "核验成立"), ("en", "It holds")):
        files = {"file": ("<i>证书</i>.pdf", forms["pdf"], "application/pdf")}
        page = await client.http.post(f"/{lang}/verify", files=files)
        assert page.status_code == 200, page.text
        assert word in page.text
        assert "<i>" not in page.text
    refusal = await client.http.post("/en/verify", files={"file": ("x", b"nothing", "text/plain")})
    assert (refusal.status_code, "The file is not an issued document" in refusal.text) == (422, True)
    missing = await client.http.get("/en/verify", params={"certificate": "SJ1512026119999"})
    assert (missing.status_code, "no such certificate" in missing.text) == (404, True)
    strange = await client.http.get("/en/verify", params={"certificate": "<script>alert(1)</script>"})
    assert "<script>alert" not in strange.text
    assert (await client.http.get("/en/verify")).status_code == 200
    printed = await client.http.get("/verify", params={"certificate": number, "lang": "en"})
    assert (printed.status_code, printed.headers["location"]) == (303, f"/en/verify?certificate={number}")
    clock.move(jobs.timedelta(days=6 * 366))
    late = await client.http.get("/en/verify", params={"certificate": number})
    assert "Not in force" in late.text


DEEP = b'{"document":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"}"


def _zeros(size: int) -> bytes:
    """A valid zlib stream that unpacks to so many zero bytes, made of one packed megabyte repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    megabyte = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    # The checksum (Adler-32) of zeros is one, and above it their number modulo 65,521.
    checksum = ((size % 65_521) << 16 | 1).to_bytes(4, "big")
    return b"\x78\xda" + megabyte * (size // 1_000_000) + b"\x03\x00" + checksum


PDF_BOMB = (
    b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode"
    b"/Length 1>>\nstream\n" + _zeros(1_000_000_000) + b"\nendstream\nendobj\n"
)


def _xref_bomb() -> bytes:
    """A PDF whose cross-reference stream unpacks to two gigabytes."""
    packed = _zeros(2_000_000_000)
    head = b"%PDF-1.7\n"
    body = (
        b"1 0 obj\n<</Type/XRef/Size 200000000/W[1 8 1]/Root 2 0 R/Filter/FlateDecode/Length "
        + str(len(packed)).encode()
        + b">>\nstream\n"
        + packed
        + b"\nendstream\nendobj\n"
    )
    return head + body + b"startxref\n" + str(len(head)).encode() + b"\n%%EOF\n"


HOSTILE = {
    "nothing": b"",
    "text": b"hello",
    "bytes": bytes(range(256)) * 64,
    "an image": b"\x89PNG\r\n\x1a\n" + bytes(1000),
    "deep": DEEP,
    "deeper": b'{"a":' + b"[" * 2_000_000,
    "a list": b"[1]",
    "long number": b'{"document": {"credentialSubject": {"n": ' + b"9" * 100_000 + b"}}}",
    "large float": b'{"document": {"credentialSubject": {"n": 1e999}}}',
    "half a surrogate": b'{"document": {"credentialSubject": {"n": "\\ud800"}}}',
    "names twice": b'{"document": {}, "document": {}}',
    "another kind of thing": b'{"document": 5}',
    "wrong types": json.dumps({"document": {"credentialSubject": {}, "proof": 5, "issuer": []}, "log": 7}).encode(),
    "pdf bomb": PDF_BOMB,
    "pdf xref bomb": _xref_bomb(),
    "pdf of nothing": b"%PDF-1.7\n%%EOF",
    "zip of nothing": b"PK\x03\x04" + bytes(100),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_files_are_answered_cleanly(client, name):
    answer = await _send(client, HOSTILE[name])
    if answer.status_code == 200:
        assert not answer.json()["holds"]
    else:
        assert (answer.status_code, answer.json()["rule"]["id"]) == (422, "LT-VRF-02"), answer.text
    assert (await client.get("/healthz")).status_code == 200


async def test_a_file_too_large_is_refused_before_it_is_read(client):
    async def endless():
        for _ in range(100_000):
            yield b"x" * 65_536

    answer = await _send(client, endless())
    assert (answer.status_code, answer.json()["rule"]["id"]) == (413, "LT-VRF-03")
    assert answer.json()["limit_bytes"] == inspection.FILE_BYTES_MAX
    files = {"file": ("x", b"x" * (inspection.FILE_BYTES_MAX + 100_000), "text/plain")}
    refused_page(await client.http.post("/en/verify", files=files), 413, "The content is too large")


def _pool(parties, sources, samples):
    """A bare calculation, as anybody may make one up: the bytes are few and the work is not."""
    names = [f"p{n}" for n in range(parties)]
    inputs = {
        "parties": names,
        "contributions": {name: {f"s{n}": "1" for n in range(sources)} for name in names},
        "samples": samples,
    }
    return json.dumps({"calculation": "shapley-pool", "inputs": inputs, "trace": []}).encode()


async def test_what_is_unsigned_and_large_is_not_computed_again(client):
    answer = await _send(client, _pool(100, 60, 2000))
    assert (answer.status_code, answer.json()["code"]) == (422, "recomputation-declined")
    assert answer.json()["rule"]["id"] == "LT-VRF-04"
    assert "65536" in answer.json()["detail"]


async def test_a_large_document_that_was_altered_is_unsigned(client):
    body = {"issuer": "did:web:x", "credentialSubject": {"kind": "value-split", "filling": "x" * 70_000}, "proof": {}}
    answer = await _send(client, json.dumps({"document": body}).encode())
    assert answer.json()["code"] == "recomputation-declined"


async def test_nothing_is_started_for_what_is_no_document(client, monkeypatch):
    async def started(*_, **__):
        raise AssertionError("a process was asked for")

    monkeypatch.setattr(inspection.processes, "called", started)
    for data in (b"", b"[]", b"[1]", b"hello", b"PK\x05\x06" + bytes(100), b"\x89PNG"):
        answer = await _send(client, data)
        assert (answer.status_code, answer.json()["code"]) == (422, "document-unreadable")


async def test_json_is_looked_at_in_another_process_without_a_connection(client, runtime, monkeypatch):
    """Whoever waits holds no transaction, and nothing of the file is parsed here."""
    held = []
    apart = inspection._apart

    async def seen(task, *, fresh):
        held.append(runtime.engine.pool.checkedout())
        return await apart(task, fresh=fresh)

    monkeypatch.setattr(inspection, "_apart", seen)
    monkeypatch.setattr(inspection, "examine", examination.examine)
    monkeypatch.setattr("centre.verification.examination.examined", None)
    answer = await _send(client, b'{"document": {"credentialSubject": {}}}')
    assert (answer.status_code, held) == (200, [0])


UNREADABLE = (422, "document-unreadable", "LT-VRF-02")
EXCEEDED = (429, "verifications-exceeded", "LT-VRF-04")


async def test_an_address_has_a_budget_of_its_own(client, runtime):
    runtime.settings = replace(runtime.settings, verifications_per_minute=2)
    answers = [await _send(client, b"hello") for _ in range(3)]
    assert [outcome(answer) for answer in answers] == [UNREADABLE, UNREADABLE, EXCEEDED]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert (await client.get("/v1/listings")).status_code == 200


async def test_the_budget_is_of_the_address_that_any_request_counts_for(client, runtime):
    """Whoever has a /64 had as many budgets as addresses, and behind a proxy everybody shared one."""
    runtime.settings = replace(runtime.settings, verifications_per_minute=2)
    household = [f"2001:db8:1:2::{n}" for n in range(1, 4)]
    found = []
    for address in household:
        async with from_address(client, address) as caller:
            found.append((await _send(caller, b"hello")).status_code)
    assert found == [422, 422, 429]
    runtime.settings = replace(runtime.settings, trusted_proxies="10.0.0.5")
    async with from_address(client, "10.0.0.5") as proxy:
        sent = [
            await proxy.http.post("/v1/verification", content=b"hello", headers={"x-forwarded-for": f"203.0.113.{n}"})
            for n in (1, 1, 1, 2)
        ]
    assert [outcome(answer) for answer in sent] == [UNREADABLE, UNREADABLE, EXCEEDED, UNREADABLE]


async def test_one_address_leaves_room_for_others_to_wait(client, runtime, monkeypatch):
    may = asyncio.Event()

    async def held(*_, **__):
        await may.wait()
        return examination.Finding(unreadable="slow")

    monkeypatch.setattr(inspection, "_apart", held)
    async with from_address(client, "203.0.113.9") as other:
        many = [asyncio.create_task(_send(client, b"%PDF-1.7\n")) for _ in range(10)]
        for overflowing in itertools.islice(asyncio.as_completed(many), 4):
            await overflowing  # All others hold a place, or wait for one.
        theirs = asyncio.create_task(_send(other, b"%PDF-1.7\n"))
        while not runtime.extras["centre.verification.turns"].waiting_of("203.0.113.9"):
            assert not theirs.done(), theirs.result().text
            await asyncio.sleep(0)
        may.set()
        refused(await theirs, 422, "document-unreadable", "LT-VRF-02")
    codes = sorted(answer.status_code for answer in await asyncio.gather(*many))
    assert codes == [422] * (inspection.CHILDREN + inspection.WAITING_EACH) + [503] * 4


async def test_when_many_wait_the_next_is_told_to_come_back(client, runtime, monkeypatch):
    monkeypatch.setattr(inspection, "WAITING", 0)
    answer = await _send(client, b"%PDF-1.7\n")
    assert (answer.status_code, answer.json()["code"]) == (503, "verification-busy")
    assert answer.headers["retry-after"] == "5"


async def test_a_machine_too_busy_to_check_says_so_and_nothing_of_the_file(client, monkeypatch):
    monkeypatch.setattr(inspection, "SECONDS", 0.01)
    answer = await _send(client, b"%PDF-1.7\n")
    assert (answer.status_code, answer.json()["code"]) == (503, "verification-busy")
    assert answer.headers["retry-after"] == "5"


def spin(_):
    while True:
        pass


@pytest.mark.slow
async def test_a_file_that_takes_more_processor_time_than_a_document_is_given_up(client, monkeypatch):
    monkeypatch.setattr(inspection, "CONFINED", replace(inspection.CONFINED, cpu_seconds=1))
    monkeypatch.setattr(inspection, "examine", spin)
    answer = await _send(client, b"%PDF-1.7\n")
    assert (answer.status_code, answer.json()["rule"]["id"]) == (422, "LT-VRF-02")
    assert "more time or memory" in answer.json()["detail"]


def stumble(_):
    raise ValueError("a library's own words")


@pytest.mark.slow
async def test_whatever_a_file_makes_a_library_raise_is_the_files_fault(client, monkeypatch):
    monkeypatch.setattr("centre.verification.inspection.examine", stumble)
    answer = await _send(client, b"%PDF-1.7\n%%EOF")
    assert (answer.status_code, answer.json()["rule"]["id"]) == (422, "LT-VRF-02")
    assert "own words" not in answer.text
