"""The marked copy of one delivery, made of a table before its files are written."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import polars as pl

from channels.marking.embedding import Range as Bounds
from channels.marking.embedding import marked
from channels.publishing.errors import NotPublishable
from contracts.policy.marks import Marks, TableMarks
from contracts.usage.scope.tree import Scope
from kernel.text import Text
from market.marks.rules import MarkPolicy, faults
from valuation.quality.contract.contract import Contract, ContractObject, Range


class Marking(msgspec.Struct, frozen=True):
    """The marks of an agreement with the key of its delivery.

    `terms` and `never` say which columns bear none (market.marks.rules): a later revision may be another in that.
    """

    tables: Marks
    key: bytes
    terms: MarkPolicy
    never: tuple[tuple[str, str], ...] = ()

    def require(self, contract: Contract, scope: Scope) -> None:
        """Raise NotPublishable for the first column of the contract that may not bear its marks."""
        for fault in faults(contract, self.tables, scope, self.terms, "", never=self.never):
            table = self.tables[int(fault.pointer.split("/")[1])].table
            raise NotPublishable(table=table[:60], reason=fault.detail)

    def copy(self, frame: pl.DataFrame, declared: ContractObject, name: str, key: Sequence[str]) -> pl.DataFrame:
        """The copy of a table; one that bears no marks is as it is. Raises NotPublishable."""
        table = next((one for one in self.tables if one.table == declared.name), None)
        if table is None:
            return frame
        if not key:
            what = Text("主键有空值或重复，无法标记", "its key is empty or not unique in some row: it cannot be marked")
            raise NotPublishable(table=name, reason=what)
        _require_types(frame, table, name)
        return marked(
            frame, table, key, self.key, {one.column: [*_ranges(declared, one.column)] for one in table.columns}
        )


def _require_types(frame: pl.DataFrame, table: TableMarks, name: str) -> None:
    """Each column holds numbers, and its step as exactly as its values."""
    for one in table.columns:
        dtype = frame.schema[one.column]
        digits = -int(Decimal(one.step).normalize().as_tuple().exponent)
        fits = not dtype.is_integer() or digits <= 0
        if isinstance(dtype, pl.Decimal):
            fits = digits <= dtype.scale
        if not dtype.is_numeric() or not fits:
            what = Text(
                f"列 {one.column[:60]} 的类型 {dtype} 不能相差 {one.step}",
                f"the column {one.column[:60]} of type {dtype} cannot differ by {one.step}",
            )
            raise NotPublishable(table=name, reason=what)


def _ranges(declared: ContractObject, column: str) -> Iterator[Bounds]:
    """The ranges of numbers that the contract states of a column: a mark takes nothing out of one that lay within."""
    for rule in declared.rules:
        if rule.columns == (column,) and isinstance(rule.arguments, Range):
            told = rule.arguments
            ends = _number(told.minimum), _number(told.maximum)
            yield Bounds(*ends, low_within=told.include_minimum, high_within=told.include_maximum)


def _number(bound: Any) -> Decimal | None:
    return None if bound is None or isinstance(bound, date | datetime | str) else Decimal(str(bound))
