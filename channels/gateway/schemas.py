"""Interfaces, calls and test calls on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from channels.gateway.documents.changes import InterfaceChange

CallState = Literal["reserved", "committed", "released", "expired"]
HeaderName = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$(?!\n)", examples=["Authorization"])]
HeaderValue = Annotated[str, Meta(pattern=r"^[!-~]([ -~]{0,2046}[!-~])?$(?!\n)")]


class UpstreamCredential(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A header by which the upstream knows the gateway; the value is kept sealed and shown to nobody."""

    header: HeaderName
    value: HeaderValue

    def __repr__(self) -> str:
        return f"UpstreamCredential({self.header}=***)"


class RegisterInterface(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version of a product's interface: where the upstream is, its OpenAPI document, and how it knows us.

    `document` is OpenAPI 3.0 or 3.1 as JSON or YAML. `tests_per_day` is how often a party may try it before it buys.
    """

    base_url: Annotated[str, Meta(min_length=8, max_length=500, examples=["https://api.example.cn/v2"])]
    document: Annotated[str, Meta(min_length=2, max_length=2_097_152)]
    credential: UpstreamCredential | None = None
    tests_per_day: Annotated[int, Meta(ge=0, le=100)] = 0


class InterfaceView(msgspec.Struct, frozen=True):
    """A version of an interface as everybody may read it, without its upstream.

    `changes` is what callers of the version before would notice; with any it takes effect after the notice only.
    """

    id: str
    n: int
    title: str
    document_version: str
    operations: list[str]
    original_sha256: str
    document_sha256: str
    changes: list[InterfaceChange]
    tests_per_day: int
    created_at: datetime
    effective_at: datetime


class OwnInterfaceView(msgspec.Struct, frozen=True):
    """The same for its provider, with the upstream and whether a credential is kept."""

    interface: InterfaceView
    asset_id: str
    base_url: str
    credential_header: str | None


class TestCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A GET of an operation, to see what an interface answers before it is bought."""

    __test__ = False

    path: Annotated[str, Meta(pattern=r"^/[!-~]{0,999}$(?!\n)", examples=["/companies/91150100000000001X"])]
    query: Annotated[str, Meta(pattern=r"^[!-~]{0,2000}$(?!\n)")] = ""


class TestAnswer(msgspec.Struct, frozen=True):
    """What the upstream answered: text where it is UTF-8, else base64; a long one is cut. `left` is for today."""

    __test__ = False

    http_status: int
    content_type: str | None
    text: str | None
    base64: str | None
    cut: bool
    left: int


class GatewayCallView(msgspec.Struct, frozen=True):
    """A call: who called what, when and from where, and what became of it; only a committed one is charged."""

    id: str
    agreement_id: str
    call_id: str
    channel_key_id: str
    interface_id: str
    operation: str
    address: str
    request_bytes: int
    at: datetime
    expires_at: datetime
    state: CallState
    ended_at: datetime | None
    http_status: int | None
    failure: str | None
    response_bytes: int | None
    release_id: str | None


class GatewayDayView(msgspec.Struct, frozen=True):
    """What the calls of an agreement came to on a day in China, with the digest of all that ended on it."""

    agreement_id: str
    day: date
    committed: int
    released: int
    expired: int
    calls_sha256: str
    made_at: datetime
