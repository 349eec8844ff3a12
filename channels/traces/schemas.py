"""Traces on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from channels.traces.states import TraceState, Verdict
from kernel.rules.policy import PolicyRef
from kernel.text import Text
from valuation.quality.schemas import RunProblem

Id = Annotated[str, Meta(max_length=40)]
Chance = Annotated[str, Meta(description="概率，如 3.2e-11 · a chance, such as 3.2e-11", examples=["3.2e-11"])]


class AskForTrace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Have an uploaded file tried against every marked delivery of an asset.

    `table` is the table of the data contract that the file is of; it may be left out where one table bears marks.
    """

    asset_id: Id
    file_id: Annotated[str, Meta(max_length=40, description="经 /v1/files 上传的文件 · a file uploaded to /v1/files")]
    table: Annotated[str, Meta(min_length=1, max_length=255)] | None = None


class DeliveryNamed(msgspec.Struct, frozen=True):
    """A delivery of which the file comes, as far as marks can tell.

    Were it innocent, as many marks would agree with the chance told. `omitted_rows_seen` are rows of the file that this
    delivery's copy leaves out: none, if the file comes of it alone; `omitted_rows_expected` is what chance would show.
    """

    order_id: str
    agreement_id: str
    buyer: str
    buyer_name: str
    marks_seen: int
    marks_agreeing: int
    chance: Chance
    omitted_rows_seen: int | None
    omitted_rows_expected: int | None


class TraceResult(msgspec.Struct, frozen=True):
    """What a trace found, with all that its meaning rests on.

    No delivery is named that is not accused. `deliveries` are all that were ever made of the asset, over which `alpha`
    is shared; `tried` those whose copies bear marks. `chance_of_any` bounds the chance that any innocent delivery shows
    what the first of those named does. `marks_seen_most` is the most that any key finds in the file, of which
    `marks_needed` would have to agree; None where all of them would not be enough.
    """

    verdict: Verdict
    rows_read: int
    rows_told: Annotated[int, Meta(description="主键可辨的不同行数 · different rows told by their key")]
    columns_read: list[str]
    key_missing: Annotated[list[str], Meta(description="文件缺少的主键列 · columns of the key that the file lacks")]
    deliveries: int
    tried: int
    alpha: Chance
    marks_seen_most: int
    marks_needed: int | None
    chance_of_any: Chance | None
    named: list[DeliveryNamed]
    meaning: Text


class TraceView(msgspec.Struct, frozen=True):
    """A trace: the file by its digest, how far it is, and what it found."""

    id: str
    asset_id: str
    requested_by: str
    file_id: str
    file_name: str
    file_sha256: str
    file_size_bytes: int
    data_table: str
    status: TraceState
    allowed_actions: list[str]
    steps_done: int
    steps_total: int
    policy: PolicyRef
    result: TraceResult | None
    problem: RunProblem | None
    document_id: str | None
    created_at: datetime
    ended_at: datetime | None
