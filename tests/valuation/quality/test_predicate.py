"""SQL rules are translated by a whitelist: what is not on it is refused by name, what is means the same everywhere."""

import contextlib
from datetime import UTC, date, datetime

import narwhals.stable.v1 as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from valuation.quality.contract.contract import LogicalType as Type
from valuation.quality.contract.sql.predicate import expression, parse
from valuation.quality.contract.sql.translation import PredicateRefusedError

COLUMNS = {
    "i": Type.INTEGER,
    "f": Type.NUMBER,
    "s": Type.STRING,
    "b": Type.BOOLEAN,
    "d": Type.DATE,
    "t": Type.TIMESTAMP,
    "u": Type.TIMESTAMP,
}
AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
FRAME = pl.DataFrame(
    {
        "i": [1, None, 0, -7],
        "f": [1.5, 0.0, None, -2.0],
        "s": ["CT1", "a%b", None, ""],
        "b": [True, False, None, True],
        "d": [date(2020, 1, 1), None, date(2030, 1, 1), date(2026, 11, 23)],
        "t": [AS_OF, AS_OF, None, datetime(2020, 1, 1, tzinfo=UTC)],
        "u": [AS_OF, datetime(2027, 1, 1, tzinfo=UTC), AS_OF, datetime(2019, 1, 1, tzinfo=UTC)],
    }
).with_columns(pl.col("t", "u").dt.replace_time_zone(None))


def matched(where: str) -> list[bool | None]:
    found = parse(f"SELECT COUNT(*) FROM {{object}} WHERE {where}", "t", COLUMNS)
    frame = nw.from_native(FRAME.lazy())
    return frame.select(expression(found.where, COLUMNS, AS_OF).alias("x")).collect().to_native()["x"].to_list()


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ("i > 0", [True, None, False, False]),
        ("i / f > 0", [True, None, None, True]),
        ("f / i > 0", [True, None, None, True]),
        ("NOT (u >= t)", [False, False, None, True]),
        ("i IS NULL OR f IS NOT NULL", [True, True, False, True]),
        ("s LIKE 'a\\%%'", [False, False, None, False]),
        ("s LIKE '_%_'", [True, True, None, False]),
        ("s IN ('', 'CT1')", [True, False, None, True]),
        ("REGEXP_MATCHES(s, '^CT\\d$')", [True, False, None, False]),
        ("LENGTH(s) = 3 AND b", [True, False, None, False]),
        ("i BETWEEN -7 AND 0", [False, None, True, True]),
        ("COALESCE(i, 9) = 9", [False, True, False, False]),
        ("ABS(i) + 1 = 8 AND -i = 7", [False, None, False, True]),
        ("d >= '2026-11-23'", [False, None, True, True]),
        ("t < TIMESTAMP '2026-01-01 00:00:00'", [False, False, None, True]),
        ("u > CURRENT_TIMESTAMP", [False, True, False, False]),
        ("d = CURRENT_DATE", [False, None, False, True]),
        ("b = FALSE", [False, True, None, False]),
    ],
)
def test_a_predicate_follows_three_valued_logic(where, rows):
    assert matched(where) == rows


@pytest.mark.parametrize(
    "query",
    [
        "SELECT COUNT(*) FROM read_text('/etc/passwd') WHERE i = 1",
        "SELECT COUNT(*) FROM other WHERE i = 1",
        "SELECT COUNT(*) FROM {object} WHERE i = (SELECT 1)",
        "SELECT COUNT(*) FROM {object} WHERE i IN (SELECT 1)",
        "SELECT COUNT(*) FROM {object} WHERE getenv('HOME') = s",
        "SELECT COUNT(*) FROM {object} WHERE read_text(s) = s",
        "SELECT COUNT(*) FROM {object} WHERE i = 1; DROP TABLE x",
        "SELECT COUNT(*) FROM {object} WHERE i = 1 UNION SELECT 1",
        "WITH x AS (SELECT 1) SELECT COUNT(*) FROM {object} WHERE i = 1",
        "SELECT COUNT(*), MAX(i) FROM {object} WHERE i = 1",
        "SELECT COUNT(DISTINCT i) FROM {object} WHERE i = 1",
        "SELECT COUNT(*) FROM {object}",
        "SELECT COUNT(*) FROM {object} WHERE other.i = 1",
        "SELECT COUNT(*) FROM {object} WHERE s > 3",
        "SELECT COUNT(*) FROM {object} WHERE s LIKE s",
        "SELECT COUNT(*) FROM {object} WHERE REGEXP_MATCHES(s, '(?=x)')",
        "SELECT COUNT(*) FROM {object} WHERE i",
        "SELECT COUNT(*) FROM {object} WHERE TRUE",
        "SELECT COUNT(*) FROM {object} WHERE d > 'yesterday'",
        "SELECT COUNT(*) FROM {object} WHERE CAST(s AS INTEGER) = 1",
        "COPY x TO 'y'",
        "SELECT COUNT(*) FROM {object} WHERE " + "(" * 1800 + "b" + ")" * 1800,
        "SELECT COUNT(*) FROM {object} WHERE " + "NOT " * 900 + "b",
        "SELECT COUNT(*) FROM {object} WHERE i = 1" + " " * 5000,
        "",
    ],
)
def test_what_is_not_portable_is_refused(query):
    with pytest.raises(PredicateRefusedError):
        parse(query, "t", COLUMNS)


SQL = "SELECT COUNT(*) FROM {object} WHERE i f s b ( ) AND OR NOT = < 1 'x' NULL IN LIKE ; -- /* CASE [ { :: ->"
WORDS = st.sampled_from(SQL.split())


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(WORDS, max_size=15))
def test_no_text_does_more_than_a_refusal(words):
    with contextlib.suppress(PredicateRefusedError):
        parse("SELECT COUNT(*) FROM {object} WHERE " + " ".join(words), "t", COLUMNS)
