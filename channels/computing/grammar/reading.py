"""From DuckDB's syntax tree of a SELECT to a query; pure. All faults of its clauses are told at once."""

import re
from collections.abc import Callable
from math import prod
from typing import Any, Final, TypeVar

from channels.computing.errors import QueryRefused
from channels.computing.grammar.conditions import condition, dimension
from channels.computing.grammar.query import TABLE, Column, Condition, Order, Query, Table
from channels.computing.grammar.tree import Node, Unreadable, bare, column_name, fault, literal
from channels.computing.privacy.releases import Kind
from kernel.text import Text

T = TypeVar("T")

COLUMNS_MAX: Final = 20
GROUPS_MAX: Final = 4
KEYS_MAX: Final = 10_000
"""Every key of public dimensions is answered, so there must not be too many."""
ROWS_MAX: Final = 10**6
_NAME: Final = re.compile(r"\w{1,60}")
_CLAUSES: Final = (
    *("type", "modifiers", "select_list", "from_table", "where_clause"),
    *("group_expressions", "group_sets", "aggregate_handling"),
)
_EMPTY: Final = Text("查询不是一条可读取的 SELECT 语句", "The query is not one SELECT that can be read")


def read(tree: Node, table: Table) -> Query:
    """The query of a syntax tree; raises QueryRefused naming every fault."""
    if tree.get("error") is not False or len(statements := tree.get("statements", [])) != 1:
        raise QueryRefused(errors=[fault(_EMPTY)], count=1)
    return _Select(statements[0], table).query()


