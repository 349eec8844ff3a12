"""What is said of engagements on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from kernel.money import MoneyView
from kernel.text import Text
from valuation.appraisal.document import Disclosures
from valuation.appraisal.engine.inputs import Study
from valuation.engagements.policy import PaperKind
from valuation.engagements.states import EngagementState, RequestState

Id = Annotated[str, Meta(max_length=40)]
Pointer = Annotated[str, Meta(min_length=1, max_length=300, examples=["/inputs/income/share_rate/value"])]
Line = Annotated[str, Meta(min_length=1, max_length=200)]
Prose = Annotated[str, Meta(min_length=1, max_length=2000)]
ValueType = Literal["market-value", "value-in-use", "investment-value", "liquidation-value"]


class Fee(Struct, frozen=True, forbid_unknown_fields=True):
    """The fee and what it depends on; a fee that depends on the value is refused with the clause."""

    basis: Literal["fixed", "hourly", "contingent"]
    amount: MoneyView


class ProposeEngagement(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Engage a firm to value an asset; `supersedes` names one's issued report that the new one is to replace."""

    firm: Id
    asset_id: Id
    purpose: Prose
    value_type: ValueType
    base_date: date
    scope: Prose
    intended_users: Annotated[list[Line], Meta(min_length=1, max_length=20)]
    fee: Fee
    statutory: bool = False
    supersedes: Id | None = None


class AcceptEngagement(Struct, frozen=True, forbid_unknown_fields=True):
    """Accept with two valuers and another reviewer of the firm; every one's independence is checked."""

    first_valuer: Id
    second_valuer: Id
    reviewer: Id


class GiveReason(Struct, frozen=True, forbid_unknown_fields=True):
    """Decline, terminate or withdraw, and why."""

    reason: Prose


class AskForData(Struct, frozen=True, forbid_unknown_fields=True):
    """Ask the client for something by a day."""

    subject: Prose
    due_on: date


class AnswerRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Answer a request for data, with files of one's own or a reason why there are none."""

    answer: Prose
    files: Annotated[list[Id], Meta(max_length=50)] = []


class AddPaper(Struct, frozen=True, forbid_unknown_fields=True):
    """Keep a file of the firm among the working papers."""

    kind: PaperKind
    title: Line
    file_id: Id


class SubmitDraft(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Compute a draft by the engagement's terms; `use_until` is a year less a day unless it is given."""

    scorecard_id: Id
    study: Study
    use_until: date | None = None
    disclosures: Disclosures = Disclosures()


class Remark(Struct, frozen=True, forbid_unknown_fields=True):
    """A remark on a draft, by its place where it has one."""

    text: Prose
    pointer: Pointer | None = None


class GiveOpinion(Struct, frozen=True, forbid_unknown_fields=True):
    """Agree to the draft that one has read, or send it back."""

    draft_id: Id
    verdict: Literal["agree", "return"]
    reason: Prose
    remarks: Annotated[list[Remark], Meta(max_length=50)] = []


class SignReport(Struct, frozen=True, forbid_unknown_fields=True):
    """Sign the reviewed draft: `signature` is base64 over the draft's `signing_text`."""

    draft_id: Id
    signing_key_id: Id
    signature: Annotated[str, Meta(max_length=200)]


class ValuerView(Struct, frozen=True):
    """A valuer in its part of the engagement."""

    part: str
    practitioner_id: str
    name: str
    registration_number: str


class EngagementView(Struct, frozen=True):
    """An engagement with what the caller may do; the last fields are those of the issued report.

    Until the asset's provider has consented (`consented_at`) the firm reads nothing of the asset's quality.
    """

    id: str
    client: str
    firm: str
    asset_id: str
    provider: str
    purpose: str
    value_type: str
    base_date: date
    scope: str
    intended_users: list[str]
    statutory: bool
    fee_basis: str
    fee: MoneyView
    supersedes: str | None
    valuers: list[ValuerView]
    checks: list[dict[str, Any]]
    status: EngagementState
    allowed_actions: list[str]
    reason: str | None
    draft_id: str | None
    requests_open: int
    requests_overdue: int
    created_at: datetime
    consented_at: datetime | None
    accepted_at: datetime | None
    number: str | None
    appraisal_id: str | None
    issued_at: datetime | None
    use_until: date | None
    archive_until: date | None


class RequestView(Struct, frozen=True):
    """A request for data."""

    id: str
    engagement_id: str
    subject: str
    due_on: date
    overdue: bool
    status: RequestState
    answer: str | None
    files: list[dict[str, Any]]
    reason: str | None
    created_at: datetime
    answered_at: datetime | None


class PaperView(Struct, frozen=True):
    """A working paper."""

    id: str
    engagement_id: str
    kind: str
    title: str
    file_id: str
    name: str
    sha256: str
    size_bytes: int
    added_by: str
    retention_until: date
    created_at: datetime


class SectionMissing(Struct, frozen=True):
    """A section that the standard asks for and the draft does not give; the report would print it as not given."""

    pointer: str
    detail: Text


class DraftView(Struct, frozen=True):
    """A draft with its digest and the text that each valuer signs; `warnings` are sections that it leaves out."""

    id: str
    engagement_id: str
    number: int
    digest: str
    signing_text: str
    use_until: date
    drafted_by: str
    content: dict[str, Any]
    warnings: list[SectionMissing]
    created_at: datetime


class OpinionView(Struct, frozen=True):
    """What was said of a draft."""

    id: str
    engagement_id: str
    draft_id: str
    stage: str
    verdict: str
    reason: str
    remarks: list[dict[str, Any]]
    given_by: str
    created_at: datetime


class RegisteredReport(Struct, frozen=True):
    """An issued report as the public register shows it: no value and no client."""

    number: str
    asset_id: str
    asset_name: str
    firm: str
    valuers: list[dict[str, str]]
    value_type: str
    base_date: date
    use_until: date
    issued_at: datetime
    status: EngagementState
    status_changed_at: datetime
    superseded_by: str | None
    document_sha256: str
    label: str
