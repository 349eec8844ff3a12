"""A contract of an earlier ODCS v3 as a document of the version that is written: the same promises, today's words.

The result is valid by the published JSON schema of the standard and means the same to our reader; the document that
was given is kept beside it, unchanged.
"""

from collections.abc import Callable, Mapping
from typing import Any

VERSION = "v3.2.0"
"""The version of ODCS that is written."""

_METRICS = {
    "duplicateCount": "duplicateValues",
    "duplicates": "duplicateValues",
    "nullCount": "nullValues",
    "nullCheck": "nullValues",
    "countCheck": "rowCount",
    "validValues": "invalidValues",
}
"""Names of library rules before v3.1, and the metrics that they became."""
_CLOCK = ("HH", "hh", "mm")
_OLD = ("nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount")


def upgraded(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give the document in the version that is written; what is not understood stays as it is."""
    found = dict(document) | {"apiVersion": VERSION}
    if isinstance(found.get("schema"), list):
        found["schema"] = [_object(item) for item in found["schema"]]
    if isinstance(found.get("team"), list):
        found["team"] = {"members": found["team"]}
    return found


def _object(item: Any) -> Any:
    if not isinstance(item, Mapping):
        return item
    return _mapped(dict(item) | {"logicalType": "object"}, properties=_property, quality=_quality)


def _property(declared: Any) -> Any:
    if not isinstance(declared, Mapping):
        return declared
    found = dict(declared)
    options = found.get("logicalTypeOptions")
    told = options.get("format") if isinstance(options, Mapping) else None
    if found.get("logicalType") == "date" and isinstance(told, str) and any(part in told for part in _CLOCK):
        found["logicalType"] = "timestamp"  # Before v3.1 a date could carry a time of day.
    if isinstance(found.get("enum"), list):
        found["enum"] = [each if isinstance(each, Mapping) else {"value": each} for each in found["enum"]]
    if isinstance(found.get("items"), Mapping):
        found["items"] = _property(found["items"])
    return _mapped(found, properties=_property, quality=_quality)


def _quality(rule: Any) -> Any:
    if not isinstance(rule, Mapping):
        return rule
    found = dict(rule)
    if isinstance(name := found.get("rule"), str) and "metric" not in found and (name in _METRICS or name in _OLD):
        found["metric"] = _METRICS.get(found.pop("rule"), name)
    if found.get("metric") == "invalidValues" and isinstance(values := found.pop("validValues", None), list):
        found["arguments"] = {"validValues": values}
        if not any(key.startswith("must") for key in found):
            found["mustBe"] = 0
    if isinstance(dialect := found.pop("dialect", None), str):
        custom = found.get("customProperties")
        own = list(custom) if isinstance(custom, list) else []
        found["customProperties"] = [*own, {"property": "dialect", "value": dialect}]
    return found


def _mapped(found: dict[str, Any], **each: Callable[[Any], Any]) -> dict[str, Any]:
    for key, change in each.items():
        if isinstance(found.get(key), list):
            found[key] = [change(item) for item in found[key]]
    return found
