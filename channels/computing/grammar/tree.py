"""The pieces of DuckDB's syntax tree, checked one by one: a key that nobody asked for must say nothing.

Layout as of DuckDB 2.0 (`json_serialize_sql`). A tree of another layout is refused as a whole, never half understood.
"""

from typing import Any, Final

from kernel.errors import FieldError
from kernel.text import Text

RULE: Final = "LT-SBX-04"
DEPTH_MAX: Final = 20
LEAVES_MAX: Final = 200
_WHERE_IT_STOOD: Final = frozenset({"query_location", "query_location_length"})
_NEUTRAL: Final[tuple[Any, ...]] = (None, "", False, [], {})

Node = dict[str, Any]


class Unreadable(Exception):
    """A piece that is not of the grammar; `said` names it and what stands instead."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.said = Text(zh, en)


def fault(said: Text) -> FieldError:
    """A fault of the query's text."""
    return FieldError("/sql", said, RULE)


def bare(node: Node, *used: str, what: str) -> Node:
    """The node, if everything in it but the keys used says nothing; raises Unreadable naming the first that does."""
    for key, value in node.items():
        if key not in used and key not in _WHERE_IT_STOOD and value not in _NEUTRAL and not _default(key, value):
            raise Unreadable(f"{what}不得带有 {key[:40]}", f"{what}: {key[:40]} is not part of the grammar")
    return node


def _default(key: str, value: Any) -> bool:
    """What the parser writes even where nothing was said."""
    match key:
        case "order_bys":
            return bool(value == {"type": "ORDER_MODIFIER", "orders": []})
        case "cte_map":
            return bool(value == {"map": []})
        case "qualified_name":
            return isinstance(value, dict) and set(value) == {"path"} and len(value["path"]) == 1
    return False


def column_name(node: Node) -> str | None:
    """The column that a node is, without a table before it; None for anything else."""
    if node.get("class") != "COLUMN_REF":
        return None
    bare(node, "class", "type", "alias", "column_names", what="column")
    names = node.get("column_names")
    if not isinstance(names, list) or len(names) != 1:
        raise Unreadable("列名不带表名", "Name a column without its table")
    return str(names[0])


def literal(node: Node) -> str | int | bool:
    """The constant that a node is; raises Unreadable for NULL, fractions, casts but those of dates, and expressions."""
    if node.get("class") == "CAST":
        bare(node, "class", "type", "child", "type_expr", what="cast")
        kind = node["type_expr"]
        bare(kind, "class", "type", "type_name", what="type")
        if str(kind.get("type_name")).lower() == "date" and isinstance(value := literal(node["child"]), str):
            return value
    if node.get("class") == "CONSTANT":
        bare(node, "class", "type", "literal", what="constant")
        written = node["literal"]
        bare(written, "kind", "text", what="constant")
        match written["kind"]:
            case "STRING":
                return str(written["text"])
            case "INTEGER" if len(written["text"]) <= 19:
                return int(written["text"])
            case "BOOLEAN":
                return bool(written["text"] == "true")
    raise Unreadable(
        "条件中只可使用文本、整数、布尔和日期常量", "Compare with constants only: texts, integers, booleans and dates"
    )
