"""Files made to a scope: their rows and columns are what plain SQL gives, and nothing else is anywhere in them."""

import hashlib
import io
import re
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from channels.publishing.errors import NotPublishable
from channels.publishing.making.changes import feed
from channels.publishing.making.scoping import fulfils
from channels.publishing.making.tables import Cut, Making, licensed, written
from contracts.usage.scope.tree import Comparator, Condition, Scope, TableScope
from tests.channels.publishing.sql_oracle import TYPES, Oracle, frame_of, row_of, scope_of, table_of
from valuation.quality.policy import policies

CUT = Cut(1000, 500)


def delivered(rows: list[tuple[Any, ...]], part: TableScope, folder: Path) -> pl.DataFrame:
    """What a reader finds in the files of a table."""
    frame = frame_of(rows)
    cut, _ = licensed(frame, [], "t", part)
    files = written(cut, CUT, folder, "t", empty=True)
    return pl.concat(pl.read_parquet(file.path, hive_partitioning=False) for file in files)


def compare(cases: range, folder: Path) -> None:
    oracle = Oracle()
    for seed in cases:
        chance = Random(seed)
        rows, part = table_of(chance), scope_of(chance)
        got = delivered(rows, part, folder) if seed % 10 == 0 else licensed(frame_of(rows), [], "t", part)[0]
        assert got.columns == [name for name in TYPES if name in part.columns], seed
        assert Counter(got.rows()) == Counter(oracle.rows(rows, part)), (seed, part)


def test_rows_and_columns_are_those_of_plain_sql(tmp_path: Path):
    compare(range(40), tmp_path)


@pytest.mark.slow
def test_rows_and_columns_of_ten_thousand_scopes_are_those_of_plain_sql(tmp_path: Path):
    compare(range(10_000), tmp_path)


@pytest.mark.slow
def test_changes_are_those_of_what_is_licensed(tmp_path: Path):
    """A row that leaves the scope is a delete, one that enters an insert, and what is hidden changes nothing."""
    oracle = Oracle()
    for seed in range(200):
        chance = Random(seed)
        part = scope_of(chance)
        part = TableScope("t", tuple(dict.fromkeys(["id", *part.columns])), part.rows)
        old = table_of(chance)
        new = [row_of(chance, row[0]) if chance.random() < 0.5 else row for row in old if chance.random() < 0.9]
        changes = feed(delivered(old, part, tmp_path), delivered(new, part, tmp_path), ["id"])
        before, after = ({row[0]: row for row in oracle.rows(rows, part)} for rows in (old, new))
        wanted = {(key, "delete") for key in before.keys() - after.keys()}
        wanted |= {(key, "insert") for key in after.keys() - before.keys()}
        both = [key for key in before.keys() & after.keys() if before[key] != after[key]]
        wanted |= {(key, kind) for key in both for kind in ("update_preimage", "update_postimage")}
        assert set(changes.select("id", "_change_type").rows()) == wanted, seed


def kept(column: pl.Series, op: Comparator, value: Any) -> list[Any]:
    frame = pl.DataFrame({"c": column})
    part = TableScope("t", ("c",), Condition(col="c", op=op, value=value))
    return frame.filter(fulfils("t", frame.schema, part))["c"].to_list()


def test_an_empty_cell_fulfils_nothing_but_is_null():
    column = pl.Series([1, None, 2])
    assert kept(column, Comparator.NE, 1) == [2]
    assert kept(column, Comparator.IN, (1,)) == [1]
    assert kept(column, Comparator.IS_NULL, value=True) == [None]
    assert kept(column, Comparator.IS_NULL, value=False) == [1, 2]


def test_what_is_no_number_lies_above_all_numbers():
    """As PostgreSQL and DuckDB have it."""
    column = pl.Series([1.0, float("nan"), -0.0])
    assert [str(one) for one in kept(column, Comparator.GT, 0)] == ["1.0", "nan"]
    assert kept(column, Comparator.LT, 5) == [1.0, -0.0]
    assert kept(column, Comparator.IN, (0,)) == [-0.0]


def test_constants_are_bound_exactly():
    assert kept(pl.Series([Decimal("10.50")]), Comparator.EQ, "10.5") == [Decimal("10.50")]
    digits = Decimal("9" * 36 + ".99")
    assert kept(pl.Series([digits], dtype=pl.Decimal(38, 2)), Comparator.EQ, str(digits)) == [digits]
    assert kept(pl.Series([0.1], dtype=pl.Float32), Comparator.EQ, "0.1") == [pytest.approx(0.1)]
    noon = datetime(2026, 1, 1, 4, tzinfo=UTC)
    column = pl.Series([noon], dtype=pl.Datetime("us", "UTC"))
    assert kept(column, Comparator.EQ, "2026-01-01T12:00:00+08:00") == [noon]


