"""Publications and versions on the wire."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from channels.publishing.states import PublicationState
from valuation.quality.schemas import RunProblem


class FilePublishedView(msgspec.Struct, frozen=True):
    """A published Parquet file by its digest."""

    id: str
    n: int
    rows: int
    sha256: str
    size_bytes: int


class TablePublishedView(msgspec.Struct, frozen=True):
    """A published table: what it was made of, by the registered digest, and what it consists of.

    `key` are the columns by which changes are told. `unread_values` were no values of their declared type, `lost_rows`
    no records; both are in the registered file and not in the table.
    """

    name: str
    schema: Annotated[
        dict[str, Any], Meta(description="Spark 结构 · a Spark struct, as in the protocol's schemaString")
    ]
    key: list[str]
    rows: int
    source_name: str
    source_sha256: str
    unread_values: int
    lost_rows: int
    files: list[FilePublishedView]


class SharedVersionView(msgspec.Struct, frozen=True):
    """A version of an order's shared tables: the registered digest of its revision beside those of what is shared."""

    version: int
    available_at: datetime
    publication_id: str
    revision_id: str
    content_sha256: str
    manifest_sha256: str
    tables: list[TablePublishedView]


class PublicationView(msgspec.Struct, frozen=True):
    """How far the shared form of a delivered revision is: `steps_done` of `steps_total` tables."""

    id: str
    revision_id: str
    content_sha256: str
    status: PublicationState
    steps_done: int
    steps_total: int
    problem: RunProblem | None
    created_at: datetime


class SharedTablesView(msgspec.Struct, frozen=True):
    """The share of an order: its name in the protocol, and how far each delivered revision is."""

    order_id: str
    share: Annotated[str | None, Meta(description="共享名称，即协议编号 · the share's name: the agreement's id")]
    publications: list[PublicationView]
