"""What a desensitisation did, measured before and after; no value of the data stands in it, only numbers and names."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from kernel.text import Text
from valuation.quality.contract.contract import ContractObject, LogicalType, Property
from valuation.quality.desensitisation.plan import AnyOperator, Generalise, ObjectPlan
from valuation.quality.profile.columns import profile
from valuation.quality.profile.personal import Finding
from valuation.quality.profile.privacy import Privacy, privacy
from valuation.quality.reading.opening import Table
from valuation.quality.scoring.comparison import Comparison
from valuation.quality.scoring.scorecard import Scorecard

SMALL_GROUP = 5
"""Below this size of the smallest group people are commonly held to be recognisable."""


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


def declared(name: str, plan: ObjectPlan) -> ContractObject:
    """A table in the words of contracts: nothing is declared but who could be recognised by which columns."""
    roles = dict.fromkeys(plan.sensitive, "sensitive") | dict.fromkeys(plan.quasi_identifiers, "quasi-identifier")
    properties = tuple(Property(c, c, LogicalType.STRING, False, False, role) for c, role in roles.items())
    return ContractObject(name, name, properties, ())


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


_NOTE = Text(
    "本报告只陈述测量结果。是否构成匿名化（无法识别特定自然人且不能复原）由处理者结合其他可得信息判断，去标识化后的信息仍为个人信息。",
    "This report states measurements only. Whether nobody can be identified and nothing restored is for the processor "
    "to judge, with all other information that can be had; de-identified information is still personal.",
)


def verdict(after: Side) -> Verdict:
    """`identified` while something still looks personal or a group is small, else `candidate`."""
    reasons = [
        Text(f"{name}.{f.column} 仍有个人信息线索（{f.category}）", f"{name}.{f.column} still looks like {f.category}")
        for name, findings in after.personal.items()
        for f in findings
        if f.basis != "name" and f.confidence in ("high", "medium")
    ]
    reasons += [
        Text(f"{name} 的最小分组为 {p.anonymity} 条", f"the smallest group of {name} has {p.anonymity} rows")
        for name, p in after.privacy.items()
        if p.anonymity < SMALL_GROUP
    ]
    return Verdict("identified" if reasons else "candidate", tuple(reasons), _NOTE)


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
