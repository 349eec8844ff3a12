"""Row predicates in a small portable subset of SQL, translated into expressions; SQL of a provider reaches no engine.

`SELECT COUNT(*) FROM {object} WHERE …` is parsed, every node is checked against a whitelist with its type, and the
predicate becomes a narwhals expression that means the same on every engine: arithmetic is done in double precision,
a division by zero is NULL, NULL follows three-valued logic, and only rows for which the predicate is TRUE count.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import narwhals.stable.v1 as nw
import sqlglot
from msgspec import Struct
from sqlglot import exp
from sqlglot.errors import SqlglotError

from valuation.quality.contract.contract import LogicalType
from valuation.quality.contract.sql.translation import COMPARED, FLAG, PredicateRefusedError, Visitor

DIALECTS = (
    "duckdb", "postgres", "spark", "databricks", "snowflake", "bigquery", "mysql", "tsql", "oracle", "sqlite", "trino",
    "redshift", "clickhouse", "hive",
)  # fmt: skip
"""The dialects in which rules are understood; the subset is the same in each, only its spelling differs."""

LENGTH_MAX = 4000
DEPTH_MAX = 40
_PLACEHOLDER = re.compile(r"\$?\{(object|table|model|schema|property|column|field)\}")
HERE = "object__"
"""What {object} becomes, so that a query can be parsed."""


class Predicate(Struct, frozen=True):
    """A predicate that was understood: its text, the columns it reads, and whether it only compares moments."""

    where: str
    columns: tuple[str, ...]
    orders_events: bool


def parse(
    query: str,
    object_: str,
    columns: Mapping[str, LogicalType],
    column: str = "",
    names: Mapping[str, str] | None = None,
    dialect: str = "duckdb",
) -> Predicate:
    """Understand a counting query over one object, or raise PredicateRefusedError.

    `column` is what {property} means; `names` leads from the names of properties to their columns.
    """
    select = statement(query, column, dialect)
    shown = select.expressions[0].unalias() if len(select.expressions) == 1 else None
    if not isinstance(shown, exp.Count) or not isinstance(shown.this, exp.Star) or not select.args.get("where"):
        raise PredicateRefusedError("only SELECT COUNT(*) FROM {object} WHERE … is counted")
    if source(select) not in (HERE, object_):
        raise PredicateRefusedError("FROM must name {object}")
    where = condition(select, columns, names or {})
    read = tuple(dict.fromkeys(node.name for node in where.find_all(exp.Column)))
    core = (where.this if isinstance(where, exp.Not) else where).unnest()
    moments = [columns[name] in (LogicalType.DATE, LogicalType.TIMESTAMP, LogicalType.TIME) for name in read]
    ordered = type(core) in COMPARED and len(moments) > 1 and all(moments)
    return Predicate(where.sql(dialect="duckdb"), read, ordered)


def expression(where: str, columns: Mapping[str, LogicalType], as_of: datetime, *, java: bool = False) -> nw.Expr:
    """Give the expression of a predicate that `parse` has accepted; TRUE where a row counts."""
    return _translate(_parsed(where), columns, as_of, java=java)


def statement(query: str, column: str = "", dialect: str = "duckdb") -> exp.Select:
    """Parse a query, its placeholders made names; raises PredicateRefusedError unless it is one plain SELECT."""
    if not isinstance(query, str) or len(query) > LENGTH_MAX:
        raise PredicateRefusedError(f"not a text of at most {LENGTH_MAX} characters")
    quoted = exp.to_identifier(column, quoted=True).sql(dialect=dialect) if column else "property"

    def stands_for(hole: re.Match[str]) -> str:
        return quoted if hole[1] in ("property", "column", "field") else HERE

    select = _parsed(_PLACEHOLDER.sub(stands_for, query), dialect)
    given = {key.rstrip("_") for key, value in select.args.items() if value}
    if not isinstance(select, exp.Select) or not {"expressions"} <= given <= {"expressions", "from", "where"}:
        raise PredicateRefusedError("only SELECT … FROM … WHERE …, without JOIN, GROUP BY and the like")
    return select


def source(select: exp.Select) -> str:
    """The one table that a SELECT reads; nothing when it has no FROM."""
    found = select.args.get("from") or select.args.get("from_")
    if found is None:
        return ""
    if not isinstance(found.this, exp.Table) or found.this.args.get("joins") or found.this.args.get("alias"):
        raise PredicateRefusedError("FROM must name one object, without alias")
    parts = [part.name for part in found.this.parts]
    return ".".join(parts)


def condition(select: exp.Select, columns: Mapping[str, LogicalType], names: Mapping[str, str]) -> exp.Expression:
    """The WHERE of a SELECT with its columns resolved and every node checked."""
    own = source(select)
    for node in list(select.args["where"].find_all(exp.Column)):
        node.replace(exp.column(exp.to_identifier(column_of(node, own, columns, names), quoted=True)))
    where: exp.Expression = select.args["where"].this
    _translate(where, columns)
    return where


def column_of(node: exp.Column, own: str, columns: Mapping[str, LogicalType], names: Mapping[str, str]) -> str:
    """The column that a name means: `city`, `orders.city` and, for fields of objects, `address.city`."""
    parts = [part.name for part in node.parts]
    if ".".join(parts[:-1]) in (own, HERE) or parts[0] in (own, HERE):
        whole = ".".join(parts)
        if whole not in columns and whole not in names:
            parts = parts[len(own.split(".")) :] if ".".join(parts).startswith(own + ".") else parts[1:]
    name = ".".join(parts)
    found = names.get(name, name)
    if found not in columns:
        raise PredicateRefusedError(f"no such column, or one of another object: {name[:80]}")
    return found


def _parsed(text: str, dialect: str = "duckdb") -> exp.Expression:
    try:
        found: exp.Expression = sqlglot.parse_one(text, read=dialect)  # type: ignore[assignment]
    except (SqlglotError, RecursionError, ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        told = "nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())[:160]
        raise PredicateRefusedError(told or "no SQL") from error
    deepest, level = 0, [found]
    while level and deepest <= DEPTH_MAX:
        level, deepest = [child for node in level for child in node.iter_expressions()], deepest + 1
    if deepest > DEPTH_MAX:
        raise PredicateRefusedError(f"nested deeper than {DEPTH_MAX} levels")
    return found


def _translate(
    where: exp.Expression, columns: Mapping[str, LogicalType], as_of: datetime | None = None, *, java: bool = False
) -> nw.Expr:
    found = Visitor(columns, as_of or datetime(2000, 1, 1, tzinfo=UTC), java).visit(where)
    if found.kind != FLAG or found.literal is not None:
        raise PredicateRefusedError("WHERE must be a condition over columns")
    return found.expression
