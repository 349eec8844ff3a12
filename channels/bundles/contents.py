"""What a bundle holds: the delivered files, and what its descriptions say of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from channels.publishing.making.tables import names_of
from contracts.usage.tree import UsagePolicy
from kernel.storage.names import media_type

FOLDER: Final = "data"
"""The folder of the archive that holds the delivered files."""

_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the provider's data contract declares it; `logical_type` is one of ODCS."""

    name: str
    logical_type: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class BundledFile:
    """A delivered file with its place in the archive, and its columns where the data contract declares them."""

    name: str
    sha256: str
    size_bytes: int
    columns: tuple[Column, ...] = ()

    @property
    def path(self) -> str:
        """Where the archive holds it."""
        return f"{FOLDER}/{self.name}"

    @property
    def media_type(self) -> str:
        """What its name says that it is."""
        return media_type(self.name)

    @property
    def ending(self) -> str:
        """The ending of its name, in small letters."""
        return self.name.rpartition(".")[2].lower()


@dataclass(frozen=True, slots=True)
class Contents:
    """One delivered revision (交付版本) under its agreement; `terms_url` leads to what was agreed."""

    title_zh: str
    title_en: str
    provider: str
    buyer: str
    order_id: str
    agreement_id: str
    agreement_digest: str
    terms_url: str
    revision_id: str
    revision_number: int
    delivered_at: datetime
    files: tuple[BundledFile, ...]

    @property
    def version(self) -> str:
        """The revision's number, as both formats count: each revision may change what the one before said."""
        return f"{self.revision_number}.0.0"


def licensed(contract: Mapping[str, Any], policy: UsagePolicy) -> dict[str, Any]:
    """An ODCS document as a policy licenses it: the objects and columns of its scope alone.

    Where files are made to a scope or to marks, each object is named as its files are.
    """
    if not policy.scope and not policy.marks:
        return dict(contract)
    columns = {part.table: part.columns for part in policy.scope}
    names = names_of([str(each["name"]) for each in contract["schema"]])
    objects = [
        {
            "name": names[each["name"]],
            "properties": [
                p for p in each.get("properties", ()) if not policy.scope or _column(p).name in columns[each["name"]]
            ],
        }
        for each in contract["schema"]
        if not policy.scope or each["name"] in columns
    ]
    return {**contract, "schema": objects}


def described(files: Sequence[Mapping[str, Any]], contract: Mapping[str, Any] | None) -> tuple[BundledFile, ...]:
    """Files {name, sha256, size_bytes} with the columns that an ODCS document declares of the object of their name.

    As for a score, a single file and a single object need no common name (valuation.quality.reading.opening.match).
    """
    objects = list((contract or {}).get("schema", ()))
    alone = objects[0] if len(objects) == len(files) == 1 else {}
    by_name = {name: each for each in objects for name in (each["name"], each.get("physicalName")) if name}
    made = []
    for file in files:
        name = str(file["name"])
        declared = by_name.get(name) or by_name.get(name.rpartition(".")[0]) or alone
        made.append(BundledFile(name, str(file["sha256"]), int(file["size_bytes"]), _columns(declared)))
    return tuple(made)


def _columns(declared: Mapping[str, Any]) -> tuple[Column, ...]:
    return tuple(_column(each) for each in declared.get("properties", ()))


def _column(declared: Mapping[str, Any]) -> Column:
    return Column(
        str(declared.get("physicalName") or declared["name"]),
        str(declared.get("logicalType", "string")),
        bool(declared.get("required", False)),
        str(declared.get("description", "")),
    )


def plain_names(files: Sequence[BundledFile]) -> list[str]:
    """A name for each file in small letters, digits, dots, dashes and underscores, no two alike."""
    taken: dict[str, int] = {}
    names = []
    for file in files:
        name = _NOT_IN_NAMES.sub("-", file.name.rpartition(".")[0] or file.name).strip("-.").lower() or "file"
        taken[name] = taken.get(name, 0) + 1
        names.append(name if taken[name] == 1 else f"{name}-{taken[name]}")
    return names
