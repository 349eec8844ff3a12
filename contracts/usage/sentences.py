"""A policy as sentences in both languages, each with the place in the tree that it says; pure.

The sentences are for people, their ids and values for machines: whoever reads those has the same policy and needs no
prose, so what people read and what the gate obeys are one object.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

import msgspec

from contracts.policy.marks import text_of, values_of
from contracts.usage.names import name_of
from contracts.usage.scope.sentences import columns_text, rows_text
from contracts.usage.scope.tree import TableScope
from contracts.usage.tree import Duty, DutyKind, Permission, Prohibition, Since, UsagePolicy
from kernel.crypto import canonical
from kernel.text import Text
from kernel.time.clock import SHANGHAI
from rights.grants.box import Exclusivity

SIDES: Final = {
    "actions": (Text("许可的行为：{words}", "May: {words}"), Text("禁止的行为：{words}", "May not: {words}")),
    "purposes": (Text("仅用于：{words}", "Only for: {words}"), Text("用于：{words}", "For: {words}")),
    "territory": (Text("仅在：{words}", "Only in: {words}"), Text("在：{words}", "In: {words}")),
    "environments": (Text("仅在环境：{words}", "Only within: {words}"), Text("在环境：{words}", "Within: {words}")),
    "recipients": (Text("使用方：{words}", "By: {words}"), Text("对象：{words}", "By: {words}")),
}
LIMITS: Final = {
    "starts": Text("自 {value} 起", "From {value} on"),
    "ends": Text("至 {value} 止（不含）", "Until {value}, which is no longer within"),
    "calls_max": Text("用次上限：{value} 次", "At most {value} uses"),
    "rows_max": Text("用量上限：{value} 行", "At most {value} rows"),
    "seconds_max": Text("用时上限：{value} 秒", "At most {value} seconds of use"),
    "depth_max": Text("可再许可：{value} 层", "May be passed on {value} times"),
    "duties": Text("条件：{value}", "On condition of: {value}"),
}
WINDOWS: Final = {
    Since.FIRST_ACCESS: Text("自首次使用起 {value} 天内", "Within {value} days of the first use"),
    Since.SETTLEMENT: Text("自结算起 {value} 天内", "Within {value} days of settlement"),
}
DUTIES: Final = {
    DutyKind.PAY: Text("付清价款", "the price is paid"),
    DutyKind.ACKNOWLEDGE: Text("确认已阅条款", "the terms are acknowledged"),
    DutyKind.REPORT: Text("每 {days} 天报告使用情况", "the use is reported every {days} days"),
    DutyKind.DELETE: Text("终止后 {days} 天内删除数据", "the data are deleted within {days} days of the end"),
    DutyKind.PROVE_DELETION: Text(
        "终止后 {days} 天内提交删除证明", "the deletion is proved within {days} days of the end"
    ),
    DutyKind.ATTRIBUTE: Text("注明数据来源", "the source of the data is named"),
    DutyKind.NOT_REIDENTIFY: Text("不得重新识别个人", "nobody is identified again"),
    DutyKind.PROVIDE_UPDATES: Text("随登记提供更新", "later revisions are provided as they are registered"),
}
BEARERS: Final = {
    "provider": Text("提供方：{duty}", "The provider: {duty}"),
    "consumer": Text("使用方：{duty}", "The consumer: {duty}"),
}
EXCLUSIVITIES: Final = {
    Exclusivity.ORDINARY: Text("普通许可（非独占）", "An ordinary licence, not exclusive"),
    Exclusivity.SOLE: Text("排他许可（提供方仍可自用）", "A sole licence; the provider may still use the data itself"),
    Exclusivity.EXCLUSIVE: Text(
        "独占许可（提供方亦不得使用）", "An exclusive licence; not even the provider uses the data"
    ),
}
_LISTS: Final[dict[str, type[Permission | Prohibition | Duty]]] = {
    "permissions": Permission,
    "prohibitions": Prohibition,
    "duties": Duty,
}


class Sentence(msgspec.Struct, frozen=True):
    """One node of the tree as a sentence; `values` are its words, numbers and moments as the tree holds them."""

    id: str
    values: tuple[str, ...]
    text: Text


def sentences(policy: UsagePolicy) -> list[Sentence]:
    """Every node of a policy, in the order of the tree."""
    return list(_sentences(policy))


def _sentences(policy: UsagePolicy) -> Iterator[Sentence]:
    yield Sentence(
        "vocabulary", (policy.vocabulary,), Text(f"词汇表 {policy.vocabulary}", f"Words of {policy.vocabulary}")
    )
    yield Sentence("asset", (policy.asset,), Text(f"数据资产 {policy.asset}", f"The data asset {policy.asset}"))
    if policy.revisions:
        named = "、".join(policy.revisions)
        yield Sentence("revisions", policy.revisions, Text(f"仅限版本：{named}", f"Only the revisions {named}"))
    yield Sentence("exclusivity", (str(policy.exclusivity),), EXCLUSIVITIES[policy.exclusivity])
    for at, part in enumerate(policy.scope):
        yield from _part(part, f"scope/{at}")
    for at, table in enumerate(policy.marks):
        yield Sentence(f"marks/{at}", values_of(table), text_of(table))
    owed = {duty.id: duty for duty in policy.duties}
    for name in _LISTS:
        for at, rule in enumerate(getattr(policy, name)):
            yield from _rule(rule, f"{name}/{at}", policy.vocabulary, owed)


def _part(part: TableScope, here: str) -> Iterator[Sentence]:
    """What of a table: its columns, and its rows, whose value is the condition as canonical JSON."""
    yield Sentence(here, (part.table, *part.columns), columns_text(part))
    said = () if part.rows is None else (canonical.dumps(part.rows).decode(),)
    yield Sentence(f"{here}/rows", said, rows_text(part))


def _rule(
    rule: Permission | Prohibition | Duty, here: str, vocabulary: str, owed: dict[str, Duty]
) -> Iterator[Sentence]:
    """A rule's head, and a sentence for each of its sides that says something."""
    yield Sentence(here, (rule.id,), Text(f"规则 {rule.id}", f"Rule {rule.id}"))
    if isinstance(rule, Duty):
        values = (str(rule.kind), str(rule.bearer), *([str(rule.days)] if rule.days is not None else []))
        yield Sentence(f"{here}/duty", values, BEARERS[rule.bearer].filled(duty=duty_text(rule)))
        return
    for side, templates in SIDES.items():
        codes = getattr(rule, side)
        if codes:
            words = joined(name_of(vocabulary, side, code) for code in codes)
            template = templates[0 if isinstance(rule, Permission) else 1]
            yield Sentence(f"{here}/{side}", codes, template.filled(words=words))
    if not rule.actions:
        yield Sentence(f"{here}/actions", (), Text("禁止一切行为", "May do nothing"))
    for name, template in LIMITS.items():
        value = getattr(rule, name, None)
        if value:
            yield Sentence(f"{here}/{name}", _values(value), template.filled(value=_shown(value, owed)))
    if isinstance(rule, Permission) and rule.window_days is not None:
        text = WINDOWS[rule.window_from].filled(value=f"{rule.window_days:,}")
        yield Sentence(f"{here}/window", (str(rule.window_days), str(rule.window_from)), text)


def duty_text(duty: Duty) -> Text:
    """What a duty asks, without saying whom."""
    return DUTIES[duty.kind].filled(days=duty.days)


def _values(value: Any) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(msgspec.to_builtins(value)),)


def _shown(value: Any, owed: dict[str, Duty]) -> Text:
    """A limit as people read it: moments in China's time, thousands parted, duties by what they ask."""
    if isinstance(value, datetime):
        local = f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
        return Text(f"{local}（北京时间）", f"{local} (UTC+8)")
    if isinstance(value, tuple):
        return joined(duty_text(owed[duty]) for duty in value)
    return Text(f"{value:,}", f"{value:,}")


def joined(names: Iterable[Text]) -> Text:
    """Names as a list in each language."""
    listed = list(names)
    return Text("、".join(name.zh for name in listed), ", ".join(name.en for name in listed))
