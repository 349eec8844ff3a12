"""What registration shows on the wire."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from rights.registrations.effects import Effect
from rights.registrations.states import RegistrationState


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


class StopView(msgspec.Struct, frozen=True):
    """A time that is not counted (数据产权登记工作指引 art. 28): from the day after `since` up to `until`."""

    cause: str
    since: date
    until: date | None
    items: list[str]
    reason: str


class ScreeningView(msgspec.Struct, frozen=True):
    """When the content was last compared with earlier claims (重复检测), under which policy, and how many it found."""

    at: datetime
    claims_found: int
    policy: PolicyUsed


class RegistrationView(msgspec.Struct, frozen=True):
    """A case as its applicant and the registrar see it."""

    id: str
    regime: str
    type: str
    subject_certificate_id: str | None
    counterparty_id: str | None
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
    scope: dict[str, Any] | None
    applicant: dict[str, Any] | None
    public_data: bool
    public_basis: str | None
    reason: str | None
    ground: str | None
    proposed: dict[str, Any]
    public_sources: list[str]
    outside_sources: list[dict[str, Any]]
    filing_due: DeadlineView | None
    agreement_until: date | None
    notice_held: bool
    waiver_reason: str | None
    open_objections: list[str]
    screening: ScreeningView | None
    status: RegistrationState
    status_changed_at: datetime
    allowed_actions: list[str]
    submitted_on: date
    acceptance_due: DeadlineView
    accepted_on: date | None
    case_due: DeadlineView | None
    extended_on: date | None
    extension_reason: str | None
    stops: list[StopView]
    notice_from: date | None
    notice_until: DeadlineView | None
    due_on: date | None
    overdue: bool
    checklist: dict[str, bool] | None
    grounds: list[str]
    decision_reason: str | None
    evidence: list[EvidenceView]
    policies: list[PolicyUsed]
    effects: Annotated[list[Effect], Meta(description="登记后对挂牌等的影响 · what the outcome does to listings")]
    certificate_id: str | None
    certificate_number: str | None
    created_at: datetime


class DeskItemView(msgspec.Struct, frozen=True):
    """A case on a list: the registrar's desk, or the applicant's own cases."""

    id: str
    regime: str
    type: str
    applicant_name: str
    asset_name: str
    rights: list[str]
    status: RegistrationState
    due_on: date | None
    overdue: bool
    created_at: datetime


class NoticeView(msgspec.Struct, frozen=True):
    """What the public notice shows (数据产权登记工作指引 art. 24), and no more."""

    registration_id: str
    regime: str
    type: str
    applicant_name: str
    asset_name: str
    overview: str
    rights: list[str]
    restrictions: str
    scope: dict[str, Any] | None
    notice_from: date
    notice_until: date
    provisional: bool
