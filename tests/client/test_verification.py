"""The client's own check of documents: on every form that was issued, on altered ones, and beside the house's own."""

import base64
import copy
import gzip
import json
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.crypto import signing
from kernel.documents import credential
from kernel.documents import status as house_statuses
from kernel.documents import verify as house
from liutong_client import SigningKey, Trust, verify
from liutong_client.verification import documents, encodings, notes, trades
from liutong_client.verification.encodings import Unreadable
from liutong_client.verification.statuses import StatusList
from liutong_client.verification.trust import WrongPin
from tests.conftest import NOW
from tests.laws import source

EARLIER = source.ROOT / "tests/centre/verification/earlier"
WHOLE = EARLIER / "2026-11-29"
NAMES = ("agreement", "certificate", "receipt", "scorecard", "settlement", "valuation")
ORDER = "ord_01m8mjw85aefxtt1mfpa62ct53"
TRUST = Trust.read(WHOLE / "trust.json")
DOCUMENTS = {name: json.loads((WHOLE / f"{name}.json").read_bytes()) for name in NAMES}


def forms():
    """Every stored document with the trust file that lies beside it."""
    for path in sorted(EARLIER.glob("*/*.json*")):
        if path.name.startswith(("trust", "status-list", "report", "complaint-bundle")):
            continue
        if (path.parent / "trust.json").exists():
            yield pytest.param(path, id=f"{path.parent.name}/{path.name}")


def content(path):
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


@pytest.mark.parametrize("path", list(forms()))
def test_every_form_that_was_issued_is_judged_as_the_house_judges_it(path):
    data, anchor = content(path), path.parent / "trust.json"
    theirs = house.verify_bytes(data, path.name, house.Trust.read(anchor), {})
    ours = verify(data, Trust.read(anchor))
    assert (ours.kind, ours.sha256) == (theirs.kind, theirs.sha256)
    judged = {check.part: check.holds for check in ours.checks}
    assert judged["signature"] is True
    assert judged["log"] is all(check.holds is not False for check in theirs.checks)
    assert all(check.holds is not False for check in ours.checks if check.part != "log")


