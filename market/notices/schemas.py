"""What infringement notices say on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from market.notices.states import NoticeState

Reason = Annotated[str, Meta(min_length=1, max_length=500)]
Statement = Annotated[str, Meta(min_length=4, max_length=4000)]
FileId = Annotated[str, Meta(max_length=40)]
Files = Annotated[list[FileId], Meta(max_length=20)]
RightKind = Literal["copyright", "database", "trade-secret", "personal-information", "data-rights", "other"]


class GiveNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Tell the centre that a listing infringes a right: which right, its proof, what infringes it, with evidence.

    The right-holder's name and address are given by an officer who enters it for somebody without an account.
    """

    right_kind: RightKind
    right_proof: Statement
    statement: Statement
    evidence: Annotated[list[FileId], Meta(min_length=1, max_length=20)]
    holder_name: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    holder_contact: Annotated[str, Meta(min_length=3, max_length=300)] | None = None


class ExamineNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the evidence holds at first sight: the listing is taken off sale and the provider told, or not."""

    decision: Literal["measure", "reject"]
    reason: Reason


class CounterNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The provider states that nothing is infringed, with evidence at first sight."""

    statement: Statement
    evidence: Annotated[list[FileId], Meta(min_length=1, max_length=20)]


class ForwardCounter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The day on which the counter-statement reached a right-holder who has no account."""

    reached_on: date


class NoteSuit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Proof that the right-holder complained to an authority or sued."""

    kind: Literal["complaint", "suit"]
    body: Annotated[str, Meta(min_length=1, max_length=200)]
    reference: Annotated[str, Meta(min_length=1, max_length=100)]
    evidence: Annotated[list[FileId], Meta(min_length=1, max_length=20)]


class ConcludeNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the authority or the court decided."""

    decision: Literal["lift", "uphold"]
    reason: Reason


class WithdrawNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the notice is taken back."""

    reason: Reason


class EvidenceFileView(msgspec.Struct, frozen=True):
    """A file of evidence by its digest."""

    n: int
    name: str
    sha256: str
    size_bytes: int
    media_type: str


class CounterView(msgspec.Struct, frozen=True):
    """The provider's counter-statement."""

    statement: str
    evidence: list[EvidenceFileView]
    at: datetime


class SuitView(msgspec.Struct, frozen=True):
    """The complaint or suit that was noted."""

    kind: str
    body: str
    reference: str
    evidence: list[EvidenceFileView]
    at: datetime


class InfringementNoticeView(msgspec.Struct, frozen=True):
    """An infringement notice as its sides and the centre see it."""

    id: str
    listing_id: str
    provider: str
    notifier: str
    holder_name: str
    represented: bool
    right_kind: str
    right_proof: str
    statement: str
    evidence: list[EvidenceFileView]
    status: NoticeState
    allowed_actions: list[str]
    due_at: datetime | None
    decision_reason: str | None
    counter: CounterView | None
    reached_on: date | None
    suit: SuitView | None
    outcome: str | None
    given_at: datetime
    measure_at: datetime | None
    closed_at: datetime | None
