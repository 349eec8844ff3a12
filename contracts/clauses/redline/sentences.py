"""Changes of a contract as sentences in both languages; pure."""

from collections.abc import Sequence
from typing import Final

from contracts.clauses.library import Library
from contracts.clauses.redline.tree import ChangeKind, ClauseChange
from contracts.clauses.types import Clause, ModelContract, text
from contracts.clauses.use import ClauseUse, Value
from contracts.clauses.values import shown
from kernel.text import Text

SENTENCES: Final = {
    ChangeKind.ADDED: Text("第{after}位增加条款“{name}”", "The clause “{name}” is added, as number {after}"),
    ChangeKind.REMOVED: Text("删去原第{before}位的条款“{name}”", "The clause “{name}”, number {before}, is taken out"),
    ChangeKind.REPLACED: Text(
        "第{after}位的条款由“{was}”改为“{name}”", "Number {after}: the clause “{was}” becomes “{name}”"
    ),
    ChangeKind.MOVED: Text(
        "条款“{name}”由第{before}位移至第{after}位", "The clause “{name}” moves from number {before} to {after}"
    ),
    ChangeKind.VERSION: Text(
        "条款“{name}”由版本 {old} 改为版本 {new}", "The clause “{name}” goes from version {old} to {new}"
    ),
    ChangeKind.VALUE: Text("条款“{name}”的{label}：{old} → {new}", "The clause “{name}”, {label}: {old} → {new}"),
}
NONE: Final = Text("（无）", "(none)")


def sentence(library: Library, model: ModelContract, before: Sequence[ClauseUse], change: ClauseChange) -> Text:
    """What a change says; places count from one."""
    version = None
    if change.use is not None:
        version = change.use.version
    elif change.before is not None:
        version = before[change.before].version
    clause = library.known.get((change.clause, version)) if version is not None else None
    facts = {
        "name": text(clause.name) if clause is not None else change.clause,
        "was": _was(library, before, change),
        "before": None if change.before is None else change.before + 1,
        "after": None if change.after is None else change.after + 1,
        "label": _label(clause, change),
        "old": _value(model, clause, change, change.old),
        "new": _value(model, clause, change, change.new),
    }
    return SENTENCES[change.kind].filled(**facts)


def _was(library: Library, before: Sequence[ClauseUse], change: ClauseChange) -> Text | str | None:
    if change.before is None:
        return change.replaces
    found = library.find(before[change.before])
    return text(found.name) if found is not None else change.replaces


def _label(clause: Clause | None, change: ClauseChange) -> Text | str | None:
    param = clause.param(change.param) if clause is not None and change.param is not None else None
    return text(param.label) if param is not None else change.param


def _value(model: ModelContract, clause: Clause | None, change: ClauseChange, value: Value | None) -> Text | str:
    if value is None:
        return NONE
    param = clause.param(change.param) if clause is not None and change.param is not None else None
    return shown(param, value, model) if param is not None else str(value)
