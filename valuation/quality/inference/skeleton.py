"""The nesting of data before anything is known of its values: which columns hold objects, which hold arrays.

It is told as the `properties` of a contract, so that the reader of contracts understands it as it would a written one.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from msgspec import Struct, field

from valuation.quality.contract.contract import LogicalType

Properties = list[dict[str, Any]]
_INT64 = 1 << 63


class PlaceSummary(Struct):
    """All that one place of JSON data was seen to hold."""

    kinds: set[str] = field(default_factory=set)
    fields: dict[str, "PlaceSummary"] = field(default_factory=dict)
    items: "PlaceSummary | None" = None

    def add(self, value: Any) -> None:
        """Look at one more value."""
        if isinstance(value, dict):
            self.kinds.add("object")
            for key, inner in value.items():
                self.fields.setdefault(key, PlaceSummary()).add(inner)
        elif isinstance(value, list):
            self.kinds.add("array")
            self.items = self.items or PlaceSummary()
            for inner in value:
                self.items.add(inner)
        elif isinstance(value, bool):
            self.kinds.add("boolean")
        elif isinstance(value, int):
            self.kinds.add("integer" if -_INT64 < value < _INT64 else "number")
        elif value is not None:
            self.kinds.add("number" if isinstance(value, float) else "string")

    def declared(self, name: str) -> dict[str, Any]:
        """What a contract would call this place; text where values are of several kinds."""
        (kind,) = (
            self.kinds if len(self.kinds) == 1 else ("number" if self.kinds == {"integer", "number"} else "string",)
        )
        found: dict[str, Any] = {"name": name, "logicalType": kind}
        if kind == "object" and self.fields:
            found["properties"] = [inner.declared(key) for key, inner in self.fields.items()]
        if kind == "array" and self.items is not None and self.items.kinds:
            found["items"] = self.items.declared("item")
        return found


def of_json(records: Iterable[dict[str, Any]]) -> Properties:
    """The columns of JSON lines, all of which are looked at."""
    root = PlaceSummary()
    for record in records:
        root.add(record)
    return [inner.declared(key) for key, inner in root.fields.items()]


def of_types(schema: Mapping[str, pl.DataType]) -> Properties:
    """The columns of a Parquet file."""
    found = [_of_type(name, dtype) for name, dtype in schema.items()]
    return [each for each in found if each is not None]


def _of_type(name: str, dtype: Any) -> dict[str, Any] | None:
    if dtype in (pl.Binary, pl.Null, pl.Duration) or dtype == pl.Object:
        return None
    if isinstance(dtype, pl.Struct):
        inner = [_of_type(f.name, f.dtype) for f in dtype.fields]
        return {"name": name, "logicalType": "object", "properties": [each for each in inner if each is not None]}
    if isinstance(dtype, pl.List | pl.Array):
        item = _of_type("item", dtype.inner)
        return {"name": name, "logicalType": "array"} | ({"items": item} if item is not None else {})
    return {"name": name, "logicalType": str(LogicalType.STRING)}


def is_nested(properties: Properties) -> bool:
    """Say whether anything holds anything else."""
    return any(each["logicalType"] in ("object", "array") for each in properties)