def leaves(value, path=()):
    """The path of every plain value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    else:
        yield path


def other(value):
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if value is None:
        return "x"
    return value[:-1] + ("A" if value[-1:] != "A" else "B")


@given(st.data())
def test_no_value_of_a_document_can_be_changed(data):
    envelope = copy.deepcopy(DOCUMENTS[data.draw(st.sampled_from(NAMES))])
    *path, last = data.draw(st.sampled_from(list(leaves(envelope["document"]))))
    place = envelope["document"]
    for step in path:
        place = place[step]
    place[last] = other(place[last])
    report = verify(envelope, TRUST)
    assert not report.holds
    assert report.claims == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_whatever_stands_in_a_document_is_judged_and_nothing_else_happens(data):
    envelope = copy.deepcopy(DOCUMENTS[data.draw(st.sampled_from(NAMES))])
    *path, last = data.draw(st.sampled_from(list(leaves(envelope))))
    cut = data.draw(st.integers(0, len(path)))
    *path, last = [*path, last][: cut + 1]
    place = envelope
    for step in path:
        place = place[step]
    before, place[last] = place[last], data.draw(JSON)
    try:
        report = verify(envelope, TRUST)
    except Unreadable:
        return
    assert not report.holds or place[last] == before


@given(st.sampled_from(NAMES), st.sampled_from(["entry", "proof"]), st.data())
def test_no_character_of_its_place_in_the_log_can_be_changed(name, part, data):
    envelope = copy.deepcopy(DOCUMENTS[name])
    text = envelope["log"][part]
    place = data.draw(st.integers(0, len(text) - 1))
    put = data.draw(st.sampled_from('aB3+/= \n"{').filter(lambda c: c != text[place]))
    envelope["log"][part] = text[:place] + put + text[place + 1 :]
    report = verify(envelope, TRUST)
    assert [check.part for check in report.checks if check.holds is False] == ["log"]


def test_a_document_without_its_place_in_the_log_does_not_hold():
    report = verify({"document": DOCUMENTS["receipt"]["document"]}, TRUST)
    assert [check.part for check in report.checks if check.holds is False] == ["log"]


LIST = json.loads((WHOLE / "status-list.json").read_bytes())


def with_bits(encoded):
    """A list of other bits, under a signature that does not hold."""
    altered = copy.deepcopy(LIST)
    altered.get("document", altered)["credentialSubject"]["encodedList"] = encoded
    return altered


def test_a_certificate_stands_by_the_list_that_it_names():
    standing = [check for check in verify(DOCUMENTS["certificate"], TRUST, LIST).checks if check.part == "status"]
    assert [check.holds for check in standing] == [True]
    assert [c.holds for c in verify(DOCUMENTS["certificate"], TRUST).checks if c.part == "status"] == [None]


def test_a_list_that_nobody_trusted_has_signed_says_nothing():
    report = verify(DOCUMENTS["certificate"], TRUST, with_bits(house_statuses.encode([5])))
    assert [check.part for check in report.checks if check.holds is False] == ["status"]


@pytest.mark.parametrize(("index", "holds"), [(5, False), (6, True), (200_000, False), ("x", False)])
def test_a_credential_has_ended_when_the_issuer_says_so(index, holds):
    url, signer = "https://centre.example/v1/status-lists/2026", signing.generate()
    issuer, key = "did:web:centre.example", signing.multibase(signer.public)
    claims = {"type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": house_statuses.encode([5])}
    unsigned = {"@context": [credential.CONTEXT], "id": url, "issuer": issuer, "credentialSubject": claims}
    signed = credential.secure(unsigned, signer, f"{issuer}#{key}", NOW)
    trust = Trust({issuer: (signer.public,)}, (), "", b"")
    stated = {"statusListCredential": url, "statusListIndex": index}
    assert documents._standing(stated, signed, trust).holds is holds
    assert documents._standing({**stated, "statusListCredential": f"{url}7"}, signed, trust).holds is None


@given(st.sets(st.integers(0, house_statuses.BITS - 1), max_size=5), st.integers(0, house_statuses.BITS - 1))
def test_the_bits_are_those_that_the_house_packed(ended, asked):
    document = with_bits(house_statuses.encode(ended))
    read = StatusList.of(document.get("document", document))
    assert read.has_ended(asked) is (asked in ended)
    assert all(read.has_ended(each) for each in ended)
    with pytest.raises(Unreadable):
        read.has_ended(house_statuses.BITS)


BOMB = "u" + base64.urlsafe_b64encode(gzip.compress(bytes(10**7))).decode().rstrip("=")


@pytest.mark.parametrize("encoded", [None, "", "z123", "u!!!", "uAAAA", BOMB, house_statuses.encode([])[:-9]])
def test_what_is_no_list_of_that_length_is_refused(encoded):
    document = with_bits(encoded)
    with pytest.raises(Unreadable):
        StatusList.of(document.get("document", document))


def test_a_document_has_no_place_of_another():
    mixed = {"document": DOCUMENTS["receipt"]["document"], "log": DOCUMENTS["agreement"]["log"]}
    assert "another document" in verify(mixed, TRUST).failures[0]


def test_a_forger_with_keys_of_its_own_is_no_issuer():
    forged = copy.deepcopy(DOCUMENTS["receipt"])
    document, key = forged["document"], SigningKey.generate()
    document["credentialSubject"]["buyer"] = "pty_forger"
    document["proof"]["verificationMethod"] = f"{document['issuer']}#{key.public_key}"
    report = verify(forged, TRUST)
    assert [check.part for check in report.checks if check.holds is False] == ["issuer", "log"]


def test_one_key_cannot_sign_for_both_parties():
    claims = copy.deepcopy(DOCUMENTS["agreement"]["document"]["credentialSubject"])
    assert all(check.holds for check in documents._agreement(claims))
    mine = next(each for each in claims["signatures"] if each["role"] == "provider")
    theirs = next(each for each in claims["signatures"] if each["role"] == "consumer")
    theirs |= {"public_key": mine["public_key"], "signature": mine["signature"]}
    assert {check.part: check.holds for check in documents._agreement(claims)} == {
        "digest": True,
        "provider": False,
        "consumer": False,
    }


def test_a_trust_file_is_the_pinned_one_or_none(tmp_path):
    TRUST.save(tmp_path / "trust.json")
    assert Trust.read(tmp_path / "trust.json", pin=TRUST.digest) == TRUST
    (tmp_path / "trust.json").write_bytes(TRUST.content + b"\n")
    with pytest.raises(WrongPin):
        Trust.read(tmp_path / "trust.json", pin=TRUST.digest)


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", b'{"issuers": [], "logs": ["x"]}', b'{"a": 1, "a": 2}', b"[" * 10**5]
)
def test_what_is_no_trust_file_is_refused(text):
    with pytest.raises(Unreadable):
        Trust.of(text)


@pytest.mark.parametrize("text", [b"", b"{}", b'{"document": 5}', b'{"document": {"credentialSubject": []}}', b"NaN"])
def test_what_is_no_document_is_refused(text):
    with pytest.raises(Unreadable):
        verify(text, TRUST)


@pytest.fixture
def reports():
    return {name: verify(DOCUMENTS[name], TRUST) for name in ("agreement", "certificate", "scorecard", "receipt")}


def test_the_documents_of_a_purchase_are_of_one_another(reports):
    proof = trades.proved(reports, [], ORDER)
    assert [(check.part, check.holds) for check in proof.checks] == [
        *[("kind", True)] * 4,
        ("order", True),
        ("parties", True),
        ("digest", True),
        ("files", True),
        ("files", False),
    ]
    assert "missing: flights.parquet, weather.parquet" in proof.failures[0]


@pytest.mark.parametrize("name", ["agreement", "certificate", "scorecard", "receipt"])
def test_a_purchase_with_one_document_altered_does_not_hold(reports, name, tmp_path):
    altered = copy.deepcopy(DOCUMENTS[name])
    altered["document"]["credentialSubject"]["id"] += "x"
    proof = trades.proved({**reports, name: verify(altered, TRUST)}, [], ORDER)
    assert not proof.holds
    assert proof.failures[0].startswith(proof.reports[name].kind)


def test_what_the_party_is_not_shown_is_told_as_not_checked(reports):
    del reports["scorecard"]
    proof = trades.proved(reports, [], ORDER)
    assert [check.part for check in proof.checks if check.holds is None] == ["digest"]
    assert [check.part for check in proof.checks if check.holds is False] == ["files"]


def failed(reports, order_id=ORDER):
    """The parts that do not hold, but for the files, of which none is here."""
    checks = trades.proved(reports, [], order_id).checks
    return [check.part for check in checks if check.holds is False][:-1]


def of(reports, name, **claims):
    """The reports, one of them of other claims, as if an issuer had signed them."""
    return {**reports, name: replace(reports[name], claims={**reports[name].claims, **claims})}


def test_the_papers_of_another_purchase_prove_nothing_of_this_one(reports):
    assert failed(reports) == []
    assert failed(reports, "ord_00000000000000000000000000") == ["order", "files"]
    assert failed(reports, "") == ["order", "files"]
    content = reports["agreement"].claims["agreement"]
    other_ = {**content, "order_id": "ord_00000000000000000000000000"}
    assert failed(of(reports, "agreement", agreement=other_)) == ["order"]
    without = {name: value for name, value in content.items() if name != "order_id"}
    assert failed(of(reports, "agreement", agreement=without)) == ["order"]
    assert failed(of(reports, "receipt", order="ord_00000000000000000000000000")) == ["files"]


@pytest.mark.parametrize("name", ["agreement", "certificate", "scorecard", "receipt"])
@pytest.mark.parametrize("kind", ["settlement-statement", "", None])
def test_a_document_of_another_kind_stands_for_none(reports, name, kind):
    assert failed(of(reports, name, kind=kind)) == ["kind"]


def test_a_document_does_not_stand_in_for_one_of_another_kind(reports):
    settlement = verify(DOCUMENTS["settlement"], TRUST)
    for name in reports:
        assert "kind" in failed({**reports, name: settlement})


@pytest.mark.parametrize(
    "altered",
    [
        lambda id_: id_.replace("/id/", "/other/"),
        lambda id_: id_.replace("http://127.0.0.1", "http://127.0.0.2"),
        lambda id_: id_.rpartition("/")[2],
        lambda id_: id_ + "x",
        lambda id_: "",
    ],
    ids=["another path", "another centre", "the last part only", "a longer one", "none"],
)
def test_the_certificate_is_the_one_named_by_its_full_id(reports, altered):
    id_ = reports["certificate"].claims["id"]
    assert failed(of(reports, "certificate", id=altered(id_))) == ["parties"]


def test_an_agreement_that_is_about_another_agreement_names_no_certificate(reports):
    id_ = reports["agreement"].claims["id"]
    assert failed(of(reports, "agreement", id=id_ + "x")) == ["parties"]


def test_a_file_that_was_not_agreed_is_named(reports, tmp_path):
    path = tmp_path / "flights.parquet"
    path.write_bytes(b"something else")
    assert "not what was agreed: flights.parquet" in trades.proved(reports, [path], ORDER).failures[0]


# Draft-msporny-base58-03, section 5.
BASE58 = [
    (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
    (b"The quick brown fox jumps over the lazy dog.", "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"),
    (bytes.fromhex("0000287fb4cd"), "11233QC4"),
]


@pytest.mark.parametrize(("data", "text"), BASE58)
def test_base58_is_that_of_its_draft(data, text):
    assert (encodings.to_base58(data), encodings.from_base58(text)) == (text, data)


@given(st.binary(max_size=60))
def test_base58_leads_back(data):
    assert encodings.from_base58(encodings.to_base58(data)) == data


def test_a_signature_is_that_of_the_rfc(tmp_path):
    """RFC 8032 section 7.1, test 1: an empty message."""
    path = tmp_path / "rfc.key"
    path.write_text("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n")
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    expected = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555f"
        "b8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    key = SigningKey.read(path)
    assert base64.b64decode(key.sign("")) == expected
    assert encodings.public_key(key.public_key) == public
    assert encodings.signed(public, expected, b"")
    assert not encodings.signed(public, expected, b"x")


def test_a_key_file_of_the_command_signs_the_same(tmp_path):
    path = tmp_path / "my.key"
    key = SigningKey.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    theirs = signing.load(path)
    assert signing.multibase(theirs.public) == key.public_key == SigningKey.read(path).public_key
    assert base64.b64decode(key.sign("双方同意")) == theirs.sign("双方同意".encode())
    assert path.read_text().strip() not in repr(key)
    with pytest.raises(FileExistsError):
        SigningKey.create(path)
    path.write_text("abc")
    with pytest.raises(ValueError, match="64 hexadecimal"):
        SigningKey.read(path)


# RFC 6962 section 2.1, by its recursive definition: the code under test goes the other way, from the leaf.
def tree(leaves):
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + tree(leaves[:half]) + tree(leaves[half:])).digest()


def path_of(place, leaves):
    if len(leaves) == 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if place < half:
        return [*path_of(place, leaves[:half]), tree(leaves[half:])]
    return [*path_of(place - half, leaves[half:]), tree(leaves[:half])]


@given(st.integers(1, 40), st.data())
def test_an_audit_path_leads_to_the_root_and_no_other_does(size, data):
    leaves_, place = [bytes([n]) for n in range(size)], data.draw(st.integers(0, size - 1))
    path, root = path_of(place, leaves_), tree(leaves_)
    leaf = tree([leaves_[place]])
    assert notes._root(leaf, place, size, path) == root
    for wrong in ([*path, root], path[:-1] if path else [root]):
        assert notes._root(leaf, place, size, wrong) != root
    assert notes._root(leaf, size, size, path) is None
