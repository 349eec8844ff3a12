"""What desensitisation says on the wire."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from valuation.quality.desensitisation.states import TreatmentState
from valuation.quality.schemas import RunProblem

Document = Annotated[dict[str, Any], Meta(description="JSON")] | Annotated[str, Meta(max_length=1 << 20)]


class Desensitise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Treat the asset's newest revision by a plan, JSON or YAML; `into_asset_id` is another asset for the result.

    With a data contract the data is scored before and after.
    """

    plan: Document
    contract: Document | None = None
    into_asset_id: Annotated[str, Meta(max_length=40)] | None = None


class EvidenceHint(msgspec.Struct, frozen=True):
    """A file to be brought as evidence of a kind."""

    kind: str
    file_id: str


class ClassificationHint(msgspec.Struct, frozen=True):
    """What to declare when the data is graded again: `personal` is what the measurements suggest."""

    after: str
    personal: str
    level_before: str | None
    evidence: list[EvidenceHint]


class DesensitisationView(msgspec.Struct, frozen=True):
    """A desensitisation; `report` says what was done to each column, and what was measured before and after."""

    id: str
    asset_id: str
    revision_id: str
    into_asset_id: str
    plan_sha256: str
    status: TreatmentState
    new_revision_id: str | None
    document_id: str | None
    classification: ClassificationHint | None
    report: dict[str, Any] | None
    problem: RunProblem | None
    created_at: datetime
    status_changed_at: datetime
