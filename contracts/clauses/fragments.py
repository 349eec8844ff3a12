"""Whether the words of a contract and its usage policy say the same, in both directions; pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from contracts.clauses.types import Clause, DutyDemand, Fragment
from contracts.clauses.use import ClauseUse
from contracts.usage.sentences import BEARERS, DUTIES, EXCLUSIVITIES
from contracts.usage.tree import Duty, UsagePolicy
from kernel.errors import FieldError
from kernel.text import Text
from rights.grants.box import Exclusivity
from rights.grants.vocabulary import words

RULE: Final = "LT-CON-14"
Placed = tuple[int, Clause, ClauseUse]
"""A clause with its place in the terms."""


def faults(policy: UsagePolicy, placed: Sequence[Placed], policy_at: str = "/policy") -> Iterator[FieldError]:
    """Every place at which the two differ; the policy must be one that the gate can decide."""
    for at, clause, use in placed:
        for wanted in _lacking(policy, clause, use):
            yield FieldError(f"/clauses/{at}", wanted, RULE)
    yield from _unsaid(policy, [(clause.fragment, use) for _, clause, use in placed], policy_at)


def _lacking(policy: UsagePolicy, clause: Clause, use: ClauseUse) -> Iterator[Text]:
    """What the clause says and the policy does not."""
    fragment = clause.fragment
    for demand in fragment.duties:
        if not any(_is(duty, demand, use) for duty in policy.duties):
            yield _wants(clause, Text("义务 {duty}", "the duty {duty}").filled(duty=_duty(demand, use)))
    permitted = _permitted(policy)
    for action in fragment.withheld:
        if action in permitted:
            text = Text(f"不许可行为“{action}”", f"that the action {action} is not permitted")
            yield _wants(clause, text)
    for action in fragment.permitted:
        if action not in permitted:
            yield _wants(clause, Text(f"有许可包含行为“{action}”", f"a permission with the action {action}"))
    if fragment.within and not _within(policy, fragment.within):
        named = ", ".join(fragment.within)
        text = Text(f"各项许可的环境均在 {named} 之内", f"that every permission lies within the environments {named}")
        yield _wants(clause, text)
    yield from _shape(policy, clause, fragment)


def _permitted(policy: UsagePolicy) -> set[str]:
    """The actions that some permission names, and no prohibition takes away whatever else is asked."""
    named = {action for rule in policy.permissions for action in rule.actions}
    for against in policy.prohibitions:
        sides = (against.purposes, against.territory, against.environments, against.recipients)
        if not any(sides) and against.starts is None and against.ends is None:
            named -= set(against.actions) or named
    return named


def _shape(policy: UsagePolicy, clause: Clause, fragment: Fragment) -> Iterator[Text]:
    if fragment.exclusivity is not None and policy.exclusivity is not fragment.exclusivity:
        yield _wants(clause, EXCLUSIVITIES[fragment.exclusivity])
    onward = any(rule.depth_max for rule in policy.permissions)
    if fragment.onward is not None and fragment.onward is not onward:
        yield _wants(
            clause,
            Text("可再许可的层数（depth_max）", "that it may be passed on (depth_max)")
            if fragment.onward
            else Text("可再许可的层数为零", "that it is not passed on (no depth_max)"),
        )
    if fragment.revisions is not None and fragment.revisions is not bool(policy.revisions):
        yield _wants(
            clause,
            Text("列明所及版本（revisions）", "the revisions that it reaches")
            if fragment.revisions
            else Text("及于期限内的各版本（不列 revisions）", "every revision (none named)"),
        )


def _unsaid(policy: UsagePolicy, said: Sequence[tuple[Fragment, ClauseUse]], policy_at: str) -> Iterator[FieldError]:
    """What the policy says and no clause does: a duty, exclusivity, and passing on."""
    demands = [(demand, use) for fragment, use in said for demand in fragment.duties]
    for at, duty in enumerate(policy.duties):
        if not any(_is(duty, demand, use) for demand, use in demands):
            called = BEARERS[duty.bearer].filled(duty=DUTIES[duty.kind].filled(days=duty.days))
            yield _silent(f"{policy_at}/duties/{at}", called)
    if policy.exclusivity is not Exclusivity.ORDINARY and not any(
        fragment.exclusivity is policy.exclusivity for fragment, _ in said
    ):
        yield _silent(f"{policy_at}/exclusivity", EXCLUSIVITIES[policy.exclusivity])
    for at, rule in enumerate(policy.permissions):
        if rule.depth_max and not any(fragment.onward is True for fragment, _ in said):
            yield _silent(f"{policy_at}/permissions/{at}/depth_max", Text("可再许可", "that it may be passed on"))


def _is(duty: Duty, demand: DutyDemand, use: ClauseUse) -> bool:
    days = demand.days
    wanted = use.values.get(days) if isinstance(days, str) else days
    return duty.kind is demand.kind and duty.bearer is demand.bearer and (days is None or duty.days == wanted)


def _duty(demand: DutyDemand, use: ClauseUse) -> Text:
    days = use.values.get(demand.days) if isinstance(demand.days, str) else demand.days
    return BEARERS[demand.bearer].filled(duty=DUTIES[demand.kind].filled(days="…" if days is None else days))


def _within(policy: UsagePolicy, names: tuple[str, ...]) -> bool:
    environments = words(policy.vocabulary).environments
    outer = environments.mask(names)
    return not any(environments.mask(rule.environments) & ~outer for rule in policy.permissions)


def _wants(clause: Clause, what: Text) -> Text:
    return Text(
        "条款“{clause}”要求使用控制策略写明：{what}；请改策略或换条款",
        "The clause {clause} wants of the usage policy: {what}. ClauseChange the policy, or take another clause",
    ).filled(clause=clause.id, what=what)


def _silent(pointer: str, what: Text) -> FieldError:
    text = Text(
        "策略写明“{what}”，而合同没有条款这样约定；请加入相应条款或从策略中删去",
        "The policy says: {what}; no clause of the contract does. Add the clause, or take it out of the policy",
    ).filled(what=what)
    return FieldError(pointer, text, RULE)
