"""What the released API promised, in short: `python -m release.api > release/api-released.txt` at a release.

One line for each operation with its query (`?name`, needed `?name!`), and one for each schema with its members (needed
`name!`); a change that takes any of it away, or needs more of a caller, has to stand in the changelog.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DESCRIPTION = ROOT / "docs" / "openapi.json"
RELEASED = Path(__file__).with_name("api-released.txt")
SCHEMAS = "#/components/schemas/"


def fingerprint(spec: Mapping[str, Any]) -> list[str]:
    """A description as lines, in an order of their own."""
    return sorted([*_operations(spec), *_schemas(spec)])


def breaks(released: list[str], spec: Mapping[str, Any]) -> list[str]:
    """What of a released description is gone, and what a caller has to give that was not needed, by name.

    `get_order` is an operation that is gone or elsewhere, `get_order?limit` a parameter, `OrderView.id` a member.
    """
    now = {_head(line): line.split() for line in fingerprint(spec)}
    asked = _asked(spec)
    broken: list[str] = []
    for line in released:
        before, after = line.split(), now.get(_head(line))
        kind, name, *rest = before
        mark = "." if kind == "schema" else ""
        if after is None or (kind == "operation" and after[2:4] != before[2:4]):
            # A schema that nobody's members speak of any more is missed by those members, not by itself.
            broken += [name] if kind == "operation" else [f"{name}.{each.rstrip('!')}" for each in rest]
            continue
        had, has = set(rest), set(after[2:])
        gone = {each.rstrip("!") for each in had} - {each.rstrip("!") for each in has}
        needed = (
            {each.rstrip("!") for each in has - had if each.endswith("!")} if mark == "" or name in asked else set()
        )
        broken += [f"{name}{mark}{each}" for each in sorted(gone | needed)]
    return sorted(broken)


def _head(line: str) -> str:
    return " ".join(line.split()[:2])


def _operations(spec: Mapping[str, Any]) -> Iterator[str]:
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            query = [
                f"?{each['name']}{'!' if each.get('required') else ''}"
                for each in operation.get("parameters", ())
                if each["in"] == "query"
            ]
            yield " ".join(["operation", operation["operationId"], method.upper(), path, *sorted(query)])


def _schemas(spec: Mapping[str, Any]) -> Iterator[str]:
    for name, schema in spec["components"]["schemas"].items():
        needed = set(schema.get("required", ()))
        members = [f"{each}{'!' if each in needed else ''}" for each in schema.get("properties", ())]
        if members:
            yield " ".join(["schema", name, *sorted(members)])


def _asked(spec: Mapping[str, Any]) -> set[str]:
    """The schemas that a caller sends, within others too."""
    schemas = spec["components"]["schemas"]
    every = [operation for methods in spec["paths"].values() for operation in methods.values()]
    waiting = [operation["requestBody"] for operation in every if "requestBody" in operation]
    reached: set[str] = set()
    while waiting:
        for name in _named(waiting.pop()):
            if name not in reached:
                reached.add(name)
                waiting.append(schemas[name])
    return reached


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key == "$ref":
                yield each.removeprefix(SCHEMAS)
            else:
                yield from _named(each)
    elif isinstance(value, list):
        for each in value:
            yield from _named(each)


if __name__ == "__main__":
    sys.stdout.write("\n".join(fingerprint(json.loads(DESCRIPTION.read_text(encoding="utf-8")))) + "\n")
