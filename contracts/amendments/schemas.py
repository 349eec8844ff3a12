"""What amendments say on the wire."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from contracts.agreements.schemas import SignatureView
from contracts.amendments.states import AmendmentState
from contracts.terms.document import Terms


class ProposeAmendment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """New terms of an agreement, whole, and why; `effective_at` is when, or at the second signature."""

    terms: Terms
    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    effective_at: Annotated[datetime, Meta(tz=True)] | None = None


class EndAmendment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an amendment is declined or withdrawn."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class AmendmentView(msgspec.Struct, frozen=True):
    """An amendment as the agreement's parties see it; `content` is what `digest` stands for."""

    id: str
    agreement_id: str
    n: int
    provider: str
    consumer: str
    proposed_by: str
    status: AmendmentState
    allowed_actions: list[str]
    digest: str
    signing_text: str
    content: dict[str, Any]
    signatures: list[SignatureView]
    answer_due_at: datetime
    effective_at: datetime | None
    end_reason: str | None
    document_id: str | None
    created_at: datetime
