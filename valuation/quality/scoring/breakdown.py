"""The finer indicators of DB31/T 1523-2024 (Shanghai, public data), where the checks of a contract allow them.

They are told beside the twenty of GB/T 36344 and change no score: 0101 is the mean of type, format and length, 0402
the mean of equality and logic within and across tables; 0306, 0403 and 0504 are its own. Each says what it needs.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import sqlglot
from msgspec import Struct
from sqlglot import exp

from kernel.text import Text
from valuation.quality.contract.contract import Aggregate, Contract, Expression, Kind, Rule
from valuation.quality.scoring.scorecard import CheckResult, FinerScore
from valuation.quality.scoring.weighing import shown

STANDARD = "DB31/T 1523-2024"

Chosen = Callable[[Contract, Rule], bool]


class _Finer(Struct, frozen=True):
    """One finer indicator: which rules serve it, or which others it is the mean of."""

    name: Text
    needs: Text
    chosen: Chosen | None = None
    mean_of: tuple[str, ...] = ()


def _kinds(*kinds: Kind) -> Chosen:
    return lambda _contract, rule: rule.kind in kinds


def _equal(_contract: Contract, rule: Rule) -> bool:
    """A rule over one row that asks two of its columns to be equal: it counts the rows where they differ."""
    if not isinstance(rule.arguments, Expression) or len(rule.columns) < 2:
        return False
    core = sqlglot.parse_one(rule.arguments.where, read="duckdb").unnest()
    return isinstance(core, exp.NEQ) or (isinstance(core, exp.Not) and isinstance(core.this.unnest(), exp.EQ))


def _logical(contract: Contract, rule: Rule) -> bool:
    several = rule.kind in (Kind.EXPRESSION, Kind.ORDER) and len(rule.columns) > 1
    return several and not _equal(contract, rule)


def _across(_contract: Contract, rule: Rule) -> bool:
    return isinstance(rule.arguments, Aggregate) and len({term.object for term in rule.arguments.terms}) > 1


def _authoritative(contract: Contract, rule: Rule) -> bool:
    """A set or a reference of a property whose declaration names an authority for its values."""
    place: Any = contract.raw
    for token in rule.pointer.split("/")[1:]:
        if isinstance(place, Mapping) and place.get("authoritativeDefinitions") and "logicalType" in place:
            break
        place = place[int(token)] if isinstance(place, list) else place.get(token.replace("~1", "/")) or {}
    named = isinstance(place, Mapping) and bool(place.get("authoritativeDefinitions"))
    return rule.kind in (Kind.SET, Kind.REFERENCE) and named


_FINER: dict[str, _Finer] = {
    "0101.type": _Finer(Text("数据类型符合", "Data type"), Text("需声明的字段", "declared columns"), _kinds(Kind.TYPE)),
    "0101.format": _Finer(
        Text("数据格式符合", "Data format"),
        Text("需声明格式规则（pattern）", "a declared format"),
        _kinds(Kind.PATTERN),
    ),
    "0101.length": _Finer(
        Text("数据长度符合", "Data length"), Text("需声明长度", "declared lengths"), _kinds(Kind.LENGTH)
    ),
    "0101": _Finer(
        Text("数据标准", "Data standard"),
        Text("需声明类型、格式或长度", "declared types, formats or lengths"),
        mean_of=("0101.type", "0101.format", "0101.length"),
    ),
    "0306": _Finer(
        Text("引用准确性", "Reference accuracy"),
        Text(
            "需取值集合或外键，且其字段写明权威来源（authoritativeDefinitions）",
            "a set or a foreign key of a column that names an authority (authoritativeDefinitions)",
        ),
        _authoritative,
    ),
    "0402.equality-within": _Finer(
        Text("表内等值一致", "Equality within a table"),
        Text("需声明同一记录两个字段相等的规则", "a rule that two columns of a row are equal"),
        _equal,
    ),
    "0402.logic-within": _Finer(
        Text("表内逻辑一致", "Logic within a table"),
        Text("需声明同一记录字段间的逻辑规则", "a rule between columns of a row"),
        _logical,
    ),
    "0402.equality-across": _Finer(
        Text("表间等值一致", "Equality across tables"),
        Text("需声明两个对象汇总数相等的规则", "a rule that numbers of two objects agree"),
        _across,
    ),
    "0402.logic-across": _Finer(
        Text("表间逻辑一致", "Logic across tables"),
        Text("需声明外键（relationships）", "declared foreign keys (relationships)"),
        _kinds(Kind.REFERENCE),
    ),
    "0402": _Finer(
        Text("关联数据一致性", "Related-data consistency"),
        Text("需声明表内或表间的一致性规则", "rules of consistency within or across tables"),
        mean_of=("0402.equality-within", "0402.logic-within", "0402.equality-across", "0402.logic-across"),
    ),
    "0403": _Finer(
        Text("数据项与元数据一致性", "Items agree with metadata"),
        Text("需声明的字段", "declared columns"),
        _kinds(Kind.COLUMNS, Kind.DOCUMENTED),
    ),
    "0504": _Finer(
        Text("授权期限内使用", "Use within the authorised period"),
        Text(
            "需在 customProperties 中写明 authorisedFrom 与 authorisedUntil",
            "authorisedFrom and authorisedUntil in customProperties",
        ),
    ),
}


def finer_indicators(contract: Contract, checks: Iterable[CheckResult], as_of: datetime) -> dict[str, FinerScore]:
    """Score every finer indicator, or say what it needs."""
    rules = {rule.id: rule for declared in contract.objects for rule in declared.rules}
    numbers = {code: [0, 0] for code in _FINER}
    for check in checks:
        for code, each in _FINER.items():
            rule = rules.get(check.id)
            if rule is not None and each.chosen is not None and each.chosen(contract, rule):
                numbers[code][0] += check.evaluated
                numbers[code][1] += check.failed
    if (kept := _authorised(contract, as_of.date())) is not None:
        numbers["0504"] = [1, int(not kept)]
    ratios = {code: 1 - Fraction(failed, n) if n else None for code, (n, failed) in numbers.items()}
    for code, each in _FINER.items():
        assessed = [ratio for part in each.mean_of if (ratio := ratios[part]) is not None]
        if assessed:
            ratios[code] = sum(assessed, Fraction(0)) / len(assessed)
    return {
        code: FinerScore(
            name=each.name,
            score=shown(ratios[code]),
            evaluated=numbers[code][0],
            failed=numbers[code][1],
            reason=None if ratios[code] is not None else each.needs,
        )
        for code, each in _FINER.items()
    }


def _authorised(contract: Contract, today: date) -> bool | None:
    """Whether today lies within the period for which the data may be used; None where none is stated."""
    stated = contract.raw.get("customProperties")
    found = {
        each.get("property"): each.get("value")
        for each in (stated if isinstance(stated, list) else [])
        if isinstance(each, Mapping)
    }
    try:
        first, last = (date.fromisoformat(str(found[key])) for key in ("authorisedFrom", "authorisedUntil"))
    except (KeyError, ValueError):
        return None
    return first <= today <= last
