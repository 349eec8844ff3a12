"""What certificates say on the wire."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from rights.certificates.states import CertificateState


class EndCertificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The registrar cancels or revokes a certificate."""

    ground: Annotated[str, Meta(max_length=40, examples=["objection-upheld"])]
    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class CertificateView(msgspec.Struct, frozen=True):
    """A certificate as everybody may read it; the signed document is at /v1/documents/{document_id}."""

    id: str
    number: str
    regime: str
    replaces_id: str | None
    registration_id: str
    asset_id: str
    asset_name: str
    revision_id: str
    party_id: str
    holder_name: str
    content_sha256: str
    rights: list[str]
    restrictions: str
    scope: dict[str, Any] | None
    source_kind: str
    title_basis: str
    valid_from: date
    valid_until: date
    document_id: str
    status: CertificateState
    status_changed_at: datetime
    created_at: datetime
