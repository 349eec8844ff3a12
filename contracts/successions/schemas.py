"""What successions say on the wire."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from contracts.successions.states import Mode, SuccessionState


class RefuseSuccession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the consumer does not go on with the acquirer; the agreement then ends."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class JoinderView(msgspec.Struct, frozen=True):
    """A signature under a succession: the acquirer's joinder, or the consumer's consent."""

    role: str
    party: str
    signing_key_id: str
    public_key: str
    signature: str
    signed_at: str


class SuccessionView(msgspec.Struct, frozen=True):
    """A succession as its three parties see it; `content` is what `digest` stands for."""

    id: str
    agreement_id: str
    transferor: str
    transferee: str
    consumer: str
    mode: Annotated[Mode, Meta(description="随权利承继或须使用方同意 · follows the right, or asks for consent")]
    status: SuccessionState
    allowed_actions: list[str]
    digest: str
    signing_text: str
    content: dict[str, Any]
    signatures: list[JoinderView]
    due_at: datetime
    effective_at: datetime | None
    end_reason: str | None
    document_id: str | None
    created_at: datetime
