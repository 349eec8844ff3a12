"""Coal transactions with planted defects, made by hashing row numbers, so that every count is known beforehand.

Every defect is a residue of a hash of the row number; `planted` counts the residues in plain Python-free SQL over the
same hashes, apart from the data, and so does not look at what was written.
"""

from pathlib import Path

import duckdb

AS_OF = "2026-11-21T00:00:00"
REGIONS = 3000
KINDS = ("anthracite", "lean", "coking", "gas", "fat", "lignite", "steam", "meagre")

_HASHES = """
SELECT i, hash(i) h1, hash(i+7000000000) h2, hash(i+9000000000) h3, hash(i+11000000000) h4, hash(i+13000000000) h5,
       hash(i+17000000000) h6, hash(i+19000000000) h7 FROM range({rows}) t(i)
"""
_DATA = """
WITH b AS ({hashes}), c AS (SELECT *,
  round(1 + (h2 % 5000000)/1000.0, 3)::DOUBLE AS q,
  round(150 + (h3 % 200000)/100.0, 2)::DOUBLE AS p,
  TIMESTAMP '2026-11-20 00:00:00' - to_seconds((h1 % 94608000)::BIGINT) AS cts FROM b)
SELECT
  (CASE WHEN h1 % 10000 = 1 THEN i - 1 ELSE i END)::BIGINT AS tx_id,
  CASE WHEN h2 % 500 = 3 THEN 'ct-' || i WHEN h2 % 2000 = 4 THEN NULL
       WHEN h2 % 20000 = 5 THEN printf('CT%012d', i - 3) ELSE printf('CT%012d', i) END AS order_no,
  CASE WHEN h3 % 2000 = 5 THEN NULL WHEN h3 % 3000 = 6 THEN cts + INTERVAL 5 YEAR ELSE cts END AS contract_ts,
  CASE WHEN h4 % 10 = 0 THEN NULL WHEN h4 % 300 = 7 THEN cts - INTERVAL 3 DAY
       ELSE cts + to_seconds((h4 % 2592000)::BIGINT) END AS settle_ts,
  CASE WHEN h5 % 1000 = 2 THEN '999999' WHEN h5 % 5000 = 3 THEN 'ABC' WHEN h5 % 2500 = 4 THEN NULL
       ELSE printf('%06d', 110000 + (h5 % 3000) * 173) END AS region_code,
  CASE WHEN h6 % 800 = 1 THEN 'unknown' WHEN h6 % 3000 = 2 THEN NULL
       ELSE list_extract({kinds}, (h6 % 8)::INT + 1) END AS coal_type,
  CASE WHEN h6 % 20 = 0 THEN NULL WHEN h6 % 5000 = 1 THEN 'NaN'::DOUBLE WHEN h6 % 700 = 3 THEN 99999.0
       ELSE round(3500 + (h7 % 400000)/100.0, 2) END AS calorific,
  CASE WHEN h7 % 30 = 0 THEN NULL WHEN h7 % 900 = 1 THEN -1.0 ELSE round((h7 % 50000)/10000.0, 4) END AS sulfur_pct,
  CASE WHEN h2 % 1500 = 2 THEN -q WHEN h2 % 4000 = 9 THEN NULL ELSE q END AS quantity_t,
  CASE WHEN h3 % 1200 = 2 THEN 0.0 ELSE p END AS unit_price,
  CASE WHEN h4 % 600 = 1 THEN round(q * p * 1.1, 2) ELSE round(q * p, 2) END AS amount,
  CASE WHEN h5 % 650 = 1 THEN 'XX' || (h5 % 1000000)
       ELSE '91' || printf('%06d', (110000 + (h5 % 800000))::BIGINT) || 'MA'
         || translate(upper(left(md5((h5 % 200000)::VARCHAR), 8)), 'IOSVZ', '10562') END AS buyer_uscc
FROM c
"""
TABLES = ("tx", "regions")

PLANTED = {
    "tx.order_no:not_null": "h2 % 500 <> 3 AND h2 % 2000 = 4",
    "tx.order_no:pattern": "h2 % 500 = 3",
    "tx.contract_ts:not_null": "h3 % 2000 = 5",
    "tx.contract_ts:not_future": "h3 % 2000 <> 5 AND h3 % 3000 = 6 AND "
    "TIMESTAMP '2026-11-20' - to_seconds((h1 % 94608000)::BIGINT) + INTERVAL 5 YEAR > TIMESTAMP '2026-11-21'",
    "tx.region_code:not_null": "h5 % 1000 <> 2 AND h5 % 5000 <> 3 AND h5 % 2500 = 4",
    "tx.region_code:pattern": "h5 % 1000 <> 2 AND h5 % 5000 = 3",
    "tx.region_code:reference": "h5 % 1000 = 2 OR h5 % 5000 = 3",
    "tx.coal_type:not_null": "h6 % 800 <> 1 AND h6 % 3000 = 2",
    "tx.coal_type:set": "h6 % 800 = 1",
    "tx.calorific:range": "h6 % 20 <> 0 AND h6 % 5000 <> 1 AND h6 % 700 = 3",
    "tx.sulfur_pct:range": "h7 % 30 <> 0 AND h7 % 900 = 1",
    "tx.quantity_t:not_null": "h2 % 1500 <> 2 AND h2 % 4000 = 9",
    "tx.quantity_t:range": "h2 % 1500 = 2",
    "tx.unit_price:range": "h3 % 1200 = 2",
    "tx.buyer_uscc:length": "h5 % 650 = 1",
    "tx.buyer_uscc:pattern": "h5 % 650 = 1",
}
"""Planted defects as conditions over the hashes alone, by the id of the check that must find them."""

