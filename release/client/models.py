"""The client's models: a Struct for each object of the API description, a closed list of words for each enumeration."""

import keyword
from collections.abc import Mapping
from typing import Any, Final

from release.client.annotations import Annotations, reachable, referred, tags

HEAD: Final = '''"""What the API takes and gives.

Generated from docs/openapi.json by `python -m release.client`: never edited.
Members that may be left out are UNSET unless they are given. In an answer a closed list of words is text, since a newer
centre may know more words than this file.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from msgspec import UNSET, Struct, UnsetType, field

__all__ = [{names}]


class Model(Struct, frozen=True):
    """An object of the API."""
'''

SAID_LENGTH_MAX: Final = 108
NULLABLE: Final = " | None"

EXACT: Final = {("MoneyView", "amount"): "Decimal"}
"""Text on the wire that people compute with."""


def written(description: Mapping[str, Any]) -> str:
    """The module of models, not yet formatted."""
    schemas = description["components"]["schemas"]
    answered = reachable(schemas, _roots(description, "responses"))
    annotations, words = Annotations(schemas), tags(schemas)
    parts = [HEAD.replace("{names}", ", ".join(f'"{name}"' for name in ["Model", *sorted(schemas)]))]
    for name, schema in sorted(schemas.items()):
        if schema.get("type") == "object":
            parts.append(_struct(name, schema, annotations, words.get(name), answer=name in answered))
        else:
            parts.append(f"{name}: TypeAlias = {annotations.of(schema, answer=False)}\n")
    return "\n\n".join(parts)


def _roots(description: Mapping[str, Any], part: str) -> set[str]:
    return {
        name for path in description["paths"].values() for each in path.values() for name in referred(each.get(part))
    }


def _struct(
    name: str, schema: Mapping[str, Any], annotations: Annotations, tag: tuple[str, str] | None, *, answer: bool
) -> str:
    told = f', tag_field="{tag[0]}", tag="{tag[1]}"' if tag else ""
    said = _said(schema)
    lines = [f"class {name}(Model, frozen=True, kw_only=True{told}):", *([f'    """{said}"""', ""] if said else [])]
    required = set(schema.get("required", ()))
    for member, part in schema.get("properties", {}).items():
        if tag and member == tag[0]:
            continue
        annotation = EXACT.get((name, member)) or annotations.of(part, answer=answer)
        lines.append(f"    {_member(member, annotation, required=member in required)}")
    return "\n".join(lines if len(lines) > 1 else [*lines, "    pass"]) + "\n"


def _member(name: str, annotation: str, *, required: bool) -> str:
    written_as = f"{name}_" if keyword.iskeyword(name) else name
    if not required and annotation != "Any":
        annotation = f"{annotation.removesuffix(NULLABLE)} | UnsetType" + NULLABLE * annotation.endswith(NULLABLE)
    if written_as != name:
        default = "" if required else "default=UNSET, "
        return f'{written_as}: {annotation} = field({default}name="{name}")'
    return f"{written_as}: {annotation}" + ("" if required else " = UNSET")


def _said(schema: Mapping[str, Any]) -> str:
    """The first sentence of what the description says of an object, if it says anything."""
    text = str(schema.get("description", "")).strip().partition("\n")[0].replace("\\", "").replace('"', "'")
    return text if len(text) <= SAID_LENGTH_MAX else text[: SAID_LENGTH_MAX - 1] + "…"
