"""The checks in soda-core, on DuckDB over the same Parquet files; its reports to its makers are switched off."""

import os

os.environ["SODA_CORE_TELEMETRY_ENABLED"] = "false"

import tempfile
from pathlib import Path
from typing import Any

import duckdb
from common import Counts, failing, main
from ruamel.yaml import YAML
from soda_core.contracts.api.verify_api import verify_contract_locally
from soda_core.contracts.contract_verification import CheckOutcome
from soda_duckdb.common.data_sources.duckdb_data_source import DuckDBDataSourceImpl


def work(spec: dict[str, Any]) -> Counts:
    connection = duckdb.connect(config={"threads": 2, "memory_limit": spec["memory_limit"]})
    for name, path in spec["tables"].items():
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
    source = DuckDBDataSourceImpl.from_existing_cursor(connection, name="bench")
    table = next(iter(spec["tables"]))
    columns: dict[str, list] = {}
    whole: list = []
    for check in spec["checks"]:
        own = columns.setdefault(check["column"], []) if "column" in check else whole
        (whole if check["kind"] in ("expression", "freshness", "range") else own).append(stated(check))
    contract = {
        "dataset": f"bench/main/{table}",
        "columns": [{"name": name} | ({"checks": checks} if checks else {}) for name, checks in columns.items()],
        "checks": whole,
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contract.yml"
        with path.open("w") as stream:
            YAML().dump(contract, stream)
        verified = verify_contract_locally(
            data_sources=[source], contract_file_path=str(path), data_timestamp=spec["as_of"], publish=False
        )
    counts: Counts = {}
    for result in verified.contract_verification_results[0].check_results:
        if result.outcome is CheckOutcome.NOT_EVALUATED:
            continue
        value = result.outcome is CheckOutcome.FAILED if result.check.type == "freshness" else result.threshold_value
        counts[result.check.name] = int(value)
    return counts


def stated(check: dict[str, Any]) -> dict[str, Any]:
    named = {"name": check["id"], "qualifier": check["kind"]}
    match check["kind"]:
        case "not_null":
            return {"missing": named}
        case "unique":
            return {"duplicate": named}
        case "pattern":
            return {"invalid": named | {"valid_format": {"regex": check["regex"], "name": check["id"]}}}
        case "set":
            return {"invalid": named | {"valid_values": check["values"]}}
        case "length":
            return {"invalid": named | {"valid_min_length": check["low"], "valid_max_length": check["high"]}}
        case "reference":
            to = {"dataset": f"bench/main/{check['table']}", "column": check["key"]}
            return {"invalid": named | {"valid_reference_data": to}}
        case "range":
            return {"failed_rows": named | {"qualifier": check["id"], "expression": failing(check)}}
        case "expression":
            return {"failed_rows": named | {"qualifier": check["id"], "expression": check["failing"]}}
        case _:
            limit = {"unit": "day", "must_be_less_than_or_equal": check["days"]}
            return {"freshness": named | {"column": check["column"], "threshold": limit}}


main(work)
