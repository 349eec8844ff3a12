"""The contract itself in datacontract-cli; its own dialect where it leaves out what the standard means."""

import copy
from pathlib import Path
from typing import Any

import duckdb
import yaml
from common import Counts, main
from datacontract.data_contract import DataContract

_TYPES = {"integer": "BIGINT", "string": "VARCHAR", "timestamp": "TIMESTAMP", "number": "DOUBLE", "date": "DATE"}
_KINDS = {
    "field_required": "not_null",
    "field_unique": "unique",
    "field_regex": "pattern",
    "field_minimum": "range",
    "field_maximum": "range",
    "field_not_equal": "range",
    "field_min_length": "length",
    "field_max_length": "length",
    "field_invalid_values": "set",
    "field_relationships": "reference",
}
"""Its types of checks; what it makes of one of ours in two parts is added up."""


def work(spec: dict[str, Any]) -> Counts:
    document = stated(spec)
    connection = duckdb.connect(config={"threads": 2, "memory_limit": spec["memory_limit"]})
    run = DataContract(data_contract_str=yaml.safe_dump(document), duckdb_connection=connection).test()
    table, counts = document["schema"][0]["name"], dict[str, int]()
    periods = {check["column"] for check in spec["checks"] if check.get("timestamp")}
    for check in run.checks:
        if check.model != table or "value" not in (found := check.diagnostics or {}):
            continue
        kind = _KINDS.get(check.type)
        name = check.qualityId if kind is None else f"{table}.{check.field}:{kind}"
        if kind == "range" and check.field in periods:
            name = f"{table}.{check.field}:period"
        assert name is not None, check
        counts[name] = counts.get(name, 0) + int(found["value"])
    return counts  # Its freshness is measured by the clock on the wall, and is not compared.


def stated(spec: dict[str, Any]) -> dict[str, Any]:
    """Sets and service levels in the words that it counts by, and where the files are."""
    document = copy.deepcopy(spec["document"])
    folder = Path(next(iter(spec["tables"].values()))).parent
    document["status"] = "active"
    files = f"{folder}/{{model}}.parquet"
    document["servers"] = [{"server": "local", "type": "local", "path": files, "format": "parquet"}]
    for table in document["schema"]:
        table["physicalType"] = "table"
        for column in table["properties"]:
            column["physicalType"] = _TYPES[column["logicalType"]]
            if values := column.pop("enum", None):
                rule = {"id": "set", "metric": "invalidValues", "arguments": {"validValues": values}, "mustBe": 0}
                column["quality"] = [rule]
        for rule in table.get("quality", ()):
            rule.pop("columns", None)
    for level in document.get("slaProperties", ()):
        level["property"] = "freshness"
    return document


main(work)
