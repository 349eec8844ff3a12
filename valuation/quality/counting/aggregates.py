"""The terms of promises about one number, as expressions of the pass over their table."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import narwhals.stable.v1 as nw

from valuation.quality.contract.contract import Aggregate, ContractObject, Rule, Term
from valuation.quality.contract.sql import predicate
from valuation.quality.contract.sql.aggregates import computed


def terms(
    rule: Rule, aggregate: Aggregate, declared: ContractObject, mistyped: frozenset[str], as_of: datetime, *, java: bool
) -> dict[str, nw.Expr]:
    """Give two figures for each term of this object: how many values there are, and the number itself."""
    found: dict[str, nw.Expr] = {}
    for index, term in enumerate(aggregate.terms):
        if term.object != declared.name or term.column in mistyped:
            continue
        value, there = _values(term, declared, as_of, java)
        ones = None if there is None else nw.when(there).then(nw.lit(1)).otherwise(nw.lit(0)).sum()
        found[f"{rule.id}#{index}:n"] = nw.len() if ones is None else ones
        if term.metric != "count":
            found[f"{rule.id}#{index}:v"] = _number(term.metric, value)
    return found


def _values(term: Term, declared: ContractObject, as_of: datetime, java: bool) -> tuple[nw.Expr, nw.Expr | None]:
    """The column where the term looks at it, and TRUE where it has a value there; None where every row counts."""
    value = nw.col(term.column) if term.column else nw.lit(1)
    there = ~value.is_null() if term.column else None
    if not term.where:
        return value, there
    types = {p.column: p.logical_type for p in declared.properties}
    counted = predicate.expression(term.where, types, as_of, java=java)
    return nw.when(counted).then(value), counted if there is None else there & counted


def _number(metric: str, value: nw.Expr) -> nw.Expr:
    if metric == "distinct":
        absent = nw.when(value.is_null()).then(nw.lit(1)).otherwise(nw.lit(0)).max()
        return value.n_unique() - absent
    doubles = value.cast(nw.Float64())
    found = {"sum": doubles.sum, "mean": doubles.mean, "minimum": doubles.min, "maximum": doubles.max}
    return found[metric]()


def value(rule: Rule, aggregate: Aggregate, figures: Mapping[str, Any]) -> float | None:
    """The number that the rule is about; unknown where a term has no values or its column another type."""
    values: list[float | None] = []
    for index, term in enumerate(aggregate.terms):
        count, number = figures.get(f"{rule.id}#{index}:n"), figures.get(f"{rule.id}#{index}:v")
        if count is None:
            values.append(None)
        elif term.metric in ("count", "distinct"):
            values.append(float((count if term.metric == "count" else number) or 0))
        else:
            values.append(float(number) if count and number is not None else None)
    return computed(aggregate, values)
