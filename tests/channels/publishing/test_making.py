"""Types, statistics and changes of published tables: values by hand from the protocol and from SQL's own meaning."""

import io
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.publishing.errors import NotPublishable
from channels.publishing.making.changes import feed, gap
from channels.publishing.making.columns import normalised, spark_schema
from channels.publishing.making.statistics import raised_text, statistics
from channels.publishing.making.tables import Cut, key_of, names_of, written

MIXED = pl.DataFrame(
    {
        "u8": pl.Series([1], dtype=pl.UInt8),
        "u32": pl.Series([2**32 - 1], dtype=pl.UInt32),
        "u64": pl.Series([2**64 - 1], dtype=pl.UInt64),
        "naive": [datetime(2026, 1, 1, 12)],  # noqa: DTZ001 - as files hold them
        "zoned": pl.Series([datetime(2026, 1, 1, 12, tzinfo=UTC)]).dt.convert_time_zone("Asia/Shanghai"),
        "time": [time(8, 30, 0, 5)],
        "span": [timedelta(seconds=1)],
        "kind": pl.Series(["a"], dtype=pl.Categorical),
        "none": pl.Series([None], dtype=pl.Null),
        "day": [date(2026, 1, 1)],
        "money": pl.Series([Decimal("1.50")], dtype=pl.Decimal(10, 2)),
    }
)


def test_every_column_comes_in_a_type_that_all_readers_know(tmp_path: Path):
    frame = normalised("t", MIXED)
    assert {field["name"]: field["type"] for field in spark_schema(frame)["fields"]} == {
        "u8": "short",
        "u32": "long",
        "u64": "decimal(20,0)",
        "naive": "timestamp",
        "zoned": "timestamp",
        "time": "string",
        "span": "long",
        "kind": "string",
        "none": "string",
        "day": "date",
        "money": "decimal(10,2)",
    }
    (file,) = written(frame, Cut(10, 5), tmp_path, "t")
    row = pq.read_table(file.path).to_pylist()[0]
    assert (row["u32"], row["u64"], row["time"], row["span"]) == (2**32 - 1, 2**64 - 1, "08:30:00.000005", 1_000_000)
    assert row["naive"] == row["zoned"] == datetime(2026, 1, 1, 12, tzinfo=UTC)
    schema = pq.read_schema(file.path)
    assert b"ARROW:schema" not in (schema.metadata or {})
    assert str(schema.field("naive").type) == "timestamp[us, tz=UTC]"


def test_what_has_no_shared_form_is_refused():
    with pytest.raises(NotPublishable):
        normalised("t", pl.DataFrame({"list": [[1, 2]]}))


def test_files_and_groups_are_cut(tmp_path: Path):
    files = written(pl.DataFrame({"n": range(25)}), Cut(10, 4), tmp_path, "t")
    assert [file.rows for file in files] == [10, 10, 5]
    assert pq.read_metadata(files[0].path).num_row_groups == 3
    assert written(pl.DataFrame(schema={"n": pl.Int64}), Cut(10, 4), tmp_path, "empty") == []


def test_statistics_are_never_narrower_than_true():
    frame = pl.DataFrame(
        {
            "text": ["a" * 40, "b"],
            "at": [datetime(2026, 1, 1, 0, 0, 0, 1, UTC), datetime(2026, 1, 1, 0, 0, 0, 1, UTC)],
            "nan": [1.0, float("nan")],
            "none": pl.Series([None, None], dtype=pl.Int64),
            "huge": pl.Series([Decimal(2**60), Decimal(1)], dtype=pl.Decimal(30, 0)),
            "blob": [b"x", b"y"],
            "flag": [True, False],
            "day": [date(2026, 1, 2), None],
        }
    )
    told = statistics(frame)
    assert told["numRecords"] == 2
    assert told["minValues"] == {"text": "a" * 32, "at": "2026-01-01T00:00:00.000Z", "day": "2026-01-02"}
    assert told["maxValues"] == {"text": "b", "at": "2026-01-01T00:00:00.001Z", "day": "2026-01-02"}
    assert told["nullCount"]["none"] == 2
    assert told["nullCount"]["day"] == 1


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_a_raised_text_is_not_before_the_text(value: str):
    raised = raised_text(value)
    assert raised is None or (raised >= value and len(raised) <= 32)
    assert raised is not None or value[:32] == chr(0x10FFFF) * 32


ROWS = st.dictionaries(
    st.integers(0, 6),
    st.tuples(st.none() | st.integers(0, 2), st.sampled_from([None, 0.0, -0.0, 1.5, float("nan")])),
    max_size=7,
)


