"""Witnesses from outside, the history of heads, and keys that follow one another without a break in what is proved."""

import dataclasses

import pytest
from sqlalchemy import text

from kernel.crypto.signing import Ed25519Signer
from kernel.log import sequencer
from kernel.log.errors import LogDiverged
from kernel.settings import SettingsInvalid, from_env
from kernel.tlog import merkle, note
from kernel.tlog.keys import LogKeys
from kernel.tlog.note import KIND_LOG, KIND_WITNESS, VerifierKey, decode64
from kernel.tlog.proof import verify_entry
from kernel.tlog.verify import verify_log
from tests.kernel.documents import material
from tests.refusals import not_there, refused
from tests.worker import drain_once

WITNESS = Ed25519Signer(b"\x31" * 32)
NAME = "witness.example.org/w1"
KEY = VerifierKey(NAME, KIND_WITNESS, WITNESS.public)


@pytest.fixture
def settings(settings):
    return dataclasses.replace(settings, witnesses=str(KEY))


async def _head(client) -> str:
    return (await client.get("/log/checkpoint")).text


def _at(clock, seconds: int = 0) -> int:
    return int(clock.now().timestamp()) + seconds


def _line(head: str, clock, signer=WITNESS, name=NAME, seconds: int = 0) -> str:
    return note.cosignature(note.parse(head).text, name, signer, _at(clock, seconds))


async def _send(client, body):
    return await client.post("/log/cosignature", content=body if isinstance(body, bytes) else body.encode())


async def _grow(as_, runtime, name: str = ""):
    await as_("provider", name)
    await drain_once(runtime)


async def test_a_witness_is_published_under_the_head_and_in_later_proofs(client, as_, runtime, clock):
    await _grow(as_, runtime)
    head = await _head(client)
    line = _line(head, clock)
    answer = await _send(client, head + line)
    assert answer.status_code == 200, answer.text
    assert answer.text == head + line == await _head(client)
    assert (await runtime.storage.get("log/checkpoint")).decode() == head + line
    assert note.witnessed(answer.text, [KEY]) == (NAME,)
    (followed,) = (await client.get("/v1/log/witnesses")).json()["items"]
    size = note.Checkpoint.parse(note.parse(head).text).size
    assert (followed["told"], followed["size"]) == (False, size), "who brings its lines is followed by them"
    assert (await _send(client, head + line)).text == head + line, "the same again changes nothing"
    await _grow(as_, runtime, "another")
    later = await _head(client)
    assert note.parse(later).text != note.parse(head).text
    entry = (await client.get("/log/tile/entries/000.p/1")).content[2:]
    proof = (await client.get(f"/v1/log/entries/{_id(entry)}/proof")).text
    assert note.witnessed(proof.partition("\n\n")[2], [KEY]) == (NAME,), "proofs prefer a head that others saw"
    assert (
        verify_entry(entry, proof, runtime.log_keys.trusted).size == note.Checkpoint.parse(note.parse(head).text).size
    )
    assert (await _send(client, head + _line(head, clock, seconds=1))).text == head + line, "one line for each witness"


def _id(entry: bytes) -> str:
    import json

    return json.loads(entry)["id"]


async def test_the_history_of_heads(client, as_, runtime, clock):
    for name in ("a", "b", "c"):
        await _grow(as_, runtime, name)
    first = (await client.get("/v1/log/checkpoints", params={"limit": 2})).json()
    sizes = [item["size"] for item in first["items"]]
    assert sizes == sorted(sizes, reverse=True)
    rest = (await client.get("/v1/log/checkpoints", params={"cursor": first["next"]})).json()
    assert rest["next"] is None
    assert {item["size"] for item in rest["items"]}.isdisjoint(sizes)
    for item in [*first["items"], *rest["items"]]:
        whole = (await client.get(f"/v1/log/checkpoints/{item['size']}")).text
        assert whole == item["note"]
        head = note.open_checkpoint(whole, runtime.log_keys.trusted)
        assert (head.size, note.encode64(head.root)) == (item["size"], item["root"])
    assert (await client.get("/v1/log/checkpoints", params={"witnessed": "true"})).json()["items"] == []
    old, new = rest["items"][-1], first["items"][0]
    await _send(client, old["note"] + _line(old["note"], clock))
    seen = (await client.get("/v1/log/checkpoints", params={"witnessed": "true"})).json()["items"]
    assert [item["size"] for item in seen] == [old["size"]]
    assert new["note"] == await _head(client), "an older head's line does not move to the present one"
    answer = await client.get("/v1/log/consistency", params={"old": old["size"], "new": new["size"]})
    path = [decode64(line) for line in answer.text.split()]
    assert merkle.verify_consistency(old["size"], new["size"], decode64(old["root"]), decode64(new["root"]), path)
    for query in ({"old": 5, "new": 4}, {"old": 1, "new": 10**9}):
        refusal = await client.get("/v1/log/consistency", params=query)
        assert (refusal.status_code, refusal.json()["rule"]["id"]) == (422, "LT-REG-04")
    not_there(await client.get("/v1/log/checkpoints/999999"))
    refused(await client.get("/v1/log/checkpoints", params={"cursor": "x"}), 400, "invalid-input")


