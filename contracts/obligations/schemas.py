"""What obligations, statements of deletion and suspensions say on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from contracts.agreements.schemas import SignAgreement
from contracts.clauses.types import Trigger
from contracts.obligations.states import DeletionState, ObligationState
from kernel.text import Text

Told = Annotated[str, Meta(min_length=1, max_length=1000)]
Where = Annotated[str, Meta(min_length=1, max_length=200)]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]


class DischargeObligation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was done, and the digest of what shows it, where there is such a thing."""

    statement: Told
    evidence_sha256: Sha256 | None = None


class WaiveObligation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why it need not be done."""

    reason: Reason


class ObligationView(msgspec.Struct, frozen=True):
    """Something owed under an agreement: who to whom, by when, and what became of it."""

    id: str
    agreement_id: str
    duty: str
    kind: str
    period: Annotated[int, Meta(description="第几期 · which of those that recur")]
    text: Text
    bearer: str
    beneficiary: str
    due_at: datetime
    breached_at: Annotated[datetime, Meta(description="逾此时仍未履行即为违约 · when it becomes a breach")]
    status: ObligationState
    allowed_actions: list[str]
    evidence: dict[str, Any] | None
    reason: str | None
    created_at: datetime
    closed_at: datetime | None


class StateOccurrence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What has happened that sets the clock of a clause's obligation going, and what shows it.

    `reference` names it and is stated once: an invoice's number, an incident, or the agreement that was concluded.
    """

    clause: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,59}$(?!\n)", examples=["success-fee"])]
    code: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,59}$(?!\n)", examples=["pay"])]
    reference: Where
    statement: Told
    evidence_sha256: Sha256 | None = None


class OccurrenceView(msgspec.Struct, frozen=True):
    """What was stated, by whom, and what it set going."""

    id: str
    agreement_id: str
    clause: str
    code: str
    trigger: Trigger
    reference: str
    statement: str
    evidence_sha256: str | None
    by: str
    at: datetime


Channel = Literal["files", "formats", "share", "push", "gateway", "computing"]


class HandedOver(msgspec.Struct, frozen=True):
    """What left by one channel of one revision; `ref` is how a statement of deletion names it.

    `files` are those fetched by links, in bundles or by pushes; `formats` tables in other formats; `computing` results,
    which are of no one revision, as answers of an interface are not. `to` are recipients of keys, buckets, or
    environments, as far as they are known.
    """

    ref: Annotated[str, Meta(examples=["files/rev_1"])]
    channel: Channel
    revision_id: str | None
    content_sha256: str | None
    times: int
    first_at: datetime
    last_at: datetime
    to: list[str]


class DeletedCopy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A copy that is gone."""

    where: Where
    method: Where
    deleted_at: datetime


class BackupKept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A backup that will be overwritten, and when."""

    where: Where
    purge_on: date


class DerivedKept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Derived data that is kept, and why it may be."""

    what: Where
    why: Told


class Deletion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of the data; it is signed as it stands here.

    `covers` names by its `ref` each thing that was handed over (`GET …/handed-over`): that it is among what is told of.
    """

    agreement_id: Annotated[str, Meta(max_length=40)]
    content_sha256: Annotated[str, Meta(max_length=80)]
    copies: Annotated[list[DeletedCopy], Meta(max_length=200)]
    responsible: Annotated[str, Meta(min_length=1, max_length=100, description="责任人 · who answers for it")]
    backups: Annotated[list[BackupKept], Meta(max_length=200)] = []
    derived_kept: Annotated[list[DerivedKept], Meta(max_length=200)] = []
    audit_sha256: Sha256 | None = None
    covers: Annotated[list[Annotated[str, Meta(min_length=1, max_length=80)]], Meta(max_length=5000)] = []


class FileDeletion(SignAgreement, frozen=True, forbid_unknown_fields=True):
    """A statement of deletion with its signature: `liutong deletion AGREEMENT DIGEST`, the digest by RFC 8785."""

    statement: Deletion = msgspec.field()


class AnswerDeletion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the provider takes the statement."""

    accepted: bool
    reason: Reason


class RefuteDeletion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a statement that was taken is false, and the digest of what shows it."""

    reason: Reason
    evidence_sha256: Sha256


class DeletionView(msgspec.Struct, frozen=True):
    """A statement of deletion; it proves who declared what, and not that it was so."""

    id: str
    agreement_id: str
    statement: dict[str, Any]
    digest: str
    signing_key_id: str
    public_key: str
    signature: str
    document_id: str
    handed_over: list[HandedOver]
    late: Annotated[bool, Meta(description="是否逾期提交 · whether it came after its day")]
    status: DeletionState
    allowed_actions: list[str]
    answer_due_at: datetime
    answer: str | None
    evidence_sha256: str | None
    filed_at: datetime


class SuspendAgreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Stop every access for a while, and say why."""

    reason: Reason
    days: Annotated[int, Meta(ge=1, le=365)]


class ResumeAgreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Let accesses go on."""

    reason: Reason
