"""What changed from one published table to the next, row by row by its key: the change feed of the protocol.

Both sides are the published files, so that a feed says nothing that the tables do not. A changed row comes twice, as it
was and as it is; `NaN` equals itself, and −0.0 equals 0.0, so that neither makes a change out of nothing.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import polars as pl

from channels.publishing.making.columns import polars_type
from channels.publishing.making.tables import Cut, MadeFile, written

CHANGE: Final = "_change_type"
RESERVED: Final = (CHANGE, "_commit_version", "_commit_timestamp")
"""What a feed adds to the columns of a table, as readers take them, in any case."""
INSERT: Final = "insert"
DELETE: Final = "delete"
BEFORE: Final = "update_preimage"
AFTER: Final = "update_postimage"
_OLD: Final = "\x00old"
_THERE: Final = "\x00there"


class Side(msgspec.Struct, frozen=True):
    """One of the two tables: its schema, its key, and the paths of its files."""

    schema: dict[str, Any]
    key: list[str]
    files: list[str]


class Comparing(msgspec.Struct, frozen=True):
    """Two published tables to be compared, as a task for a process."""

    before: Side
    after: Side
    cut: Cut
    folder: str

    def run(self, send: Any) -> list[MadeFile]:
        """Write the feed; no file where nothing changed."""
        send(("step", 0, 1, "changes"))
        old, new = (_frame(side, self.after.schema) for side in (self.before, self.after))
        return written(feed(old, new, self.after.key), self.cut, Path(self.folder), "changes")


def gap(before: Mapping[str, Any], after: Mapping[str, Any], keys: Sequence[Sequence[str]]) -> str | None:
    """Why two tables (their schemas and keys) have no feed between them; None if they have.

    `no-key`, `structure`, or `reserved-column` for a column of a name that feeds give their own. A new column is none:
    rows from before have nothing in it.
    """
    if not keys[0] or list(keys[0]) != list(keys[1]):
        return "no-key"
    kinds = [{field["name"]: field["type"] for field in schema["fields"]} for schema in (before, after)]
    if any(name.lower() in RESERVED for name in kinds[1]):
        return "reserved-column"
    return None if kinds[0].items() <= kinds[1].items() else "structure"


def feed(old: pl.DataFrame, new: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Every insert, delete and update between two tables of one schema, by key, in the order of the key."""
    columns = list(new.columns)
    values = [name for name in columns if name not in key]
    renamed = old.with_columns(pl.lit(True).alias(_OLD + _THERE)).rename({name: _OLD + name for name in values})
    both = renamed.join(new.with_columns(pl.lit(True).alias(_THERE)), on=list(key), how="full", coalesce=True)
    changed = pl.any_horizontal(pl.lit(False), *(pl.col(_OLD + name).ne_missing(pl.col(name)) for name in values))
    was, remains = pl.col(_OLD + _THERE).is_not_null(), pl.col(_THERE).is_not_null()
    images = [pl.col(name) if name in key else pl.col(_OLD + name).alias(name) for name in columns]
    parts = [
        both.filter(was & ~remains).select(*images, pl.lit(DELETE).alias(CHANGE)),
        both.filter(was & remains & changed).select(*images, pl.lit(BEFORE).alias(CHANGE)),
        both.filter(was & remains & changed).select(*columns, pl.lit(AFTER).alias(CHANGE)),
        both.filter(~was & remains).select(*columns, pl.lit(INSERT).alias(CHANGE)),
    ]
    return pl.concat(parts).sort(list(key), maintain_order=True)


def _frame(side: Side, schema: Mapping[str, Any]) -> pl.DataFrame:
    """A table whose columns are those of a schema, in its order; a column that it has not is empty."""
    kinds = {field["name"]: field["type"] for field in schema["fields"]}
    if not side.files:
        return pl.DataFrame(schema={name: polars_type(kind) for name, kind in kinds.items()})
    frame = pl.read_parquet(side.files, hive_partitioning=False)
    missing = [
        pl.lit(None, dtype=polars_type(kind)).alias(name) for name, kind in kinds.items() if name not in frame.columns
    ]
    return frame.with_columns(missing).select(list(kinds))
