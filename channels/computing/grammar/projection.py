"""Which columns of the table `data` a template's text names, and that it reads no other table; of its syntax tree.

Whatever could stand for a column without naming it (a star, a row as a whole, a place, a natural join, names given by
place) stands for all of them, so that a text means the same over what it names as over the whole table.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from channels.computing.errors import QueryRefused
from channels.computing.grammar.tree import Node, fault
from kernel.text import Text

TABLE: Final = "data"
FUNCTIONS: Final = ("generate_series", "range", "unnest")
"""What may stand beside the table: rows that are made of nothing but numbers and lists."""
_ENGINES_OWN: Final = ("duckdb_", "information_schema", "pg_", "pragma_", "sqlite_")
"""What the names begin with of tables that an empty engine has: a WITH query of such a name would let a text read the
engine's own wherever that query does not reach, in its own text even."""
_WHOLE_CLASSES: Final = ("STAR", "POSITIONAL_REFERENCE")
_WHOLE_TYPES: Final = ("SHOW_REF", "PIVOT")


def require_one_table(tree: Node) -> None:
    """Raise QueryRefused for a text that reads anything but the table, its own WITH queries and made rows."""
    common = {name for node in _nodes(tree) for name in _common(node)}
    if any(name.startswith(_ENGINES_OWN) for name in common):
        raise _refused()
    own = {name for name in common if name.isidentifier()} | {TABLE}
    for node in _nodes(tree):
        match node:
            case {"type": "SHOW_REF"} if not node.get("query"):  # Tables, databases and settings that there are.
                raise _refused()
            case {"type": "BASE_TABLE"} if not _is_one_of(node, own):
                raise _refused()
            case {"type": "TABLE_FUNCTION", "function": {"function_name": str(name)}} if name.casefold() in FUNCTIONS:
                continue
            case {"type": "TABLE_FUNCTION"}:
                raise _refused()


def columns_named(tree: Node, columns: Sequence[str]) -> list[str]:
    """Those of the table's columns that a text can read, in their order; the first one where it reads none."""
    tables = {TABLE, *(str(node.get("alias")).casefold() for node in _nodes(tree) if node.get("type") == "BASE_TABLE")}
    spelled = {each.casefold() for each in columns}
    named: set[str] = set()
    for node in _nodes(tree):
        if _is_whole(node):
            return list(columns)
        names = [str(each).casefold() for each in (*_texts(node, "column_names"), *_texts(node, "using_columns"))]
        if len(names) == 1 and names[0] in tables and names[0] not in spelled:
            return list(columns)
        named.update(names)
    return [each for each in columns if each.casefold() in named] or list(columns[:1])


def _is_whole(node: Node) -> bool:
    if node.get("class") in _WHOLE_CLASSES or node.get("type") in _WHOLE_TYPES or node.get("ref_type") == "NATURAL":
        return True
    return node.get("type") == "BASE_TABLE" and bool(node.get("column_name_alias"))


def _refused() -> QueryRefused:
    listed = ", ".join(FUNCTIONS)
    said = Text(
        f"FROM 中只可使用表 data、自身的 WITH 子查询以及 {listed}",
        f"FROM names the table data, the text's own WITH queries, and {listed}",
    )
    return QueryRefused(errors=[fault(said)], count=1)


def _is_one_of(node: Node, names: set[str]) -> bool:
    """Whether a table is called by one of these names, with nothing before it."""
    is_qualified = node.get("catalog_name") or node.get("schema_name")
    return not is_qualified and str(node.get("table_name")).casefold() in names


def _common(node: Node) -> list[str]:
    common = node.get("cte_map")
    return [str(each["key"]).casefold() for each in common["map"]] if isinstance(common, dict) else []


def _texts(node: Node, key: str) -> list[Any]:
    value = node.get(key)
    return value if isinstance(value, list) else []


def _nodes(tree: Any) -> Iterator[Node]:
    """Every object of a tree, at any depth."""
    waiting = [tree]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield each
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
