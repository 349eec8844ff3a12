"""What a desensitisation did, measured before and after; no value of the data stands in it, only numbers and names."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from kernel.text import Text
from valuation.quality.contract.contract import ContractObject, LogicalType, Property
from valuation.quality.desensitisation.plan import AnyOperator, Generalise, Hash, ObjectPlan, Suppress
from valuation.quality.profile.columns import profile
from valuation.quality.profile.personal import Finding
from valuation.quality.profile.privacy import Privacy, privacy
from valuation.quality.reading.opening import Table
from valuation.quality.scoring.comparison import Comparison
from valuation.quality.scoring.scorecard import Scorecard


class FileReport(Struct, frozen=True):
    """One file before and after."""

    object: str
    file: str
    sha256_before: str
    sha256_after: str
    rows_before: int
    rows_after: int
    rows_suppressed: int
    lines_unreadable: int


class ColumnReport(Struct, frozen=True):
    """One column: what was done to it and how much of it changed; `unreadable` values were removed.

    `distinct` are estimates; the after ones are null for a column that was left out.
    """

    object: str
    column: str
    operator: str
    parameters: dict[str, Any]
    rows_changed: int
    unreadable: int
    nulls_before: int
    nulls_after: int | None
    distinct_before: int | None
    distinct_after: int | None


class Side(Struct, frozen=True):
    """What one side tells of persons: findings by object, and how well quasi-identifiers hide them."""

    personal: dict[str, tuple[Finding, ...]]
    privacy: dict[str, Privacy]


class Brief(Struct, frozen=True):
    """The score of one side by the same contract."""

    score: str
    grade: str
    dimensions: dict[str, str | None]


class Verdict(Struct, frozen=True):
    """What the measurements suggest for the classification; whether it is anonymous the processor decides."""

    personal: str
    reasons: tuple[Text, ...]
    note: Text


class Report(Struct, frozen=True):
    """The whole report; the same files, plan, key and moment give the same bytes."""

    plan: dict[str, str]
    key: str | None
    as_of: datetime
    files: tuple[FileReport, ...]
    columns: tuple[ColumnReport, ...]
    before: Side
    after: Side
    score_before: Brief | None
    score_after: Brief | None
    comparison: Comparison | None
    verdict: Verdict


class Looked(Struct, frozen=True):
    """One table as it was looked at on one side."""

    nulls: dict[str, int]
    distinct: dict[str, int | None]
    personal: tuple[Finding, ...]
    privacy: Privacy | None


def declared(name: str, plan: ObjectPlan, columns: Iterable[str] = ()) -> ContractObject:
    """A table in the words of contracts: nothing is declared but who could be recognised by which columns.

    Where the plan names no quasi-identifiers, every column that stays may be one, so that privacy is always measured.
    """
    quasi = plan.quasi_identifiers or measurable(plan, columns)
    roles = dict.fromkeys(plan.sensitive, "sensitive") | dict.fromkeys(quasi, "quasi-identifier")
    properties = tuple(Property(c, c, LogicalType.STRING, False, False, role) for c, role in roles.items())
    return ContractObject(name, name, properties, ())


def measurable(plan: ObjectPlan, columns: Iterable[str]) -> list[str]:
    """The columns that stay and by which somebody could be recognised: all but sensitive ones and pseudonyms."""
    return [
        column
        for column in columns
        if column not in plan.sensitive and not isinstance(plan.operator(column), Suppress | Hash)
    ]


def looked(table: Table) -> Looked:
    """Count gaps and variety of every column, and look for persons."""
    found = profile(table, 0)
    return Looked(
        {c.column: c.null_count + c.nan_count for c in found.columns},
        {c.column: c.distinct_estimate for c in found.columns},
        found.personal,
        privacy(table),
    )


def parameters(operator: AnyOperator) -> dict[str, Any]:
    """The operator as the plan has it, but for a table of values, whose keys are values of the data."""
    told = msgspec.to_builtins(operator)
    del told["operator"]
    if isinstance(operator, Generalise) and operator.values is not None:
        told["values"] = {"count": len(operator.values)}
        told.pop("other")
    return {name: value for name, value in told.items() if value is not None and value is not False}


def brief(card: Scorecard) -> Brief:
    """The score in short."""
    return Brief(card.score, card.grade.code, {code: d.score for code, d in card.dimensions.items()})


def columns(
    name: str, before: Looked, after: Looked, done: Mapping[str, Any], plan: ObjectPlan
) -> tuple[ColumnReport, ...]:
    """A row for each column that the data had."""
    return tuple(
        ColumnReport(
            object=name,
            column=column,
            operator=str(type(operator := plan.operator(column)).__struct_config__.tag),
            parameters=parameters(operator),
            rows_changed=done[column].changed,
            unreadable=done[column].unreadable,
            nulls_before=nulls,
            nulls_after=after.nulls.get(column),
            distinct_before=before.distinct[column],
            distinct_after=after.distinct.get(column),
        )
        for column, nulls in before.nulls.items()
    )
