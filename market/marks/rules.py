"""Which columns may bear marks, by what the data contract and the scans say of them; pure.

A mark changes a number by one step. So it is made in no key, by which rows are told; in no total of money, which is
booked; in nothing personal or regulated; and in no column of which the contract promises what one step could break, so
that a marked copy keeps every promise that the registered data keeps.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from contracts.policy.marks import MarkedColumn, Marks, TableMarks
from contracts.usage.scope.tree import Scope
from kernel.errors import FieldError
from kernel.rules import policy
from kernel.text import Text
from market.marks.errors import MarksUnsuitable
from valuation.quality.contract.contract import Aggregate, Contract, ContractObject, Kind, LogicalType, Reference


class MarkPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By which names a column is a total of money, and by which classes of the contract it is regulated."""

    money_names: str
    regulated_classes: tuple[str, ...]


POLICY: Final = policy.load("marks", MarkPolicy, "market.marks")

ANY_TABLE: Final = ""
Columns = Collection[tuple[str, str]]
"""Columns by the name of their object, or of any, and their own."""

_RULE: Final = MarksUnsuitable.rule
_KEPT: Final = (Kind.COLUMNS, Kind.DOCUMENTED, Kind.TYPE, Kind.NOT_NULL, Kind.RANGE)
"""What a mark never breaks: it changes neither type nor presence, and stays within the bounds of its column."""
_COUNTED: Final = (Kind.ROW_COUNT, Kind.AGGREGATE, Kind.DISTRIBUTION)


def faults(
    contract: Contract,
    marks: Marks,
    scope: Scope,
    terms: MarkPolicy,
    pointer: str,
    *,
    never: Columns = (),
) -> Iterator[FieldError]:
    """Every way in which marks cannot be made in the tables of a contract, of which `scope` is licensed.

    `never` are columns in which personal or graver data was found or declared.
    """
    for at, table in enumerate(marks):
        here = f"{pointer}/{at}"
        declared = next((one for one in contract.tables if one.name == table.table), None)
        if declared is None:
            yield _fault(f"{here}/table", "数据合同中没有该表", "The data contract has no such table")
            continue
        yield from _table_faults(contract, declared, table, scope, here)
        for k, marked in enumerate(table.columns):
            yield from _column_faults(contract, declared, marked, terms, f"{here}/columns/{k}", never)


def _table_faults(
    contract: Contract, declared: ContractObject, table: TableMarks, scope: Scope, here: str
) -> Iterator[FieldError]:
    """Rows are told by the primary key, which a copy must hold; and none is left out where rows are counted."""
    key = key_of(contract, declared.name)
    if not key:
        yield _fault(
            f"{here}/table", "该表没有主键，无法标记", "The table has no primary key by which its rows are told"
        )
    licensed = next((part.columns for part in scope if part.table == table.table), None)
    if scope and (missing := [name for name in key if name not in (licensed or ())]):
        named = ", ".join(missing)
        yield _fault(f"{here}/table", f"许可范围不含主键 {named}", f"The licence does not reach the key {named}")
    counted = [rule for rule in declared.rules if rule.kind in _COUNTED]
    referenced = any(
        isinstance(rule.arguments, Reference) and rule.arguments.object == declared.name
        for one in contract.objects
        for rule in one.rules
    )
    if table.omits_one_in is not None and (counted or referenced or _added_up(contract, declared.name, None)):
        zh = "数据合同约定了行数、合计或对该表的引用，不得略去行"
        yield _fault(f"{here}/omits_one_in", zh, "The contract counts, adds up or refers to its rows: omit none")


