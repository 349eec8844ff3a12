"""A proof as it lies beside a certificate: public keys alone open it, and no change to it goes unnoticed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.crypto.signing import Ed25519Signer
from kernel.tlog import merkle, note, tiles
from kernel.tlog.note import KIND_LOG, Checkpoint, VerifierKey
from kernel.tlog.proof import Fault, Proof, ProofInvalid, verify_entry
from tests.examples import examples

ORIGIN = "registry.example.cn/rights"
LOG = Ed25519Signer(bytes(range(32)))
KEYS = [VerifierKey(ORIGIN, KIND_LOG, LOG.public)]
ENTRIES = [f'{{"n":{i}}}'.encode() for i in range(300)]


def make(index: int, size: int = len(ENTRIES), extra: bytes | None = None) -> str:
    leaves = [merkle.leaf_hash(entry) for entry in ENTRIES[:size]]
    reader = tiles.TileReader({tile.id: tile.hashes for tile in tiles.append(0, {}, leaves)})
    path = merkle.hashes(merkle.inclusion_ranges(index, size), reader.hash_at)
    head = note.sign_checkpoint(Checkpoint(ORIGIN, size, merkle.root(size, reader.hash_at)), LOG)
    return str(Proof(index, tuple(path), head, extra))


PROOF = make(257)


@given(st.integers(1, 300), st.data())
@settings(max_examples=examples(60), deadline=None)
def test_every_entry_can_be_proved(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    text = make(index, size, data.draw(st.none() | st.binary(max_size=40)))
    assert verify_entry(ENTRIES[index], text, KEYS).size == size
    assert str(Proof.parse(text)) == text


def test_the_form_is_that_of_the_specification() -> None:
    lines = make(0, 2, extra=b"hello").split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra aGVsbG8=", "index 0"]
    assert lines[4:7] == ["", ORIGIN, "2"]
    assert make(0, 1).startswith(f"c2sp.org/tlog-proof@v1\nindex 0\n\n{ORIGIN}\n1\n")


@given(st.integers(0, len(PROOF) - 1), st.characters(codec="utf-8"))
@settings(max_examples=examples(100), deadline=None)
def test_any_changed_character_is_refused(at: int, other: str) -> None:
    changed = PROOF[:at] + other + PROOF[at + 1 :]
    if changed != PROOF:
        with pytest.raises(ProofInvalid):
            verify_entry(ENTRIES[257], changed, KEYS)


def test_what_failed_is_named() -> None:
    stranger = [VerifierKey(ORIGIN, KIND_LOG, Ed25519Signer(bytes(32)).public)]
    beyond = Proof.parse(PROOF)
    for fault, entry, text, keys in (
        (Fault.FORMAT, ENTRIES[257], PROOF.replace("@v1", "@v2"), KEYS),
        (Fault.FORMAT, ENTRIES[257], PROOF.replace("index 257", "index 0257"), KEYS),
        (Fault.CHECKPOINT, ENTRIES[257], PROOF.replace("\n300\n", "\n301\n"), KEYS),
        (Fault.CHECKPOINT, ENTRIES[257], PROOF, stranger),
        (Fault.INCLUSION, ENTRIES[256], PROOF, KEYS),
        (Fault.INCLUSION, ENTRIES[257], PROOF.replace("index 257", "index 256"), KEYS),
        (Fault.INCLUSION, ENTRIES[257], str(Proof(300, beyond.hashes, beyond.checkpoint)), KEYS),
    ):
        with pytest.raises(ProofInvalid) as refused:
            verify_entry(entry, text, keys)
        assert refused.value.fault is fault
        assert refused.value.why in refused.value.text.of("zh", why=refused.value.why)


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v1\n\n" + PROOF.partition("\n\n")[2],
        PROOF.replace("\n\n", "\n", 1),
        PROOF.replace("index 257\n", "extra AAA=\nindex 257\nextra AAA=\n"),
        PROOF.replace("index 257\n", "index 257\nAAAA\n"),
        PROOF.replace("index 257\n", "index 257\n" + f"{'A' * 43}=\n" * 64),
        "x" * 1_000_001,
    ],
)
def test_malformed_proofs_are_refused(broken: str) -> None:
    with pytest.raises(ProofInvalid) as refused:
        verify_entry(ENTRIES[257], broken, KEYS)
    assert refused.value.fault is Fault.FORMAT
