"""Signatures over texts as documents carry them: RFC 8032's own vector holds, and whatever is malformed is none."""

import base64

import pytest

from kernel.crypto import signing

# RFC 8032, section 7.1, test 2: the message is the one byte 0x72, which is the text "r".
PUBLIC = signing.multibase(bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"))
SIGNATURE = base64.b64encode(
    bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
).decode()


def test_the_vector_of_the_standard_holds_over_its_text_and_no_other():
    assert signing.verify_text(PUBLIC, SIGNATURE, "r")
    assert not signing.verify_text(PUBLIC, SIGNATURE, "R")
    assert not signing.verify_text(signing.multibase(b"\x01" * 32), SIGNATURE, "r")


@pytest.mark.parametrize("key", [None, 1, "", "z", "zé", "x6Mk", PUBLIC[:-1], "z" * 101, {}])
def test_what_is_no_key_signs_nothing(key):
    assert not signing.verify_text(key, SIGNATURE, "r")


@pytest.mark.parametrize("signature", [None, 1, "", "é", "a", SIGNATURE[:-4], SIGNATURE + "AAAA", " " + SIGNATURE, []])
def test_what_is_no_signature_is_none(signature):
    assert not signing.verify_text(PUBLIC, signature, "r")
