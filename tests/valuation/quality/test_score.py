"""A small data set scored by hand: every number of the card follows from counts that can be checked on paper."""

import random
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from msgspec import UNSET

from kernel.crypto import canonical
from kernel.errors import DomainError
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.errors import CorruptFile, DataTooLarge, FilesDiffer, NothingToScore
from valuation.quality.policy import policies
from valuation.quality.scoring import outside
from valuation.quality.scoring.score import score
from valuation.quality.scoring.scorecard import Measured, Scorecard

AS_OF = datetime(2026, 11, 23, 2, tzinfo=UTC)
RULES = policies().at(date(2026, 11, 23))

DOCUMENT = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "shop",
    "version": "1.0.0",
    "schema": [
        {
            "name": "orders",
            "properties": [
                {"name": "id", "logicalType": "integer", "primaryKey": True},
                {
                    "name": "code",
                    "logicalType": "string",
                    "logicalTypeOptions": {"pattern": "^C[0-9]$", "maxLength": 2},
                },
                {
                    "name": "price",
                    "logicalType": "number",
                    "required": True,
                    "logicalTypeOptions": {"minimum": 0, "maximum": 100},
                    "classification": "public",
                },
                {"name": "colour", "logicalType": "string", "enum": [{"value": "red"}, {"value": "blue"}]},
                {"name": "shop", "logicalType": "integer", "relationships": [{"to": "shops.id"}]},
                {"name": "at", "logicalType": "timestamp", "logicalTypeOptions": {"minimum": "2026-01-01T00:00:00Z"}},
            ],
        },
        {"name": "shops", "properties": [{"name": "id", "logicalType": "integer", "unique": True}]},
    ],
    "slaProperties": [{"property": "latency", "value": 2, "unit": "d", "element": "orders.at"}],
}


def contract(document: dict) -> Contract:
    found = read(document)
    assert isinstance(found, Contract), found
    return found


