"""What quality says on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from kernel.text import Text
from valuation.quality.states import RunState


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


class RunProgressView(msgspec.Struct, frozen=True):
    """How far a run has come: `step` of `steps` is under way; `rows` are those of the objects that are finished."""

    step: int
    steps: int
    name: Text
    rows: int
    objects_done: list[str]
    restarts: int
    updated_at: datetime


class QualityRunView(msgspec.Struct, frozen=True):
    """A quality run."""

    id: str
    asset_id: str
    revision_id: str
    contract: ContractView
    scored_by: str
    status: RunState
    actions: list[str]
    progress: RunProgressView | None
    scorecard_id: str | None
    score: str | None
    grade: str | None
    problem: RunProblem | None
    partial: Annotated[
        bool, Meta(description="未完成，仅有部分结果 · it ended early, and parts of its result were kept")
    ]
    created_at: datetime
    status_changed_at: datetime


class ObjectProblem(msgspec.Struct, frozen=True):
    """An object of the contract without a result; `problem` is null where the run ended before it was reached."""

    object: str
    problem: RunProblem | None


class PartialResultView(msgspec.Struct, frozen=True):
    """What a run found out before it ended early: it is no scorecard, it has no score, and it proves nothing.

    `parts` holds file, checks and profile by object; `dimensions` are those of these objects alone.
    """

    run_id: str
    partial: Literal[True]
    note: Text
    problem: RunProblem | None
    objects_missing: list[ObjectProblem]
    rows: int
    dimensions: dict[str, Any]
    indicators: dict[str, Any]
    parts: dict[str, Any]


class DataContractSummary(msgspec.Struct, frozen=True):
    """A data contract as a list shows it."""

    id: str
    asset_id: str
    name: str
    contract_version: str
    sha256: str
    created_at: datetime


class ScorecardSummary(msgspec.Struct, frozen=True):
    """A scorecard as a list shows it."""

    id: str
    run_id: str
    asset_id: str
    revision_id: str
    provider: str
    scored_by: str
    score: str
    grade: str
    row_count: int
    freshness_at: datetime | None
    document_id: str
    scored_at: datetime


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
    masked: Annotated[
        bool,
        Meta(
            description="是否已脱敏：本应答中未公开字段的值已脱敏，逐项以 masked 标明；签名文书一律脱敏 · "
            "values of columns that are not public are masked in this answer, each where it says `masked`; "
            "the signed document always masks"
        ),
    ]
    scorecard: dict[str, Any]
