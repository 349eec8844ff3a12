"""A query as it is understood, in pieces of our own: whatever is not one of them was refused, and is never run."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from channels.computing.privacy.releases import Bounds, Kind

TABLE: Final = "data"
"""What the one table of a product is called in every query."""

Value = str | int | bool


class DimensionKind(StrEnum):
    """What the values of a dimension are; dates are written as 2026-11-30."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"


class Dimension(msgspec.Struct, frozen=True):
    """A column by which rows are grouped and filtered; `domain` holds all its values where they are public."""

    kind: DimensionKind
    domain: tuple[Value, ...] | None = None


class Measure(msgspec.Struct, frozen=True):
    """A column that is summed, clipped to its bounds; what is no number counts as `missing`."""

    bounds: Bounds
    missing: int


class Table(msgspec.Struct, frozen=True):
    """What may be asked of a product: its unit (隐私单元), dimensions and measures, by the names of their columns."""

    unit: str
    dimensions: Mapping[str, Dimension]
    measures: Mapping[str, Measure]


class Compare(msgspec.Struct, frozen=True, tag="compare"):
    """A dimension compared with a value."""

    column: str
    operator: str
    value: Value


class Among(msgspec.Struct, frozen=True, tag="in"):
    """A dimension that is one of some values."""

    column: str
    values: tuple[Value, ...]


class Missing(msgspec.Struct, frozen=True, tag="null"):
    """A dimension without a value."""

    column: str


class Not(msgspec.Struct, frozen=True, tag="not"):
    """What does not hold."""

    condition: "Condition"


class Both(msgspec.Struct, frozen=True, tag="and"):
    """Conditions that all hold."""

    conditions: tuple["Condition", ...]


class Either(msgspec.Struct, frozen=True, tag="or"):
    """Conditions of which one holds."""

    conditions: tuple["Condition", ...]


Condition = Compare | Among | Missing | Not | Both | Either


class Column(msgspec.Struct, frozen=True):
    """A column of the answer: a dimension, or an aggregate of a column (`count` without one counts rows)."""

    name: str
    dimension: str | None = None
    aggregate: Kind | None = None
    of: str | None = None


class Order(msgspec.Struct, frozen=True):
    """By which column of the answer it is sorted."""

    position: int
    descending: bool


class Query(msgspec.Struct, frozen=True):
    """A query that may be run."""

    columns: Annotated[tuple[Column, ...], Meta(min_length=1)]
    groups: tuple[str, ...]
    where: Condition | None
    order: tuple[Order, ...]
    limit: int | None
    offset: int
