"""The checks of a benchmark's contract in neutral words, which each peer then states in its own language."""

from collections.abc import Iterator
from typing import Any

_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry per check that all are asked: its id as our engine names it, its kind, column and arguments."""
    table = document["schema"][0]
    found = [check for each in table["properties"] for check in _of_column(table["name"], each)]
    for rule in table.get("quality", ()):
        where = rule["query"].partition(" WHERE ")[2]
        found.append({"id": rule["id"], "kind": "expression", "failing": where, "columns": rule.get("columns", [])})
    for level in document.get("slaProperties", ()):
        column = level["element"].rpartition(".")[2]
        found.append(
            {"id": f"{level['element']}:freshness", "kind": "freshness", "column": column, "days": level["value"]}
        )
    return found


def _of_column(table: str, declared: dict[str, Any]) -> Iterator[dict[str, Any]]:
    column, options = declared["name"], declared.get("logicalTypeOptions", {})

    def check(kind: str, name: str = "", **arguments: Any) -> dict[str, Any]:
        return {"id": f"{table}.{column}:{name or kind}", "kind": kind, "column": column} | arguments

    if declared.get("required"):
        yield check("not_null")
    if declared.get("unique"):
        yield check("unique")
    if "pattern" in options:
        yield check("pattern", regex=options["pattern"])
    if bounds := {k: v for k, v in options.items() if k in _BOUNDS}:
        is_time = declared["logicalType"] == "timestamp"
        yield check("range", "period" if is_time else "range", bounds=bounds, timestamp=is_time)
    if "minLength" in options:
        yield check("length", low=options["minLength"], high=options["maxLength"])
    if "enum" in declared:
        yield check("set", values=declared["enum"])
    for relation in declared.get("relationships", ()):
        target, _, key = relation["to"].partition(".")
        yield check("reference", table=target, key=key)
