"""Each operator on columns: what comes out, what is removed, and that the same key and seed give the same again."""

from datetime import date as DAY  # noqa: N812 -- short in tables

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import DomainError
from valuation.quality.desensitisation import plan as plans
from valuation.quality.desensitisation.plan import Generalise, Hash, Mask, Perturb, Suppress
from valuation.quality.desensitisation.treatment.operators import Column

KEY = b"k" * 32


def applied(operator, values, *, key=KEY, seed="1", name="c", **dtype):
    """The values after an operator, and the column that counted."""
    column = Column("t", name, operator, key, seed)
    return column.apply(pl.Series(name, values, **dtype)).to_list(), column


@pytest.mark.parametrize(
    ("operator", "values", "wanted"),
    [
        (Mask(), ["张三", "", None, "a"], ["**", "", None, "*"]),
        (Mask(keep_first=1), ["张三丰", "李"], ["张**", "*"]),
        (Mask(keep_first=3, keep_last=4), ["13812345678", "1381234"], ["138****5678", "*******"]),
        (Mask(keep_first=1, fixed=3, character="#"), ["ab", "abcdef"], ["a###", "a###"]),
        (Generalise(keep_first=4), ["150102", "15", None], ["1501**", "15", None]),
        (Generalise(width=10), [19, 20, -1, None], [10, 20, -10, None]),
        (Generalise(width=0.5), [1.3, -0.2, float("nan")], [1.0, -0.5, None]),
        (Generalise(width=10), ["27", "x", None], ["20", None, None]),
        (Generalise(to="month"), [DAY(2026, 11, 23), None], [DAY(2026, 11, 1), None]),
        (Generalise(to="decade"), [DAY(1987, 5, 6)], [DAY(1980, 1, 1)]),
        (Generalise(to="year"), ["1987-05-06", "06.05.1987"], ["1987-01-01", None]),
        (Generalise(to="quarter"), ["2026-11-23T10:00:00"], ["2026-10-01"]),
        (Generalise(values={"a": "A"}, other="rest"), ["a", "b", None], ["A", "rest", "rest"]),
        (Generalise(values={"a": "A"}), ["a", "b"], ["A", None]),
        (Suppress(keep_column=True), ["a", None], [None, None]),
    ],
)
def test_what_comes_out(operator, values, wanted):
    assert applied(operator, values)[0] == wanted


def test_what_cannot_be_read_is_removed_and_counted():
    done, column = applied(Generalise(to="year"), ["1987-05-06", "yesterday", None, "soon"])
    assert done == ["1987-01-01", None, None, None]
    assert (column.unreadable, column.changed) == (2, 3)


def test_a_hash_is_keyed_stable_and_tells_equal_values_apart_from_others():
    done, _ = applied(Hash(), ["13812345678", "13812345679", "13812345678", None])
    assert done[0] == done[2] != done[1]
    assert done[3] is None
    assert len(done[0]) == 32
    assert applied(Hash(), ["13812345678"], key=b"x" * 32)[0] != done[:1]
    assert applied(Hash(), ["13812345678"], name="other")[0] != done[:1]
    shared = [applied(Hash(domain="person"), [138], name=name)[0] for name in ("a", "b")]
    assert shared[0] == shared[1]
    assert applied(Hash(domain="person"), ["138"])[0] == shared[0]  # A number and its text are one value.


@given(st.lists(st.integers(-1000, 1000) | st.none(), min_size=1, max_size=50), st.integers(1, 49))
def test_noise_depends_on_the_place_of_the_row_and_not_on_the_batches(values, cut):
    whole, _ = applied(Perturb(scale=10), values, dtype=pl.Int64)
    column = Column("t", "c", Perturb(scale=10), KEY, "1")
    parts = [pl.Series("c", part, dtype=pl.Int64) for part in (values[:cut], values[cut:])]
    assert [value for part in parts for value in column.apply(part)] == whole


def test_noise_has_the_scale_that_was_declared():
    done, _ = applied(Perturb(scale=100, decimals=3), [0.0] * 20_000)
    series = pl.Series(done)
    assert abs(series.mean()) < 5
    assert abs(series.std() - 100 * 2**0.5) < 5  # The deviation of a Laplace distribution.
    flat = pl.Series(applied(Perturb(scale=100, noise="uniform"), [0.0] * 20_000)[0])
    assert (flat.min() >= -100, flat.max() <= 100, abs(flat.std() - 100 / 3**0.5) < 3) == (True, True, True)


def test_noise_is_another_with_another_seed_or_key_and_stays_in_bounds():
    values = [50] * 100
    first, _ = applied(Perturb(scale=30, minimum=40, maximum=60), values)
    assert applied(Perturb(scale=30, minimum=40, maximum=60), values)[0] == first
    assert applied(Perturb(scale=30, minimum=40, maximum=60), values, seed="2")[0] != first
    assert applied(Perturb(scale=30, minimum=40, maximum=60), values, key=b"x" * 32)[0] != first
    assert 40 <= min(first) < max(first) <= 60


def test_dates_move_by_days():
    done, _ = applied(Perturb(scale=5, days=True, noise="uniform"), [DAY(2026, 6, 15)] * 200)
    moved = {(day - DAY(2026, 6, 15)).days for day in done}
    assert moved == set(range(-5, 6))
    texts, _ = applied(Perturb(scale=5, days=True), ["2026-06-15", "2026-06-15T12:00:00", None])
    assert [len(text) if text else None for text in texts] == [10, 19, None]


def fault_places(document):
    """Where a plan is faulty."""
    with pytest.raises(DomainError) as refused:
        plans.read(document)
    return {error.pointer.removeprefix("/plan") for error in refused.value.errors}


def test_every_fault_of_a_plan_is_told_at_once():
    found = fault_places(
        {
            "kind": "Plan",
            "id": "",
            "colour": 1,
            "objects": {
                "a/b": {
                    "others": "drop",
                    "minimum_group": 1,
                    "columns": {
                        "x": {"operator": "encrypt"},
                        "y": {"operator": "mask", "keep_frist": 1},
                        "z": {"operator": "generalise", "width": 1, "to": "year"},
                        "ok": {"operator": "suppress"},
                    },
                    "sensitive": "x",
                },
                "c": 3,
            },
        }
    )
    assert found == {
        "/kind",
        "/id",
        "/colour",
        "/objects/a~1b/others",
        "/objects/a~1b/minimum_group",
        "/objects/a~1b/quasi_identifiers",
        "/objects/a~1b/columns/x",
        "/objects/a~1b/columns/y",
        "/objects/a~1b/columns/z",
        "/objects/a~1b/sensitive",
        "/objects/c",
    }


@pytest.mark.parametrize("text", [b"a: [1", b"[]", b"3", b"\xff\xfe", b"a: &x [*x]", b""])
def test_what_is_no_plan_is_refused(text):
    with pytest.raises(DomainError):
        plans.read(text)
