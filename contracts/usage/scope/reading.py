"""What is wrong with a scope from outside, each fault with its place; pure.

Whether columns are there and constants are of their types, the table says when its files are made.
"""

from collections.abc import Iterator

from contracts.usage.scope.tree import DEPTH_MAX, LEAVES_MAX, Comparator, Condition, Scope, leaves
from kernel.errors import FieldError
from kernel.text import Text

_LISTED = {
    Comparator.IN: Text("至少一个值的列表", "a list of at least one value"),
    Comparator.BETWEEN: Text("两个值", "two values"),
}


def faults_of(scope: Scope, pointer: str, rule: str) -> Iterator[FieldError]:
    """Every fault of a scope."""
    names = [one.table.casefold() for one in scope]
    for at, one in enumerate(scope):
        here = f"{pointer}/{at}"
        if names[at] in names[:at]:
            yield FieldError(f"{here}/table", Text("每张表只列一次", "A table stands here once"), rule)
        known: set[str] = set()
        for k, column in enumerate(one.columns):
            if column in known:
                yield FieldError(f"{here}/columns/{k}", Text("重复", "It stands here twice"), rule)
            known.add(column)
        if one.rows is not None:
            yield from faults_of_condition(one.rows, f"{here}/rows", rule)


def faults_of_condition(condition: Condition, pointer: str, rule: str) -> Iterator[FieldError]:
    """Every fault of a condition: its form, its size, and constants that its comparisons do not take."""
    yield from _faults(condition, pointer, rule, 1)
    if sum(1 for _ in leaves(condition)) > LEAVES_MAX:
        text = Text(f"比较至多 {LEAVES_MAX} 项", f"It compares at most {LEAVES_MAX} times")
        yield FieldError(pointer, text, rule)


def _faults(condition: Condition, pointer: str, rule: str, depth: int) -> Iterator[FieldError]:
    if depth > DEPTH_MAX:
        text = Text(f"嵌套至多 {DEPTH_MAX} 层", f"It is nested at most {DEPTH_MAX} deep")
        yield FieldError(pointer, text, rule)
        return
    compares = condition.col is not None or condition.op is not None or condition.value is not None
    if [bool(condition.every), bool(condition.some), compares].count(True) != 1:
        text = Text(
            "须为 and、or（各至少一项）或 col、op、value 三者之一",
            "It is one of three: and, or (each of at least one), or col with op and value",
        )
        yield FieldError(pointer, text, rule)
        return
    if compares:
        yield from _of_comparison(condition, pointer, rule)
    for name, inner in (("and", condition.every), ("or", condition.some)):
        for at, one in enumerate(inner):
            yield from _faults(one, f"{pointer}/{name}/{at}", rule, depth + 1)


def _of_comparison(leaf: Condition, pointer: str, rule: str) -> Iterator[FieldError]:
    for name in ("col", "op", "value"):
        if getattr(leaf, name) is None:
            yield FieldError(f"{pointer}/{name}", Text("必填", "It is missing"), rule)
    if leaf.op is None or leaf.value is None:
        return
    several = leaf.value if isinstance(leaf.value, tuple) else None
    if leaf.op in _LISTED:
        if several is None or not several or (leaf.op is Comparator.BETWEEN and len(several) != 2):
            wanted = _LISTED[leaf.op]
            yield FieldError(f"{pointer}/value", Text(f"须为{wanted.zh}", f"It is {wanted.en}"), rule)
    elif several is not None:
        yield FieldError(f"{pointer}/value", Text("须为单个值", "It is one value"), rule)
    elif leaf.op is Comparator.IS_NULL and not isinstance(leaf.value, bool):
        yield FieldError(f"{pointer}/value", Text("须为 true 或 false", "It is true or false"), rule)
    elif leaf.op is Comparator.STARTS_WITH and not isinstance(leaf.value, str):
        yield FieldError(f"{pointer}/value", Text("须为文本", "It is a text"), rule)
    elif isinstance(leaf.value, bool) and leaf.op not in (Comparator.EQ, Comparator.NE, Comparator.IS_NULL):
        text = Text("真假值只能比较 eq、ne", "True and false are compared by eq and ne only")
        yield FieldError(f"{pointer}/op", text, rule)