PANDAS = {
    "settle_after_contract": "settle_ts < contract_ts",
    "amount_consistent": "abs(amount - quantity_t * unit_price) > 1.0",
    "anthracite_calorific": "(coal_type == 'anthracite') & (calorific < 3600)",
}
"""What fails the rules over rows as pandas spells it, for peers that take no SQL; false where a value is missing."""

NANS = "h6 % 20 <> 0 AND h6 % 5000 = 1"
"""Where `calorific` is NaN, as a condition over the hashes: missing to us, a number beyond all others to DuckDB."""


def generate(folder: Path, rows: int) -> dict[str, Path]:
    """Write tx.parquet and regions.parquet; the same number of rows gives the same data."""
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "4GB"})
    connection.execute("SET enable_progress_bar = false")
    options = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
    paths = {name: folder / name for name in ("tx.parquet", "regions.parquet")}
    query = _DATA.format(hashes=_HASHES.format(rows=rows), kinds=list(KINDS))
    connection.execute(f"COPY ({query}) TO '{paths['tx.parquet']}' {options}")
    regions = f"SELECT printf('%06d', 110000 + i * 173) AS region_code FROM range({REGIONS}) t(i)"
    connection.execute(f"COPY ({regions}) TO '{paths['regions.parquet']}' {options}")
    return paths


def planted(rows: int) -> dict[str, int]:
    """How many of each planted defect there are, from the hashes alone."""
    sums = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in PLANTED.values())
    found = duckdb.sql(f"SELECT {sums} FROM ({_HASHES.format(rows=rows)})").fetchall()[0]
    return dict(zip(PLANTED, found, strict=True))


def nans(rows: int) -> int:
    """How many values of `calorific` are NaN."""
    found = duckdb.sql(f"SELECT count(*) FILTER (WHERE {NANS}) FROM ({_HASHES.format(rows=rows)})").fetchall()[0]
    return int(found[0])


def contract() -> dict:
    """The 27 checks of the benchmark as an ODCS document: 25 over rows, 2 over keys, and their types beside."""

    def column(name: str, kind: str, *, required: bool = False, **more: object) -> dict:
        return {"name": name, "logicalType": kind, "required": required} | more

    def rule(name: str, where: str) -> dict:
        return {"id": name, "type": "sql", "query": f"SELECT COUNT(*) FROM {{object}} WHERE {where}", "mustBe": 0}

    uscc = "^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
    return {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": "coal-transactions",
        "version": "1.0.0",
        "schema": [
            {
                "name": "tx",
                "properties": [
                    column("tx_id", "integer", required=True, unique=True),
                    column(
                        "order_no",
                        "string",
                        required=True,
                        unique=True,
                        logicalTypeOptions={"pattern": "^CT[0-9]{12}$"},
                    ),
                    column(
                        "contract_ts", "timestamp", required=True, logicalTypeOptions={"minimum": "2020-01-01T00:00:00"}
                    ),
                    column("settle_ts", "timestamp"),
                    column(
                        "region_code",
                        "string",
                        required=True,
                        logicalTypeOptions={"pattern": "^[0-9]{6}$"},
                        relationships=[{"to": "regions.region_code"}],
                    ),
                    column("coal_type", "string", required=True, enum=list(KINDS)),
                    column("calorific", "number", logicalTypeOptions={"minimum": 1000, "maximum": 8000}),
                    column("sulfur_pct", "number", logicalTypeOptions={"minimum": 0, "maximum": 10}),
                    column("quantity_t", "number", required=True, logicalTypeOptions={"exclusiveMinimum": 0}),
                    column(
                        "unit_price",
                        "number",
                        required=True,
                        logicalTypeOptions={"exclusiveMinimum": 0, "maximum": 5000},
                    ),
                    column("amount", "number", required=True, logicalTypeOptions={"minimum": 0}),
                    column(
                        "buyer_uscc",
                        "string",
                        required=True,
                        logicalTypeOptions={"pattern": uscc, "minLength": 18, "maxLength": 18},
                    ),
                ],
                "quality": [
                    rule("settle_after_contract", "NOT (settle_ts >= contract_ts)"),
                    rule("amount_consistent", "NOT (ABS(amount - quantity_t * unit_price) <= 1.0)"),
                    rule("anthracite_calorific", "coal_type = 'anthracite' AND NOT (calorific >= 3600)"),
                ],
            },
            {"name": "regions", "properties": [column("region_code", "string")]},
        ],
        "slaProperties": [{"property": "latency", "value": 2, "unit": "d", "element": "tx.contract_ts"}],
    }
