"""What runs of programs say on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from channels.programs.states import ProgramRunState
from kernel.text import Text

PROGRAM_CHARS_MAX = 65_536

ResultName = Annotated[
    str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}\.(csv|json|parquet)$(?!\n)", examples=["totals.csv"])
]
Reason = Annotated[str, Meta(min_length=1, max_length=400)]


class SetProgramOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often programs may run under one agreement, and how many rows a result may have."""

    runs_max: Annotated[int, Meta(ge=1, le=1000, description="每份协议的运行次数 · runs of one agreement")]
    rows_max: Annotated[int, Meta(ge=1, le=10**6, description="每个结果的最多行数 · the most rows of a result")]


class ProgramLibrary(msgspec.Struct, frozen=True):
    """A library that programs are given."""

    name: str
    version: str


class ProgramServiceView(msgspec.Struct, frozen=True):
    """Whether programs are run here, what is missing if not, and what they are given if so."""

    available: bool
    missing: list[Text]
    confinement: str | None
    probed_at: datetime | None
    libraries: list[ProgramLibrary]
    limits: dict[str, int]


class ProgramOfferView(msgspec.Struct, frozen=True):
    """A version of an offer to run programs, and whether this machine can keep it now."""

    id: str
    asset_id: str
    n: int
    terms: SetProgramOffer
    sha256: str
    service: ProgramServiceView
    created_at: datetime


class SubmitProgram(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A Python program that reads `/data/…` and writes its results in place, each at `/results/NAME`."""

    program: Annotated[str, Meta(min_length=1, max_length=PROGRAM_CHARS_MAX, examples=["print(1)"])]
    results: Annotated[list[ResultName], Meta(min_length=1, max_length=20)]
    revision_id: Annotated[str, Meta(max_length=40)] | None = None
    place: Annotated[str, Meta(min_length=1, max_length=60)] | None = None


class ReviewProgram(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the results are released or not."""

    reason: Reason


class ProgramResultView(msgspec.Struct, frozen=True):
    """A result: its size, digest and rows, or why it cannot be had."""

    name: str
    size_bytes: int
    sha256: str | None
    rows: int | None
    problem: Text | None


class ProgramRunView(msgspec.Struct, frozen=True):
    """A run. How it ended is the reviewer's to read first; its buyer reads it once it is released.

    What it took of time and memory is told to the reviewer alone: nobody can review what a duration says.
    """

    id: str
    order_id: str
    agreement_id: str
    asset_id: str
    revision_id: str
    offer_id: str
    program: str
    program_sha256: str
    result_names: list[str]
    status: ProgramRunState
    allowed_actions: list[str]
    confinement: str | None
    limits: dict[str, int]
    outcome: str | None
    exit_code: int | None
    said: Annotated[str | None, Meta(description="标准输出 · standard output")]
    complained: Annotated[str | None, Meta(description="标准错误 · standard error")]
    milliseconds: int | None
    peak_bytes: int | None
    results: list[ProgramResultView] | None
    results_sha256: Annotated[
        str | None,
        Meta(description="结果清单（RFC 8785）的 SHA-256 · of outcome, outputs and results as RFC 8785 JSON"),
    ]
    use_id: Annotated[str | None, Meta(description="据以确认收货的使用 · the use by which it is confirmed")]
    review_reason: str | None
    reviewed_by: str | None
    due_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a confined look at a result found: its rows, or that it cannot be read."""

    rows: Annotated[int, Meta(ge=0, le=10**12)] | None = None
