"""The scope of a licence (许可范围): of each table the columns, and the rows by a condition that needs no interpreter.

A condition is a tree of `and`, `or` and comparisons of one column with constants: no functions, no patterns, no joins.
An empty cell fulfils none but `is_null`, as in SQL: `ne` does not match it either. Numbers with a fraction are text
(`"10.50"`), days `"2026-11-23"`, moments have their offset; which type a constant has, its column says.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from kernel.crypto import canonical

TABLES_MAX: Final = 20
COLUMNS_MAX: Final = 1_000
DEPTH_MAX: Final = 8
LEAVES_MAX: Final = 64
VALUES_MAX: Final = 1_000

Column = Annotated[str, Meta(min_length=1, max_length=255)]
Text = Annotated[str, Meta(max_length=400)]
Whole = Annotated[int, Meta(ge=-(2**53) + 1, le=2**53 - 1)]
Value = Text | Whole | bool | Annotated[tuple[Text | Whole, ...], Meta(max_length=VALUES_MAX)]


class Comparator(StrEnum):
    """How a column is compared: with one constant, with several (`in`), or with two, both within (`between`)."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"
    BETWEEN = "between"
    IS_NULL = "is_null"
    STARTS_WITH = "starts_with"


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`{"and": […]}`, `{"or": […]}` or `{"col", "op", "value"}`; one of the three (reading.faults_of_condition)."""

    every: Annotated[tuple["Condition", ...], Meta(max_length=LEAVES_MAX)] = msgspec.field(name="and", default=())
    some: Annotated[tuple["Condition", ...], Meta(max_length=LEAVES_MAX)] = msgspec.field(name="or", default=())
    col: Column | None = None
    op: Comparator | None = None
    value: Value | None = None


class TableScope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The licensed columns of a table, named as in its data contract, and of which rows; without `rows`, of all."""

    table: Column
    columns: Annotated[tuple[Column, ...], Meta(min_length=1, max_length=COLUMNS_MAX)]
    rows: Condition | None = None


Scope = tuple[TableScope, ...]
"""The tables that are licensed, and what of each; none at all is the whole of every table."""


def leaves(condition: Condition) -> Iterator[Condition]:
    """The comparisons of a condition."""
    inner = condition.every or condition.some
    if not inner:
        yield condition
    for one in inner:
        yield from leaves(one)


def columns_read(scope: TableScope) -> tuple[str, ...]:
    """The columns that are licensed or that the rows are told by, each once."""
    told = [leaf.col for leaf in leaves(scope.rows)] if scope.rows is not None else []
    return tuple(dict.fromkeys([*scope.columns, *(name for name in told if name is not None)]))


def plain(scope: Scope) -> list[dict[str, Any]]:
    """A scope as plain JSON values."""
    value: list[dict[str, Any]] = msgspec.to_builtins(scope)
    return value


def digest(scope: Scope) -> str | None:
    """The digest by which two licences have the same scope; None for the whole of every table."""
    return canonical.digest(plain(scope)) if scope else None