async def test_what_is_not_a_cosignature_of_ours_changes_nothing(client, as_, runtime, clock):
    assert (await _send(client, "nothing")).json()["rule"]["id"] == "LT-REG-01"
    await _grow(as_, runtime)
    head = await _head(client)
    stranger = Ed25519Signer(b"\x32" * 32)
    data = decode64(_line(head, clock).split()[2])
    torn = f"\u2014 {NAME} {note.encode64(data[:-1] + bytes([data[-1] ^ 1]))}\n"
    fork = note.Checkpoint(runtime.settings.log_origin, 1, b"\x07" * 32)
    forged = note.sign_checkpoint(fork, stranger)
    split = runtime.log_keys.sign(note.Checkpoint(runtime.settings.log_origin, 10**6, b"\x07" * 32))
    cases = [
        (b"", 422, "LT-REG-01"),
        (b"\xff\xfe", 422, "LT-REG-01"),
        (head, 403, "LT-REG-02"),
        (head + _line(head, clock, stranger), 403, "LT-REG-02"),
        (head + _line(head, clock, name="witness.example.org/other"), 403, "LT-REG-02"),
        (head + torn, 422, "LT-REG-01"),
        (head + _line(head, clock, seconds=86_400), 422, "LT-REG-01"),
        (head + _line(head, clock, seconds=-86_400), 422, "LT-REG-01"),
        (forged + _line(forged, clock), 409, "LT-REG-03"),
        (split + _line(split, clock), 409, "LT-REG-03"),
        (head.replace(runtime.settings.log_origin, "other.example/log"), 409, "LT-REG-03"),
    ]
    for content, status, rule in cases:
        answer = await _send(client, content)
        assert (answer.status_code, answer.json()["rule"]["id"]) == (status, rule), content
    refused(await _send(client, "x" * 70_000), 413, "too-large")
    assert await _head(client) == head
    async with runtime.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM log_cosignature")) == 0


NEW = Ed25519Signer(b"\x55" * 32)


async def test_a_log_key_follows_another_with_an_overlap(log):
    """Old key alone, then both, then the new one alone: every head verifies under what was published at its time."""
    old, origin = log.signer, log.origin
    retired = VerifierKey(origin, KIND_LOG, old.public)
    stages = [
        LogKeys(origin, (old,)),
        LogKeys(origin, (NEW, old)),
        LogKeys(origin, (NEW,), (retired,)),
    ]
    new_key, heads = VerifierKey(origin, KIND_LOG, NEW.public), []
    for keys in stages:
        await log.add(5)
        await sequencer.sequence(log.sessions, log.storage, keys, clock=material_clock())
        assert verify_log(log.folder / "log", keys.trusted).ok
        heads.append((await log.storage.get("log/checkpoint")).decode())
    assert [_signs(head, retired) for head in heads] == [True, True, False]
    assert [_signs(head, new_key) for head in heads] == [False, True, True]
    assert stages[2].trusted == (new_key, retired)
    await log.add(1)
    with pytest.raises(LogDiverged, match="not signed as"):
        await sequencer.sequence(
            log.sessions, log.storage, LogKeys(origin, (Ed25519Signer(b"\x56" * 32),)), clock=material_clock()
        )


def material_clock():
    from kernel.time.clock import FixedClock

    return FixedClock(material.AT)


def _signs(head: str, key: VerifierKey) -> bool:
    try:
        note.open_checkpoint(head, [key])
    except note.NoteInvalid:
        return False
    return True


def test_keys_of_another_log_and_no_key_at_all_are_refused():
    with pytest.raises(ValueError, match="needs a key"):
        LogKeys("a/log", ())
    with pytest.raises(ValueError, match="not one of"):
        LogKeys("a/log", (NEW,), (VerifierKey("b/log", KIND_LOG, NEW.public),))


def test_settings_name_every_unusable_key_at_the_start():
    plain = str(VerifierKey("a/log", KIND_LOG, NEW.public))
    good = {"LIUTONG_WITNESSES": f"{KEY}, {KEY}", "LIUTONG_LOG_KEYS_EARLIER": plain}
    assert from_env(good).witnesses.count("+") >= 4
    bad = {
        "LIUTONG_WITNESSES": plain,
        "LIUTONG_LOG_KEYS_EARLIER": "nonsense",
        "LIUTONG_ISSUER_KEYS_EARLIER": "z6MkNot",
    }
    with pytest.raises(SettingsInvalid) as refused:
        from_env(bad)
    assert all(name in str(refused.value) for name in bad)


def test_a_verifier_is_told_whether_a_witness_saw_the_head(tmp_path):
    keys = LogKeys(material.ORIGIN, (material.LOG,), (), (KEY,))
    made = material.make(tmp_path, keys=keys)
    from kernel.documents.verify import verify_bytes

    def seen(envelope):
        report = verify_bytes(material.canonical.dumps(envelope), "x", made.trusted(), {})
        return {check.name.en: check.holds for check in report.checks}.get("witness cosignature", "absent")

    assert seen(made.envelope) is None
    log = made.envelope["log"]
    head = log["proof"].partition("\n\n")[2]
    line = note.cosignature(note.parse(head).text, NAME, WITNESS, 1_800_000_000)
    assert seen({**made.envelope, "log": {**log, "proof": log["proof"] + line}}) is True
    other = note.cosignature("other\n", NAME, WITNESS, 1_800_000_000)
    report = verify_bytes(
        material.canonical.dumps({**made.envelope, "log": {**log, "proof": log["proof"] + other}}),
        "x",
        made.trusted(),
        {},
    )
    assert not report.holds
