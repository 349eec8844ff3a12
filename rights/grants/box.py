"""A grant as a box: every dimension is bounded, and whatever lies outside is refused."""

from datetime import date
from enum import StrEnum
from typing import Any, Final

import msgspec

from kernel.crypto import canonical
from rights.terms import Right


class Exclusivity(StrEnum):
    """Who else may act within the box: anybody granted it, the grantor only (排他), or nobody (独占)."""

    ORDINARY = "ordinary"
    SOLE = "sole"
    EXCLUSIVE = "exclusive"


STRENGTH: Final = {Exclusivity.ORDINARY: 0, Exclusivity.SOLE: 1, Exclusivity.EXCLUSIVE: 2}


class Dimension(StrEnum):
    """A side of the box, as violations name it."""

    VOCABULARY = "vocabulary"
    RIGHT = "right"
    ACTION = "action"
    PURPOSE = "purpose"
    TERRITORY = "territory"
    TERM = "term"
    RECIPIENT = "recipient"
    ENVIRONMENT = "environment"
    DEPTH = "depth"
    EXCLUSIVITY = "exclusivity"
    VOLUME = "volume"
    STATUS = "status"


class Grant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be done (可控要素): build one with rights.grants.reading, which refuses unknown words.

    The tuples hold the fewest words, sorted (rights in the order of the law), so that equal grants are equal values.
    The term is half-open: `starts` is within, `ends` is not. `recipients` are `anyone`, `class:…` and `party:…`.
    `depth` is how often the grant may be passed on. A volume of None is without limit.
    """

    vocabulary: str
    rights: tuple[Right, ...]
    actions: tuple[str, ...]
    purposes: tuple[str, ...]
    territory: tuple[str, ...]
    starts: date
    ends: date
    recipients: tuple[str, ...]
    environments: tuple[str, ...]
    depth: int
    exclusivity: Exclusivity
    rows_max: int | None
    calls_max: int | None


class Violation(msgspec.Struct, frozen=True):
    """Where a grant reaches beyond another: the side, what was wanted beyond it, and what is held there."""

    dimension: Dimension
    wanted: tuple[str, ...]
    held: tuple[str, ...]


class Breach(msgspec.Struct, frozen=True):
    """The first edge of a chain that does not hold: edge n leads from link n-1 to link n, the last one to the wish."""

    edge: int
    violations: tuple[Violation, ...]


def stored(grant: Grant) -> dict[str, Any]:
    """The plain JSON value that is stored, logged and hashed."""
    plain: dict[str, Any] = msgspec.to_builtins(grant)
    return plain


def encode(grant: Grant) -> bytes:
    """The one byte form of a grant (RFC 8785)."""
    return canonical.dumps(grant)


def decode(plain: Any) -> Grant:
    """Read a stored grant back; raises msgspec.ValidationError for anything else."""
    return msgspec.convert(plain, Grant)