@pytest.mark.parametrize(
    ("column", "op", "value"),
    [
        (pl.Series([1]), Comparator.EQ, "1.5"),
        (pl.Series([1]), Comparator.EQ, "9223372036854775808"),
        (pl.Series([1]), Comparator.EQ, "一"),
        (pl.Series([1]), Comparator.EQ, True),
        (pl.Series([1]), Comparator.STARTS_WITH, "1"),
        (pl.Series([Decimal("1.50")]), Comparator.EQ, "1.505"),
        (pl.Series([Decimal("1.50")]), Comparator.EQ, "1e2"),
        (pl.Series([1.5], dtype=pl.Float32), Comparator.GT, 2**24 + 1),
        (pl.Series([1.5]), Comparator.EQ, "nan"),
        (pl.Series(["x"]), Comparator.EQ, 1),
        (pl.Series([True]), Comparator.EQ, "true"),
        (pl.Series([b"x"]), Comparator.EQ, "x"),
        (pl.Series([datetime(2026, 1, 1, tzinfo=UTC)]), Comparator.EQ, "2026-01-01T00:00:00"),
        (pl.Series([datetime(2026, 1, 1, tzinfo=UTC)]), Comparator.EQ, "2026-01-01T00:00:00.1234567Z"),
        (pl.Series([datetime(2026, 1, 1, tzinfo=UTC).date()]), Comparator.EQ, "2026-02-30"),
        (pl.Series([datetime(2026, 1, 1, tzinfo=UTC).date()]), Comparator.EQ, "20260101"),
    ],
)
def test_what_a_column_does_not_hold_is_refused_by_its_name(column: pl.Series, op: Comparator, value: Any):
    with pytest.raises(NotPublishable) as refused:
        kept(column, op, value)
    assert refused.value.rule == "LT-CHN-03"
    assert "the column c is compared with" in refused.value.sentence.en


HIDDEN = re.compile("隐藏|hidden|777777|2031".encode())
"""What stands only in rows and columns that are not licensed, as text, as a number and as a day."""
TABLE = (
    "id,city,secret,amount,day,bad\n"
    "1,上海,hidden-1,10,2026-01-01,5\n"
    "2,隐藏市,hidden-2,777777,2031-01-01,x\n"
    "3,上海,hidden-3,12,2026-01-03,y\n"
    "not a record\n"
)
DOCUMENT = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "t",
    "version": "1.0.0",
    "schema": [
        {
            "name": "t",
            "properties": [
                {"name": "id", "logicalType": "integer", "primaryKey": True},
                {"name": "city", "logicalType": "string"},
                {"name": "secret", "logicalType": "string"},
                {"name": "amount", "logicalType": "integer"},
                {"name": "day", "logicalType": "date"},
                {"name": "bad", "logicalType": "integer"},
            ],
        }
    ],
}
PART = TableScope("t", ("id", "city", "amount", "day"), Condition(col="city", op=Comparator.STARTS_WITH, value="上"))


def made(folder: Path, scope: Scope) -> Any:
    """A table made to a scope as publishing makes it."""
    path = folder / "t.csv"
    path.write_text(TABLE, encoding="utf-8")
    work = folder / "work"
    work.mkdir()
    task = Making(
        document=DOCUMENT,
        policy_version=policies().versions[-1].meta.version,
        files={"t.csv": str(path)},
        registered={"t.csv": hashlib.sha256(path.read_bytes()).hexdigest()},
        cut=CUT,
        folder=str(work),
        scope=scope,
    )
    return task.run(lambda message: None)


def unpacked(content: bytes) -> bytes:
    """Every page of a file as it is before compression, one after the other."""
    pages = []
    for found in re.finditer(re.escape(b"\x28\xb5\x2f\xfd"), content):
        with pa.CompressedInputStream(pa.BufferReader(content[found.start() :]), "zstd") as stream:
            page = bytearray()
            try:
                while more := stream.read(1):
                    page += more
            except OSError:  # What follows the page is no frame.
                pass
            pages.append(bytes(page))
    return b"".join(pages)


def test_what_is_not_licensed_is_nowhere_in_the_files(tmp_path: Path):
    """Case 17 of the reference: values, bounds and dictionaries, packed and unpacked."""
    answer = made(tmp_path, (PART,))
    assert answer.problem is None
    (table,) = answer.tables
    (file,) = table.files
    content = Path(file.path).read_bytes()
    pages = unpacked(content)
    assert "上海".encode() in pages  # So that what is looked through is the data.
    assert not HIDDEN.search(content)
    assert not HIDDEN.search(pages)
    assert (777_777).to_bytes(8, "little") not in pages
    assert not HIDDEN.search(repr((file.stats, table.schema, table.key, answer)).encode())
    for group in range(pq.read_metadata(file.path).num_row_groups):
        for at in range(4):
            bounds = pq.read_metadata(file.path).row_group(group).column(at).statistics
            assert not HIDDEN.search(f"{bounds.min} {bounds.max}".encode())
    assert (table.rows, table.unread_values, table.lost_rows, table.key) == (2, 0, 0, ("id",))
    assert pl.read_parquet(io.BytesIO(content)).rows()[0][:2] == (1, "上海")


def test_without_its_key_a_table_has_no_feed_and_unread_values_are_those_of_licensed_rows(tmp_path: Path):
    answer = made(tmp_path, (TableScope("t", ("bad",), PART.rows),))
    assert (answer.tables[0].key, answer.tables[0].unread_values) == ((), 1)


@pytest.mark.parametrize(
    "scope",
    [
        (TableScope("other", ("id",)),),
        (TableScope("t", ("id", "none")),),
        (TableScope("t", ("id",), Condition(col="none", op=Comparator.IS_NULL, value=True)),),
    ],
)
def test_a_scope_of_what_is_not_there_is_refused(tmp_path: Path, scope: Scope):
    problem = made(tmp_path, scope).problem
    assert problem.code == "not-publishable"
