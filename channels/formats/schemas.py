"""Table conversions on the wire."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from channels.formats.states import ConversionState, TableFormat
from channels.publishing.making.tables import NAME_CHARS_MAX
from valuation.quality.schemas import RunProblem


class AskConversion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which table of what was bought is wanted in which format; of the newest revision unless one is named."""

    table: Annotated[str, Meta(min_length=1, max_length=NAME_CHARS_MAX + 20, examples=["flights"])]
    format: TableFormat
    revision_id: Annotated[str, Meta(max_length=40)] | None = None


class TableConversionView(msgspec.Struct, frozen=True):
    """A conversion, with the digest of its file once there is one, beside the registered one of what it was made of.

    `neutralised` is how many texts of a CSV file, names of columns among them, were given one apostrophe before them,
    so that no spreadsheet runs them: those that begin with `=`, `+`, `-`, `@`, their full-width forms, a tab, a line
    break or NUL, after any apostrophes of their own. Taking one apostrophe off such texts gives back what they were.
    """

    id: str
    order_id: str
    revision_id: str
    table: str
    format: TableFormat
    status: ConversionState
    problem: RunProblem | None
    source_name: str | None
    source_sha256: str | None
    rows: int | None
    rows_done: int
    neutralised: int | None
    sha256: str | None
    size_bytes: int | None
    due_at: Annotated[
        datetime | None,
        Meta(description="制作期限，制成后为保存期限 · until when it is made, and once it is, kept"),
    ]
    created_at: datetime
    allowed_actions: list[str]


class ConversionLinkView(msgspec.Struct, frozen=True):
    """A signed link to a converted file, which serves like the links to a delivery's files."""

    conversion: TableConversionView
    expires_at: datetime
    serves: Literal["buyer", "holder"]
    to: str | None
    url: str


class ConversionDownloadView(msgspec.Struct, frozen=True):
    """One answered request for a converted file: when, from where, which part, and what was answered."""

    id: str
    method: str
    byte_range: str | None
    http_status: int
    size_bytes: int
    address: str
    at: datetime
