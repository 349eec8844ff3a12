"""Retention and digest headers."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.storage import rules
from kernel.storage.errors import DigestUnreadable
from kernel.storage.rules import Purpose


def test_the_registers_files_are_kept_twenty_years() -> None:
    at = datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert rules.retention_until(Purpose.EVIDENCE, at) == datetime(2048, 3, 1, 12, tzinfo=UTC)
    assert rules.retention_until(Purpose.DATA, at) is None


def test_every_purpose_has_a_rule() -> None:
    for purpose in Purpose:
        rules.retention_until(purpose, datetime(2026, 11, 23, tzinfo=UTC))


@given(st.binary(max_size=50))
def test_a_digest_header_is_read_back(content: bytes) -> None:
    sha256 = hashlib.sha256(content).hexdigest()
    header = rules.repr_digest(sha256)
    assert rules.declared_sha256(header) == sha256
    assert rules.declared_sha256(f"sha-512=:AAAA:, {header}") == sha256


def test_no_header_promises_nothing() -> None:
    assert rules.declared_sha256(None) is None


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha-256=abc",
        "sha-512=:AAAA:",
        "sha-256=:AAAA:",
        f"sha-256=:{base64.b64encode(b'x' * 33).decode()}:",
        "sha-256=:" + "=" * 44 + ":",
    ],
)
def test_unreadable_headers(header: str) -> None:
    with pytest.raises(DigestUnreadable):
        rules.declared_sha256(header)
