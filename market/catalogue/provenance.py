"""The 22 provenance fields of the Data & Trust Alliance for one product: computed, or absent with the reason; pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import msgspec

from contracts.terms.conveyance import purposes, territory
from contracts.usage.tree import UsagePolicy
from kernel.rules import policy


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field of the standard: the fact it is computed from, or why the catalogue cannot tell it."""

    code: str
    group: str
    zh: str
    en: str
    fact: str | None = None
    reason_zh: str | None = None
    reason_en: str | None = None


class Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fields of one version of the standard."""

    standards_version: str
    field: tuple[Field, ...]


POLICY: Final = policy.load("provenance", Provenance, "market.catalogue")
UNKNOWN: Final = ("未测得", "It was not measured")
"""Why a fact that the catalogue does keep is missing for this product."""


def fields(facts: Mapping[str, str | None], on: date) -> list[dict[str, Any]]:
    """Every field of the version in force on a day, as plain JSON-LD values."""
    version = POLICY.at(on).body
    known = {**facts, "standards_version": version.standards_version}
    return [_field(each, known.get(each.fact) if each.fact else None) for each in version.field]


def _field(each: Field, value: str | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@type": "schema:PropertyValue",
        "schema:propertyID": each.code,
        "schema:name": [_in("zh", each.zh), _in("en", each.en)],
    }
    if value is not None:
        return {**told, "schema:value": value}
    zh, en = (each.reason_zh, each.reason_en) if each.reason_zh and each.reason_en else UNKNOWN
    return {**told, "schema:description": [_in("zh", zh), _in("en", en)]}


def _in(language: str, text: str) -> dict[str, str]:
    return {"@value": text, "@language": language}


def of_policy(usage: UsagePolicy, offer_id: str) -> dict[str, str | None]:
    """What a policy says of use, as facts of the mapping."""
    return {
        "territory": ", ".join(territory(usage)),
        "purposes": ", ".join(purposes(usage)),
        "licence": offer_id,
    }
