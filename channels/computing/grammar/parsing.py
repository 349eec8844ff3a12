"""SQL parsed by the parser of the engine that will not run it: what runs is written anew from what was understood.

A second parser would differ from the engine's somewhere, and a difference is a way through. Heavy by nature (a text can
keep the parser busy for long), so callers ask it in a confined process.
"""

import json
from functools import cache
from typing import Any

from channels.computing.errors import QueryRefused
from channels.computing.grammar.projection import require_one_table
from channels.computing.grammar.query import Query, Table
from channels.computing.grammar.reading import read
from channels.computing.grammar.tree import fault
from kernel.text import Text


@cache
def _parser() -> Any:
    """An empty engine of this process, which holds nothing and runs nothing but its own parser."""
    import duckdb

    return duckdb.connect(":memory:", config={"threads": 1})


def understood(sql: str, table: Table) -> Query:
    """Parse and read a query; raises QueryRefused naming every fault, and nothing of what the parser says."""
    return read(parsed(sql), table)


def parsed(sql: str, engine: Any = None) -> dict[str, Any]:
    """The syntax tree of a text, by an engine's own parser; raises QueryRefused for what the parser does not take."""
    import duckdb

    try:
        row = (engine or _parser()).execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
        tree: dict[str, Any] = json.loads(row[0]) if row is not None else {}
    except (duckdb.Error, ValueError, RecursionError) as problem:
        said = Text("SQL 无法解析", "The SQL cannot be parsed")
        raise QueryRefused(errors=[fault(said)], count=1) from problem
    return tree


def one_select(sql: str, engine: Any = None) -> dict[str, Any]:
    """The tree of a template's text; raises QueryRefused unless it is one SELECT."""
    tree = parsed(sql, engine)
    if tree.get("error") is not False or len(tree.get("statements", [])) != 1:
        raise QueryRefused(errors=[fault(Text("须为一条 SELECT 语句", "A template is one SELECT"))], count=1)
    return tree


def named_parameters(sql: str) -> list[str]:
    """The parameters `$name` of a template's text; raises QueryRefused unless it is one SELECT."""
    one_select(sql)
    return sorted(_parser().extract_statements(sql)[0].named_parameters)


def table_parameters(sql: str) -> list[str]:
    """The same of a text over the table `data`; raises QueryRefused also for one that reads anything else."""
    require_one_table(one_select(sql))
    return named_parameters(sql)
