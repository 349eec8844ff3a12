"""New heads are told to witnesses, who answer with their lines; one that fails, lies or is ahead of us harms nobody."""

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.crypto.signing import Ed25519Signer
from kernel.log.witnesses import submission
from kernel.log.witnesses.message import SIZE_TYPE, AddCheckpoint, RequestInvalid, size_told
from kernel.settings import SettingsInvalid, from_env
from kernel.tlog import note
from kernel.tlog.keys import LogKeys
from kernel.tlog.keys import Witness as Named
from kernel.tlog.note import KIND_WITNESS, NoteInvalid, VerifierKey
from tests.doubles.witness.server import serving
from tests.doubles.witness.witness import Witness
from tests.kernel.documents import material
from tests.worker import drain_once

SIGNER = Ed25519Signer(b"\x41" * 32)
NAME = "witness.example.org/w1"
KEY = VerifierKey(NAME, KIND_WITNESS, SIGNER.public)
OTHER = VerifierKey("witness.example.org/w2", KIND_WITNESS, Ed25519Signer(b"\x42" * 32).public)


@pytest.fixture
def witness(clock):
    return Witness(NAME, SIGNER, {}, lambda: int(clock.now().timestamp()))


@pytest.fixture
def answer(witness):
    """What the witness's address answers; tests put something else in its place."""
    return [witness.add_checkpoint]


@pytest.fixture
def settings(settings, answer):
    with serving(lambda body: answer[0](body)) as url:
        yield dataclasses.replace(settings, witnesses=f"{KEY}@{url}/ {OTHER}")


@pytest.fixture
async def told(runtime, as_, witness, clock):
    """Let the log grow by a party and tell the witnesses."""
    witness.logs[runtime.settings.log_origin] = runtime.log_keys.trusted

    async def grow(name):
        await as_("provider", name)
        await drain_once(runtime)
        return await submission.tell_all(runtime.sessions, runtime.storage, runtime.log_keys, clock=clock)

    return grow


async def _state(client):
    return (await client.get("/v1/log/witnesses")).json()["items"]


async def test_each_new_head_is_told_once_and_carries_the_line(client, told, runtime, witness, clock):
    assert await told("one") == 1
    head = (await client.get("/log/checkpoint")).text
    assert note.witnessed(head, [KEY]) == (NAME,)
    assert (await runtime.storage.get("log/checkpoint")).decode() == head
    size = note.Checkpoint.parse(note.parse(head).text).size
    assert (witness.asked[0].old, witness.asked[0].proof) == (0, ())
    assert await submission.tell_all(runtime.sessions, runtime.storage, runtime.log_keys, clock=clock) == 0
    assert len(witness.asked) == 1, "nothing new, nothing told"
    assert await told("two") == 1
    assert witness.asked[1].old == size
    assert witness.asked[1].proof
    first, second = await _state(client)
    assert (first["name"], first["told"], first["fault"]) == (NAME, True, None)
    assert first["size"] == witness.seen[runtime.settings.log_origin][0]
    assert (second["name"], second["told"], second["size"]) == (OTHER.name, False, None)


async def test_the_witness_says_where_it_stands(client, told, runtime, witness):
    """We lost what we knew of it: it answers 409 with its size, and is told again from there."""
    await told("one")
    await runtime.pool.execute("DELETE FROM log_witness")
    assert await told("two") == 1
    assert [request.old for request in witness.asked][-2:] == [0, witness.asked[-1].old]
    assert witness.asked[-1].old > 0


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        ((500, "text/plain", "?"), "answered 500"),
        ((404, "text/plain", "unknown log\n"), "answered 404"),
        ((409, "text/plain", "7\n"), "answered 409"),
        ((409, SIZE_TYPE, "07\n"), "answered 409"),
        ((409, SIZE_TYPE, "0\n"), "changed its mind about what it had cosigned"),
        ((200, "text/plain", ""), "answered with no line of its own"),
        ((200, "text/plain", "\u2014 nobody AAAA\n"), "answered with lines that are no signatures"),
        ((200, "text/plain", "x" * 70_000), "no answer (DecodingError)"),
    ],
)
async def test_what_a_witness_may_answer_wrongly(client, told, runtime, witness, answer, clock, reply, fault):
    answer[0] = lambda _: reply
    assert await told("one") == 0
    [state, _] = await _state(client)
    assert (state["size"], state["fault"]) == (0, fault)
    answer[0] = witness.add_checkpoint
    assert await submission.tell_all(runtime.sessions, runtime.storage, runtime.log_keys, clock=clock) == 0, (
        "left alone"
    )
    clock.move(timedelta(minutes=1))
    assert await submission.tell_all(runtime.sessions, runtime.storage, runtime.log_keys, clock=clock) == 1
    assert (await _state(client))[0]["fault"] is None


