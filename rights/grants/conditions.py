"""Narrowing a grant by a condition that speaks of some sides only: an agreed limit, a remark, an upstream licence."""

from collections.abc import Iterable
from datetime import date
from typing import Final

import msgspec

from rights.grants.box import Dimension, Exclusivity, Grant, Violation
from rights.grants.rules import NOBODY, Members, meet, violations

SIDES: Final[dict[Dimension, tuple[str, ...]]] = {
    Dimension.RIGHT: ("rights", "actions"),
    Dimension.ACTION: ("rights", "actions"),
    Dimension.PURPOSE: ("purposes",),
    Dimension.TERRITORY: ("territory",),
    Dimension.TERM: ("starts", "ends"),
    Dimension.RECIPIENT: ("recipients",),
    Dimension.ENVIRONMENT: ("environments",),
    Dimension.DEPTH: ("depth",),
    Dimension.EXCLUSIVITY: ("exclusivity",),
    Dimension.VOLUME: ("rows_max", "calls_max"),
}
"""Which fields of a grant make up a side."""


def narrowed(grant: Grant, by: Grant, sides: Iterable[Dimension], members: Members = NOBODY) -> Grant | None:
    """What is left of a grant when it must also lie within another on the named sides; None when nothing is.

    On the sides that are not named the other does not speak.
    """
    spoken = {name: getattr(by, name) for side in sides for name in SIDES[side]}
    return meet(grant, msgspec.structs.replace(grant, **spoken), members)


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A limit in the words of a grant; a side that is not named is not limited."""

    actions: tuple[str, ...] | None = None
    purposes: tuple[str, ...] | None = None
    territory: tuple[str, ...] | None = None
    ends: date | None = None
    recipients: tuple[str, ...] | None = None
    environments: tuple[str, ...] | None = None
    depth: int | None = None
    exclusivity: Exclusivity | None = None
    rows_max: int | None = None
    calls_max: int | None = None


def beyond(wanted: Grant, condition: Condition, members: Members = NOBODY) -> list[Violation]:
    """Where a wish does not keep a condition."""
    spoken = {name: value for name in condition.__struct_fields__ if (value := getattr(condition, name)) is not None}
    return violations(msgspec.structs.replace(wanted, **spoken), wanted, members)
