"""The limit: the 27 checks of the coal contract as somebody would write them by hand for one engine, in one pass."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from bench.quality.coal import AS_OF, KINDS

_USCC = "^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
_REQUIRED = (
    "tx_id",
    "order_no",
    "contract_ts",
    "region_code",
    "coal_type",
    "quantity_t",
    "unit_price",
    "amount",
    "buyer_uscc",
)


def with_polars(paths: dict[str, Path], *, keys: bool) -> dict[str, int]:
    """Polars streaming, one select; keys are grouped in the same run."""
    frame, column = pl.scan_parquet(paths["tx.parquet"]), pl.col
    as_of = datetime.fromisoformat(AS_OF)
    regions = pl.read_parquet(paths["regions.parquet"])["region_code"].to_list()
    number = {c: column(c).fill_nan(None) for c in ("calorific", "sulfur_pct", "quantity_t", "unit_price", "amount")}
    failing = {f"tx.{c}:not_null": number.get(c, column(c)).is_null() for c in _REQUIRED} | {
        "tx.order_no:pattern": ~column("order_no").str.contains("^CT[0-9]{12}$"),
        "tx.region_code:pattern": ~column("region_code").str.contains("^[0-9]{6}$"),
        "tx.buyer_uscc:pattern": ~column("buyer_uscc").str.contains(_USCC),
        "tx.buyer_uscc:length": column("buyer_uscc").str.len_chars() != 18,
        "tx.coal_type:set": ~column("coal_type").is_in(KINDS),
        "tx.contract_ts:period": column("contract_ts") < datetime(2020, 1, 1),  # noqa: DTZ001 -- as the file has it
        "tx.calorific:range": ~number["calorific"].is_between(1000, 8000),
        "tx.sulfur_pct:range": ~number["sulfur_pct"].is_between(0, 10),
        "tx.quantity_t:range": ~(number["quantity_t"] > 0),
        "tx.unit_price:range": ~((number["unit_price"] > 0) & (number["unit_price"] <= 5000)),
        "tx.amount:range": ~(number["amount"] >= 0),
        "settle_after_contract": ~(column("settle_ts") >= column("contract_ts")),
        "amount_consistent": ~((number["amount"] - number["quantity_t"] * number["unit_price"]).abs() <= 1.0),
        "anthracite_calorific": (column("coal_type") == "anthracite") & ~(number["calorific"] >= 3600),
        "tx.region_code:reference": ~column("region_code").is_in(regions),
    }
    newest = column("contract_ts").filter(column("contract_ts") <= as_of).max().alias("newest")
    runs = [frame.select(*[failed.sum().alias(name) for name, failed in failing.items()], newest)]
    if keys:
        for name in ("tx_id", "order_no"):
            groups = frame.select(name).drop_nulls().group_by(name).agg(pl.len().alias("n"))
            runs.append(groups.select((column("n") - 1).sum().alias(f"tx.{name}:unique")))
    found = {k: v for part in pl.collect_all(runs, engine="streaming") for k, v in part.row(0, named=True).items()}
    return _counts(found)


def with_duckdb(paths: dict[str, Path], spill: Path, *, keys: bool) -> dict[str, int]:
    """DuckDB, one SELECT; a GROUP BY for each key."""
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "2000MB", "temp_directory": str(spill)})
    connection.execute("SET preserve_insertion_order = false; SET disabled_optimizers = 'statistics_propagation'")

    def number(name: str) -> str:
        return f"(CASE WHEN NOT isnan({name}) THEN {name} END)"

    floats = {"calorific", "sulfur_pct", "quantity_t", "unit_price", "amount"}
    failing = {f"tx.{c}:not_null": f"{number(c) if c in floats else c} IS NULL" for c in _REQUIRED} | {
        "tx.order_no:pattern": "NOT regexp_matches(order_no, '^CT[0-9]{12}$')",
        "tx.region_code:pattern": "NOT regexp_matches(region_code, '^[0-9]{6}$')",
        "tx.buyer_uscc:pattern": f"NOT regexp_matches(buyer_uscc, '{_USCC}')",
        "tx.buyer_uscc:length": "length(buyer_uscc) <> 18",
        "tx.coal_type:set": f"coal_type NOT IN {KINDS}",
        "tx.contract_ts:period": "contract_ts < TIMESTAMP '2020-01-01'",
        "tx.calorific:range": f"NOT ({number('calorific')} BETWEEN 1000 AND 8000)",
        "tx.sulfur_pct:range": f"NOT ({number('sulfur_pct')} BETWEEN 0 AND 10)",
        "tx.quantity_t:range": f"NOT ({number('quantity_t')} > 0)",
        "tx.unit_price:range": f"NOT ({number('unit_price')} > 0 AND {number('unit_price')} <= 5000)",
        "tx.amount:range": f"NOT ({number('amount')} >= 0)",
        "settle_after_contract": "NOT (settle_ts >= contract_ts)",
        "amount_consistent": f"NOT (abs({number('amount')} - {number('quantity_t')} * {number('unit_price')}) <= 1.0)",
        "anthracite_calorific": f"coal_type = 'anthracite' AND NOT ({number('calorific')} >= 3600)",
        "tx.region_code:reference": "region_code IS NOT NULL AND r.code IS NULL",
    }
    sums = ", ".join(f'sum(CASE WHEN {failed} THEN 1 ELSE 0 END) AS "{name}"' for name, failed in failing.items())
    source = f"read_parquet('{paths['tx.parquet']}')"
    regions = f"(SELECT DISTINCT region_code AS code FROM read_parquet('{paths['regions.parquet']}')) r"
    newest = f"max(CASE WHEN contract_ts <= TIMESTAMP '{AS_OF}' THEN contract_ts END) AS newest"
    query = f"SELECT {sums}, {newest} FROM {source} LEFT JOIN {regions} ON region_code = r.code"
    found = connection.sql(query).pl().row(0, named=True)
    if keys:
        connection.execute("SET disabled_optimizers = ''")
        for name in ("tx_id", "order_no"):
            groups = f"SELECT count(*) AS n FROM {source} WHERE {name} IS NOT NULL GROUP BY {name}"
            found |= connection.sql(f'SELECT sum(n - 1) AS "tx.{name}:unique" FROM ({groups})').pl().row(0, named=True)
    return _counts(found)


def _counts(found: dict) -> dict[str, int]:
    newest = found.pop("newest").replace(tzinfo=UTC)
    age = datetime.fromisoformat(AS_OF).replace(tzinfo=UTC) - newest
    return {name: int(value or 0) for name, value in found.items()} | {"tx.contract_ts:freshness": int(age.days >= 2)}