async def test_a_line_that_signs_something_else_is_not_published(client, told, answer, clock):
    at = int(clock.now().timestamp())
    answer[0] = lambda _: (200, "text/plain", note.cosignature("other\n1\nx\n", NAME, SIGNER, at))
    assert await told("one") == 0
    assert (await _state(client))[0]["fault"] == "answered with a line that is not believed (cosignature-invalid)"
    assert note.witnessed((await client.get("/log/checkpoint")).text, [KEY]) == ()


async def test_a_witness_ahead_of_the_log_is_an_alarm(client, told, answer):
    answer[0] = lambda _: (409, SIZE_TYPE, "1000000\n")
    assert await told("one") == 0
    assert "says that it cosigned 1000000 entries" in (await _state(client))[0]["fault"]


async def test_nobody_listens(client, told, runtime, clock):
    keys = dataclasses.replace(runtime.log_keys, told=(Named(KEY, "http://127.0.0.1:9"),))
    await told("one")
    await runtime.pool.execute("DELETE FROM log_witness")
    assert await submission.tell_all(runtime.sessions, runtime.storage, keys, clock=clock) == 0
    assert (await _state(client))[0]["fault"] == "no answer (ConnectError)"


def test_the_double_refuses_what_the_specification_refuses(witness):
    """A fork, a head of a stranger, a log it does not know, a size beyond the head, and what is no request at all."""
    tree, fork = material.Tree(), material.Tree()
    keys = LogKeys("registry.example.cn/log", (Ed25519Signer(b"\x43" * 32),))
    tree.add(b"a", b"b")
    fork.add(b"x", b"y", b"z")
    head, other = tree.checkpoint(keys), fork.checkpoint(keys)
    assert witness.add_checkpoint(str(AddCheckpoint(0, (), head)).encode())[0] == 404
    witness.logs[keys.origin] = (KEY,)
    assert witness.add_checkpoint(str(AddCheckpoint(0, (), head)).encode())[0] == 403
    witness.logs[keys.origin] = keys.trusted
    assert witness.add_checkpoint(b"old 1\n\nnothing")[0] == 400
    assert witness.add_checkpoint(str(AddCheckpoint(9, (), head)).encode())[0] == 400
    assert witness.add_checkpoint(str(AddCheckpoint(0, (b"\0" * 32,), head)).encode())[0] == 422
    assert witness.add_checkpoint(str(AddCheckpoint(0, (), head)).encode())[0] == 200
    assert witness.add_checkpoint(str(AddCheckpoint(0, (), other)).encode()) == (409, SIZE_TYPE, "2\n")
    assert witness.add_checkpoint(str(AddCheckpoint(2, (b"\0" * 32,), other)).encode())[0] == 422


@given(st.integers(0, 10**18), st.lists(st.binary(min_size=32, max_size=32), max_size=63), st.text(max_size=40))
def test_requests_read_as_they_were_written(old, proof, head):
    request = AddCheckpoint(old, tuple(proof), head)
    assert AddCheckpoint.parse(str(request)) == request


@pytest.mark.parametrize("text", ["", "old 1", "old 01\n\nx", "old -1\n\nx", "new 1\n\nx", "old 1\n!\n\nx",
                                  "old 1\n" + "AA==\n" * 64 + "\nx"])  # fmt: skip
def test_what_is_no_request(text):
    with pytest.raises(RequestInvalid):
        AddCheckpoint.parse(text)


@pytest.mark.parametrize(("kind", "body", "size"), [
    (SIZE_TYPE, "7\n", 7), (f"{SIZE_TYPE}; charset=utf-8", "0\n", 0), (SIZE_TYPE, "7", None), (SIZE_TYPE, "-1\n", None),
    ("text/plain", "7\n", None),
])  # fmt: skip
def test_the_size_that_a_witness_tells(kind, body, size):
    assert size_told(kind, body) == size


def test_the_setting_holds_keys_with_or_without_an_address():
    assert Named.parse(str(KEY)) == Named(KEY)
    assert Named.parse(f"{KEY}@https://witness.example.org/w") == Named(KEY, "https://witness.example.org/w")
    for wrong in (f"{KEY}@ftp://x", f"{KEY}@httpx://x", str(VerifierKey("log", 1, SIGNER.public)), "x"):
        with pytest.raises(NoteInvalid):
            Named.parse(wrong)
    with pytest.raises(SettingsInvalid, match="LIUTONG_WITNESSES"):
        from_env({"LIUTONG_WITNESSES": f"{KEY}@httpx://x"})
