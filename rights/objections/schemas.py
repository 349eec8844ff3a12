"""What objections say on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from rights.objections.states import ObjectionState

Words = Annotated[str, Meta(min_length=1, max_length=2000)]
Files = Annotated[
    list[Annotated[str, Meta(max_length=40)]],
    Meta(max_length=20, description="证据材料：为 evidence 用途上传的文件 · files uploaded for the purpose evidence"),
]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]


class RaiseObjection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Object to a registration under the real name of one's admitted party, with evidence."""

    statement: Words
    evidence: Files


class AnswerObjection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The registrant accepts the objection or contests it."""

    decision: Literal["concede", "contest"]
    answer: Words


class RespondToObjection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The other side is heard during the investigation, with evidence of its own."""

    statement: Words
    evidence: Files = []


class ConcludeObjection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The registrar's conclusion; upheld after registration, it cancels the certificate or has it changed."""

    decision: Literal["uphold", "dismiss"]
    conclusion: Words
    remedy: Literal["cancel", "change"] | None = None


class WithdrawObjection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The objector takes the objection back."""

    reason: Reason


class ReferObjection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Record that the matter went to arbitration or court, under which reference."""

    forum: Literal["arbitration", "court"]
    reference: Annotated[str, Meta(min_length=1, max_length=200)]


class SettleObjection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Record how the tribunal or court has decided."""

    outcome: Words


class ObjectionEvidenceView(msgspec.Struct, frozen=True):
    """A file that supports an objection and until when it is kept."""

    id: str
    side: str
    name: str
    sha256: str
    size_bytes: int
    retention_until: date


class ObjectionFindingView(msgspec.Struct, frozen=True):
    """What the centre's comparison with an earlier claim found; only the registrar sees it."""

    kind: str
    score: str
    matched_columns: int
    zh: str
    en: str


class ObjectionView(msgspec.Struct, frozen=True):
    """An objection as its objector, the respondent and the registrar see it."""

    id: str
    registration_id: str
    asset_id: str
    respondent_id: str
    objector_id: str | None
    objector_name: str
    earlier_claim: str | None
    finding: ObjectionFindingView | None
    stage: str
    statement: str
    status: ObjectionState
    status_changed_at: datetime
    allowed_actions: list[str]
    raised_on: date
    told_on: date | None
    due_on: date | None
    provisional: bool
    overdue: bool
    answer: str | None
    conclusion: str | None
    remedy: str | None
    forum: str | None
    forum_reference: str | None
    outcome: str | None
    evidence: list[ObjectionEvidenceView]
    created_at: datetime


class Finding(msgspec.Struct, frozen=True):
    """What a comparison found of an earlier claim: for the registrar, who concludes, and for nobody else."""

    asset_id: str
    kind: str
    score: str
    matched_columns: int
    zh: str
    en: str
