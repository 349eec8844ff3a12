"""A marked copy differs by one step where its key says so, and nowhere else; and chance is counted exactly."""

import math
from decimal import Decimal
from fractions import Fraction
from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.marking.cells import decimals, draws, names_of_rows, parities, steps_in
from channels.marking.embedding import Range, marked
from channels.marking.keys import delivery_key
from channels.marking.scoring import agreeing, bound, chance_log10, is_accused, marks_needed, shown
from contracts.policy.marks import MarkedColumn, TableMarks

KEY = bytes(range(32))
STEPS = st.sampled_from(["1", "0.01", "0.3", "2.5", "7", "0.000000001"]).map(Decimal)


@given(value=st.decimals(-(10**9), 10**9, places=4), step=STEPS)
def test_steps_are_rounded_half_up(value: Decimal, step: Decimal):
    """The oracle is a fraction."""
    wanted = (
        None
        if not value or abs(value) >= step * 10**15
        else math.floor(Fraction(value) / Fraction(step) + Fraction(1, 2))
    )
    assert steps_in(value, step) == wanted


@pytest.mark.parametrize("value", [None, Decimal(0), Decimal("NaN"), Decimal("Infinity"), Decimal("1e300")])
def test_what_bears_no_mark(value: Decimal | None):
    assert steps_in(value, Decimal("0.01")) is None


def table(rows: int, random: Random) -> pl.DataFrame:
    """Numbers of each kind with holes, noughts and what is no number."""
    floats = [random.choice([None, 0.0, math.nan, -0.0, round(random.uniform(-50, 50), 2)]) for _ in range(rows)]
    return pl.DataFrame(
        {
            "k": [f"r{n}" for n in range(rows)],
            "whole": [random.choice([None, 0, random.randrange(-3, 9)]) for _ in range(rows)],
            "exact": [random.choice([None, Decimal(random.randrange(-999, 999)).scaleb(-2)]) for _ in range(rows)],
            "double": floats,
            "single": floats,
            "other": [random.randrange(9) for _ in range(rows)],
        },
        schema_overrides={"exact": pl.Decimal(9, 2), "single": pl.Float32(), "whole": pl.Int8()},
    )


MARKS = TableMarks(
    "t",
    tuple(MarkedColumn(*one) for one in (("whole", "1"), ("exact", "0.05"), ("double", "0.01"), ("single", "0.01"))),
    20,
)


@given(seed=st.integers(0, 10**6), rows=st.integers(0, 300))
def test_a_copy_differs_by_one_step_in_marked_columns_alone(seed: int, rows: int):
    frame, key = table(rows, Random(seed)), Random(seed).randbytes(32)
    promised = {"whole": [Range(Decimal(0), Decimal(5), high_within=False)]}
    copy = marked(frame, MARKS, ["k"], key, promised)
    assert copy.schema == frame.schema
    assert copy.equals(marked(frame, MARKS, ["k"], key, promised))
    drawn = draws(names_of_rows(frame, ["k"]), key, 4, 20) if rows else None
    left = [] if drawn is None else [name for name, gone in zip(frame["k"], drawn.omitted, strict=True) if gone]
    assert copy["k"].to_list() == [name for name in frame["k"] if name not in left]
    before = frame.filter(~pl.col("k").is_in(left))
    assert copy["other"].equals(before["other"])
    for one in MARKS.columns:
        old, new = decimals(before[one.column]), decimals(copy[one.column])
        moved = [(a, b) for a, b in zip(old, new, strict=True) if a is not None and not a.is_nan() and a != b]
        assert [a is None for a in old] == [b is None for b in new]
        assert {abs(b - a) for a, b in moved if a is not None and b is not None} <= {Decimal(one.step)}
        assert all(a for a, _ in moved)  # Nought stays.
        there = [a for a in old if a is not None and not a.is_nan()]
        if there and not any(a is not None and a.is_nan() for a in decimals(frame[one.column])):
            whole = [a for a in decimals(frame[one.column]) if a is not None]
            assert all(min(whole) <= b <= max(whole) for _, b in moved if b is not None)
    within = [(a, b) for a, b in zip(before["whole"], copy["whole"], strict=True) if a is not None and 0 <= a < 5]
    assert all(0 <= b < 5 for _, b in within)


def test_its_own_key_finds_every_mark_and_another_half_of_them():
    """4,000 rows bear about 400 marks; of those of another key 200 agree, give or take six deviations of 10."""
    random = Random(5)
    frame = pl.DataFrame({"k": range(4_000), "v": [random.randrange(1, 10**6) for _ in range(4_000)]})
    marks = TableMarks("t", (MarkedColumn("v", "1"),))
    own, other = delivery_key(KEY, "agr_1"), delivery_key(KEY, "agr_2")
    assert own == bytes.fromhex("6a0bf8d5345d3a92176f59430b66284b34ae4aa8079d1aefe5a81471b74cb1e1")
    copy = marked(frame, marks, ["k"], own, {})
    names, columns = names_of_rows(copy, ["k"]), [parities(decimals(copy["v"]), Decimal(1))]
    seen, agreed = agreeing(draws(names, own, 1, None), columns)
    assert seen == agreed
    assert 340 < seen < 460
    seen, agreed = agreeing(draws(names, other, 1, None), columns)
    assert abs(2 * agreed - seen) < 6 * math.sqrt(seen)
    assert agreeing(draws(names, own, 1, None), [None]) == (0, 0)


@pytest.mark.parametrize(
    ("marks", "deliveries", "needed"),
    [
        *((100, *one) for one in ((50, 78), (1_000, 80), (100_000, 83))),
        *((200, *one) for one in ((50, 139), (1_000, 143), (100_000, 148))),
        *((400, *one) for one in ((50, 256), (1_000, 261), (100_000, 267))),
        (29, 1_000, None),
        (30, 1_000, 30),
    ],
)
def test_marks_that_must_agree(marks: int, deliveries: int, needed: int | None):
    """Agrawal and Kiernan's detection at 1e-6 over so many deliveries, computed by others."""
    assert marks_needed(marks, deliveries, Decimal("1e-6")) == needed


def test_the_tail_is_exact():
    """By hand: 1 of 8; 5 of 16; and 10 of 1,024 · 3 is above one in a hundred, 1 of 1,024 · 3 below."""
    assert chance_log10(3, 3) == pytest.approx(math.log10(1 / 8))
    assert chance_log10(4, 3) == pytest.approx(math.log10(5 / 16))
    assert (is_accused(20, 20, 1, Decimal("1e-6")), is_accused(20, 19, 1, Decimal("1e-6"))) == (True, False)
    # 2⁻²⁰ = 9.54e-7: alone it is below one in a million, shared over two it is not.
    assert not is_accused(20, 20, 2, Decimal("1e-6"))
    assert bound(math.log10(1 / 8), 4) == pytest.approx(math.log10(1 / 2))
    assert bound(math.log10(1 / 8), 80) == 0
    assert [shown(each) for each in (math.log10(3.2e-11), -20.0, -3.00001, -10_000_000.0)] == [
        "3.2e-11",
        "1.0e-20",
        "1.0e-3",
        "1e-9999",
    ]
