"""What registration says on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from rights.terms import Right

Codes = Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=10)]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]


class PieceOfEvidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that proves something; it was uploaded before for the purpose `evidence`."""

    kind: Annotated[str, Meta(max_length=40, examples=["identity-proof"])]
    file_id: Annotated[str, Meta(max_length=40)]


class ApplyForRegistration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Apply for the registration of rights in one revision of an asset (数据产权登记工作指引 annex 1)."""

    revision_id: Annotated[str, Meta(max_length=40)]
    title_basis: Annotated[
        str,
        Meta(max_length=40, description="权利配置表的情形 · case of the rights matrix", examples=["own-operations"]),
    ]
    rights: Annotated[list[Right], Meta(min_length=1, max_length=3)]
    evidence: Annotated[list[PieceOfEvidence], Meta(max_length=50)]
    restrictions: Annotated[str, Meta(max_length=400, description="权利限制 · limits of the rights")] = ""
    type: Literal["initial"] = "initial"


class DecideAcceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Accept the application for review, or reject it on published grounds."""

    decision: Literal["accept", "reject"]
    reason: Reason
    grounds: Codes = []


class Checklist(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the review looks at (数据产权登记工作指引 arts. 18 to 21)."""

    description_accuracy: bool
    source_compliance: bool
    rights_clarity: bool


class ReviewRegistration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Approve the case for public notice, or refuse it on published grounds."""

    decision: Literal["approve", "refuse"]
    checklist: Checklist
    reason: Reason
    grounds: Codes = []


class WithdrawRegistration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The applicant takes the application back."""

    reason: Reason


class DeadlineView(msgspec.Struct, frozen=True):
    """The last day of a period and its rule; provisional where that year's holidays are not yet announced."""

    on: date
    provisional: bool
    rule: str


class EvidenceView(msgspec.Struct, frozen=True):
    """A piece of evidence and until when it is kept."""

    id: str
    kind: str
    file_id: str
    name: str
    sha256: str
    size_bytes: int
    retention_until: date


class PolicyUsed(msgspec.Struct, frozen=True):
    """A policy that the case is under."""

    kind: str
    version: str
    sha256: str


class RegistrationView(msgspec.Struct, frozen=True):
    """A case as its applicant and the registrar see it."""

    id: str
    type: str
    party_id: str
    applicant_name: str
    asset_id: str
    asset_name: str
    revision_id: str
    content_sha256: str
    source_kind: str
    title_basis: str
    rights: list[str]
    restrictions: str
    status: str
    status_changed_at: datetime
    allowed_actions: list[str]
    submitted_on: date
    acceptance_due: DeadlineView
    accepted_on: date | None
    case_due: DeadlineView | None
    notice_from: date | None
    notice_until: DeadlineView | None
    due_on: date | None
    overdue: bool
    checklist: dict[str, bool] | None
    grounds: list[str]
    decision_reason: str | None
    evidence: list[EvidenceView]
    policies: list[PolicyUsed]
    certificate_id: str | None
    certificate_number: str | None
    created_at: datetime


class DeskItemView(msgspec.Struct, frozen=True):
    """A case on a list: the registrar's desk, or the applicant's own cases."""

    id: str
    type: str
    applicant_name: str
    asset_name: str
    rights: list[str]
    status: str
    due_on: date | None
    overdue: bool
    created_at: datetime


class NoticeView(msgspec.Struct, frozen=True):
    """What the public notice shows (数据产权登记工作指引 art. 24), and no more."""

    registration_id: str
    type: str
    applicant_name: str
    asset_name: str
    overview: str
    rights: list[str]
    restrictions: str
    notice_from: date
    notice_until: date
    provisional: bool
