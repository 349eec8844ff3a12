"""SQL parsed by the parser of the engine that will not run it: what runs is written anew from what was understood.

A second parser would differ from the engine's somewhere, and a difference is a way through. Heavy by nature (a text can
keep the parser busy for long), so callers ask it in a confined process.
"""

import json
from typing import Any

from channels.computing.errors import QueryRefused
from channels.computing.grammar.query import Query, Table
from channels.computing.grammar.reading import read
from channels.computing.grammar.tree import fault
from kernel.text import Text


def understood(sql: str, table: Table) -> Query:
    """Parse and read a query; raises QueryRefused naming every fault, and nothing of what the parser says."""
    return read(parsed(sql), table)


def parsed(sql: str) -> dict[str, Any]:
    """The syntax tree of a text; raises QueryRefused for what the parser does not take."""
    import duckdb

    try:
        with duckdb.connect(":memory:") as engine:
            row = engine.execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
            tree: dict[str, Any] = json.loads(row[0]) if row is not None else {}
    except (duckdb.Error, ValueError, RecursionError) as problem:
        said = Text("SQL 无法解析", "The SQL cannot be parsed")
        raise QueryRefused(errors=[fault(said)], count=1) from problem
    return tree
