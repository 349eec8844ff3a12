"""What testing says on the wire."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from kernel.text import Text
from valuation.testing.states import TestState

Words = Annotated[str, Meta(min_length=1, max_length=2000)]


class OrderTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Engage a tester for the asset's newest revision; more samples or longer pauses than usual may be agreed."""

    tester: Annotated[str, Meta(max_length=40)]
    contract: Annotated[dict[str, Any], Meta(description="ODCS v3")] | Annotated[str, Meta(max_length=1 << 20)]
    purpose: Annotated[str, Meta(min_length=1, max_length=500)]
    samples: Annotated[int, Meta(ge=1, le=100)] | None = None
    sample_minutes: Annotated[int, Meta(ge=1, le=1440)] | None = None


class AcceptTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Accept an order and declare independence in one's own words; the centre checks what it can know."""

    independence: Words


class EndTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Decline, end or revoke, with the reason."""

    reason: Words


class SignTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sign the result: Ed25519 over the UTF-8 bytes of `signing_text`, in base64."""

    signing_key_id: Annotated[str, Meta(max_length=40)]
    signature: Annotated[str, Meta(max_length=200)]


class SampleView(msgspec.Struct, frozen=True):
    """One reading of one file."""

    number: int
    file: str
    taken_at: datetime
    ok: bool
    milliseconds: int
    read_bytes: int
    fault: str | None


class TestView(msgspec.Struct, frozen=True):
    """A test; `content` is what the tester signs, with every measure, its limit and the conclusion."""

    id: str
    asset_id: str
    revision_id: str
    provider: str
    tester: str
    purpose: str
    samples: int
    sample_minutes: int
    samples_taken: int
    status: TestState
    allowed_actions: list[str]
    quality_run_id: str | None
    content: dict[str, Any] | None
    digest: str | None
    signing_text: str | None
    document_id: str | None
    signed_at: datetime | None
    valid_until: datetime | None
    reason: str | None
    created_at: datetime


class TestBadge(msgspec.Struct, frozen=True):
    """A signed result in force, as a product shows it."""

    id: str
    tester: str
    tester_name: str
    conclusion: str
    words: Text
    signed_at: datetime
    valid_until: datetime
    document_id: str
