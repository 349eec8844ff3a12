"""Signed notes: our own round trip, the example of the Go implementation, and all that must be refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.crypto.signing import Ed25519Signer
from kernel.tlog import note
from kernel.tlog.note import KIND_LOG, KIND_WITNESS, Checkpoint, NoteInvalid, VerifierKey
from tests.examples import examples

ORIGIN = "registry.example.cn/rights"
LOG = Ed25519Signer(bytes(range(32)))
OTHER = Ed25519Signer(bytes(range(1, 33)))
WITNESS = Ed25519Signer(bytes(range(2, 34)))
LOG_KEY = VerifierKey(ORIGIN, KIND_LOG, LOG.public)
WITNESS_KEY = VerifierKey("witness.example.org/w1", KIND_WITNESS, WITNESS.public)
HEAD = Checkpoint(ORIGIN, 70_000, bytes(32))
SIGNED = note.sign_checkpoint(HEAD, LOG)

# The example of Go's golang.org/x/mod/sumdb/note package documentation.
PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBw"
    "JnAM=\n"
)


def test_the_example_of_the_go_implementation_opens() -> None:
    opened, by = note.open_note(PETER_NOTE, [VerifierKey.parse(PETER_KEY)])
    assert opened.text == PETER_NOTE.partition("\n\n")[0] + "\n"
    assert [str(key) for key in by] == [PETER_KEY]


def test_a_checkpoint_round_trips() -> None:
    assert note.open_checkpoint(SIGNED, [LOG_KEY]) == HEAD
    assert SIGNED.startswith(f"{ORIGIN}\n70000\n{'A' * 43}=\n\n— {ORIGIN} ")
    assert Checkpoint.parse(HEAD.body()) == HEAD


def test_a_published_key_round_trips_and_is_checked() -> None:
    for key in (LOG_KEY, WITNESS_KEY):
        assert VerifierKey.parse(str(key)) == key
    text = str(LOG_KEY)
    assert text.startswith(f"{ORIGIN}+")
    name, key_id, material = text.split("+", 2)
    for broken in (
        f"other+{key_id}+{material}",
        f"{name}+{int(key_id, 16) ^ 1:08x}+{material}",
        f"{name}+{key_id.upper()}+{material}" if key_id != key_id.upper() else "",
        f"{name}+{key_id}+{material[:-4]}",
        f"{name}+{key_id}",
        f"+{key_id}+{material}",
        text + "\n",
        str(LOG_KEY).replace("+A", "+B", 1),
    ):
        with pytest.raises(NoteInvalid):
            VerifierKey.parse(broken)


def test_only_known_kinds_and_sizes_of_key() -> None:
    for name, kind, public in (
        (ORIGIN, 2, bytes(32)),
        (ORIGIN, 1, bytes(31)),
        ("a b", 1, bytes(32)),
        ("", 1, bytes(32)),
    ):
        with pytest.raises(NoteInvalid):
            VerifierKey(name, kind, public)


def test_unknown_signers_are_ignored_and_alone_do_not_count() -> None:
    stranger = note.sign(HEAD.body(), ORIGIN, OTHER)
    both = SIGNED + stranger.rpartition("\n\n")[2]
    assert note.open_checkpoint(both, [LOG_KEY]) == HEAD
    with pytest.raises(NoteInvalid, match="no trusted key"):
        note.open_checkpoint(stranger, [LOG_KEY])
    with pytest.raises(NoteInvalid, match="no trusted key"):
        note.open_note(SIGNED, [])


def test_a_wrong_signature_of_a_trusted_key_spoils_the_note() -> None:
    text, _, lines = SIGNED.rpartition("\n\n")
    good = note.cosignature(HEAD.body(), WITNESS_KEY.name, WITNESS, 1_800_000_000)
    bad = note.sign("another text\n", ORIGIN, LOG).rpartition("\n\n")[2]
    for signatures in (bad, good + bad, bad + lines):
        with pytest.raises(NoteInvalid, match="does not match"):
            note.open_note(f"{text}\n\n{signatures}", [LOG_KEY, WITNESS_KEY])


def test_a_witness_line_is_verified_and_does_not_replace_the_log() -> None:
    line = note.cosignature(HEAD.body(), WITNESS_KEY.name, WITNESS, 1_800_000_000)
    opened, by = note.open_note(SIGNED + line, [LOG_KEY, WITNESS_KEY])
    assert by == (LOG_KEY, WITNESS_KEY)
    alone = f"{opened.text}\n{line}"
    assert note.open_note(alone, [WITNESS_KEY])[1] == (WITNESS_KEY,)
    with pytest.raises(NoteInvalid, match="itself"):
        note.open_checkpoint(alone, [LOG_KEY, WITNESS_KEY])
    late = note.cosignature(HEAD.body(), WITNESS_KEY.name, WITNESS, 1_800_000_001)
    swapped = note.parse(SIGNED + line).signatures[1]
    other = note.parse(SIGNED + late).signatures[1]
    assert not WITNESS_KEY.accepts(HEAD.body(), other.value[:8] + swapped.value[8:])
    assert not WITNESS_KEY.accepts(HEAD.body(), swapped.value[8:])


def test_the_log_s_key_cannot_pass_for_a_witness() -> None:
    same = VerifierKey(ORIGIN, KIND_WITNESS, LOG.public)
    assert same.id != LOG_KEY.id
    with pytest.raises(NoteInvalid, match="no trusted key"):
        note.open_note(SIGNED, [same])


@given(st.integers(0, len(SIGNED) - 1), st.characters(codec="utf-8"))
@settings(max_examples=examples(100))
def test_any_changed_character_is_refused(at: int, other: str) -> None:
    changed = SIGNED[:at] + other + SIGNED[at + 1 :]
    if changed != SIGNED:
        with pytest.raises(NoteInvalid):
            note.open_checkpoint(changed, [LOG_KEY])


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "text\n",
        "text\n\n",
        SIGNED[:-1],
        SIGNED + "\n",
        SIGNED.replace("\n\n", "\n"),
        SIGNED.replace("— ", "- "),
        SIGNED.replace("\n", "\r\n"),
        "tab\t" + SIGNED,
        "lone \ud800" + SIGNED,
        SIGNED + "— two words AAAAAAA=\n",
        SIGNED + "— short AAAA\n",
        SIGNED + "— noncanonical AAAAAB==\n",
        SIGNED + "— name \n",
        SIGNED + "— plus+name AAAAAAAA\n",
        SIGNED + "— nbsp\u00a0name AAAAAAAA\n",
        SIGNED + "— many AAAAAAAA\n" * 100,
        "x" * 1_000_001 + SIGNED,
    ],
)
def test_malformed_notes_are_refused(broken: str) -> None:
    with pytest.raises(NoteInvalid):
        note.open_note(broken, [LOG_KEY])


@pytest.mark.parametrize(
    "body",
    [
        f"{ORIGIN}\n70000\n",
        f"\n70000\n{'A' * 43}=\n",
        f"{ORIGIN}\n070000\n{'A' * 43}=\n",
        f"{ORIGIN}\n-1\n{'A' * 43}=\n",
        f"{ORIGIN}\n+1\n{'A' * 43}=\n",
        f"{ORIGIN}\n٧\n{'A' * 43}=\n",
        f"{ORIGIN}\n1_0\n{'A' * 43}=\n",
        f"{ORIGIN}\n10\n{'A' * 42}==\n",
        f"{ORIGIN}\n10\n{'A' * 42}B=\n",
        f"{ORIGIN}\n10\n{'A' * 43}=\n\nextension\n",
        f"{ORIGIN}\n10\n{'A' * 43}=",
    ],
)
def test_malformed_checkpoints_are_refused(body: str) -> None:
    with pytest.raises(NoteInvalid):
        Checkpoint.parse(body)
    if body.endswith("\n"):
        with pytest.raises(NoteInvalid):
            note.open_checkpoint(note.sign(body, ORIGIN, LOG), [LOG_KEY])


def test_line_separators_of_other_alphabets_stay_inside_a_line() -> None:
    """str.splitlines() would cut these; the extension line must come back whole."""
    head = Checkpoint(ORIGIN, 1, bytes(32), ("one\u2028two\u0085three",))
    assert note.open_checkpoint(note.sign_checkpoint(head, LOG), [LOG_KEY]) == head


def test_a_text_that_no_note_can_hold_is_not_signed() -> None:
    for text in ("no newline", "control\x00\n"):
        with pytest.raises(NoteInvalid):
            note.sign(text, ORIGIN, LOG)
    with pytest.raises(NoteInvalid):
        note.sign("text\n", "two words", LOG)
