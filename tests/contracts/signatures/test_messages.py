"""How an agreement was made over the wire, checked offline: what was changed is named."""

import base64
import copy
import hashlib
import json

import pytest

from contracts.agreements.verify import check as check_agreement
from contracts.signatures.messages import check, is_about
from kernel.crypto import signing

NAME = "urn:uuid:a"
KEY = signing.Ed25519Signer(b"\x07" * 32)


def sha256(value) -> str:
    """The digest of ASCII JSON without numbers, where RFC 8785 is sorted keys and no spaces."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def made():
    """An agreement that the provider signed with its key, and the consumer made by its connector's message."""
    body = {
        "@id": NAME,
        "@type": "Agreement",
        "target": "urn:ds:1",
        "assigner": "did:web:provider.example",
        "assignee": "did:web:buyer.example",
        "permission": [{"action": "use"}],
    }
    digest = f"sha256:{sha256(body)}"
    text = f"liutong dataspace agreement {NAME} {digest}"
    verification = {"@id": "urn:uuid:m2", "@type": "ContractAgreementVerificationMessage", "providerPid": "p"}
    provider = {
        "kind": "signing-key",
        "side": "provider",
        "public_key": signing.multibase(KEY.public),
        "signature": base64.b64encode(KEY.sign(text.encode())).decode(),
    }
    consumer = {
        "kind": "dataspace-message",
        "side": "consumer",
        "did": "did:web:buyer.example",
        "message_id": "urn:uuid:m2",
        "message_sha256": sha256(verification),
        "message": verification,
        "credential": {"kind": "bearer-token", "sha256": "ab" * 32},
    }
    return {"name": NAME, "agreement": body, "digest": digest, "signing_text": text, "evidence": [provider, consumer]}


def wrong(told) -> set[str]:
    return {one.name.en for one in check(told) if not one.holds}


def test_it_holds_and_says_what_a_message_is_worth():
    found = check(made())
    assert [one.holds for one in found] == [True, True, True]
    assert "holder of the credential" in found[2].detail.en
    assert all(one.detail.zh for one in found)


WIRE, PROVIDER, CONSUMER = "Agreement on the wire", "How the provider made it", "How the consumer made it"


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("agreement", "target"), "urn:ds:2", {WIRE}),
        (("agreement", "assignee"), "did:web:other.example", {WIRE, CONSUMER}),
        (("digest",), "sha256:" + "0" * 64, {WIRE}),
        (("name",), "urn:uuid:b", {WIRE}),
        (("signing_text",), "another text", {WIRE, PROVIDER}),
        (("evidence", 0, "signature"), base64.b64encode(b"x" * 64).decode(), {PROVIDER}),
        (("evidence", 0, "public_key"), signing.multibase(signing.Ed25519Signer(b"\x08" * 32).public), {PROVIDER}),
        (("evidence", 0, "kind"), "word of mouth", {PROVIDER}),
        (("evidence", 0, "side"), "consumer", {PROVIDER, CONSUMER}),
        (("evidence", 1, "message", "providerPid"), "q", {CONSUMER}),
        (("evidence", 1, "message_sha256"), "0" * 64, {CONSUMER}),
        (("evidence", 1, "message_id"), "urn:uuid:m3", {CONSUMER}),
        (("evidence", 1, "did"), "did:web:other.example", {CONSUMER}),
        (("evidence", 1, "credential"), {"kind": "bearer-token"}, {CONSUMER}),
        (("evidence", 1, "credential"), {"kind": "password", "sha256": "ab"}, {CONSUMER}),
        (("evidence",), [], {PROVIDER, CONSUMER}),
        (("evidence",), None, {PROVIDER, CONSUMER}),
        (("agreement",), None, {WIRE, CONSUMER}),
    ],
)
def test_what_was_changed_is_named(path, value, named):
    told = copy.deepcopy(made())
    at = told
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    assert wrong(told) == named


def test_a_providers_message_is_about_this_agreement():
    told = made()
    sent = {"@id": "urn:uuid:m1", "@type": "ContractAgreementMessage", "providerPid": "p"}
    sent["agreement"] = told["agreement"]
    by = {
        "kind": "dataspace-message",
        "side": "provider",
        "did": "did:web:provider.example",
        "message_id": "urn:uuid:m1",
        "message_sha256": sha256(sent),
        "message": sent,
        "credential": {"kind": "sent-by-the-centre", "member": "pty_1"},
    }
    told["evidence"][0] = by
    assert wrong(told) == set()
    sent["agreement"] = {**told["agreement"], "target": "urn:ds:2"}
    by["message_sha256"] = sha256(sent)
    assert wrong(told) == {PROVIDER}


def test_a_signed_text_is_about_the_agreement_by_digest_or_by_its_own_name():
    assert is_about("liutong dataspace agreement n sha256:d", "n", "sha256:d")
    assert is_about("liutong agreement agr_1 sha256:e", "urn:liutong:agr_1", "sha256:d")
    for text in ("liutong dataspace agreement n sha256:e", "liutong agreement agr_2 sha256:e", "", None, 7):
        assert not is_about(text, "urn:liutong:agr_1", "sha256:d")


def test_an_agreement_of_the_centre_is_signed_over_its_own_text():
    """What the two signed on the wire is what the document's signatures are over, or nothing of it holds."""
    claims = {"agreement": {"agreement_id": "agr_1"}, "digest": "sha256:d", "wire": made()}
    names = {one.name.en: one.holds for one in check_agreement(claims)}
    assert (names[WIRE], names[PROVIDER], names[CONSUMER]) == (False, False, False)
    del claims["wire"]
    assert WIRE not in {one.name.en for one in check_agreement(claims)}


def test_two_messages_that_are_kept_are_of_one_negotiation():
    told = made()
    agreement = {"@id": "urn:uuid:m1", "@type": "ContractAgreementMessage", "providerPid": "p"}
    agreement["agreement"] = told["agreement"]
    sent = {"did": "did:web:provider.example", "message_id": "urn:uuid:m1", "message": agreement}
    credential = {"kind": "sent-by-the-centre", "member": "pty_1"}
    told["evidence"][0] |= sent | {"message_sha256": sha256(agreement), "credential": credential}
    assert wrong(told) == set()
    agreement["providerPid"] = "another"
    told["evidence"][0]["message_sha256"] = sha256(agreement)
    assert wrong(told) == {"How the provider made it", "How the consumer made it"}
