"""The data dictionary of a product: each column as its contract describes it and as its signed profile counts it; pure.

The profile is the one that is signed and shown to everybody: values that may not be shown are shapes in it already, and
quantiles and histogram are left out.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from market.catalogue.facts.schemas import ColumnView, ObjectView, Statistics
from valuation.quality.profile.masking import plain

Body = Mapping[str, Any]


def objects(card: Body, contract: Body) -> list[ObjectView]:
    """Every table of a scorecard's body, its columns in their order, with the words of the contract."""
    words, rows = _words(contract), _rows(card)
    return [
        ObjectView(name, rows.get(name), [_column(each, words.get((name, each["column"]), {})) for each in columns])
        for name, columns in card.get("profile", {}).items()
    ]


def _rows(card: Body) -> dict[str, int]:
    counted: dict[str, int] = {}
    for file in card.get("files", ()):
        counted[file["object"]] = counted.get(file["object"], 0) + file["rows"]
    return counted


def _words(contract: Body) -> dict[tuple[str, str], Body]:
    """What a contract says of each column, by the names under which the profile has it."""
    return {
        (str(each.get("name")), plain(str(declared.get("physicalName") or declared.get("name")))): declared
        for each in contract.get("schema") or ()
        for declared in each.get("properties") or ()
    }


def _column(profile: Body, declared: Body) -> ColumnView:
    return ColumnView(
        column=profile["column"],
        title=_text(declared, "businessName"),
        description=_text(declared, "description"),
        logical_type=_text(declared, "logicalType"),
        required=bool(declared.get("required")) if declared else None,
        unique=bool(declared.get("unique") or declared.get("primaryKey")) if declared else None,
        statistics=msgspec.convert({"masked": False, **profile}, Statistics),
    )


def _text(declared: Body, name: str) -> str | None:
    value = declared.get(name)
    return value if isinstance(value, str) and value else None
