"""A value is the same value in any type, format and encoding; a value under another key is another."""

import gzip
import math
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rights.duplicates.policy import POLICY
from rights.duplicates.sketching.hashing import (
    NULL,
    SketchKey,
    hash_numbers,
    hash_texts,
    levels,
    reaches,
    seal,
    stored_levels,
)
from rights.duplicates.sketching.normalise import normalise
from rights.duplicates.sketching.tables import Unreadable, read

KEY = SketchKey(bytes(range(32)))
LIMITS = POLICY.versions[-1].body.limits
DAYS = pl.Series([date(2013, 1, 1) + timedelta(days=i) for i in range(60)])
MOMENTS = DAYS.cast(pl.Datetime("us"))


def same(*columns: pl.Series) -> bool:
    first, *others = [normalise(column, KEY).hashes for column in columns]
    return all(np.array_equal(first, other) for other in others)


@pytest.mark.parametrize(
    "other",
    [
        DAYS.cast(pl.String),
        DAYS.dt.strftime("%m/%d/%Y"),
        DAYS.dt.strftime("%d/%m/%Y"),
        DAYS.dt.strftime("%d.%m.%Y"),
        DAYS.dt.strftime("%b %d, %Y"),
        DAYS.dt.strftime("%Y年%m月%d日"),
        DAYS.dt.strftime("%Y%m%d"),
        DAYS.dt.strftime("%Y%m%d").cast(pl.Int32),
        MOMENTS,
        MOMENTS.dt.timestamp("ms"),
        MOMENTS.dt.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        MOMENTS.dt.strftime("%d %b %Y %I:%M %p"),
        MOMENTS.dt.offset_by("8h").dt.strftime("%Y-%m-%d %H:%M:%S+08:00"),
        MOMENTS.dt.replace_time_zone("UTC").dt.convert_time_zone("Asia/Shanghai"),
    ],
    ids=range(14),
)
def test_a_day_is_one_day_in_any_format(other):
    assert same(DAYS, other)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=50))
def test_numbers_as_text_and_of_other_widths_are_the_same(numbers):
    column = pl.Series(numbers, dtype=pl.Float64)
    assert same(column, column.cast(pl.Float32))
    # Text that means days or milliseconds is tested above; here, plain numbers are meant.
    assert same(column, pl.Series([repr(n) for n in numbers]))


@given(st.lists(st.integers(-(2**53), 2**53), min_size=1, max_size=50))
def test_whole_numbers_are_exact(numbers):
    column = pl.Series(numbers, dtype=pl.Int64)
    assert same(column, column.cast(pl.Float64), column.cast(pl.String))
    hashes = hash_numbers(np.array(numbers, dtype=np.float64), KEY.seed("number"))
    assert len(set(hashes.tolist())) == len(set(numbers))


def test_texts_are_folded_and_what_means_nothing_is_missing():
    assert same(pl.Series(["Ａbc ", "x  Y", None, "长" * 200]), pl.Series([" abc", "X y", "N/A", "长" * 200]))
    assert same(pl.Series([True, False]), pl.Series(["true", "FALSE"]), pl.Series([1, 0]))
    assert same(pl.Series(["1,234.5", "7"]), pl.Series([1234.5, 7.0]))
    assert same(pl.Series([[1, 2], [3]]), pl.Series([[1, 2], [3]]))
    assert (normalise(pl.Series(["", "null", "NaN", None]), KEY).hashes == NULL).all()
    assert (normalise(pl.Series([None, None]), KEY).hashes == NULL).all()
    assert normalise(pl.Series([math.nan, 1.0]), KEY).hashes[0] == NULL


@given(st.lists(st.text(max_size=400), min_size=1, max_size=30, unique=True))
def test_different_texts_have_different_hashes(texts):
    hashes = hash_texts(pl.Series(texts), KEY)
    assert len(set(hashes.tolist())) == len(texts)
    assert not (hashes == NULL).any()
    assert hashes.tolist() == [int(hash_texts(pl.Series([text]), KEY)[0]) for text in texts]


