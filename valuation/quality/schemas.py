"""What quality says on the wire."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from kernel.text import Text


class ScoreRevision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Score the asset's newest revision against a data contract: an ODCS v3 document, or its YAML text."""

    contract: Annotated[dict[str, Any], Meta(description="ODCS v3")] | Annotated[str, Meta(max_length=1 << 20)]


class ContractView(msgspec.Struct, frozen=True):
    """Which contract a run measures against."""

    id: str
    name: str
    version: str
    sha256: str


class RunProblem(msgspec.Struct, frozen=True):
    """Why a run failed, in both languages; `code` is that of the problem catalogue."""

    code: str
    title: Text
    detail: Text


class QualityRunView(msgspec.Struct, frozen=True):
    """A quality run."""

    id: str
    asset_id: str
    revision_id: str
    contract: ContractView
    scored_by: str
    status: str
    actions: list[str]
    scorecard_id: str | None
    problem: RunProblem | None
    created_at: datetime
    status_changed_at: datetime


class ScorecardView(msgspec.Struct, frozen=True):
    """A scorecard with the document that proves it; `scorecard` holds dimensions, indicators, checks and profile."""

    id: str
    run_id: str
    asset_id: str
    revision_id: str
    content_sha256: str
    scored_by: str
    document_id: str
    scored_at: datetime
    scorecard: dict[str, Any]
