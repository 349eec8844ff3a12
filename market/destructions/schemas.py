"""What destructions and legal holds say on the wire."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from market.destructions.states import DestructionState

Reason = Annotated[str, Meta(min_length=1, max_length=400)]
RevisionId = Annotated[str, Meta(pattern="^rev_", max_length=40)]


class RequestDestruction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ask for the destruction of an asset's data: of all its revisions, or of earlier ones."""

    reason: Reason
    revision_ids: Annotated[list[RevisionId], Meta(max_length=200)] = msgspec.field(default_factory=list)


class ApproveDestruction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Approve exactly what the digest names."""

    digest: Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)")]


class RefuseDestruction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the data stays."""

    reason: Reason


class SetLegalHold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Keep an asset's data until a day, on a basis."""

    basis: Reason
    until: date


class DestroyedObject(msgspec.Struct, frozen=True):
    """A file whose key is destroyed."""

    name: str
    sha256: str
    size_bytes: int
    key_id: str


class DestructionView(msgspec.Struct, frozen=True):
    """A destruction."""

    id: str
    asset_id: str
    party_id: str
    revision_ids: list[str]
    is_whole: bool
    objects: list[DestroyedObject]
    digest: str
    reason: str
    requested_by: str
    approved_by: str | None
    approved_at: datetime | None
    end_reason: str | None
    status: DestructionState
    allowed_actions: list[str]
    due_at: datetime | None
    destroyed_at: datetime | None
    certificate_id: str | None
    final_certificate_id: str | None
    created_at: datetime


class LegalHoldView(msgspec.Struct, frozen=True):
    """A legal hold on an asset's data."""

    id: str
    asset_id: str
    basis: str
    until: date
    set_by: str
    lifted_at: datetime | None
    lifted_by: str | None
    created_at: datetime
