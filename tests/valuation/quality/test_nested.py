"""Fields of objects and items of arrays are checked like columns, from every format and on every engine."""

import json
from datetime import UTC, date, datetime

import polars as pl
import pytest

from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.errors import CorruptFile
from valuation.quality.policy import policies
from valuation.quality.scoring.score import score

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
RULES = policies().at(date(2026, 11, 23))
DOCUMENT = {
    "apiVersion": "v3.2.0",
    "kind": "DataContract",
    "id": "nested",
    "version": "1",
    "schema": [
        {
            "name": "orders",
            "quality": [
                {
                    "id": "far",
                    "type": "sql",
                    "query": "SELECT COUNT(*) FROM {object} WHERE address.zip <> '1'",
                    "mustBe": 0,
                },
                {
                    "id": "sums",
                    "type": "sql",
                    "query": "SELECT (SELECT SUM(total) FROM orders) - (SELECT SUM(price) FROM \"orders.items\")",
                    "mustBe": 0,
                },
            ],
            "properties": [
                {"name": "id", "logicalType": "integer", "primaryKey": True, "classification": "public"},
                {"name": "total", "logicalType": "number"},
                {
                    "name": "address",
                    "logicalType": "object",
                    "required": True,
                    "logicalTypeOptions": {"required": ["city"]},
                    "properties": [
                        {"name": "city", "logicalType": "string", "classification": "public"},
                        {"name": "zip", "logicalType": "string", "logicalTypeOptions": {"maxLength": 2}},
                    ],
                },
                {
                    "name": "items",
                    "logicalType": "array",
                    "logicalTypeOptions": {"minItems": 1, "maxItems": 2},
                    "items": {
                        "logicalType": "object",
                        "properties": [
                            {
                                "name": "sku",
                                "logicalType": "string",
                                "required": True,
                                "classification": "public",
                                "relationships": [{"to": "skus.sku"}],
                            },
                            {"name": "price", "logicalType": "number", "logicalTypeOptions": {"minimum": 0}},
                            {
                                "name": "tags",
                                "logicalType": "array",
                                "items": {"logicalType": "string", "enum": [{"value": "x"}, {"value": "y"}]},
                            },
                        ],
                    },
                },
            ],
        },
        {"name": "skus", "properties": [{"name": "sku", "logicalType": "string", "primaryKey": True}]},
    ],
}  # fmt: skip
ORDERS = [
    {"id": 1, "total": 3.0, "address": {"city": "甲", "zip": "1"}, "items": [
        {"sku": "a", "price": 1.0, "tags": ["x", "z"]}, {"sku": None, "price": 2.0, "tags": []}]},
    {"id": 2, "total": -1.0, "address": {"city": None, "zip": "123"}, "items": [
        {"sku": "q", "price": -1.0, "tags": None}]},
    {"id": 3, "total": 0.0, "address": None, "items": []},
    {"id": 4, "total": 0.0, "address": {"city": "乙", "zip": None}, "items": None},
]  # fmt: skip
EXPECTED = {
    "orders.address:type": (3, 0),
    "orders.address:not_null": (4, 1),
    "orders.address.city:not_null": (3, 1),
    "orders.address.zip:length": (2, 1),
    "orders.items:length": (3, 1),
    "orders.items.sku:not_null": (3, 1),
    "orders.items.sku:reference": (2, 1),
    "orders.items.price:range": (3, 1),
    "orders.items.tags.item:set": (2, 1),
    "far": (2, 1),
    "sums": (1, 0),
}


def contract(document=DOCUMENT) -> Contract:
    found = read(document)
    assert isinstance(found, Contract), found
    return found


def scored(tmp_path, form, engine="auto"):
    frame = pl.DataFrame(ORDERS, schema_overrides={"total": pl.Float64})
    files = {f"orders.{form}": tmp_path / f"orders.{form}", "skus.csv": tmp_path / "skus.csv"}
    if form == "parquet":
        frame.write_parquet(files["orders.parquet"])
    else:
        files["orders.jsonl"].write_text("\n".join(json.dumps(row) for row in ORDERS))
    files["skus.csv"].write_text("sku\na\nb\n")
    return score(contract(), files, as_of=AS_OF, policy=RULES, engine=engine)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_nested_rules_are_counted(tmp_path, form, engine):
    card = scored(tmp_path, form, engine)
    found = {c.id: (c.evaluated, c.failed) for c in card.checks}
    assert {k: found[k] for k in EXPECTED} == EXPECTED
    samples = {c.id: [(s.row, s.value) for s in c.samples] for c in card.checks}
    assert samples["orders.address.city:not_null"] == [(2, None)]
    assert samples["orders.items.sku:reference"] == [(2, {"sku": "q"})]
    assert card.rows == 4 + 2
    assert next(c for c in card.checks if c.id == "sums").value == 0.0


