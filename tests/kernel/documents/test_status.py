"""Status lists: the W3C example to the bit, bounded unpacking, and what a verifier says with and without one."""

import base64
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centre.verification.verify import verified
from kernel.crypto import signing
from kernel.documents import status
from kernel.documents.checks import FileUnreadable, Trust
from kernel.documents.verify import Statuses, verify_bytes, verify_file
from tests.kernel.documents import material


@given(st.sets(st.integers(0, status.BITS - 1), max_size=200))
def test_what_is_set_is_set_and_nothing_else(ended):
    bits = status.decode(status.encode(ended))
    assert len(bits) * 8 == status.BITS
    assert {at for at in range(status.BITS) if bits[at // 8] and status.is_set(bits, at)} == ended


def test_the_first_index_is_the_leftmost_bit():
    """W3C Bitstring Status List v1.0, §3.3: the index is counted from the left, the most significant bit first."""
    assert status.decode(status.encode([0]))[0] == 0x80
    assert status.decode(status.encode([status.BITS - 1]))[-1] == 0x01


EMPTY_OF_THE_RECOMMENDATION = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"


def test_the_recommendations_example_is_read():
    assert status.decode(EMPTY_OF_THE_RECOMMENDATION) == bytes(status.BITS // 8)


def _packed(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(gzip.compress(data, mtime=0)).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "u",
        "z123",
        "u!!!",
        "uAAAA",
        _packed(b""),
        _packed(bytes(100)),
        "u" + "A" * 10**6,
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(status.StatusListInvalid):
        status.decode(text)


def test_a_list_that_unpacks_to_fifty_megabytes_is_refused():
    with pytest.raises(status.StatusListInvalid):
        status.decode(_packed(bytes(50_000_000)))


def test_beyond_the_list_nothing_is_known():
    with pytest.raises(ValueError, match="indexes"):
        status.encode([status.BITS])
    with pytest.raises(status.StatusListInvalid):
        status.is_set(bytes(16_384), status.BITS)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return material.make(tmp_path_factory.mktemp("status"))


def standing(made, *lists):
    trust = made.trusted()
    statuses = [Statuses.of(each, trust) for each in lists]
    report = verify_bytes(material.canonical.dumps(made.envelope), "x", trust, {}, statuses)
    return next(check for check in report.checks if check.name.en == "status list"), report


def test_without_a_list_it_is_said_and_nothing_fails(made):
    check, report = standing(made)
    assert check.holds is None
    assert "no status list was given" in check.detail.en
    assert material.LIST in check.detail.en
    assert report.holds


def test_in_force_and_ended(made):
    assert standing(made, material.status_list(5, 100_006))[0].holds
    check, report = standing(made, material.status_list(5, 100_007))
    assert check.holds is False
    assert "2026-11-23T02:00:00Z" in check.detail.en
    assert not report.holds


def test_a_list_of_another_year_says_nothing(made):
    other = {**material.status_list(100_007), "id": "https://centre.example.cn/v1/status-lists/2025"}
    signed = material.secured({name: part for name, part in other.items() if name != "proof"})
    assert standing(made, signed)[0].holds is None


def test_a_list_that_nobody_trusted_signed_is_refused(made):
    forged = material.status_list(signer=signing.Ed25519Signer(b"\x09" * 32))
    altered = material.status_list(100_007)
    altered["credentialSubject"]["encodedList"] = status.encode([])
    for each in (forged, altered, {}, {"document": 5}, material.certificate()):
        with pytest.raises(FileUnreadable):
            Statuses.of(each, made.trusted())
    with pytest.raises(FileUnreadable):
        Statuses.of(material.status_list(), None)


def test_a_status_entry_that_cannot_be_read_fails(made):
    body = made.envelope["document"]
    for wrong in (5, {}, {"statusListCredential": "x", "statusListIndex": "many"}):
        bad = material.secured({"credentialSubject": body["credentialSubject"], "credentialStatus": wrong})
        report = verify_bytes(material.canonical.dumps({"document": bad, "log": None}), "x", made.trusted(), {})
        assert next(check for check in report.checks if check.name.en == "status list").holds is False


def test_from_files(made, tmp_path):
    trust = material.save(tmp_path / "trust.json", made.trust)
    path = material.save(tmp_path / "certificate.json", made.envelope)
    ended = material.save(tmp_path / "2026.json", {"document": material.status_list(100_007), "log": None})
    assert verified(path, trust).holds
    assert [check.name.en for check in verified(path, trust, [ended]).checks if check.holds is False] == ["status list"]
    assert verify_file(path, Trust.read(tmp_path / "trust.json"), {}).holds


def test_a_list_is_verified_as_what_it_is(made, tmp_path):
    """A list carries no log proof and needs none; altered or signed by a stranger it does not hold."""
    trust = material.save(tmp_path / "trust.json", made.trust)
    found = verified(material.save(tmp_path / "status-list.json", material.status_list(5, 100_007)), trust)
    assert found.holds
    said = {check.name.en: check for check in found.checks}
    assert (said["signature"].holds, said["log inclusion"].holds, said["status list"].holds) == (True, None, True)
    assert "2026-11-23T02:00:00Z, 2 of those it lists have ended" in said["status list"].detail.en
    altered = material.status_list(100_007)
    altered["credentialSubject"]["encodedList"] = status.encode([])
    stranger = material.status_list(signer=signing.Ed25519Signer(b"\x09" * 32))
    unreadable = material.status_list()
    unreadable["credentialSubject"]["encodedList"] = "u"
    unreadable = material.secured({name: part for name, part in unreadable.items() if name != "proof"})
    for each in (altered, stranger, unreadable):
        assert not verified(material.save(tmp_path / "other.json", each), trust).holds
    bare = material.secured({"credentialSubject": material.claims()})
    assert not verified(material.save(tmp_path / "other.json", bare), trust).holds, "anything else needs its log proof"


def test_a_list_beside_a_document_is_used(made, tmp_path):
    trust = material.save(tmp_path / "trust.json", made.trust)
    path = material.save(tmp_path / "certificate.json", made.envelope)
    material.save(tmp_path / "status-list.json", material.status_list(100_007))
    assert [check.name.en for check in verified(path, trust).checks if check.holds is False] == ["status list"]
