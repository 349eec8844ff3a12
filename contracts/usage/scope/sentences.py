"""A scope as sentences in both languages; pure."""

from typing import Final

from contracts.usage.scope.tree import Comparator, Condition, TableScope
from kernel.text import Text

_SAID: Final = {
    Comparator.EQ: Text("“{col}”等于 {value}", "“{col}” is {value}"),
    Comparator.NE: Text("“{col}”不等于 {value}", "“{col}” is not {value}"),
    Comparator.LT: Text("“{col}”小于 {value}", "“{col}” is below {value}"),
    Comparator.LE: Text("“{col}”不大于 {value}", "“{col}” is at most {value}"),
    Comparator.GT: Text("“{col}”大于 {value}", "“{col}” is above {value}"),
    Comparator.GE: Text("“{col}”不小于 {value}", "“{col}” is at least {value}"),
    Comparator.IN: Text("“{col}”为以下之一：{value}", "“{col}” is one of {value}"),
    Comparator.BETWEEN: Text("“{col}”在 {low} 与 {high} 之间（含）", "“{col}” lies from {low} to {high}"),
    Comparator.STARTS_WITH: Text("“{col}”以 {value} 开头", "“{col}” begins with {value}"),
}
_NULL: Final = {True: Text("“{col}”为空", "“{col}” is empty"), False: Text("“{col}”不为空", "“{col}” is not empty")}


def columns_text(scope: TableScope) -> Text:
    """Which columns of which table."""
    zh, en = "、".join(scope.columns), ", ".join(scope.columns)
    return Text(f"数据表“{scope.table}”，仅限列：{zh}", f"Of the table “{scope.table}” only the columns {en}")


def rows_text(scope: TableScope) -> Text:
    """Which rows."""
    if scope.rows is None:
        return Text(f"数据表“{scope.table}”的全部行", f"Every row of the table “{scope.table}”")
    said = condition_text(scope.rows)
    return Text(f"数据表“{scope.table}”，仅限满足以下条件的行：{said.zh}", f"Only rows of it of which {said.en}")


def condition_text(condition: Condition) -> Text:
    """A condition, its parts in brackets, so that nobody has to know which of and and or binds first."""
    if condition.every or condition.some:
        inner = [condition_text(one) for one in condition.every or condition.some]
        zh, en = (" 且 ", " and ") if condition.every else (" 或 ", " or ")
        if len(inner) == 1:
            return inner[0]
        return Text(f"（{zh.join(one.zh for one in inner)}）", f"({en.join(one.en for one in inner)})")
    return _comparison(condition)


def _comparison(leaf: Condition) -> Text:
    value = leaf.value
    if leaf.op is Comparator.IS_NULL or leaf.op is None:
        return _NULL[value is True].filled(col=leaf.col)
    if isinstance(value, tuple):
        listed = Text("、".join(map(_shown, value)), ", ".join(map(_shown, value)))
        ends = {"low": _shown(value[0]), "high": _shown(value[-1])} if value else {}
        return _SAID[leaf.op].filled(col=leaf.col, value=listed, **ends)
    return _SAID[leaf.op].filled(col=leaf.col, value=_shown(value))


def _shown(value: object) -> str:
    return f"“{value}”" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
