"""What a data contract promises, as rules that can be counted: the meaning of an ODCS v3 document."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from msgspec import Struct

from kernel.text import Text

DRAFTED_FROM = "draftedFrom"
"""The custom property by which a draft names the files that it repeats, by their SHA-256."""
Bound = int | float | Decimal | date | datetime | time
Value = str | int | float | bool


class Kind(StrEnum):
    """What a check asks; indicators.py says which of the twenty indicators each kind measures."""

    COLUMNS = "columns"
    DOCUMENTED = "documented"
    TYPE = "type"
    NOT_NULL = "not_null"
    UNIQUE = "unique"
    PATTERN = "pattern"
    RANGE = "range"
    PERIOD = "period"
    LENGTH = "length"
    SET = "set"
    REFERENCE = "reference"
    NOT_FUTURE = "not_future"
    FRESHNESS = "freshness"
    EXPRESSION = "expression"
    ORDER = "order"
    DISTRIBUTION = "distribution"
    AGGREGATE = "aggregate"
    RETENTION = "retention"
    ROW_COUNT = "row_count"
    MALFORMED = "malformed"


class LogicalType(StrEnum):
    """The ODCS logical types; of an object its presence is looked at, of an array its number of items (nesting.py)."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    TIME = "time"
    OBJECT = "object"
    ARRAY = "array"


NESTED = frozenset({LogicalType.OBJECT, LogicalType.ARRAY})
"""Types whose values hold others; their fields and items are columns of their own."""


class FieldFault(Struct, frozen=True):
    """One fault of a contract: the JSON Pointer to it, what is wrong, and what would cure it."""

    path: str
    message: Text
    cure: Text


class Pattern(Struct, frozen=True, tag="pattern"):
    """A regular expression in the portable subset (patterns.py), searched in the text as JSON Schema does."""

    regex: str


class Range(Struct, frozen=True, tag="range"):
    """Lower and upper bound of a value; None leaves a side open."""

    minimum: Bound | None
    maximum: Bound | None
    include_minimum: bool
    include_maximum: bool


class Length(Struct, frozen=True, tag="length"):
    """Number of characters (code points) of a text."""

    minimum: int | None
    maximum: int | None


class ValueSet(Struct, frozen=True, tag="set"):
    """The only values that may occur."""

    values: tuple[Value, ...]


class Reference(Struct, frozen=True, tag="reference"):
    """A foreign key: the same values must occur in these columns of another object of the contract."""

    object: str
    columns: tuple[str, ...]


class MaximumAge(Struct, frozen=True, tag="maximum_age"):
    """How old the newest time stamp may be when the score is taken."""

    age: timedelta


class Expression(Struct, frozen=True, tag="expression"):
    """A predicate over one row in the portable SQL subset (predicate.py); the rows for which it is TRUE are counted."""

    where: str


class Missing(Struct, frozen=True, tag="missing"):
    """Values that stand for a value that is not there, beside NULL."""

    values: tuple[Value, ...]


class Statistic(Struct, frozen=True, tag="statistic"):
    """One number about the distribution of a column: mean, standardDeviation, sum, minimum, maximum or median."""

    metric: str


class Term(Struct, frozen=True):
    """One number out of a table: count, distinct, sum, mean, minimum or maximum, of the rows where `where` is TRUE."""

    object: str
    metric: str
    column: str
    where: str


class Aggregate(Struct, frozen=True, tag="aggregate"):
    """A number computed from terms of one or several objects; `formula` is JSON that aggregates.py computes."""

    terms: tuple[Term, ...]
    formula: str


Arguments = (
    Pattern | Range | Length | ValueSet | Reference | MaximumAge | Expression | Missing | Statistic | Aggregate | None
)


