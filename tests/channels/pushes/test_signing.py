"""Signatures, against the examples of the Amazon S3 API Reference ("Authenticating Requests: Examples")."""

import hashlib
from datetime import UTC, datetime

import pytest

from channels.pushes.store.signing import Credential, escaped, query_text, signed
from kernel.settings import Secret

AT = datetime(2013, 5, 24, tzinfo=UTC)
CREDENTIAL = Credential("AKIAIOSFODNN7EXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), "us-east-1")
HOST = {"host": "examplebucket.s3.amazonaws.com"}
EMPTY = hashlib.sha256(b"").hexdigest()
WELCOME = hashlib.sha256(b"Welcome to Amazon S3.").hexdigest()


@pytest.mark.parametrize(
    ("method", "path", "query", "headers", "body_sha256", "signature"),
    [
        (
            "GET", "/test.txt", [], {**HOST, "Range": "bytes=0-9"}, EMPTY,
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "PUT", "/test%24file.text", [],
            {**HOST, "date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}, WELCOME,
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            "GET", "/", [("lifecycle", "")], HOST, EMPTY,
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            "GET", "/", [("prefix", "J"), ("max-keys", "2")], HOST, EMPTY,
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
)  # fmt: skip
def test_a_request_is_signed_as_in_the_examples(method, path, query, headers, body_sha256, signature):
    sent = signed(CREDENTIAL, method, path, query, headers, body_sha256, AT)
    assert sent["authorization"].rpartition("Signature=")[2] == signature
    assert str(CREDENTIAL.secret_access_key) not in repr(CREDENTIAL)


def test_what_is_no_letter_is_escaped_as_utf_8():
    assert escaped("a b/数据~.csv", slash=True) == "a%20b/%E6%95%B0%E6%8D%AE~.csv"
    assert query_text([("uploadId", "a+/="), ("partNumber", "2")]) == "partNumber=2&uploadId=a%2B%2F%3D"
