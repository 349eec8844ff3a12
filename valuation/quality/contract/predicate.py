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
from valuation.quality.contract.translation import COMPARED, FLAG, PredicateRefusedError, Visitor

LENGTH_MAX = 4000
DEPTH_MAX = 40
_PLACEHOLDER = re.compile(r"\$?\{(object|table|model|schema|property|column|field)\}")
_OBJECT = "object__"


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
) -> Predicate:
    """Understand a counting query over one object, or raise PredicateRefusedError.

    `column` is what {property} means; `names` leads from the names of properties to their columns.
    """
    where = _where(query, object_, column, names or {})
    _translate(where, columns)
    read = tuple(dict.fromkeys(node.name for node in where.find_all(exp.Column)))
    core = (where.this if isinstance(where, exp.Not) else where).unnest()
    moments = [columns[name] in (LogicalType.DATE, LogicalType.TIMESTAMP, LogicalType.TIME) for name in read]
    ordered = type(core) in COMPARED and len(moments) > 1 and all(moments)
    return Predicate(where.sql(dialect="duckdb"), read, ordered)


def expression(where: str, columns: Mapping[str, LogicalType], as_of: datetime, *, java: bool = False) -> nw.Expr:
    """Give the expression of a predicate that `parse` has accepted; TRUE where a row counts."""
    return _translate(_parsed(where), columns, as_of, java=java)


def _where(query: str, object_: str, column: str, names: Mapping[str, str]) -> exp.Expression:
    if not isinstance(query, str) or len(query) > LENGTH_MAX:
        raise PredicateRefusedError(f"not a text of at most {LENGTH_MAX} characters")
    quoted = exp.to_identifier(column, quoted=True).sql(dialect="duckdb") if column else "property"

    def stands_for(hole: re.Match[str]) -> str:
        return quoted if hole[1] in ("property", "column", "field") else _OBJECT

    select = _parsed(_PLACEHOLDER.sub(stands_for, query))
    given = {key.rstrip("_") for key, value in select.args.items() if value}
    if not isinstance(select, exp.Select) or given != {"expressions", "from", "where"}:
        raise PredicateRefusedError("only SELECT COUNT(*) FROM {object} WHERE … is counted")
    shown = select.expressions[0].unalias()
    if len(select.expressions) != 1 or not isinstance(shown, exp.Count) or not isinstance(shown.this, exp.Star):
        raise PredicateRefusedError("only COUNT(*) is counted")
    source = (select.args.get("from") or select.args["from_"]).this
    if not isinstance(source, exp.Table) or source.sql(dialect="duckdb").strip('"') not in (_OBJECT, object_):
        raise PredicateRefusedError("FROM must name {object}")
    where: exp.Expression = select.args["where"].this
    for node in where.find_all(exp.Column):
        if node.table not in ("", _OBJECT, object_) or node.args.get("db"):
            raise PredicateRefusedError(f"another object: {node.sql()[:80]}")
        node.replace(exp.column(exp.to_identifier(names.get(node.name, node.name), quoted=True)))
    rewritten: exp.Expression = select.args["where"].this
    return rewritten


def _parsed(text: str) -> exp.Expression:
    try:
        found: exp.Expression = sqlglot.parse_one(text, read="duckdb")  # type: ignore[assignment]
    except (SqlglotError, RecursionError, ValueError, IndexError) as error:
        raise PredicateRefusedError(" ".join(str(error).split())[:160] or "nested too deeply") from error
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
