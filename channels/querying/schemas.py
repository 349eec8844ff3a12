"""Questions to tables, and their answers, on the wire."""

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from contracts.usage.scope.tree import COLUMNS_MAX, Column, Condition

ROWS_DEFAULT: Final = 100
ROWS_MAX: Final = 10_000
CURSOR_CHARS_MAX: Final = 400
VERSION_MAX: Final = 2**53 - 1

Selected = Annotated[
    tuple[Column, ...], Meta(max_length=COLUMNS_MAX, description="所选列，不填为全部 · which columns; without it all")
]


class RowQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which rows of a table, which of their columns, and how many; in the table's own order.

    `filter` is a tree of `and`, `or` and comparisons, as in licences. An empty cell fulfils `is_null` alone. Numbers
    with a fraction are text (`"10.50"`), moments have their offset. Without `select` every column is given.
    """

    filter: Annotated[Condition, Meta(description="过滤条件 · which rows; without it every one")] | None = None
    select: Selected = ()
    limit: Annotated[int, Meta(ge=1, le=ROWS_MAX)] = ROWS_DEFAULT
    cursor: Annotated[str, Meta(min_length=1, max_length=CURSOR_CHARS_MAX)] | None = None
    version: Annotated[int, Meta(ge=0, le=VERSION_MAX)] | None = None


class QueryColumn(msgspec.Struct, frozen=True):
    """A column and its type, as Spark names it."""

    name: str
    type: Annotated[
        str,
        Meta(
            description="Spark 类型：long 超出 53 位和 decimal 以文本给出，timestamp 为 UTC 微秒，binary 为 base64 · "
            "the Spark type; a long beyond 53 bits and every decimal is given as text, a timestamp in UTC with"
            " microseconds, binary as base64, and NaN and the infinities of float and double as text"
        ),
    ]


class QueryTableView(msgspec.Struct, frozen=True):
    """A table that can be asked: its columns and rows in a version, and every version that has it.

    Rows come in the order of `key`; a table without a unique key is read in the order in which it was published.
    """

    name: str
    version: int
    available_at: datetime
    revision_id: str
    rows: Annotated[int, Meta(description="该版本的行数 · how many rows the version has")]
    key: Annotated[list[str], Meta(description="主键，行依此排序 · the key by which rows are sorted")]
    columns: list[QueryColumn]
    versions: Annotated[list[int], Meta(description="含有该表的版本 · the versions that have the table")]


class RowsView(msgspec.Struct, frozen=True):
    """Rows of a version of a table; a page may be short, or empty, and `next` is null only where there are no more."""

    table: str
    version: int
    revision_id: str
    rows: Annotated[list[dict[str, Any]], Meta(description="行，按列名 · the rows, by the names of their columns")]
    next: str | None