class Threshold(Struct, frozen=True):
    """What a measured number must be: inside an interval, or outside it when `outside`; None leaves a side open."""

    words: str
    low: Decimal | None
    high: Decimal | None
    include_low: bool = True
    include_high: bool = True
    outside: bool = False
    percent: bool = False

    def admits(self, value: Fraction | Decimal | int) -> bool:
        """Say whether a number keeps the promise."""
        number = Fraction(value)
        above = self.low is None or number > self.low or (self.include_low and number == self.low)
        below = self.high is None or number < self.high or (self.include_high and number == self.high)
        return (above and below) is not self.outside


class Rule(Struct, frozen=True):
    """One countable promise about an object of the contract.

    `threshold` is what the contract tolerates; it decides whether the promise is met, never how the score counts.
    `indicator` is the one of the twenty that the contract names for the rule, when its kind alone does not decide.
    A rule is `mandatory` unless the contract gives it the severity info or warning; only those bear on the grade.
    """

    id: str
    object: str
    columns: tuple[str, ...]
    kind: Kind
    pointer: str
    arguments: Arguments = None
    threshold: Threshold | None = None
    indicator: str | None = None
    mandatory: bool = True

    @property
    def service_level(self) -> bool:
        """Say that the rule is a promise of service (slaProperties), which another provider may not have made."""
        return self.pointer.startswith("/slaProperties/")

    @property
    def promise(self) -> bool:
        """Say that the rule is one promise, kept or not: its threshold does not ask for as few as possible."""
        return self.kind in (Kind.DISTRIBUTION, Kind.AGGREGATE) or (
            self.threshold is not None and not self.threshold.admits(0)
        )


class Property(Struct, frozen=True):
    """One declared column; `public` says that its values may be shown unmasked, `privacy` what it is to persons.

    `form` is how its values are written where they are text (spelling/); the empty one is the plain way.

    `within` is the column of the object that holds it: where that is absent, nothing is missing inside it.
    """

    name: str
    column: str
    logical_type: LogicalType
    required: bool
    public: bool
    privacy: str = ""
    within: str = ""
    form: str = ""


class ContractObject(Struct, frozen=True):
    """One declared table with every rule about it; the items of an array are a table of their own.

    Such a table has a `parent` and the `column` of it that holds the items; its rows have the numbers of their parents.
    """

    name: str
    physical_name: str
    properties: tuple[Property, ...]
    rules: tuple[Rule, ...]
    parent: str = ""
    column: str = ""

    def property(self, column: str) -> Property | None:
        """Give the declaration of a data column, if it is declared."""
        return next((p for p in self.properties if p.column == column), None)


def _is_draft(custom: Any) -> bool:
    return isinstance(custom, Mapping) and custom.get("property") == DRAFTED_FROM


class Contract(Struct, frozen=True):
    """A contract that was read without a fault; `raw` is the document as it was written.

    `unmeasured` lists the pointers of promises that are kept but that no check of ours measures.
    """

    id: str
    version: str
    api_version: str
    objects: tuple[ContractObject, ...]
    unmeasured: tuple[str, ...]
    raw: Mapping[str, Any]
    digest: str

    @property
    def drafted_from(self) -> frozenset[str]:
        """The digests of the files that the contract was inferred from, as a draft tells them."""
        listed = self.raw.get("customProperties")
        told = [c.get("value") for c in listed if _is_draft(c)] if isinstance(listed, list) else []
        return frozenset(str(digest) for digests in told if isinstance(digests, list) for digest in digests)

    def object(self, name: str) -> ContractObject:
        """Give the object of this name; the reader has made sure that references lead somewhere."""
        return next(o for o in self.objects if o.name == name)

    @property
    def tables(self) -> tuple[ContractObject, ...]:
        """The objects that have files: all that are not the items of an array."""
        return tuple(o for o in self.objects if not o.parent)

    def items_of(self, name: str) -> tuple[ContractObject, ...]:
        """The tables of items inside an object, and inside those, parents first."""
        own = [o for o in self.objects if o.parent == name]
        return tuple(each for o in own for each in (o, *self.items_of(o.name)))