class _Select:
    """Reads one statement, clause by clause, and keeps what is wrong with each."""

    def __init__(self, statement: Node, table: Table) -> None:
        self._statement, self._node, self._table = statement, statement.get("node", {}), table
        self._faults: list[Text] = []

    def query(self) -> Query:
        self._try(self._frame)
        groups = self._try(self._groups) or ()
        columns = self._try(lambda: self._columns(groups)) or ()
        where = self._try(self._where)
        order, limit, offset = self._try(lambda: self._modifiers(columns)) or ((), None, 0)
        if self._faults:
            raise QueryRefused(errors=[fault(said) for said in self._faults], count=len(self._faults))
        return Query(columns, groups, where, order, limit, offset)

    def _try(self, clause: Callable[[], T]) -> T | None:
        try:
            return clause()
        except Unreadable as unreadable:
            self._faults.append(unreadable.said)
        except (KeyError, TypeError, AttributeError, ValueError):  # A layout that nobody knows is no query.
            self._faults.append(_EMPTY)
        return None

    def _frame(self) -> None:
        bare(self._statement, "node", what="statement")
        if self._node.get("type") != "SELECT_NODE":
            raise Unreadable("仅可使用单一 SELECT", "Only a plain SELECT is taken")
        bare(self._node, *_CLAUSES, what="select")
        if self._node["aggregate_handling"] != "STANDARD_HANDLING" or len(self._node["group_sets"]) > 1:
            raise Unreadable("GROUP BY 须逐一列出维度", "GROUP BY names its dimensions one by one, once")
        source = bare(self._node["from_table"], "type", "table_name", what="from")
        if source["type"] != "BASE_TABLE" or str(source["table_name"]).lower() != TABLE:
            raise Unreadable(f"FROM 只可为 {TABLE}", f"FROM names {TABLE} and nothing else")

    def _groups(self) -> tuple[str, ...]:
        groups = tuple(dimension(each, self._table) for each in self._node.get("group_expressions", []))
        if len(groups) > GROUPS_MAX or len(set(groups)) != len(groups):
            raise Unreadable(
                f"最多按 {GROUPS_MAX} 个不同维度分组", f"Group by {GROUPS_MAX} different dimensions at the most"
            )
        keys = prod(len(self._table.dimensions[name].domain or ()) or 1 for name in groups)
        if keys > KEYS_MAX:
            raise Unreadable(
                f"公开取值的组合不得超过 {KEYS_MAX} 组", f"Public keys have {KEYS_MAX} combinations at most"
            )
        return groups

    def _columns(self, groups: tuple[str, ...]) -> tuple[Column, ...]:
        chosen = self._node.get("select_list", [])
        if len(chosen) > COLUMNS_MAX:
            raise Unreadable(f"最多 {COLUMNS_MAX} 列", f"{COLUMNS_MAX} columns at the most")
        columns = tuple(self._column(each, groups, at) for at, each in enumerate(chosen, 1))
        if len({column.name for column in columns}) != len(columns):
            raise Unreadable("结果列名不得重复", "Columns of the answer have different names")
        if not any(column.aggregate for column in columns):
            raise Unreadable("须至少有一个聚合", "At least one aggregate is asked for")
        return columns

    def _column(self, node: Node, groups: tuple[str, ...], at: int) -> Column:
        alias = str(node.get("alias") or "")
        if alias and not _NAME.fullmatch(alias):
            raise Unreadable(
                "列别名为 1–60 个字母、数字或下划线", "An alias has 1 to 60 letters, digits or underscores"
            )
        if node.get("class") == "COLUMN_REF":
            name = dimension(node, self._table)
            if name not in groups:
                raise Unreadable(f"{name} 须在 GROUP BY 中", f"{name} stands in GROUP BY too")
            return Column(alias or name, dimension=name)
        kind, of = self._aggregate(node)
        return Column(alias or f"{kind}_{at}", aggregate=kind, of=of)

    def _aggregate(self, node: Node) -> tuple[Kind, str | None]:
        if node.get("class") == "FUNCTION":
            bare(node, "class", "type", "alias", "function_name", "arguments", what="aggregate")
            arguments = [bare(each, "expression", what="argument")["expression"] for each in node["arguments"]]
            match str(node["function_name"]).lower(), arguments:
                case "count_star", []:
                    return Kind.COUNT, None
                case "count", [column]:
                    return Kind.COUNT, dimension(column, self._table)
                case ("sum" | "avg") as kind, [column]:
                    return Kind(kind), self._measure(column)
        raise Unreadable(
            "聚合仅可为 count(*)、count(维度)、sum(指标)、avg(指标)",
            "Aggregates are count(*), count(dimension), sum(measure) and avg(measure)",
        )

    def _measure(self, node: Node) -> str:
        name = column_name(node)
        if name is None or name not in self._table.measures:
            listed = ", ".join(sorted(self._table.measures))
            raise Unreadable(f"此处只可使用指标：{listed}", f"Only measures stand here: {listed}")
        return name

    def _where(self) -> Condition | None:
        clause = self._node.get("where_clause")
        return None if clause is None else condition(clause, self._table)

    def _modifiers(self, columns: tuple[Column, ...]) -> tuple[tuple[Order, ...], int | None, int]:
        order: tuple[Order, ...] = ()
        limit, offset = None, 0
        for modifier in self._node.get("modifiers", []):
            if modifier["type"] == "ORDER_MODIFIER":
                bare(modifier, "type", "orders", what="order by")
                order = tuple(_order(each, columns) for each in modifier["orders"])
            elif modifier["type"] == "LIMIT_MODIFIER" and modifier["limit_type"] == "ROW_COUNT":
                bare(modifier, "type", "limit", "offset", "limit_type", what="limit")
                limit, offset = _number(modifier["limit"]), _number(modifier["offset"]) or 0
            else:
                raise Unreadable("不得使用 DISTINCT 等修饰", "Nothing but ORDER BY, LIMIT and OFFSET follows")
        return order, limit, offset


def _order(each: Node, columns: tuple[Column, ...]) -> Order:
    bare(each, "type", "null_order", "expression", what="order by")
    if each["null_order"] not in ("ORDER_DEFAULT", "NULLS LAST"):
        raise Unreadable("空值一律排在最后", "What is empty comes last")
    name = column_name(each["expression"])
    position = _position(each["expression"]) if name is None else _named(name, columns)
    if position is None or not 0 <= position < len(columns):
        raise Unreadable("ORDER BY 须为结果列的名称或序号", "ORDER BY names a column of the answer, or its number")
    return Order(position, descending=each["type"] == "DESCENDING")


def _named(name: str, columns: tuple[Column, ...]) -> int | None:
    return next((at for at, column in enumerate(columns) if column.name == name), None)


def _position(node: Node) -> int | None:
    value: Any = literal(node)
    return value - 1 if isinstance(value, int) and not isinstance(value, bool) else None


def _number(node: Node | None) -> int | None:
    if node is None:
        return None
    value = literal(node)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= ROWS_MAX:
        raise Unreadable("LIMIT 与 OFFSET 为整数常量", "LIMIT and OFFSET are whole numbers")
    return value
