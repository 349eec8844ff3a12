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
TEXT_CHARS_MAX: Final = 400

Column = Annotated[str, Meta(min_length=1, max_length=255)]
Text = Annotated[str, Meta(max_length=TEXT_CHARS_MAX)]
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

    every: Annotated[
        tuple["Condition", ...], Meta(max_length=LEAVES_MAX, description="全部满足 · all of which hold")
    ] = msgspec.field(name="and", default=())
    some: Annotated[
        tuple["Condition", ...], Meta(max_length=LEAVES_MAX, description="至少一项满足 · one of which holds")
    ] = msgspec.field(name="or", default=())
    col: Annotated[Column, Meta(description="列名 · the column that is compared")] | None = None
    op: Annotated[Comparator, Meta(description="比较方式 · how it is compared")] | None = None
    value: (
        Annotated[Value, Meta(description="常量，in 与 between 为列表 · the constant, a list for in and between")]
        | None
    ) = None


class TableScope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The licensed columns of a table, named as in its data contract, and of which rows; without `rows`, of all."""

    table: Annotated[Column, Meta(description="数据合同中的表名 · the table, as its data contract names it")]
    columns: Annotated[tuple[Column, ...], Meta(min_length=1, max_length=COLUMNS_MAX)]
    rows: Annotated[Condition, Meta(description="许可的行，不填为全部 · which rows; without it every one")] | None = (
        None
    )


Scope = tuple[TableScope, ...]
"""The tables that are licensed, and what of each; none at all is the whole of every table."""


def leaves(condition: Condition) -> Iterator[Condition]:
    """The comparisons of a condition."""
    inner = condition.every or condition.some
    if not inner:
        yield condition
    for one in inner:
        yield from leaves(one)


def placed_leaves(condition: Condition, pointer: str) -> Iterator[tuple[str, Condition]]:
    """The comparisons of a condition, each with its place (JSON Pointer)."""
    if not condition.every and not condition.some:
        yield pointer, condition
    for name, inner in (("and", condition.every), ("or", condition.some)):
        for at, one in enumerate(inner):
            yield from placed_leaves(one, f"{pointer}/{name}/{at}")


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