@given(ROWS, ROWS)
def test_a_feed_applied_to_the_old_table_gives_the_new_one(old, new):
    """By the meaning of the protocol: a delete takes a row away, an insert and a postimage put one in."""
    frames = [
        pl.DataFrame(
            [(k, *v) for k, v in rows.items()], schema={"k": pl.Int64, "a": pl.Int64, "b": pl.Float64}, orient="row"
        )
        for rows in (old, new)
    ]
    changes = feed(*frames, ["k"])
    state = dict(old)
    for k, a, b, kind in changes.select("k", "a", "b", "_change_type").rows():
        if kind in ("delete", "update_preimage"):
            assert same(state.pop(k), (a, b))
        else:
            assert k not in state
            state[k] = (a, b)
    assert state.keys() == new.keys()
    assert all(same(state[k], new[k]) for k in new)
    untouched = {k for k in old if k in new and same(old[k], new[k])}
    assert not untouched & set(changes["k"].to_list())


def same(one, other) -> bool:
    """Equal with nothing equal to nothing, NaN to NaN, and −0.0 to 0.0."""
    return all(a == b or (a != a and b != b) for a, b in zip(one, other, strict=True))


def test_there_is_no_feed_without_a_key_or_across_a_change_of_structure():
    a = {"fields": [{"name": "k", "type": "long"}, {"name": "v", "type": "string"}]}
    wider = {"fields": [*a["fields"], {"name": "w", "type": "date"}]}
    other = {"fields": [a["fields"][0], {"name": "v", "type": "long"}]}
    assert gap(a, a, (["k"], ["k"])) is None
    assert gap(a, wider, (["k"], ["k"])) is None
    assert gap(wider, a, (["k"], ["k"])) == "structure"
    assert gap(a, other, (["k"], ["k"])) == "structure"
    assert gap(a, a, ([], [])) == "no-key"
    assert gap(a, a, (["k"], ["v"])) == "no-key"


@pytest.mark.parametrize(("values", "key"), [([1, 2], ["k"]), ([1, 1], []), ([1, None], [])])
def test_a_key_names_each_row_once_and_is_never_empty(values, key):
    document = {"schema": [{"name": "t", "properties": [{"name": "k", "primaryKey": True}, {"name": "v"}]}]}
    assert key_of(document, "t", pl.DataFrame({"k": values, "v": [0, 0]})) == key


def test_a_compound_key_stands_in_its_declared_order():
    properties = [{"name": n, "primaryKey": True, "primaryKeyPosition": p} for n, p in (("a", 2), ("b", 1))]
    document = {"schema": [{"name": "t", "properties": properties}]}
    assert key_of(document, "t", pl.DataFrame({"a": [1, 1], "b": [1, 2]})) == ["b", "a"]


def test_names_hold_nothing_that_paths_and_sql_stumble_over_and_stay_apart():
    assert list(names_of(["订单 表", "订单.表", "a/b", "A_B"]).values()) == ["订单_表", "订单_表_2", "a_b", "A_B_4"]


def test_a_hidden_value_is_nowhere_in_a_file(tmp_path: Path):
    """What a table has not, its file has not: neither in pages, dictionaries nor statistics."""
    frame = pl.DataFrame({"k": [1, 2], "v": ["seen", "hidden-value-xyz"]}).filter(pl.col("k") == 1)
    (file,) = written(frame, Cut(10, 10), tmp_path, "t")
    content = Path(file.path).read_bytes()
    assert b"hidden" not in content
    assert pl.read_parquet(io.BytesIO(content))["v"].to_list() == ["seen"]


@pytest.mark.parametrize(
    "column",
    [
        pl.Series([datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)]),
        pl.Series([253_402_300_800_000_000]).cast(pl.Datetime("us", "UTC")),
        pl.Series([4_000_000], dtype=pl.Int32).cast(pl.Date),
    ],
)
def test_days_that_have_no_written_form_have_no_bounds(column: pl.Series):
    told = statistics(pl.DataFrame({"at": column}))
    assert (told["numRecords"], told["minValues"], told["maxValues"]) == (1, {}, {})


def test_a_name_that_is_made_is_no_other_tables():
    made = names_of(["x y_3", "x y", "x_y"])
    assert len({name.casefold() for name in made.values()}) == 3


def test_a_column_of_the_feeds_own_name_has_no_feed():
    """The feed says of each row what became of it in `_change_type`; a table with such a column has no room for it."""
    taken = {"fields": [{"name": "k", "type": "long"}, {"name": "_Change_Type", "type": "string"}]}
    assert gap(taken, taken, (["k"], ["k"])) == "reserved-column"
