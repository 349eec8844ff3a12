"""The JSON Schema of a manifest, from the API description: what an editor checks is what the centre asks for."""

import json
from typing import Any, Final

KINDS: Final = {"listing": "ListingManifest"}
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_COMPONENTS: Final = "#/components/schemas/"
_OPENAPI_ONLY: Final = ("discriminator", "examples")


def written(description: dict[str, Any], name: str) -> str:
    """The schema of one kind of manifest with everything that it refers to, as a file."""
    schemas = description["components"]["schemas"]
    needed: dict[str, Any] = {}
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each not in needed:
            needed[each] = _own(schemas[each], waiting)
    top = needed.pop(name)
    document = {"$schema": DIALECT, **top, "$defs": dict(sorted(needed.items()))}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _own(schema: Any, waiting: list[str]) -> Any:
    """A schema with references of its own; those that it needs are noted."""
    if isinstance(schema, list):
        return [_own(each, waiting) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made: dict[str, Any] = {}
    for name, value in schema.items():
        if name == "$ref":
            target = value.removeprefix(_COMPONENTS)
            waiting.append(target)
            made[name] = f"#/$defs/{target}"
        elif name == "properties":
            made[name] = {each: _own(inner, waiting) for each, inner in value.items()}
        elif name not in _OPENAPI_ONLY:
            made[name] = _own(value, waiting)
    return made
