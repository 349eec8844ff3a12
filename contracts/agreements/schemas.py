"""What agreements say on the wire."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from contracts.agreements.states import AgreementState
from contracts.terms.document import Terms


class SignAgreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A party's signature, made where its private key is."""

    signing_key_id: Annotated[str, Meta(max_length=40)]
    signature: Annotated[
        str,
        Meta(
            max_length=200,
            description="签名：以 Ed25519 对 signing_text 所签 · "
            "base64 of the Ed25519 signature over the UTF-8 bytes of `signing_text`",
        ),
    ]


class DeclineAgreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A party's refusal to sign, with its reason."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class SignatureView(msgspec.Struct, frozen=True):
    """A signature with everything that its check needs."""

    id: str
    party: str
    role: str
    signing_key_id: str
    public_key: str
    signature: str
    signed_at: datetime


class AmendedView(msgspec.Struct, frozen=True):
    """A change that both have signed, by its number, and from when on its terms stand."""

    n: int
    amendment_id: str
    effective_at: datetime
    digest: str


class AgreementSummary(msgspec.Struct, frozen=True):
    """An agreement as a list shows it."""

    id: str
    order_id: str | None
    asset_id: str | None
    provider: str
    consumer: str
    status: AgreementState
    allowed_actions: list[str]
    digest: str
    licence_ends_on: date | None
    sign_due_at: datetime | None
    in_force_at: datetime | None
    created_at: datetime


class AgreementView(msgspec.Struct, frozen=True):
    """An agreement as its parties see it; `content` is what `digest` stands for.

    `terms` are those that stand now, the agreement's own or those of the last of its amendments in effect; null for an
    agreement from before there were terms. A contract on services has no order, and waits to be signed until
    `sign_due_at`. `wire` says of one that was made over the Dataspace Protocol how each side made it there: {name,
    agreement, digest, signing_text, evidence}.
    """

    id: str
    order_id: str | None
    provider: str
    consumer: str
    status: AgreementState
    allowed_actions: list[str]
    digest: str
    signing_text: str
    content: dict[str, Any]
    signatures: list[SignatureView]
    grant_id: str | None
    licence_ends_on: date | None
    document_id: str | None
    sign_due_at: datetime | None
    wire: dict[str, Any] | None
    terms: Terms | None
    amendments: list[AmendedView]
    in_force_at: datetime | None
    created_at: datetime