def _column_faults(
    contract: Contract, declared: ContractObject, marked: MarkedColumn, terms: MarkPolicy, here: str, never: Columns
) -> Iterator[FieldError]:
    name = marked.column
    told = declared.property(name)
    if told is None:
        yield _fault(f"{here}/column", f"数据合同中没有列 {name[:60]}", f"The contract has no column {name[:60]}")
        return
    if told.logical_type not in (LogicalType.INTEGER, LogicalType.NUMBER) or told.within:
        yield _fault(f"{here}/column", f"列 {name[:60]} 不是数值", f"The column {name[:60]} holds no numbers")
        return
    if told.logical_type is LogicalType.INTEGER and Decimal(marked.step) % 1:
        yield _fault(f"{here}/step", "整数列的步长须为整数", "The step of a column of whole numbers is one itself")
    if (why := _why_never(contract, declared, name, terms, never)) is not None:
        text = Text(f"列 {name[:60]} 不得标记：{why.zh}", f"The column {name[:60]} bears no marks: {why.en}")
        yield FieldError(f"{here}/column", text, _RULE)


def _why_never(
    contract: Contract, declared: ContractObject, column: str, terms: MarkPolicy, never: Columns
) -> Text | None:
    """Why a column of numbers bears no marks, if so."""
    told, raw = declared.property(column), _raw(contract, declared.name, column)
    kinds = {rule.kind for rule in declared.rules if column in rule.columns}
    if (
        column in key_of(contract, declared.name)
        or kinds & {Kind.UNIQUE, Kind.REFERENCE}
        or _is_target(contract, declared, column)
    ):
        return Text("它是键，或参与唯一性与引用", "it is a key, or part of what is unique or referred to")
    if re.search(terms.money_names, column, re.IGNORECASE):
        return Text("按名称是金额或其合计", "by its name it is an amount or total of money")
    if not {(declared.name, column), (ANY_TABLE, column)}.isdisjoint(never) or (told is not None and told.privacy):
        return Text("它含个人信息或分级较高的数据", "it holds personal data, or data of a graver level")
    if raw.get("criticalDataElement") is True or raw.get("classification") in terms.regulated_classes:
        return Text(
            "数据合同将其列为受监管或关键数据元素", "the contract calls it regulated, or a critical data element"
        )
    if broken := sorted(str(kind) for kind in kinds if kind not in _KEPT):
        named = ", ".join(broken)
        return Text(
            f"数据合同对其另有约定（{named}）", f"the contract promises of it what a mark could break ({named})"
        )
    if _added_up(contract, declared.name, column):
        return Text("数据合同对其汇总另有约定", "the contract promises a number that is computed from it")
    return None


def _is_target(contract: Contract, declared: ContractObject, column: str) -> bool:
    """Whether another object refers to a column."""
    return any(
        isinstance(rule.arguments, Reference)
        and rule.arguments.object == declared.name
        and column in rule.arguments.columns
        for one in contract.objects
        for rule in one.rules
    )


def _added_up(contract: Contract, table: str, column: str | None) -> bool:
    """Whether a promised number is computed from a column, or (None) from anything of a table."""
    return any(
        term.object == table and (column is None or column == term.column or column in term.where)
        for one in contract.objects
        for rule in one.rules
        if isinstance(rule.arguments, Aggregate)
        for term in rule.arguments.terms
    )


def key_of(contract: Contract, table: str) -> tuple[str, ...]:
    """The columns of a table's primary key, in its order; none where the contract declares none."""
    keyed = [each for each in _properties(contract, table) if each.get("primaryKey") is True]
    keyed.sort(key=lambda each: int(each.get("primaryKeyPosition") or 0))
    return tuple(str(each.get("physicalName") or each["name"]) for each in keyed)


def _raw(contract: Contract, table: str, column: str) -> Mapping[str, Any]:
    properties = _properties(contract, table)
    return next((each for each in properties if (each.get("physicalName") or each.get("name")) == column), {})


def _properties(contract: Contract, table: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = next(
        (each.get("properties", []) for each in contract.raw["schema"] if each.get("name") == table), []
    )
    return found


def _fault(pointer: str, zh: str, en: str) -> FieldError:
    return FieldError(pointer, Text(zh, en), _RULE)
