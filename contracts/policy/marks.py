"""The marks of a licence (水印条款): by how much values of a copy differ, so that a leak of it is traced; pure.

A step is a decimal number: a value that bears a mark differs from the registered one by exactly one step, and with
`omits_one_in` about one row in so many is left out of the copy. Whose copy bears which marks only the centre knows.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from kernel.errors import FieldError
from kernel.text import Text

TABLES_MAX: Final = 20
COLUMNS_MAX: Final = 20

Name = Annotated[str, Meta(min_length=1, max_length=255)]

Step = Annotated[
    str,
    Meta(
        pattern=r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,9})?$(?!\n)",
        examples=["0.01"],
        description="数值至多相差的量 · by how much a value may differ",
    ),
]


class MarkedColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column of numbers that may bear marks, named as in the data contract, with the step of a change."""

    column: Name
    step: Step


class TableMarks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The marks of one table: its columns, and one row of how many is left out, if any is."""

    table: Annotated[Name, Meta(description="数据合同中的表名 · the table, as its data contract names it")]
    columns: Annotated[tuple[MarkedColumn, ...], Meta(min_length=1, max_length=COLUMNS_MAX)]
    omits_one_in: Annotated[
        Annotated[int, Meta(ge=20, le=100_000)] | None,
        Meta(description="每多少行约略去一行，不填为不略去 · about one row in so many is left out; without it none"),
    ] = None


Marks = tuple[TableMarks, ...]
"""The tables whose copies bear marks; none at all is a copy as it was registered."""
AnyMarks = Annotated[Marks, Meta(max_length=TABLES_MAX, description="副本标记 · the marks that a copy bears")]


def faults_of(marks: Marks, pointer: str, rule: str) -> Iterator[FieldError]:
    """Every fault of marks that they have by themselves; whether columns may bear them, the data contract says."""
    for at, one in enumerate(marks):
        here = f"{pointer}/{at}"
        if _repeats([each.table.casefold() for each in marks[: at + 1]]):
            yield FieldError(f"{here}/table", Text("每张表只列一次", "A table stands here once"), rule)
        for k, marked in enumerate(one.columns):
            if _repeats([each.column for each in one.columns[: k + 1]]):
                yield FieldError(f"{here}/columns/{k}/column", Text("重复", "It stands here twice"), rule)
            if not Decimal(marked.step):
                yield FieldError(f"{here}/columns/{k}/step", Text("须大于零", "It is more than nothing"), rule)


def _repeats(names: Sequence[str]) -> bool:
    return names[-1] in names[:-1]


def text_of(table: TableMarks) -> Text:
    """The marks of a table as a sentence in both languages."""
    zh = "、".join(f"“{one.column}”至多相差 {one.step}" for one in table.columns)
    en = ", ".join(f"“{one.column}” by at most {one.step}" for one in table.columns)
    left = ("", "")
    if table.omits_one_in is not None:
        left = (
            f"；每 {table.omits_one_in:,} 行约略去 1 行",
            f"; about one row in {table.omits_one_in:,} is left out",
        )
    return Text(
        f"数据表“{table.table}”的副本带有标记，以便查明流出的副本：{zh}{left[0]}",
        f"Copies of the table “{table.table}” bear marks by which a leaked one is traced: values differ, {en}{left[1]}",
    )


def values_of(table: TableMarks) -> tuple[str, ...]:
    """The marks of a table as their sentence's values."""
    left = () if table.omits_one_in is None else (str(table.omits_one_in),)
    return (table.table, *(part for one in table.columns for part in (one.column, one.step)), *left)


def plain(marks: Marks) -> list[dict[str, Any]]:
    """Marks as plain JSON values."""
    value: list[dict[str, Any]] = msgspec.to_builtins(marks)
    return value
