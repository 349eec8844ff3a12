"""Conditions on dimensions, each compared with constants of its own kind, so that no value of the data can fail."""

from datetime import date
from typing import Final

from channels.computing.grammar.query import (
    Among,
    Both,
    Compare,
    Condition,
    DimensionKind,
    Either,
    Missing,
    Not,
    Table,
    Value,
)
from channels.computing.grammar.tree import DEPTH_MAX, LEAVES_MAX, Node, Unreadable, bare, column_name, literal

INTEGER_MAX: Final = 2**53 - 1
_COMPARISONS: Final = {
    "COMPARE_EQUAL": "=",
    "COMPARE_NOTEQUAL": "<>",
    "COMPARE_LESSTHAN": "<",
    "COMPARE_LESSTHANOREQUALTO": "<=",
    "COMPARE_GREATERTHAN": ">",
    "COMPARE_GREATERTHANOREQUALTO": ">=",
}
_TURNED: Final = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def condition(node: Node, table: Table) -> Condition:
    """Read a WHERE clause; raises Unreadable at the first piece that is none of the grammar."""
    return _Reading(table).condition(node, 0)


class _Reading:
    """Reads one clause, and counts its leaves."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._leaves = 0

    def condition(self, node: Node, depth: int) -> Condition:
        if depth > DEPTH_MAX:
            raise Unreadable(f"条件嵌套不得超过 {DEPTH_MAX} 层", f"Conditions are nested {DEPTH_MAX} deep at the most")
        match node.get("class"), node.get("type"):
            case "CONJUNCTION", ("CONJUNCTION_AND" | "CONJUNCTION_OR") as kind:
                bare(node, "class", "type", "children", what="condition")
                parts = tuple(self.condition(child, depth + 1) for child in node["children"])
                return Both(parts) if kind == "CONJUNCTION_AND" else Either(parts)
            case "COMPARISON", kind if kind in _COMPARISONS:
                bare(node, "class", "type", "left", "right", what="comparison")
                return self._comparison(_COMPARISONS[str(kind)], node["left"], node["right"])
            case "BETWEEN", "COMPARE_BETWEEN":
                bare(node, "class", "type", "input", "lower", "upper", what="between")
                lower = self._comparison(">=", node["input"], node["lower"])
                return Both((lower, self._comparison("<=", node["input"], node["upper"])))
            case "OPERATOR", kind:
                bare(node, "class", "type", "children", what="operator")
                return self._operator(str(kind), node["children"], depth)
        raise Unreadable(
            "条件仅可由比较、AND、OR、NOT、IN、BETWEEN、IS NULL 组成",
            "A condition consists of comparisons, AND, OR, NOT, IN, BETWEEN and IS NULL",
        )

    def _operator(self, kind: str, children: list[Node], depth: int) -> Condition:
        match kind, children:
            case "OPERATOR_NOT", [inner]:
                return Not(self.condition(inner, depth + 1))
            case (("OPERATOR_IS_NULL" | "OPERATOR_IS_NOT_NULL"), [inner]):
                missing = Missing(self._dimension(inner))
                return missing if kind == "OPERATOR_IS_NULL" else Not(missing)
            case (("COMPARE_IN" | "COMPARE_NOT_IN"), [inner, *values]):
                column = self._dimension(inner)
                among = Among(column, tuple(self._constant(column, value) for value in values))
                return among if kind == "COMPARE_IN" else Not(among)
        raise Unreadable(f"条件中不得使用 {kind[:40]}", f"{kind[:40]} is not part of a condition")

    def _comparison(self, operator: str, left: Node, right: Node) -> Compare:
        if left.get("class") != "COLUMN_REF":
            left, right, operator = right, left, _TURNED[operator]
        column = self._dimension(left)
        return Compare(column, operator, self._constant(column, right))

    def _dimension(self, node: Node) -> str:
        return dimension(node, self._table)

    def _constant(self, column: str, node: Node) -> Value:
        self._leaves += 1
        if self._leaves > LEAVES_MAX:
            raise Unreadable(f"条件中的常量不得超过 {LEAVES_MAX} 个", f"A condition has {LEAVES_MAX} constants at most")
        return of_kind(column, self._table.dimensions[column].kind, literal(node))


def dimension(node: Node, table: Table) -> str:
    """The dimension that a node names; a column that is none answers as one that does not exist."""
    name = column_name(node)
    if name is None or name not in table.dimensions:
        listed = ", ".join(sorted(table.dimensions))
        raise Unreadable(f"此处只可使用维度：{listed}", f"Only dimensions stand here: {listed}")
    return name


def of_kind(column: str, kind: DimensionKind, value: Value) -> Value:
    """A constant of the dimension's own kind; raises Unreadable for any other."""
    match kind, value:
        case DimensionKind.TEXT, str() if len(value) <= 200 and "\0" not in value:
            return value
        case DimensionKind.BOOLEAN, bool():
            return value
        case DimensionKind.INTEGER, int() if not isinstance(value, bool) and abs(value) <= INTEGER_MAX:
            return value
        case DimensionKind.DATE, str() if _is_day(value):
            return value
    raise Unreadable(f"{column} 须与 {kind} 类常量比较", f"{column} is compared with constants of the kind {kind}")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