def test_levels_halve_and_another_key_keeps_and_stores_others():
    numbers = np.arange(100_000, dtype=np.float64)
    hashes = hash_numbers(numbers, KEY.seed("number"))
    for level in range(8):
        assert np.count_nonzero(reaches(hashes, level)) == pytest.approx(100_000 / 2**level, rel=0.1)
        assert np.array_equal(reaches(hashes, level), levels(hashes) >= level)
    kept = hashes[reaches(hashes, 8)]
    stored = seal(kept, KEY, "value")
    assert np.array_equal(stored_levels(stored), levels(kept))
    other = SketchKey(b"o" * 32)
    assert not np.isin(seal(kept, other, "value"), stored).any()
    assert not np.isin(seal(kept, KEY, "row"), stored).any()
    foreign = hash_numbers(numbers, other.seed("number"))
    both = np.count_nonzero(reaches(hashes, 4) & reaches(foreign, 4))
    assert both == pytest.approx(100_000 / 2**8, rel=0.3)


def test_a_key_never_shows_itself():
    assert "00" not in repr(KEY)
    with pytest.raises(ValueError, match="32 bytes"):
        SketchKey(b"short")


TABLE = pl.DataFrame({"a": range(500), "b": [f"城市{i % 7}" for i in range(500)], "c": [i / 8 for i in range(500)]})


def forms(folder: Path) -> list[Path]:
    TABLE.write_parquet(folder / "parquet")
    TABLE.write_ipc(folder / "arrow", compression="zstd")
    TABLE.write_ndjson(folder / "ndjson")
    text = TABLE.write_csv()
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        (folder / encoding).write_bytes(text.encode(encoding))
    (folder / "gzip").write_bytes(gzip.compress(text.encode()))
    TABLE.write_csv(folder / "tabs", separator="\t", quote_style="always")
    TABLE.rename({"a": 'two\n"lines", of it'}).write_csv(folder / "odd-header", separator=";")
    return sorted(folder.iterdir())


@pytest.mark.slow
def test_a_table_is_read_the_same_from_every_form(tmp_path):
    for path in forms(tmp_path):
        sample = read(path, KEY, LIMITS)
        assert (sample.rows, sample.fraction) == (500, 1.0), path.name
        for found, meant in zip(sample.frame.get_columns(), TABLE.get_columns(), strict=True):
            assert same(found, meant), (path.name, meant.name)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"a,b\n",
        b"%PDF-1.7\x00\x01",
        b"PAR1 and no more",
        b"ARROW1\x00\x00nonsense",
        b"\x1f\x8bnonsense",
        b"a,b\n1,2,3\n",
        b'[{"a": 1}]\n[]',
        b"<html>\n<body>\n",
        b'{"a": 1}\n{"a": "x"}\n',
    ],
)
def test_what_is_no_table_is_said_to_be_none_without_quoting_it(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as raised:
        read(path, KEY, LIMITS)
    assert "nonsense" not in str(raised.value)


def test_large_tables_are_thinned_evenly_and_stay_within_the_limits(tmp_path):
    import msgspec

    tight = msgspec.structs.replace(LIMITS, rows_kept_max=5_000)
    pl.DataFrame({"n": range(200_000)}).write_parquet(tmp_path / "t", row_group_size=7_000)
    sample = read(tmp_path / "t", KEY, tight)
    assert sample.rows == 200_000
    assert 800 <= sample.frame.height <= 1_667
    assert sample.fraction == sample.frame.height / 200_000
    numbers = sample.frame.to_series().to_numpy()
    tenths = np.bincount(numbers // 20_000, minlength=10)
    assert tenths.min() > 0.5 * tenths.mean()
    with pytest.raises(Unreadable, match="larger"):
        read(tmp_path / "t", KEY, msgspec.structs.replace(LIMITS, bytes_read_max=1000))
    pl.DataFrame({f"c{i}": [1] for i in range(30)}).write_parquet(tmp_path / "wide")
    with pytest.raises(Unreadable, match="larger"):
        read(tmp_path / "wide", KEY, msgspec.structs.replace(LIMITS, columns_max=20))