def test_wrong_shapes_are_type_failures(tmp_path):
    lines = [
        {"id": 1, "address": "Main street 1", "items": 7},
        {"id": 2, "address": True, "items": {"sku": "a"}},
        {"id": 3, "address": {"city": "x", "more": 1}, "items": [3, {"sku": "a", "tags": [1]}]},
    ]
    (tmp_path / "orders.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (tmp_path / "skus.csv").write_text("sku\na\n")
    files = {name: tmp_path / name for name in ("orders.jsonl", "skus.csv")}
    card = score(contract(), files, as_of=AS_OF, policy=RULES)
    found = {c.id: (c.evaluated, c.failed) for c in card.checks}
    assert found["orders.address:type"] == (3, 2)
    assert found["orders.items:type"] == (3, 2)
    assert found["orders.items.sku:not_null"] == (2, 1)
    assert found["orders:documented"] == (5, 1)


def test_a_parquet_column_of_another_shape_fails_as_a_whole(tmp_path):
    frame = pl.DataFrame({"id": [1, 2], "total": [1.0, 2.0], "address": ["a", None], "items": [[1], [2, 3]]})
    frame.write_parquet(tmp_path / "orders.parquet")
    (tmp_path / "skus.csv").write_text("sku\na\n")
    files = {name: tmp_path / name for name in ("orders.parquet", "skus.csv")}
    card = score(contract(), files, as_of=AS_OF, policy=RULES)
    found = {c.id: (c.evaluated, c.failed) for c in card.checks}
    assert found["orders.address:type"] == (1, 1)
    assert found["orders.items:length"] == (2, 0)
    assert found["orders.items:columns"] == (3, 3)


def test_dotted_columns_of_a_table_are_fields(tmp_path):
    (tmp_path / "t.csv").write_text("address.city,address.zip,address.geo.lat\n甲,1,\n,,\n,2,1.5\n")
    geo = {"name": "geo", "logicalType": "object", "properties": [{"name": "lat", "logicalType": "number"}]}
    address = DOCUMENT["schema"][0]["properties"][2]
    address = address | {"properties": [*address["properties"], geo]}
    document = DOCUMENT | {"schema": [{"name": "t", "properties": [address]}]}
    card = score(contract(document), {"t.csv": tmp_path / "t.csv"}, as_of=AS_OF, policy=RULES)
    found = {c.id: (c.evaluated, c.failed) for c in card.checks}
    assert found["t.address:not_null"] == (3, 1)
    assert found["t.address.city:not_null"] == (2, 1)
    assert found["t.address.geo:type"] == (1, 0)
    assert found["t:columns"] == (5, 0)


def test_arrays_need_a_format_that_has_them(tmp_path):
    (tmp_path / "orders.csv").write_text("id,items\n1,[]\n")
    (tmp_path / "skus.csv").write_text("sku\na\n")
    files = {name: tmp_path / name for name in ("orders.csv", "skus.csv")}
    with pytest.raises(CorruptFile, match="array 'items'"):
        score(contract(), files, as_of=AS_OF, policy=RULES)


def nest(depth: int) -> dict:
    inner: dict = {"name": "x", "logicalType": "integer"}
    for _ in range(depth):
        inner = {"name": "o", "logicalType": "object", "properties": [inner]}
    return inner


@pytest.mark.parametrize(
    ("declared", "path"),
    [
        ({"name": "o", "logicalType": "object", "unique": True}, "/schema/0/properties/0/unique"),
        ({"name": "o", "logicalType": "array", "primaryKey": True}, "/schema/0/properties/0/primaryKey"),
        ({"name": "o", "logicalType": "array", "items": 3}, "/schema/0/properties/0/0"),
        ({"name": "o", "logicalType": "object", "items": {}}, "/schema/0/properties/0/items"),
        (nest(12), "/schema/0" + "/properties/0" * 9),
    ],
)
def test_faults_inside_are_named(declared, path):
    document = DOCUMENT | {"schema": [{"name": "t", "properties": [declared]}]}
    found = read(document)
    assert isinstance(found, list)
    assert path in {fault.path for fault in found}
