"""Promises about one number of one or several objects: understood or refused, and the same on every engine."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.policy import policies
from valuation.quality.scoring.score import score

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
ORDERS = pl.DataFrame({"id": [1, 2, 3, 3], "amount": [0.1, 0.2, None, float("nan")], "state": ["a", "b", "b", None]})
PAYMENTS = pl.DataFrame({"order": [1, 2, 2], "paid": [0.15, 0.05, 0.1], "n": [2**53, 1, None]})


def contract(*quality: dict) -> Contract:
    number, text, whole = ({"logicalType": t} for t in ("number", "string", "integer"))
    found = read(
        {
            "apiVersion": "v3.2.0",
            "kind": "DataContract",
            "id": "c",
            "version": "1",
            "schema": [
                {
                    "name": "orders",
                    "quality": [
                        {"type": "sql", **({} if "mustBeBetween" in each else {"mustBe": 0}), **each}
                        for each in quality
                    ],
                    "properties": [{"name": "id"} | whole, {"name": "amount"} | number, {"name": "state"} | text],
                },
                {
                    "name": "payments",
                    "properties": [{"name": "order"} | whole, {"name": "paid"} | number, {"name": "n"} | whole],
                },
            ],
        }
    )
    if not isinstance(found, Contract):
        raise ValueError([(fault.path, fault.message.en) for fault in found])
    return found


def value(tmp_path, quality, engine="auto"):
    for name, frame in {"orders": ORDERS, "payments": PAYMENTS}.items():
        frame.write_parquet(tmp_path / f"{name}.parquet")
    files = {f"{n}.parquet": tmp_path / f"{n}.parquet" for n in ("orders", "payments")}
    rules = policies().at(date(2026, 11, 23))
    card = score(contract(quality), files, as_of=AS_OF, policy=rules, engine=engine)
    (check,) = [c for c in card.checks if c.kind == "aggregate"]
    return check


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT (SELECT COUNT(*) FROM orders) - (SELECT COUNT(*) FROM payments)", 1.0),
        ("SELECT (SELECT SUM(amount) FROM {object}) - (SELECT SUM(paid) FROM payments)", 0.0),
        ("SELECT COUNT(*) FROM {object}", 4.0),
        ("SELECT COUNT(amount) FROM {object}", 2.0),
        ("SELECT COUNT(DISTINCT id) FROM {object}", 3.0),
        ("SELECT COUNT(DISTINCT state) FROM {object}", 2.0),
        ("SELECT COUNT(id) FROM {object} WHERE state = 'b'", 2.0),
        ("SELECT SUM(amount) FROM orders WHERE state = 'z'", None),
        ("SELECT COALESCE((SELECT SUM(amount) FROM orders WHERE state = 'z'), 7)", 7.0),
        ("SELECT (SELECT MAX(n) FROM payments) / (SELECT COUNT(*) FROM orders WHERE state = 'z')", None),
        ("SELECT ABS((SELECT MIN(paid) FROM payments) - 0.15) * 2", 0.2),
        ("SELECT AVG(paid) FROM payments", 0.1),
        ("SELECT -(SELECT COUNT(DISTINCT \"order\") FROM payments WHERE paid > 0.05)", -2.0),
    ],
)  # fmt: skip
def test_a_number_is_the_same_on_every_engine(tmp_path, engine, query, expected):
    check = value(tmp_path, {"query": query}, engine)
    assert (check.evaluated, check.failed) == (1, int(expected != 0))
    assert check.value == (None if expected is None else pytest.approx(expected, abs=1e-12))
    many = "orders" in query and "payments" in query
    assert check.indicator == ("0402" if many or "{object}) - " in query else "0104")


def test_other_dialects_and_thresholds(tmp_path):
    dialect = {"customProperties": [{"property": "dialect", "value": "mysql"}]}
    check = value(
        tmp_path, {"query": "SELECT SUM(`amount`) FROM `orders`", "mustBeBetween": [0.2, 0.4], **dialect} | {}
    )
    assert (check.failed, check.met) == (0, True)
    check = value(tmp_path, {"query": "SELECT SUM(amount) FROM orders", "dimension": "accuracy"})
    assert (check.failed, check.met, check.indicator, check.dimension) == (1, False, "0301", "accuracy")


@pytest.mark.parametrize(
    ("quality", "words"),
    [
        ({"query": "SELECT 1"}, "needs 1 to 16"),
        ({"query": "SELECT SUM(amount) FROM nowhere"}, "object of the contract"),
        ({"query": "SELECT SUM(nothing) FROM orders"}, "no such column"),
        ({"query": "SELECT SUM(state) FROM orders"}, "needs a number column"),
        ({"query": "SELECT SUM(amount + 1) FROM orders"}, "of a column only"),
        ({"query": "SELECT SUM(amount) FROM orders GROUP BY id"}, "without JOIN"),
        ({"query": "SELECT SUM(amount) FROM orders JOIN payments ON id = \"order\""}, "FROM"),
        ({"query": "SELECT MEDIAN(amount) FROM orders"}, "not portable"),
        ({"query": "SELECT read_text('/etc/passwd')"}, "not portable"),
        ({"query": "SELECT SUM(amount), 1 FROM orders"}, "one number"),
        ({"query": "SELECT (SELECT SUM(amount) FROM orders UNION SELECT 1)"}, "not portable"),
        ({"query": "SELECT SUM(amount) FROM orders", "unit": "percent"}, "percent"),
        ({"query": "COPY orders TO '/tmp/x'"}, "only SELECT"),
        ({"query": "SELECT " + "(" * 200 + "1" + ")" * 200}, "nested"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_its_cure(quality, words):
    with pytest.raises(ValueError, match="query") as refused:
        contract(quality)
    assert words in str(refused.value)
    assert "/schema/0/quality/0/query" in str(refused.value)


def test_engines_and_dialects_that_nobody_would_run_are_refused():
    for quality, path in (
        ({"type": "custom", "engine": "soda", "implementation": "x"}, "/schema/0/quality/0/engine"),
        ({"query": "SELECT 1", "dialect": "cobol"}, "/schema/0/quality/0/dialect"),
    ):
        with pytest.raises(ValueError, match=path):
            contract(quality)