def stamp(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


ORDERS = pl.DataFrame(
    {
        "id": [1, 2, 2, None, 5],
        "code": ["C1", "C22", None, "x", "C5"],
        "price": [1.0, float("nan"), 101.0, None, float("inf")],
        "colour": ["red", "green", "blue", None, "red"],
        "shop": pl.Series([1, 2, 9, None, 1], dtype=pl.Int32),
        "at": [stamp("2026-11-22"), stamp("2025-12-31"), None, stamp("2031-01-01"), stamp("2026-11-01")],
    }
)
SHOPS = pl.DataFrame({"id": [1, 2, 2], "extra": ["a", "b", "c"]})


def write(folder: Path, **tables: pl.DataFrame) -> dict[str, Path]:
    paths = {}
    for name, table in tables.items():
        paths[f"{name}.parquet"] = folder / f"{name}.parquet"
        table.write_parquet(paths[f"{name}.parquet"])
    return paths


def scored(folder: Path, document: dict = DOCUMENT, **tables: pl.DataFrame) -> Scorecard:
    given = tables or {"orders": ORDERS, "shops": SHOPS}
    return score(contract(document), write(folder, **given), as_of=AS_OF, policy=RULES)


def test_every_number_by_hand(tmp_path: Path) -> None:
    card = scored(tmp_path)
    counts = {check.id: (check.evaluated, check.failed) for check in card.checks}
    assert counts == {
        "orders:columns": (6, 0),
        "orders:documented": (6, 0),
        "orders.id:type": (4, 0),
        "orders.id:not_null": (5, 1),
        "orders.id:unique": (4, 1),
        "orders.code:type": (4, 0),
        "orders.code:pattern": (4, 2),  # C22 and x
        "orders.code:length": (4, 1),  # C22
        "orders.price:type": (3, 0),  # NaN is missing
        "orders.price:not_null": (5, 2),
        "orders.price:range": (3, 2),  # 101 and infinity
        "orders.colour:type": (4, 0),
        "orders.colour:set": (4, 1),
        "orders.shop:type": (4, 0),
        "orders.shop:reference": (4, 1),  # 9
        "orders.at:type": (4, 0),
        "orders.at:period": (4, 1),
        "orders.at:freshness": (1, 0),  # newest stamp not in the future: 22 November
        "orders.at:not_future": (4, 1),  # 2031
        "shops:columns": (1, 0),
        "shops:documented": (2, 1),
        "shops.id:type": (3, 0),
        "shops.id:unique": (3, 1),
    }
    assert {code: i.score for code, i in card.indicators.items() if i.score is not None} == {
        "0101": "50.00",  # 2 of 4
        "0102": "100.00",  # 7 of 7
        "0103": "87.50",  # 7 of 8
        "0105": "75.00",  # 3 of 4
        "0201": "70.00",  # 7 of 10
        "0301": "75.00",  # 3 of 4
        "0302": "90.91",  # types 4+4+3+4+4+4+3 = 26, length 4, range 3: 30 of 33
        "0304": "71.43",  # 5 of 7
        "0402": "75.00",  # 3 of 4
        "0501": "75.00",  # 3 of 4
        "0502": "100.00",  # the one promise is kept
    }
    assert {code: d.score for code, d in card.dimensions.items()} == {
        "normativity": "78.12",  # (50 + 100 + 87.5 + 75) / 4 = 78.125, half to even
        "completeness": "70.00",
        "accuracy": "79.11",  # (75 + 90.9090… + 71.4285…) / 3
        "consistency": "75.00",
        "timeliness": "87.50",
        "accessibility": None,
    }
    # .18 * (78.125 + 70 + 79.1125…) + .16 * (75 + 87.5) = 66.9027…, over the assessed weights of .86
    assert card.score == "77.79"
    assert card.grade.code == "qualified"
    assert card.dimensions["accessibility"].reason is not None
    assert card.rows == 8
    assert card.freshness == {"orders.at": "2026-11-22T00:00:00+00:00"}


def test_samples_show_public_values_and_mask_the_others(tmp_path: Path) -> None:
    shown = outside.of_card(scored(tmp_path), outside.public(contract(DOCUMENT)))
    checks = {check.id: check for check in shown.checks}
    assert [(s.row, s.value) for s in checks["orders.price:range"].samples] == [(3, 101.0), (5, "inf")]
    assert [(s.row, s.value) for s in checks["orders.code:pattern"].samples] == [(2, "C**"), (4, "*")]
    assert [(s.row, s.value) for s in checks["orders.price:not_null"].samples] == [(2, None), (4, None)]
    assert [(s.row, s.value) for s in checks["orders.id:unique"].samples] == [(2, {"id": "*"})]
    assert [(s.row, s.value) for s in checks["orders.shop:reference"].samples] == [(3, {"shop": "*"})]
    assert [s.value for s in checks["shops:documented"].samples] == ["extra"]
    masked = {name: [s.masked for s in check.samples] for name, check in checks.items()}
    assert masked["orders.code:pattern"] == masked["orders.code:pattern"][:1] * 2 == [True, True]
    assert masked["orders.price:range"] == [UNSET, UNSET]
    assert "price" not in shown.masked_columns["orders"]
    assert "code" in shown.masked_columns["orders"]
    assert outside.of_card(shown, outside.public(contract(DOCUMENT))) == shown  # A shadow of a shadow is the same.


def test_what_is_measured_is_measured_on_the_values(tmp_path: Path) -> None:
    checks = {check.id: check for check in scored(tmp_path).checks}
    assert [s.row for s in checks["orders.code:pattern"].samples] == [2, 4]
    assert not any("*" in str(s.value) for check in checks.values() for s in check.samples)
    assert all(column.masked is UNSET for each in scored(tmp_path).profile.values() for column in each)


def test_the_card_is_canonical_and_the_same_each_time(tmp_path: Path) -> None:
    assert canonical.dumps(scored(tmp_path)) == canonical.dumps(scored(tmp_path))


def test_profile_and_sample_rows(tmp_path: Path) -> None:
    card = scored(tmp_path)
    price = next(c for c in card.profile["orders"] if c.column == "price")
    assert (price.null_count, price.nan_count, price.minimum, price.maximum) == (1, 1, 1.0, "inf")
    assert card.sample_rows["orders"][1]["price"] == "nan"
    assert card.sample_rows["orders"][0]["colour"] == "red"


def test_a_measurement_from_outside_makes_accessibility_assessable(tmp_path: Path) -> None:
    files = write(tmp_path, orders=ORDERS, shops=SHOPS)
    given = {"0601": Measured(1000, 5, "probe 2026-11"), "0602": Measured(24, 0, "probe 2026-11")}
    card = score(contract(DOCUMENT), files, as_of=AS_OF, policy=RULES, measured=given)
    assert card.dimensions["accessibility"].score == "99.75"
    with pytest.raises(ValueError, match="0304"):
        score(contract(DOCUMENT), files, as_of=AS_OF, policy=RULES, measured={"0304": Measured(1, 0, "x")})


def test_a_missing_column_is_a_column_of_nulls_and_a_mistyped_one_fails_everywhere(tmp_path: Path) -> None:
    orders = ORDERS.drop("price").with_columns(pl.col("shop").cast(pl.String), pl.lit("x").alias("at"))
    counts = {c.id: (c.evaluated, c.failed) for c in scored(tmp_path, orders=orders, shops=SHOPS).checks}
    assert counts["orders:columns"] == (6, 1)
    assert counts["orders.price:not_null"] == (5, 5)
    assert counts["orders.price:range"] == (0, 0)
    assert counts["orders.shop:type"] == (4, 4)
    assert counts["orders.shop:reference"] == (4, 4)
    assert counts["orders.at:period"] == (5, 5)
    assert counts["orders.at:freshness"] == (1, 1)


def test_one_failure_among_a_million_is_not_a_hundred(tmp_path: Path) -> None:
    ids = pl.DataFrame({"id": pl.Series([*range(199_999), 0])})
    document = DOCUMENT | {"schema": [DOCUMENT["schema"][1]], "slaProperties": []}
    card = scored(tmp_path, document, shops=ids)
    assert card.indicators["0304"].score == "99.99"


def test_composite_keys_ignore_rows_with_a_gap(tmp_path: Path) -> None:
    properties = [{"name": n, "logicalType": "integer"} for n in ("a", "b")]
    document = DOCUMENT | {
        "schema": [
            {"name": "t", "properties": properties, "relationships": [{"from": ["t.a", "t.b"], "to": ["u.a", "u.b"]}]},
            {"name": "u", "properties": [p | {"primaryKey": True} for p in properties]},
        ],
        "slaProperties": [],
    }
    t = pl.DataFrame({"a": [1, 1, None, 2], "b": [1, 9, 1, 2]})
    u = pl.DataFrame({"a": [1, 1, 2, None], "b": [1, 1, 2, 9]})
    counts = {c.id: (c.evaluated, c.failed) for c in scored(tmp_path, document, t=t, u=u).checks}
    assert counts["t.a+b:reference"] == (3, 1)
    assert counts["u.a+b:unique"] == (3, 1)
    assert counts["u.a:not_null"] == (4, 1)


SPOILT = {
    "half": lambda raw: raw[: len(raw) // 2],
    "text": lambda _: b"id,code\n1,C1\n",
    "empty": lambda _: b"",
    "footer length": lambda raw: raw[:-8] + b"\xff\xff\xff\x7fPAR1",
    "zeroed pages": lambda raw: raw[:4] + b"\x00" * 400 + raw[404:],
    "footer of another": lambda raw: b"PAR1" + b"\x15" * 5000 + raw[-200:],
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_a_damaged_file_is_named(tmp_path: Path, spoil) -> None:
    files = write(tmp_path, orders=ORDERS, shops=SHOPS)
    path = files["orders.parquet"]
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(CorruptFile) as refused:
        score(contract(DOCUMENT), files, as_of=AS_OF, policy=RULES)
    assert refused.value.facts["file"] == "orders.parquet"


@pytest.mark.slow
def test_no_mutation_of_a_file_does_more_than_a_clear_refusal(tmp_path: Path) -> None:
    files = write(tmp_path, orders=ORDERS, shops=SHOPS)
    path = files["orders.parquet"]
    sound, chance = path.read_bytes(), random.Random(36344)
    outcomes = set()
    for _ in range(150):
        raw = bytearray(sound)
        for _ in range(chance.randint(1, 6)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        path.write_bytes(raw[: chance.randrange(len(raw))] if chance.random() < 0.1 else raw)
        try:
            score(contract(DOCUMENT), files, as_of=AS_OF, policy=RULES)
            outcomes.add("scored")
        except DomainError as refused:
            outcomes.add(refused.code())
    assert {"scored", "corrupt-file"} <= outcomes <= {"scored", "corrupt-file", "data-too-large", "nothing-to-score"}


def test_files_that_are_not_the_contract_s_are_named(tmp_path: Path) -> None:
    files = write(tmp_path, orders=ORDERS, other=SHOPS)
    with pytest.raises(FilesDiffer) as refused:
        score(contract(DOCUMENT), files, as_of=AS_OF, policy=RULES)
    assert refused.value.facts == {"missing": "shops", "extra": "other.parquet"}


@pytest.mark.slow
def test_no_rows_no_columns_and_bombs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingToScore):
        scored(tmp_path, orders=ORDERS.clear(), shops=SHOPS)
    with pytest.raises(CorruptFile):
        scored(tmp_path, orders=pl.DataFrame(), shops=SHOPS)
    files = write(tmp_path, orders=ORDERS, shops=SHOPS)
    bomb = pl.select(pl.repeat(1, 60_000_000, dtype=pl.Int8).alias("id")).to_arrow()
    pq.write_table(bomb, files["shops.parquet"], max_rows_per_page=60_000_000, row_group_size=60_000_000)
    with pytest.raises(DataTooLarge) as refused:
        score(contract(DOCUMENT), files, as_of=AS_OF, policy=RULES)
    assert refused.value.facts["measure"] == "cells_per_byte"
    wide = pl.DataFrame({f"c{i}": [1] for i in range(2001)})
    with pytest.raises(DataTooLarge):
        scored(tmp_path, orders=ORDERS, shops=wide)


def test_weights_of_the_policy_sum_to_one() -> None:
    weights = RULES.body.weights
    assert weights.normativity + weights.completeness + weights.accuracy == Decimal("0.54")
