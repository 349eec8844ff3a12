"""A bundle of a case: the same files give the same bytes, and nothing in it can be changed unseen."""

import json
from datetime import UTC, datetime

import pytest

from kernel.crypto import canonical, signing
from kernel.documents import credential
from kernel.documents.checks import FileUnreadable, Trust
from market.complaints.bundle import content
from market.complaints.bundle.verify import KIND, MANIFEST, SUMS, is_case, packed, verify
from rights.register.bundle import as_json, unpack, zipped

SIGNER = signing.Ed25519Signer(b"\x07" * 32)
ISSUER = "did:web:liutong.test"
TRUST = Trust({ISSUER: (SIGNER.public,)}, (), "test")


def step(n, text="", **over):
    shown = {"n": str(n), "kind": "message", "role": "buyer", "by": "pty_1", "text": text, "facts": {}, "files": []}
    return {**shown, "at": "2026-11-23T02:00:00.000000Z", **over}


def files(**over):
    piece = {"n": "1", "name": "a.txt", "sha256": canonical.sha256_hex(b"proof"), "size_bytes": "5"}
    made = {
        "record.json": as_json({"steps": [step(1, "投诉", files=[piece])]}),
        "log/entries.json": as_json({"entries": []}),
        "log/checkpoint": b"",
        "trust.json": as_json({}),
        "evidence/001.txt": b"proof",
    }
    return {**made, **over}


def manifest(of):
    claims = {
        "id": "x",
        "kind": KIND,
        "complaint_id": "cpl_1",
        "files": {n: canonical.sha256_hex(d) for n, d in of.items()},
    }
    body = {"@context": ["https://www.w3.org/ns/credentials/v2"], "issuer": ISSUER, "credentialSubject": claims}
    method = f"{ISSUER}#{signing.multibase(SIGNER.public)}"
    return as_json(credential.secure(body, SIGNER, method, datetime(2026, 11, 23, tzinfo=UTC)))


def told(data):
    return {check.name.en: check.holds for check in verify(data, "b.zip", TRUST, {}).checks}


def test_the_same_files_give_the_same_bytes_and_are_known_by_their_beginning():
    one, other = (packed(files(), manifest(files())) for _ in range(2))
    assert one == other
    assert is_case(one)
    assert not is_case(zipped({"bundle.json": b"{}"}))
    assert list(unpack(one))[:2] == [SUMS, MANIFEST]


def test_whole_files_hold_and_what_was_not_logged_does_not():
    found = told(packed(files(), manifest(files())))
    assert (found["signature of the manifest"], found["contents"], found["SHA256SUMS"]) == (True, True, True)
    assert found["evidence"] is True
    assert found["record of the case"] is False  # No entry of the log stands behind the step.


def test_a_changed_file_is_told_even_with_new_sums():
    changed = files(**{"evidence/001.txt": b"other"})
    found = told(packed(changed, manifest(files())))
    assert (found["contents"], found["SHA256SUMS"], found["evidence"]) == (False, True, False)


def test_a_file_that_fell_out_is_told():
    fewer = {name: data for name, data in files().items() if name != "evidence/001.txt"}
    assert told(packed(fewer, manifest(files())))["contents"] is False


def test_a_manifest_that_somebody_else_signed_is_told():
    body = json.loads(manifest(files()))
    body["credentialSubject"]["complaint_id"] = "cpl_2"
    assert told(packed(files(), as_json(body)))["signature of the manifest"] is False


def test_another_zip_is_no_case():
    with pytest.raises(FileUnreadable):
        verify(zipped({SUMS: b"", MANIFEST: b"{}"}), "b.zip", TRUST, {})


def test_the_digest_of_a_step_covers_all_that_was_said():
    assert content.digest_of(step(1, "a")) != content.digest_of(step(1, "b"))
    assert content.digest_of(step(1, "a")) != content.digest_of(step(2, "a"))
